// SPDX-License-Identifier: MIT
// See template.h. Both types are immutable, so nothing locks; the iterator's position is claimed atomically.
#include "core/object/template.h"

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

#define TEMPLATE(v) AS(Template, v)
#define INTERPOLATION(v) AS(Interpolation, v)

// ---- Interpolation --------------------------------------------------------------------------------------------------------------------

Value interpolation_new(Thread *th, Value value, Value expression, int conversion, Value format_spec) {
    Interpolation *x = NEW(Interpolation, th, &type_interpolation);
    if (!x) return NO_VALUE;
    x->value = new_ref(th, value);
    x->expression = new_ref(th, expression);
    x->conversion = conversion ? str_from_char(th, (uint32_t)conversion) : VALUE_NONE;
    x->format_spec = format_spec == NO_VALUE ? str_empty : new_ref(th, format_spec);
    return VALUE_OF(x);
}

static Value interpolation_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    static const char *const names[] = {"value", "expression", "conversion", "format_spec"};
    Value a[4];
    if (native_args_bind(th, &sig, "Interpolation", "(value, expression='', conversion=None, format_spec='')", args, nargs, kwnames, a) < 0) return NO_VALUE;
    int conversion = 0;
    for (int i = 1; i < 4; i++) {
        if (a[i] == NO_VALUE || (i == 2 && a[i] == VALUE_NONE)) continue;
        if (!value_is_str(a[i])) return raise_type_error(th, "Interpolation() argument '%s' must be str, not %B", names[i], a[i]);
    }
    if (a[2] != NO_VALUE && a[2] != VALUE_NONE) {
        const Str *s = AS(Str, a[2]);
        conversion = s->len == 1 ? (int)str_char_at(s, 0) : 0;
        if (conversion != 's' && conversion != 'a' && conversion != 'r')
            return raise_value_error(th, "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'");
    }
    return interpolation_new(th, a[0], a[1] == NO_VALUE ? str_empty : a[1], conversion, a[3]);
}

static void interpolation_clear(Thread *th, Object *o) {
    Interpolation *x = (Interpolation *)o;
    clear_ref(th, &x->value);
    clear_ref(th, &x->expression);
    clear_ref(th, &x->conversion);
    clear_ref(th, &x->format_spec);
}
static void interpolation_dealloc(Thread *th, Object *o) {
    interpolation_clear(th, o);
    object_free(th, o);
}
static int interpolation_traverse(Object *o, VisitFn visit, void *arg) {
    Interpolation *x = (Interpolation *)o;
    return x->value == NO_VALUE ? 0 : visit(x->value, arg);
}

static Value interpolation_slot_repr(Thread *th, Value self) {
    Interpolation *x = INTERPOLATION(self);
    return str_format(th, "%N(%R, %R, %R, %R)", type_of(self), x->value, x->expression, x->conversion, x->format_spec);
}

static Value interpolation_meth_reduce(Thread *th, Value self, Value *args) {
    Interpolation *x = INTERPOLATION(self);
    Value fields[4] = {x->value, x->expression, x->conversion, x->format_spec};
    Value t = tuple_from_array(th, fields, 4);
    if (t == NO_VALUE) return NO_VALUE;
    Value r = tuple_pack2(th, VALUE_OF(type_of(self)), t);
    decref(th, t);
    return r;
}

