// SPDX-License-Identifier: MIT
// Struct sequences: tuples whose items have names, and which may have more named fields than visible items (time.struct_time, os.stat_result).
// An instance is a tuple block with room for all fields; its len counts the visible ones. Types are made once and constant then.
#include "core/object/abstract.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_new.h"

typedef struct SeqInfo { const StructSeqField *fields; size_t n_fields, n_sequence, n_unnamed; } SeqInfo;
static SeqInfo *info_of(const Type *t) { return t->native_state; }
static bool unnamed(const StructSeqField *f) { return f->name[0] == 0; }

static Tuple *seq_alloc(Thread *th, Type *t) {
    SeqInfo *s = info_of(t);
    Tuple *r = object_new(th, t, s->n_fields);
    if (r) r->len = s->n_sequence;
    return r;
}

Value structseq_new(Thread *th, Value type, const Value *items, size_t n) {
    Type *t = AS(Type, type);
    SeqInfo *s = info_of(t);
    Tuple *r = seq_alloc(th, t);
    bool ok = r != NULL;
    for (size_t i = 0; i < n; i++) ok &= items[i] != NO_VALUE;
    if (!ok) {
        for (size_t i = 0; i < n; i++) decref(th, items[i]);
        if (r) { for (size_t i = 0; i < s->n_fields; i++) r->items[i] = VALUE_NONE; decref(th, VALUE_OF(r)); }
        return NO_VALUE;
    }
    for (size_t i = 0; i < s->n_fields; i++) r->items[i] = i < n ? items[i] : VALUE_NONE;
    return VALUE_OF(r);
}

static NativeSig *seq_sig;
static Value seq_slot_new(Thread *th, Type *t, const Value *args, size_t nargs, Value kwnames) {
    SeqInfo *s = info_of(t);
    Value a[2];
    if (native_args_bind(th, &seq_sig, "structseq", "(sequence, dict={})", args, nargs, kwnames, a)) return NO_VALUE;
    Value dict = a[1];
    Value seq = type_of(a[0])->slots.getitem || type_of(a[0])->slots.iter ? sequence_to_tuple(th, a[0]) : NO_VALUE;
    if (!seq) {
        if (!error_pending(th) || error_clear_if(th, &exc_TypeError)) raise_type_error(th, "constructor requires a sequence");
        return NO_VALUE;
    }
    Value mod = type_module_name(th, t), full = mod ? str_format(th, "%U.%s", mod, t->name) : NO_VALUE;
    decref(th, mod);
    size_t len = AS(Tuple, seq)->len;
    Value r = NO_VALUE;
    if (dict && !value_is_dict(dict)) raise_type_error(th, "%U() takes a dict as second arg, if any", full);
    else if (len < s->n_sequence && s->n_sequence == s->n_fields) raise_type_error(th, "%U() takes a %zu-sequence (%zu-sequence given)", full, s->n_sequence, len);
    else if (len < s->n_sequence) raise_type_error(th, "%U() takes an at least %zu-sequence (%zu-sequence given)", full, s->n_sequence, len);
    else if (len > s->n_fields && s->n_sequence == s->n_fields) raise_type_error(th, "%U() takes a %zu-sequence (%zu-sequence given)", full, s->n_sequence, len);
    else if (len > s->n_fields) raise_type_error(th, "%U() takes an at most %zu-sequence (%zu-sequence given)", full, s->n_fields, len);
    else {
        Tuple *x = seq_alloc(th, t);
        size_t used = 0;
        for (size_t i = 0; x && i < s->n_fields; i++) {
            x->items[i] = VALUE_NONE;
            if (i < len) x->items[i] = new_ref(th, AS(Tuple, seq)->items[i]);
            else if (dict && !unnamed(&s->fields[i])) {
                Value v = dict_get_str(th, AS(Dict, dict), str_intern_cstr(th, s->fields[i].name));
                if (v) { x->items[i] = v; used++; }
            }
        }
        r = x ? VALUE_OF(x) : NO_VALUE;
        if (x && dict && dict_len(AS(Dict, dict)) > used) {
            raise_type_error(th, "%U() got duplicate or unexpected field name(s)", full);
            clear_ref(th, &r);
        }
    }
    decref(th, full);
    decref(th, seq);
    return r;
}

