// SPDX-License-Identifier: MIT
// Cold halves of building and unpacking.
#include "core/vm/interp_int.h"
#include "core/object/bytes.h"
#include "core/object/function.h"
#include "core/object/template.h"

static Value *base_of(Frame *f, Instr insn) { return &f->regs[instr_b(insn)]; }
static void drop(Thread *th, Value *r, unsigned n) { for (unsigned i = 0; i < n; i++) reg_clear(th, &r[i]); }

SLOW(build_slice) {
    Value *r = base_of(f, insn);
    unsigned n = instr_c(insn);
    Value v = slice_new(th, r[0], r[1], n == 3 ? r[2] : NO_VALUE);
    if (v == NO_VALUE) return -1;
    drop(th, r, n);
    DST(v);
    return 0;
}
// The built-in sequences look at a slice and forget it: for them it lies on the C stack (and is immortal, so counting leaves it alone).
static bool forgets_slice(Value o) {
    return value_is_exact_tuple(o) || value_is_exact_str(o) || value_is_exact_bytes(o) || value_is_exact(o, &type_bytearray) || value_is_exact(o, &type_memoryview);
}
// Bytes between small ints or None, without a slice; false: the long way.
static bool bytes_part(Thread *th, Value o, const Value *r, Value *out) {
    if (r[2] != VALUE_NONE || !(r[0] == VALUE_NONE || value_is_imm_int(r[0])) || !(r[1] == VALUE_NONE || value_is_imm_int(r[1]))) return false;
    const Bytes *b = AS(Bytes, o);
    int64_t n = (int64_t)b->len, lo = r[0] == VALUE_NONE ? 0 : value_imm_int_get(r[0]), hi = r[1] == VALUE_NONE ? n : value_imm_int_get(r[1]);
    if (lo < 0 && (lo += n) < 0) lo = 0;
    if (hi < 0) hi += n;
    if (hi > n) hi = n;
    *out = lo >= hi ? bytes_empty : hi - lo == n ? new_ref(th, o) : bytes_new(th, b->data + lo, (size_t)(hi - lo));
    return true;
}
SLOW(getslice) {
    unsigned rb = instr_b(insn);
    Value *r = &f->regs[instr_c(insn)], o = opnd(th, f, rb), v;
    if (value_is_exact_list(o)) v = list_get_slice(th, AS(List, o), r[0], r[1], r[2]);
    else if (value_is_exact_bytes(o) && LIKELY(bytes_part(th, o, r, &v))) {
    } else if (forgets_slice(o)) {
        Slice s = {.head = OBJECT_STATIC(&shape_slice), .start = r[0], .stop = r[1], .step = r[2]};
        v = type_of(o)->slots.getitem(th, o, VALUE_OF(&s));
    } else {
        Value s = slice_new(th, r[0], r[1], r[2]);
        v = s ? object_getitem(th, o, s) : NO_VALUE;
        decref(th, s);
    }
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    drop(th, r, 3);
    DST(v);
    return 0;
}
SLOW(setslice) {
    unsigned ra = instr_a(insn), rc = instr_c(insn);
    Value *r = &f->regs[instr_b(insn)], o = opnd(th, f, ra), v = opnd(th, f, rc);
    int rc_ok;
    if (value_is_exact_list(o)) rc_ok = list_set_slice(th, AS(List, o), r[0], r[1], r[2], v);
    else {
        Value s = slice_new(th, r[0], r[1], r[2]);
        rc_ok = s ? object_setitem(th, o, s, v) : -1;
        decref(th, s);
    }
    if (UNLIKELY(rc_ok < 0)) { opnd_fail(th, f, ra); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rc);
    opnd_done(th, f, ra);
    drop(th, r, 3);
    return 0;
}
SLOW(build_tuple) {
    unsigned n = instr_c(insn);
    if (n == 0) { DST(new_ref(th, tuple_empty)); return 0; }
    Value *r = base_of(f, insn);
    Tuple *t = tuple_new(th, n);
    if (!t) return -1;
    regs_move(t->items, r, n);
    DST(VALUE_OF(t));
    return 0;
}
SLOW(build_list) {
    unsigned n = instr_c(insn);
    Value *r = base_of(f, insn);
    Value v;
    if (n) {
        Value *places = list_new_places(th, n, &v);
        if (UNLIKELY(!places)) return -1;
        regs_move(places, r, n);
    } else if (UNLIKELY(!(v = list_new(th, 0)))) return -1;
    DST(v);
    return 0;
}
SLOW(build_set) {
    unsigned n = instr_c(insn);
    Value *r = base_of(f, insn);
    Value v = set_new(th, NO_VALUE);
    if (v == NO_VALUE) return -1;
    for (unsigned i = 0; i < n; i++) if (set_add(th, AS(Set, v), r[i]) < 0) { decref(th, v); return -1; }
    drop(th, r, n);
    DST(v);
    return 0;
}
SLOW(build_map) {
    unsigned n = instr_c(insn);
    Value *r = base_of(f, insn);
    Value v = n ? dict_from_owned(th, r, n) : dict_new(th);
    regs_unbind(r, 0, 2 * n);
    if (v == NO_VALUE) return -1;
    DST(v);
    return 0;
}
SLOW(build_string) {
    unsigned n = instr_c(insn);
    Value *r = base_of(f, insn);
    Value v;
    v = n == 2 ? str_concat(th, r[0], r[1]) : str_join_values(th, r, n);
    if (v == NO_VALUE) return -1;
    drop(th, r, n);
    DST(v);
    return 0;
}
SLOW(list_append) {
    Value v = opnd_take(th, f, instr_b(insn));
    return list_append_owned(th, AS(List, f->regs[instr_a(insn)]), v);
}
SLOW(set_add) {
    unsigned rb = instr_b(insn);
    Value set = f->regs[instr_a(insn)]; // a program may have rebound __conditional_annotations__
    if (UNLIKELY(!value_is_exact(set, &type_set)) && !value_is_instance(set, &type_set)) { raise_type_error(th, "'%.200s' object is not a set", type_of(set)->name); opnd_fail(th, f, rb); return -1; }
    if (set_add(th, AS(Set, f->regs[instr_a(insn)]), opnd(th, f, rb)) < 0) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    return 0;
}
SLOW(map_add) {
    unsigned rb = instr_b(insn), rc = instr_c(insn);
    if (dict_set(th, AS(Dict, f->regs[instr_a(insn)]), opnd(th, f, rb), opnd(th, f, rc)) < 0) { opnd_fail(th, f, rb); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rb);
    opnd_done(th, f, rc);
    return 0;
}
SLOW(list_extend) {
    unsigned rb = instr_b(insn);
    Value v = opnd(th, f, rb);
    if (list_extend(th, AS(List, f->regs[instr_a(insn)]), v) < 0) {
        if (error_matches(th, &exc_TypeError) && !type_of(v)->slots.iter && !sequence_check(v)) {
            error_clear(th);
            raise_type_error(th, "Value after * must be an iterable, not %T", v);
        }
        opnd_fail(th, f, rb);
        return -1;
    }
    opnd_done(th, f, rb);
    return 0;
}
SLOW(set_update) {
    unsigned rb = instr_b(insn);
    if (set_update(th, AS(Set, f->regs[instr_a(insn)]), opnd(th, f, rb)) < 0) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    return 0;
}
SLOW(dict_update) {
    unsigned rb = instr_b(insn);
    Value v = opnd(th, f, rb);
    if (dict_merge(th, AS(Dict, f->regs[instr_a(insn)]), v, 1) < 0) {
        if (error_matches(th, &exc_AttributeError)) { error_clear(th); raise_type_error(th, "'%T' object is not a mapping", v); }
        opnd_fail(th, f, rb);
        return -1;
    }
    opnd_done(th, f, rb);
    return 0;
}
// "mod.f()" as error messages name a callable; for Python functions their qualified name.
Value vm_callable_text(Thread *th, Value f) {
    Value qn, mod, r;
    int found = object_getattr_optional(th, f, name_d_qualname, &qn);
    if (found < 0) return NO_VALUE;
    if (!found) return object_str(th, f);
    found = object_getattr_optional(th, f, name_d_module, &mod);
    if (found < 0) { decref(th, qn); return NO_VALUE; }
    if (found && value_is_str(mod) && !str_equal_cstr(mod, "builtins")) r = str_format(th, "%U.%S()", mod, qn);
    else r = str_format(th, "%S()", qn);
    if (found) decref(th, mod);
    decref(th, qn);
    return r;
}
int vm_merge_keywords(Thread *th, Dict *d, Value v, Value callee) {
    if (dict_merge(th, d, v, 2) == 0) return 0;
    if (error_matches(th, &exc_AttributeError)) {
        error_clear(th);
        Value text = vm_callable_text(th, callee);
        if (text != NO_VALUE) { raise_type_error(th, "%U argument after ** must be a mapping, not %T", text, v); decref(th, text); }
    } else if (error_matches(th, &exc_KeyError)) {
        Value exc = error_fetch(th);
        Value args = AS(Exception, exc)->args;
        if (value_is_tuple(args) && AS(Tuple, args)->len == 1) {
            Value key = AS(Tuple, args)->items[0];
            Value text = vm_callable_text(th, callee);
            if (text != NO_VALUE) {
                raise_type_error(th, "%U got multiple values for keyword argument '%S'", text, key);
                decref(th, text);
            }
            decref(th, exc);
        } else error_restore(th, exc);
    }
    return -1;
}
SLOW(dict_merge) {
    unsigned rb = instr_b(insn);
    if (vm_merge_keywords(th, AS(Dict, f->regs[instr_a(insn)]), opnd(th, f, rb), f->regs[instr_c(insn)]) < 0) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    return 0;
}
SLOW(list_to_tuple) {
    unsigned rb = instr_b(insn);
    Value v = list_to_tuple(th, AS(List, opnd(th, f, rb)));
    if (v == NO_VALUE) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
static Value convert(Thread *th, Value v, unsigned how) {
    return how == 1 ? object_str(th, v) : how == 2 ? object_repr(th, v) : how == 3 ? object_ascii(th, v) : new_ref(th, v);
}
SLOW(convert) {
    unsigned rb = instr_b(insn);
    Value v = convert(th, opnd(th, f, rb), instr_c(insn));
    if (v == NO_VALUE) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
SLOW(format) {
    unsigned rb = instr_b(insn);
    Value x = opnd(th, f, rb);
    Value v = value_is_exact_str(x) ? new_ref(th, x) : value_is_imm_int(x) ? int_to_str(th, x, 10, false) : object_format(th, x, NO_VALUE);
    if (v == NO_VALUE) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
SLOW(format_spec) {
    unsigned rb = instr_b(insn), rc = instr_c(insn);
    Value v = object_format(th, opnd(th, f, rb), opnd(th, f, rc));
    if (v == NO_VALUE) { opnd_fail(th, f, rb); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rb);
    opnd_done(th, f, rc);
    DST(v);
    return 0;
}
SLOW(build_interpolation) {
    Value *r = base_of(f, insn);
    unsigned i = instr_c(insn);
    bool spec = i & 4;
    static const char conv[] = {0, 's', 'r', 'a'};
    Value v = interpolation_new(th, r[0], r[1], conv[i & 3], spec ? r[2] : NO_VALUE);
    if (v == NO_VALUE) return -1;
    drop(th, r, spec ? 3 : 2);
    DST(v);
    return 0;
}
SLOW(build_template) {
    Value *r = base_of(f, insn);
    Value v = template_new(th, r[0], r[1]);
    if (v == NO_VALUE) return -1;
    drop(th, r, 2);
    DST(v);
    return 0;
}

// ---- unpacking ------------------------------------------------------------------------------------
static int unpack_type_error(Thread *th, Value v) {
    if (error_matches(th, &exc_TypeError) && !type_of(v)->slots.iter && !sequence_check(v)) {
        error_clear(th);
        raise_type_error(th, "cannot unpack non-iterable %T object", v);
    }
    return -1;
}
// Takes `want` items off it into dst (owned). Number taken; on error -1 with all released.
static intptr_t take(Thread *th, Value it, Value *dst, size_t want) {
    for (size_t i = 0; i < want; i++) {
        Value x = iter_next(th, it);
        if (x == NO_VALUE) {
            if (error_pending(th)) { drop(th, dst, (unsigned)i); return -1; }
            return (intptr_t)i;
        }
        reg_set(th, &dst[i], x);
    }
    return (intptr_t)want;
}
enum { UNPACK_FEW = 16 };
_Static_assert((int)UNPACK_FEW >= (int)UNPACK_LOCALS_MAX, "items for locals are all taken before the first is replaced");
SLOW(unpack) {
    unsigned rb = instr_b(insn), n = instr_c(insn);
    Value v = opnd_take(th, f, rb);
    Value *dst = &f->regs[instr_a(insn)];
    int r = -1;
    if (value_is_exact_tuple(v) && AS(Tuple, v)->len != n) {
        size_t have = AS(Tuple, v)->len;
        if (have > n) raise_value_error(th, "too many values to unpack (expected %u, got %zu)", n, have);
        else raise_value_error(th, "not enough values to unpack (expected %u, got %zu)", n, have);
        decref(th, v);
        return -1;
    }
    Value few[UNPACK_FEW];
    if (value_is_tuple(v) && AS(Tuple, v)->len == n && n <= UNPACK_FEW && type_of(v)->slots.iter == type_tuple.slots.iter) {    // a named tuple, say
        for (unsigned i = 0; i < n; i++) few[i] = new_ref(th, AS(Tuple, v)->items[i]);
        for (unsigned i = 0; i < n; i++) reg_set(th, &dst[i], few[i]);
        decref(th, v);
        return 0;
    }
    if (value_is_exact_list(v) && n <= UNPACK_FEW && list_unpack(th, AS(List, v), few, n)) {
        for (unsigned i = 0; i < n; i++) reg_set(th, &dst[i], few[i]);
        decref(th, v);
        return 0;
    }
    Value it = object_iter(th, v);
    if (it == NO_VALUE) { unpack_type_error(th, v); decref(th, v); return -1; }
    Value *to = dst;
    if (n <= UNPACK_FEW) {
        regs_unbind(few, 0, n);
        to = few;
    }
    intptr_t got = take(th, it, to, n);
    if (got >= 0) {
        if ((unsigned)got < n) {
            drop(th, to, (unsigned)got);
            raise_value_error(th, "not enough values to unpack (expected %u, got %zd)", n, got);
        } else {
            Value more = iter_next(th, it);
            if (more != NO_VALUE) {
                decref(th, more);
                drop(th, to, n);
                if (value_is_exact_list(v) || value_is_exact_dict(v))
                    raise_value_error(th, "too many values to unpack (expected %u, got %zd)", n, object_len(th, v));
                else raise_value_error(th, "too many values to unpack (expected %u)", n);
            } else if (error_pending(th)) drop(th, to, n);
            else r = 0;
        }
    }
    if (r == 0 && to == few)
        for (unsigned i = 0; i < n; i++) reg_set(th, &dst[i], few[i]);
    decref(th, it);
    decref(th, v);
    return r;
}
SLOW(unpack_ex) {
    unsigned rb = instr_b(insn), before = instr_c(insn) & 0xFF, after = instr_c(insn) >> 8;
    Value v = opnd_take(th, f, rb);
    Value *dst = &f->regs[instr_a(insn)];
    Value it = object_iter(th, v);
    if (it == NO_VALUE) { unpack_type_error(th, v); decref(th, v); return -1; }
    int r = -1;
    intptr_t got = take(th, it, dst, before);
    if (got >= 0 && (unsigned)got < before) {
        drop(th, dst, (unsigned)got);
        raise_value_error(th, "not enough values to unpack (expected at least %u, got %zd)", before + after, got);
    } else if (got >= 0) {
        Value list = sequence_to_list(th, it);
        if (list == NO_VALUE) drop(th, dst, before);
        else {
            size_t n = list_len(AS(List, list));
            if (n < after) {
                drop(th, dst, before);
                decref(th, list);
                raise_value_error(th, "not enough values to unpack (expected at least %u, got %zu)", before + after, before + n);
            } else {
                Value *tail = &dst[before + 1];
                for (unsigned i = 0; i < after; i++) reg_set(th, &tail[after - 1 - i], list_pop(th, AS(List, list), -1));
                reg_set(th, &dst[before], list);
                r = 0;
            }
        }
    }
    decref(th, it);
    decref(th, v);
    return r;
}