static const MemberDef interpolation_members[] = {
    {"value", offsetof(Interpolation, value), MEMBER_VALUE | MEMBER_READONLY, "Value"},
    {"expression", offsetof(Interpolation, expression), MEMBER_VALUE | MEMBER_READONLY, "Expression"},
    {"conversion", offsetof(Interpolation, conversion), MEMBER_VALUE | MEMBER_READONLY, "Conversion"},
    {"format_spec", offsetof(Interpolation, format_spec), MEMBER_VALUE | MEMBER_READONLY, "Format specifier"},
    {0},
};
static const MethodDef interpolation_methods[] = {
    {"__reduce__", "(self, /)", interpolation_meth_reduce, NULL, 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
TYPE_DEFINE(interpolation, "string.templatelib.Interpolation", sizeof(Interpolation), TYPE_TRACED, .members = interpolation_members,
            .methods = interpolation_methods, .doc = "Interpolation object",
            .slots = {.new_ = interpolation_slot_new, .repr = interpolation_slot_repr, .dealloc = interpolation_dealloc,
                      .traverse = interpolation_traverse, .clear = interpolation_clear})

int template_init(Thread *th) {
    static const char *const names[] = {"value", "expression", "conversion", "format_spec"};
    Value items[4];
    for (int i = 0; i < 4; i++)
        if ((items[i] = str_intern_cstr(th, names[i])) == NO_VALUE) return -1;
    Value t = tuple_from_array(th, items, 4);
    int r = t == NO_VALUE ? -1 : dict_set(th, type_interpolation.dict, name_d_match_args, t);
    decref(th, t);
    return r;
}

// ---- Template -------------------------------------------------------------------------------------------------------------------------

Value template_new(Thread *th, Value strings, Value interpolations) {
    Template *t = NEW(Template, th, &type_template);
    if (!t) return NO_VALUE;
    t->strings = new_ref(th, strings);
    t->interpolations = new_ref(th, interpolations);
    return VALUE_OF(t);
}

static Value template_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames != NO_VALUE && AS(Tuple, kwnames)->len) return raise_type_error(th, "Template.__new__ only accepts *args arguments");
    Value strings = list_new(th, 0), parts = list_new(th, 0), pending = str_empty, r = NO_VALUE;
    int failed = strings == NO_VALUE || parts == NO_VALUE;
    for (size_t i = 0; i < nargs && !failed; i++) {
        if (value_is_str(args[i])) {
            Value sum = str_concat(th, pending, args[i]);
            set_ref(th, &pending, sum);
            failed = sum == NO_VALUE;
        } else if (type_of(args[i]) == &type_interpolation) {
            failed = list_append(th, AS(List, strings), pending) < 0 || list_append(th, AS(List, parts), args[i]) < 0;
            set_ref(th, &pending, str_empty);
        } else {
            raise_type_error(th, "Template.__new__ *args need to be of type 'str' or 'Interpolation', got %T", args[i]);
            failed = 1;
        }
    }
    if (!failed && list_append(th, AS(List, strings), pending) == 0) {
        Value s = list_to_tuple(th, AS(List, strings)), p = list_to_tuple(th, AS(List, parts));
        if (s != NO_VALUE && p != NO_VALUE) r = template_new(th, s, p);
        decref(th, s);
        decref(th, p);
    }
    decref(th, pending);
    decref(th, strings);
    decref(th, parts);
    return r;
}

static void template_clear(Thread *th, Object *o) {
    clear_ref(th, &((Template *)o)->strings);
    clear_ref(th, &((Template *)o)->interpolations);
}
static void template_dealloc(Thread *th, Object *o) {
    template_clear(th, o);
    object_free(th, o);
}
static int template_traverse(Object *o, VisitFn visit, void *arg) {
    Value v = ((Template *)o)->interpolations;
    return v == NO_VALUE ? 0 : visit(v, arg);
}

static Value template_slot_repr(Thread *th, Value self) {
    return str_format(th, "%N(strings=%R, interpolations=%R)", type_of(self), TEMPLATE(self)->strings, TEMPLATE(self)->interpolations);
}

static Value template_slot_add(Thread *th, Value a, Value b) {
    if (type_of(a) != &type_template) return VALUE_NOT_IMPLEMENTED;
    if (type_of(b) != &type_template)
        return raise_type_error(th, "can only concatenate string.templatelib.Template (not \"%T\") to string.templatelib.Template", b);
    const Tuple *s = AS(Tuple, TEMPLATE(a)->strings), *t = AS(Tuple, TEMPLATE(b)->strings);
    const Tuple *x = AS(Tuple, TEMPLATE(a)->interpolations), *y = AS(Tuple, TEMPLATE(b)->interpolations);
    Tuple *strings = tuple_new(th, s->len + t->len - 1), *parts = NULL;
    if (!strings) return NO_VALUE;
    for (size_t i = 0; i + 1 < s->len; i++) strings->items[i] = new_ref(th, s->items[i]);
    for (size_t i = 1; i < t->len; i++) strings->items[s->len - 1 + i] = new_ref(th, t->items[i]);
    Value joint = str_concat(th, s->items[s->len - 1], t->items[0]), r = NO_VALUE;
    strings->items[s->len - 1] = joint;
    Value both = tuple_empty;
    if (joint != NO_VALUE && x->len + y->len) {
        parts = tuple_new(th, x->len + y->len);
        both = parts ? VALUE_OF(parts) : NO_VALUE;
        for (size_t i = 0; parts && i < x->len; i++) parts->items[i] = new_ref(th, x->items[i]);
        for (size_t i = 0; parts && i < y->len; i++) parts->items[x->len + i] = new_ref(th, y->items[i]);
    }
    if (joint != NO_VALUE && both != NO_VALUE) r = template_new(th, VALUE_OF(strings), both);
    if (parts) decref(th, both);
    decref(th, VALUE_OF(strings));
    return r;
}