static Value seq_slot_repr(Thread *th, Value self) {
    Type *t = type_of(self);
    SeqInfo *s = info_of(t);
    Value mod = type_module_name(th, t);
    if (!mod) return NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_str(&b, mod);
    str_builder_char(&b, '.');
    str_builder_cstr(&b, t->name);
    str_builder_char(&b, '(');
    decref(th, mod);
    for (size_t i = 0; i < s->n_sequence; i++) {
        Value r = object_repr(th, AS(Tuple, self)->items[i]);
        if (!r) { str_builder_abort(&b); return NO_VALUE; }
        if (i) str_builder_cstr(&b, ", ");
        if (!unnamed(&s->fields[i])) {
            str_builder_cstr(&b, s->fields[i].name);
            str_builder_char(&b, '=');
        }
        str_builder_str(&b, r);
        decref(th, r);
    }
    str_builder_char(&b, ')');
    return str_builder_finish(&b);
}

static Value seq_meth_reduce(Thread *th, Value self, Value *args) {
    SeqInfo *s = info_of(type_of(self));
    Value visible = tuple_from_array(th, AS(Tuple, self)->items, s->n_sequence), rest = visible ? dict_new(th) : NO_VALUE;
    for (size_t i = s->n_sequence; rest && i < s->n_fields; i++)
        if (!unnamed(&s->fields[i]) && dict_set_str(th, AS(Dict, rest), s->fields[i].name, AS(Tuple, self)->items[i])) clear_ref(th, &rest);
    Value state = rest ? tuple_pack2(th, visible, rest) : NO_VALUE;
    Value r = state ? tuple_pack2(th, VALUE_OF(type_of(self)), state) : NO_VALUE;
    decref(th, visible);
    decref(th, rest);
    decref(th, state);
    return r;
}

static Value seq_meth_replace(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Type *t = type_of(self);
    SeqInfo *s = info_of(t);
    if (nargs) return raise_type_error(th, "__replace__() takes no positional arguments");
    if (s->n_unnamed) return raise_type_error(th, "__replace__() is not supported for %s because it has unnamed field(s)", t->name);
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
    Tuple *x = seq_alloc(th, t);
    if (!x) return NO_VALUE;
    Value left = list_new(th, 0);
    for (size_t i = 0; i < s->n_fields; i++) x->items[i] = new_ref(th, AS(Tuple, self)->items[i]);
    for (size_t k = 0; left && k < nkw; k++) {
        size_t i = 0;
        while (i < s->n_fields && !str_equal_cstr(AS(Tuple, kwnames)->items[k], s->fields[i].name)) i++;
        if (i < s->n_fields) set_ref(th, &x->items[i], new_ref(th, args[k]));
        else if (list_append(th, AS(List, left), AS(Tuple, kwnames)->items[k])) clear_ref(th, &left);
    }
    Value r = VALUE_OF(x);
    if (!left) clear_ref(th, &r);
    else if (list_len(AS(List, left))) {
        raise_type_error(th, "Got unexpected field name(s): %R", left);
        clear_ref(th, &r);
    }
    decref(th, left);
    return r;
}
static const MethodDef seq_methods[] = {{"__reduce__", "(self, /)", seq_meth_reduce, NULL, METH_NO_TEXT_SIG},
    {"__replace__", "($self, /, **changes)", (void *)seq_meth_replace, "Return a copy of the structure with new values for the specified fields.", METH_RAW | METH_NO_TEXT_SIG}, {0}};

static int seq_traverse(Object *self, VisitFn visit, void *arg) {
    size_t n = info_of(object_shape(self)->type)->n_fields;
    int r = 0;
    for (size_t i = 0; i < n && !r; i++)
        if (((Tuple *)self)->items[i]) r = visit(((Tuple *)self)->items[i], arg);
    return r;
}
static void seq_dealloc(Thread *th, Object *self) {
    size_t n = info_of(object_shape(self)->type)->n_fields;
    for (size_t i = 0; i < n; i++) decref(th, ((Tuple *)self)->items[i]);
    object_free(th, self);
}

extern const MethodDef type_new_def;

