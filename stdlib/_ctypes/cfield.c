// SPDX-License-Identifier: MIT
// CField: the descriptor of one field of a structure or union; ctypes/_layout.py makes them. Constant but for the mark "anonymous". Storing a bit field
// reads and writes its whole word, as compiled C does.
#include "stdlib/_ctypes/ctypes_int.h"

#include "core/object/iter.h"

#define F(v) AS(CField, v)

static int check_bit_field(Thread *th, const CField *f, const CInfo *info) {
    bool fits = info->kind == CK_SIMPLE && (info->code->group == CG_INT || info->code->code == '?');
    if (!fits) raise_type_error(th, "bit fields not allowed for type %s", AS(Type, f->type)->name);
    else if (!f->bit_size || f->bit_size > f->byte_size * 8) raise_value_error(th, "number of bits invalid for bit field %R", f->name);
    else if ((uint64_t)f->bit_offset + f->bit_size > f->byte_size * 8)
        raise_value_error(th, "bit field %R overflows its type (%u + %u > %zu)", f->name, f->bit_offset, f->bit_size, f->byte_size * 8);
    else return 0;
    return -1;
}
static int unsigned_arg(Thread *th, Value v, uint64_t max, uint64_t *out) {
    if (!value_is_int(v)) {
        raise_type_error(th, "an integer is required");
        return -1;
    }
    return number_as_unsigned(th, v, max, "size_t", out);
}
static Value cfield_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[8];
    if (native_args_bind(th, &sig, "CField", "(name, type, byte_size, byte_offset, index, _internal_use, bit_size=None, bit_offset=None)", args, nargs, kwnames, a) < 0)
        return NO_VALUE;
    if (!value_is_str(a[0])) return raise_type_error(th, "CField() argument 'name' must be str, not %B", a[0]);
    CInfo *info = value_cinfo(a[1]);
    if (!info) return raise_type_error(th, "type of field %R must be a C type", a[0]);
    uint64_t size, index, bits = 0, bit_offset = 0;
    intptr_t offset;
    bool is_bits = a[6] && a[6] != VALUE_NONE;
    if (unsigned_arg(th, a[2], INTPTR_MAX, &size) < 0 || number_as_c_ssize(th, a[3], &offset) < 0 || unsigned_arg(th, a[4], INTPTR_MAX, &index) < 0 ||
        (is_bits && (unsigned_arg(th, a[6], UINT32_MAX, &bits) < 0 || unsigned_arg(th, a[7] ? a[7] : VALUE_NONE, UINT32_MAX, &bit_offset) < 0)))
        return NO_VALUE;
    if (size != info->size) return raise_value_error(th, "byte size of field %R (%zu) does not match type size (%zu)", a[0], (size_t)size, info->size);
    CField *f = NEW(CField, th, type);
    if (!f) return NO_VALUE;
    f->name = str_intern(th, new_ref(th, a[0]));
    f->type = new_ref(th, a[1]);
    f->byte_size = size;
    f->byte_offset = offset;
    f->index = index;
    f->bit_size = (uint32_t)bits;
    f->bit_offset = (uint32_t)bit_offset;
    CInfo *item = info->kind == CK_ARRAY ? value_cinfo(info->proto) : NULL;
    if (item && item->kind == CK_SIMPLE && (item->code->code == 'c' || item->code->code == 'u')) f->text = item->code->code;
    if (f->name && (!is_bits || check_bit_field(th, f, info) == 0)) return VALUE_OF(f);
    decref(th, VALUE_OF(f));
    return NO_VALUE;
}
Value cfield_shifted(Thread *th, CField *f, size_t index, int64_t offset) {
    CField *n = NEW(CField, th, &type_ct_CField);
    if (!n) return NO_VALUE;
    n->name = new_ref(th, f->name);
    n->type = new_ref(th, f->type);
    n->byte_size = f->byte_size;
    n->byte_offset = f->byte_offset + offset;
    n->index = f->index + index;
    n->bit_size = f->bit_size;
    n->bit_offset = f->bit_offset;
    n->text = f->text;
    return VALUE_OF(n);
}
static int cfield_traverse(Object *self, VisitFn visit, void *arg) {
    CField *f = (CField *)self;
    int r = f->name ? visit(f->name, arg) : 0;
    return r || !f->type ? r : visit(f->type, arg);
}
static void cfield_dealloc(Thread *th, Object *self) {
    decref(th, ((CField *)self)->name);
    decref(th, ((CField *)self)->type);
    object_free(th, self);
}