static Value template_get_values(Thread *th, Value self) {
    const Tuple *x = AS(Tuple, TEMPLATE(self)->interpolations);
    if (x->len == 0) return new_ref(th, tuple_empty);
    Tuple *t = tuple_new(th, x->len);
    if (!t) return NO_VALUE;
    for (size_t i = 0; i < x->len; i++) t->items[i] = new_ref(th, INTERPOLATION(x->items[i])->value);
    return VALUE_OF(t);
}

static Value template_meth_reduce(Thread *th, Value self, Value *args) {
    Value f = import_attr(th, "string.templatelib", "_template_unpickle");
    if (f == NO_VALUE) return NO_VALUE;
    Value t = tuple_pack2(th, TEMPLATE(self)->strings, TEMPLATE(self)->interpolations), r = NO_VALUE;
    if (t != NO_VALUE) r = tuple_pack2(th, f, t);
    decref(th, t);
    decref(th, f);
    return r;
}

static const MemberDef template_members[] = {
    {"strings", offsetof(Template, strings), MEMBER_VALUE | MEMBER_READONLY, "Strings"},
    {"interpolations", offsetof(Template, interpolations), MEMBER_VALUE | MEMBER_READONLY, "Interpolations"},
    {0},
};
static const GetSetDef template_getsets[] = {
    {"values", template_get_values, NULL, "Values of interpolations"},
    {0},
};
static const MethodDef template_methods[] = {
    {"__reduce__", "(self, /)", template_meth_reduce, NULL, 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};

// ---- iterator: string, interpolation, string..., without the empty strings ----------------------------------------------------------------

typedef struct TemplateIter { Object head; Value tmpl; size_t next; } TemplateIter; // tmpl [c]; next [a]: 2i string i, 2i+1 interpolation i

static Value template_slot_iter(Thread *th, Value self) {
    TemplateIter *it = NEW(TemplateIter, th, &type_template_iterator);
    if (!it) return NO_VALUE;
    it->tmpl = new_ref(th, self);
    return VALUE_OF(it);
}

static Value template_iter_next(Thread *th, Value self) {
    TemplateIter *it = AS(TemplateIter, self);
    const Tuple *s = AS(Tuple, TEMPLATE(it->tmpl)->strings), *x = AS(Tuple, TEMPLATE(it->tmpl)->interpolations);
    for (;;) {
        size_t i = atomic_load_relaxed(&it->next);
        if (i >= s->len + x->len) return NO_VALUE;
        if (!atomic_cas_acq_rel(&it->next, &i, i + 1)) continue;
        Value v = i & 1 ? x->items[i / 2] : s->items[i / 2];
        if (!(i & 1) && AS(Str, v)->len == 0) continue;
        return new_ref(th, v);
    }
}
static Value template_iter_iter(Thread *th, Value self) { return new_ref(th, self); }
static void template_iter_dealloc(Thread *th, Object *o) {
    decref(th, ((TemplateIter *)o)->tmpl);
    object_free(th, o);
}
static int template_iter_traverse(Object *o, VisitFn visit, void *arg) { return visit(((TemplateIter *)o)->tmpl, arg); }

TYPE_DEFINE(template_iterator, "string.templatelib.TemplateIter", sizeof(TemplateIter), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = {.iter = template_iter_iter, .next = template_iter_next, .dealloc = template_iter_dealloc, .traverse = template_iter_traverse})
TYPE_DEFINE(template, "string.templatelib.Template", sizeof(Template), TYPE_TRACED, .members = template_members, .getsets = template_getsets,
            .methods = template_methods, .doc = "Template object",
            .slots = {.new_ = template_slot_new, .repr = template_slot_repr, .iter = template_slot_iter, .add = template_slot_add,
                      .dealloc = template_dealloc, .traverse = template_traverse, .clear = template_clear})