static int set_own(Thread *th, Type *t, const char *name, Value v_owned) {
    Value n = v_owned ? str_intern_cstr(th, name) : NO_VALUE;
    int r = n ? type_set_own(th, t, n, v_owned) : -1;
    decref(th, v_owned);
    return r < 0 ? -1 : 0;
}

Value structseq_type(Thread *th, const char *name, const char *doc, const StructSeqField *fields, size_t n_sequence) {
    Value bases = tuple_pack1(th, VALUE_OF(&type_tuple)), ns = dict_new(th), d = doc ? str_from_cstr(th, doc) : VALUE_NONE;
    Value type = NO_VALUE;
    if (bases && ns && d && dict_set(th, AS(Dict, ns), name_d_slots, tuple_empty) == 0 && dict_set(th, AS(Dict, ns), name_d_doc, d) == 0)
        type = type_create_simple(th, name, bases, ns);
    decref(th, bases);
    decref(th, ns);
    decref(th, d);
    if (!type) return NO_VALUE;
    Type *t = AS(Type, type);
    SeqInfo *s = mem_calloc(th, 1, sizeof *s);
    if (!s) return NO_VALUE;
    s->fields = fields;
    s->n_sequence = n_sequence;
    while (fields[s->n_fields].name) s->n_unnamed += unnamed(&fields[s->n_fields]), s->n_fields++;
    t->native_state = s;
    size_t visible = 0;
    for (size_t i = 0; i < s->n_fields; i++) {
        if (unnamed(&fields[i])) continue;
        MemberDef m = {fields[i].name, (uint32_t)(offsetof(Tuple, items) + i * sizeof(Value)), MEMBER_VALUE | MEMBER_READONLY, fields[i].doc};
        if (set_own(th, t, fields[i].name, member_descr_new(th, t, &m))) return NO_VALUE;
        visible += i < n_sequence;
    }
    for (const MethodDef *m = seq_methods; m->name; m++)
        if (set_own(th, t, m->name, method_descr_new(th, t, m))) return NO_VALUE;
    if (set_own(th, t, "n_sequence_fields", value_imm_int((int64_t)n_sequence)) || set_own(th, t, "n_fields", value_imm_int((int64_t)s->n_fields)) ||
        set_own(th, t, "n_unnamed_fields", value_imm_int((int64_t)s->n_unnamed)))
        return NO_VALUE;
    Tuple *match = tuple_new(th, visible);
    for (size_t i = 0, k = 0; match && i < n_sequence; i++)
        if (!unnamed(&fields[i])) match->items[k++] = str_intern_cstr(th, fields[i].name);
    if (set_own(th, t, "__match_args__", match ? VALUE_OF(match) : NO_VALUE)) return NO_VALUE;
    Value f = builtin_function_new(th, &type_new_def, type, NO_VALUE);
    if (!f) return NO_VALUE;
    AS(BuiltinFunction, f)->owner = t;
    if (type_set_own(th, t, name_d_slots, NO_VALUE) < 0) return NO_VALUE; // it has said what it was to say
    // The wrappers in the dict and the slots say the same.
    t->slots.new_ = seq_slot_new;
    if (set_own(th, t, "__new__", f)) return NO_VALUE;
    SlotRow *row = slot_row_find(name_d_repr);
    if (set_own(th, t, "__repr__", wrapper_descr_new(th, t, row, (void *)seq_slot_repr))) return NO_VALUE;
    t->slots.new_ = seq_slot_new;
    t->slots.repr = seq_slot_repr;
    t->slots.traverse = seq_traverse;
    t->slots.dealloc = seq_dealloc;
    t->slots.clear = NULL;
    t->flags &= ~(uint32_t)TYPE_BASETYPE;
    shape_sync_flags(t);
    return type;
}

int structseq_override(Thread *th, Value type, NewFn new_, const MethodDef *methods) {
    Type *t = AS(Type, type);
    for (const MethodDef *m = methods; m && m->name; m++)
        if (set_own(th, t, m->name, method_descr_new(th, t, m))) return -1;
    t->slots.new_ = new_;
    return 0;
}

Value structseq_no_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Value mod = type_module_name(th, type);
    if (mod) raise_type_error(th, "cannot create '%U.%s' instances", mod, type->name);
    decref(th, mod);
    return NO_VALUE;
}