// ---- the field of an object -----------------------------------------------------------------------------------------------------------

static uint64_t load_word(const uint8_t *p, size_t size, bool swapped) {
    uint64_t w = 0;
    shared_load(&w, p, size);
    return swapped ? __builtin_bswap64(w) >> (64 - 8 * size) : w;
}
static Value bits_get(Thread *th, const CField *f, const CInfo *info, const uint8_t *p) {
    uint64_t w = load_word(p, f->byte_size, info->swapped) >> f->bit_offset;
    if (f->bit_size < 64) w &= ((uint64_t)1 << f->bit_size) - 1;
    if (info->code->group == CG_BOOL) return value_bool(w != 0);
    if (!info->code->is_signed) return int_from_u64(th, w);
    unsigned up = 64 - f->bit_size;
    return int_from_i64(th, (int64_t)(w << up) >> up);
}
static int bits_set(Thread *th, const CField *f, const CInfo *info, uint8_t *p, Value v) {
    uint64_t given = 0;
    Value keep = code_set(th, info->code, false, &given, v);
    if (!keep) return -1;
    uint64_t mask = (f->bit_size < 64 ? ((uint64_t)1 << f->bit_size) - 1 : UINT64_MAX) << f->bit_offset, w = load_word(p, f->byte_size, info->swapped);
    w = (w & ~mask) | (given << f->bit_offset & mask);
    if (info->swapped) w = __builtin_bswap64(w) >> (64 - 8 * f->byte_size);
    shared_store(p, &w, f->byte_size);
    return 0;
}
static Value text_get(Thread *th, const CField *f, uint8_t *p) {
    size_t unit = f->text == 'c' ? 1 : 4, n = 0, max = f->byte_size / unit;
    uint32_t *w = mem_alloc(th, f->byte_size + 4);
    if (!w) return NO_VALUE;
    shared_copy(w, p, f->byte_size);
    while (n < max && (unit == 1 ? ((uint8_t *)w)[n] != 0 : w[n] != 0)) n++;
    Value r = unit == 1 ? bytes_new(th, w, n) : str_from_ucs4(th, w, n);
    mem_free(w);
    return r;
}
static int text_set(Thread *th, const CField *f, uint8_t *p, Value v) {
    bool wide = f->text == 'u';
    if (wide ? !value_is_str(v) : !value_is_bytes(v)) {
        raise_type_error(th, wide ? "unicode string expected instead of %T instance" : "expected bytes, %T found", v);
        return -1;
    }
    size_t unit = wide ? 4 : 1, n = wide ? AS(Str, v)->len : strlen((char *)AS(Bytes, v)->data), max = f->byte_size / unit;
    if (n > max) {
        raise_value_error(th, wide ? "string too long (%zu, maximum length %zu)" : "bytes too long (%zu, maximum length %zu)", n, max);
        return -1;
    }
    Value from = wide ? wide_bytes(th, v) : new_ref(th, v);
    if (!from) return -1;
    shared_copy(p, AS(Bytes, from)->data, (n < max ? n + 1 : n) * unit);
    decref(th, from);
    return 0;
}
static Value cfield_slot_get(Thread *th, Value self, Value obj, Value type) {
    CField *f = F(self);
    if (!obj || obj == VALUE_NONE) return new_ref(th, self);
    if (!is_cdata(obj)) return raise_type_error(th, "not a ctype instance");
    uint8_t *p = cdata_ptr(CD(obj)) + f->byte_offset;
    if (f->bit_size) return bits_get(th, f, type_cinfo(AS(Type, f->type)), p);
    if (f->text) return text_get(th, f, p);
    return cdata_get(th, AS(Type, f->type), CD(obj), f->index, p);
}
static int cfield_slot_set(Thread *th, Value self, Value obj, Value v) {
    CField *f = F(self);
    if (!is_cdata(obj)) {
        raise_type_error(th, "not a ctype instance");
        return -1;
    }
    if (!v) return delete_error(th);
    uint8_t *p = cdata_ptr(CD(obj)) + f->byte_offset;
    if (f->bit_size && !is_cdata(v)) return bits_set(th, f, type_cinfo(AS(Type, f->type)), p, v);
    if (f->text && !is_cdata(v)) return text_set(th, f, p, v);
    return cdata_set(th, CD(obj), AS(Type, f->type), f->index, f->byte_size, p, v);
}

// ---- what it says of itself -----------------------------------------------------------------------------------------------------------

static Value cfield_slot_repr(Thread *th, Value self) {
    CField *f = F(self);
    const char *type = AS(Type, f->type)->name;
    if (f->bit_size)
        return str_format(th, "<%s %R type=%s, ofs=%lld, bit_size=%u, bit_offset=%u>", type_of(self)->name, f->name, type, (long long)f->byte_offset, f->bit_size,
                          f->bit_offset);
    return str_format(th, "<%s %R type=%s, ofs=%lld, size=%zu>", type_of(self)->name, f->name, type, (long long)f->byte_offset, f->byte_size);
}
static Value cfield_get_name(Thread *th, Value self) { return new_ref(th, F(self)->name); }
static Value cfield_get_type(Thread *th, Value self) { return new_ref(th, F(self)->type); }
static Value cfield_get_offset(Thread *th, Value self) { return int_from_i64(th, F(self)->byte_offset); }
static Value cfield_get_byte_size(Thread *th, Value self) { return int_from_u64(th, F(self)->byte_size); }
static Value cfield_get_bit_offset(Thread *th, Value self) { return value_imm_int(F(self)->bit_offset); }
static Value cfield_get_size(Thread *th, Value self) {
    CField *f = F(self);
    return int_from_u64(th, f->bit_size ? (uint64_t)f->bit_size << 16 | f->bit_offset : f->byte_size);
}
static Value cfield_get_bit_size(Thread *th, Value self) {
    CField *f = F(self);
    return f->bit_size ? value_imm_int(f->bit_size) : int_mul(th, int_from_u64(th, f->byte_size), value_imm_int(8));
}
static Value cfield_get_is_bitfield(Thread *th, Value self) { return value_bool(F(self)->bit_size != 0); }
static Value cfield_get_is_anonymous(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&F(self)->anonymous)); }
static const GetSetDef cfield_getsets[] = {
    {"name", cfield_get_name, NULL, "name of this field"},
    {"type", cfield_get_type, NULL, "type of this field"},
    {"offset", cfield_get_offset, NULL, "offset in bytes of this field (same as byte_offset)"},
    {"byte_offset", cfield_get_offset, NULL, "offset in bytes of this field. For bitfields: excludes bit_offset."},
    {"byte_size", cfield_get_byte_size, NULL, "size of this field in bytes"},
    {"bit_offset", cfield_get_bit_offset, NULL, "additional offset in bits (relative to byte_offset); zero for non-bitfields"},
    {"size", cfield_get_size, NULL, "size in bytes of this field. For bitfields, this is a legacy packed value; use byte_size instead"},
    {"bit_size", cfield_get_bit_size, NULL, "size of this field in bits"},
    {"is_bitfield", cfield_get_is_bitfield, NULL, "true if this is a bitfield"},
    {"is_anonymous", cfield_get_is_anonymous, NULL, "true if this field is anonymous"},
    {0},
};
TYPE_DEFINE(ct_CField, "ctypes.CField", sizeof(CField), TYPE_TRACED, .doc = "Structure/Union member", .getsets = cfield_getsets,
            .slots = {.new_ = cfield_slot_new, .dealloc = cfield_dealloc, .traverse = cfield_traverse, .repr = cfield_slot_repr,
                      .descr_get = cfield_slot_get, .descr_set = cfield_slot_set})
