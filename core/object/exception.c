// SPDX-License-Identifier: MIT
// BaseException: what every exception instance has and can do, making instances from C, and the preallocated MemoryError.
// Fields are single words that any thread may read and replace: readers borrow through slot_get, writers go through slot_store.
#include "core/object/exception_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/names.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"
#include "core/object/suggest.h"

static Exception *exc_of(Value v) { return AS(Exception, v); }
static bool has_more(const Object *o) { return object_shape(o)->type->basic_size >= sizeof(SyntaxExc); }

// ---- life ------------------------------------------------------------------------------------------------------

void exception_slot_clear(Thread *th, Object *o) {
    Exception *e = (Exception *)o;
    // args stays a tuple: other code relies on it.
    slot_store(th, o, &e->args, tuple_empty);
    slot_store(th, o, &e->traceback, NO_VALUE);
    slot_store(th, o, &e->context, NO_VALUE);
    slot_store(th, o, &e->cause, NO_VALUE);
    for (unsigned i = 0; i < EXC_FIELDS; i++) slot_store(th, o, &e->fields[i], NO_VALUE);
    if (has_more(o))
        for (unsigned i = 0; i < EXC_SYN_MORE; i++) slot_store(th, o, &(&((SyntaxExc *)o)->end_offset)[i], NO_VALUE);
}

void exception_slot_dealloc(Thread *th, Object *o) {
    Exception *e = (Exception *)o;
    decref(th, e->args);
    decref(th, e->traceback);
    decref(th, e->context);
    decref(th, e->cause);
    for (unsigned i = 0; i < EXC_FIELDS; i++) decref(th, e->fields[i]);
    if (has_more(o))
        for (unsigned i = 0; i < EXC_SYN_MORE; i++) decref(th, (&((SyntaxExc *)o)->end_offset)[i]);
    object_release_attrs(th, o);
    object_free(th, o);
}

int exception_slot_traverse(Object *o, VisitFn visit, void *arg) {
    Exception *e = (Exception *)o;
    Value *at[] = {&e->args, &e->traceback, &e->context, &e->cause};
    int r;
    for (unsigned i = 0; i < ARRAY_LEN(at); i++)
        if (*at[i] && (r = visit(*at[i], arg))) return r;
    for (unsigned i = 0; i < EXC_FIELDS; i++)
        if (e->fields[i] && (r = visit(e->fields[i], arg))) return r;
    if (has_more(o))
        for (unsigned i = 0; i < EXC_SYN_MORE; i++) {
            Value v = (&((SyntaxExc *)o)->end_offset)[i];
            if (v && (r = visit(v, arg))) return r;
        }
    return 0;
}

Value exception_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Exception *e = NEW(Exception, th, type);
    if (!e) return NO_VALUE;
    e->args = tuple_from_array(th, args, nargs);
    if (!e->args) {
        e->args = tuple_empty;
        object_decref(th, &e->head);
        return NO_VALUE;
    }
    return VALUE_OF(e);
}

int exception_no_keywords(Thread *th, Value self, Value kwnames) {
    if (LIKELY(kwnames_len(kwnames) == 0)) return 0;
    raise_type_error(th, "%s() takes no keyword arguments", type_short_name(type_of(self)));
    return -1;
}

int exception_set_args(Thread *th, Value self, const Value *args, size_t nargs) {
    Exception *e = exc_of(self);
    // __new__ has just stored the same arguments, most of the time.
    Tuple *had = AS(Tuple, e->args);
    size_t same = 0;
    if (had && had->len == nargs)
        while (same < nargs && had->items[same] == args[same]) same++;
    if (had && same == had->len && same == nargs) return 0;
    Value t = tuple_from_array(th, args, nargs);
    if (t == NO_VALUE) return -1;
    slot_store(th, &e->head, &e->args, t);
    return 0;
}

int exception_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    return exception_no_keywords(th, self, kwnames) ? -1 : exception_set_args(th, self, args, nargs);
}

void exception_set_field(Thread *th, Value self, unsigned i, Value v) { slot_store(th, value_object(self), &exc_of(self)->fields[i], new_ref(th, v)); }
Value exception_field(Thread *th, Value self, unsigned i) { return slot_get(th, value_object(self), &exc_of(self)->fields[i]); }
Value exception_args(Thread *th, Value self) {
    Value t = slot_get(th, value_object(self), &exc_of(self)->args);
    return t ? t : tuple_empty;
}

// ---- made from C -----------------------------------------------------------------------------------------------

// Instances of these need no constructor: args says it all, or one field follows from it.
static bool is_plain(Type *t) {
    return t->slots.new_ == exception_slot_new &&
           (t->slots.init == exception_slot_init || t->slots.init == exc_init_STOP_ITERATION || t->slots.init == exc_init_NAME ||
            t->slots.init == exc_init_ATTRIBUTE || t->slots.init == exc_init_IMPORT);
}

Value exception_new(Thread *th, Type *type, Value args_tuple) {
    Tuple *t = AS(Tuple, args_tuple);
    if (UNLIKELY(!is_plain(type))) return object_call(th, VALUE_OF(type), t->items, t->len, NO_VALUE);
    Exception *e = NEW(Exception, th, type);
    if (!e) return NO_VALUE;
    e->args = new_ref(th, args_tuple);
    if (type->slots.init == exc_init_STOP_ITERATION) e->fields[EXC_STOP_VALUE] = t->len ? new_ref(th, t->items[0]) : VALUE_NONE;
    else if (type->slots.init == exc_init_IMPORT && t->len == 1) e->fields[EXC_IMPORT_MSG] = new_ref(th, t->items[0]);
    return VALUE_OF(e);
}

Value exception_message(Thread *th, Type *type, Value message) {
    Value args = tuple_pack1(th, message);
    if (args == NO_VALUE) return NO_VALUE;
    Value exc = exception_new(th, type, args);
    decref(th, args);
    return exc;
}

void exception_set_cause(Thread *th, Value exc, Value cause_owned) {
    Exception *e = exc_of(exc);
    slot_store(th, &e->head, &e->cause, cause_owned);
    atomic_store_relaxed(&e->suppress_context, 1);
}
void exception_set_context(Thread *th, Value exc, Value context_owned) { slot_store(th, value_object(exc), &exc_of(exc)->context, context_owned); }
Value exception_get_traceback(Thread *th, Value exc) { return slot_get(th, value_object(exc), &exc_of(exc)->traceback); }
Value exception_get_context(Thread *th, Value exc) { return slot_get(th, value_object(exc), &exc_of(exc)->context); }
Value exception_get_cause(Thread *th, Value exc) { return slot_get(th, value_object(exc), &exc_of(exc)->cause); }
void exception_set_traceback(Thread *th, Value exc, Value tb) {
    if (tb == VALUE_NONE) tb = NO_VALUE;
    slot_store(th, value_object(exc), &exc_of(exc)->traceback, new_ref(th, tb));
}

static Exception *memory_error;             // [c] for when there is no memory for an exception either: one for all threads
static _Thread_local bool making_memory_error;

Value exception_memory_error(Thread *th) {
    Exception *e = memory_error;
    if (!e) { // no memory before the types are ready: nothing can go on
        static const char text[] = "ladon: out of memory during start\n";
        if (write(2, text, sizeof text - 1) < 0) abort();
        abort();
    }
    if (!making_memory_error) {     // else it is the one below that could not be had
        making_memory_error = true;
        Value fresh = exception_new(th, &exc_MemoryError, tuple_empty);
        making_memory_error = false;
        if (fresh) return fresh;
    }
    // Retired, never released here: the caller may hold an object's lock, and a finalizer of what a traceback keeps is Python code.
    field_set(th, &e->traceback, NO_VALUE);
    field_set(th, &e->context, NO_VALUE);
    field_set(th, &e->cause, NO_VALUE);
    return VALUE_OF(e);
}

// ---- methods ---------------------------------------------------------------------------------------------------

Value exception_slot_str(Thread *th, Value self) {
    Value args = exception_args(th, self), r;
    Tuple *t = AS(Tuple, args);
    if (t->len == 0) r = str_empty;
    else if (t->len == 1) r = object_str(th, t->items[0]);
    else r = object_str(th, args);
    decref(th, args);
    return r;
}

static Value exception_slot_repr(Thread *th, Value self) {
    Value args = exception_args(th, self), r;
    Tuple *t = AS(Tuple, args);
    if (t->len == 1) r = str_format(th, "%s(%R)", type_short_name(type_of(self)), t->items[0]);
    else r = str_format(th, "%s%R", type_short_name(type_of(self)), args);
    decref(th, args);
    return r;
}

// The instance __dict__ when it holds anything: new reference, VALUE_NONE when not, NO_VALUE on error.
static Value state_dict(Thread *th, Value self) {
    Value d;
    int r = object_getattr_optional(th, self, name_d_dict, &d);
    if (r < 0) return NO_VALUE;
    if (r == 0) return VALUE_NONE;
    if (value_is_dict(d) && dict_len(AS(Dict, d)) == 0) {
        decref(th, d);
        return VALUE_NONE;
    }
    return d;
}

// (type(self), args[, state]); all but self owned.
static Value reduce_with(Thread *th, Value self, Value args_owned, Value state_owned) {
    Value r = NO_VALUE;
    if (args_owned && state_owned)
        r = state_owned == VALUE_NONE ? tuple_pack2(th, VALUE_OF(type_of(self)), args_owned) : tuple_pack3(th, VALUE_OF(type_of(self)), args_owned, state_owned);
    decref(th, args_owned);
    decref(th, state_owned);
    return r;
}

static Value exc_meth_reduce(Thread *th, Value self, Value *args) { return reduce_with(th, self, exception_args(th, self), state_dict(th, self)); }

static Value exc_meth_setstate(Thread *th, Value self, Value *args) {
    if (args[0] == VALUE_NONE) return VALUE_NONE;
    if (!value_is_dict(args[0])) return raise_type_error(th, "state is not a dictionary");
    size_t pos = 0;
    Value k, v;
    while (dict_next(th, AS(Dict, args[0]), &pos, &k, &v)) {
        int r = value_is_str(k) ? object_setattr(th, self, k, v) : (raise_type_error(th, "attribute name must be string, not '%T'", k), -1);
        decref(th, k);
        decref(th, v);
        if (r < 0) return NO_VALUE;
    }
    return VALUE_NONE;
}

static int exc_set_traceback(Thread *th, Value self, Value v) {
    if (v == NO_VALUE) {
        raise_type_error(th, "__traceback__ may not be deleted");
        return -1;
    }
    if (v != VALUE_NONE && !value_is_exact(v, &type_traceback)) {
        raise_type_error(th, "__traceback__ must be a traceback or None");
        return -1;
    }
    exception_set_traceback(th, self, v);
    return 0;
}

static Value exc_meth_with_traceback(Thread *th, Value self, Value *args) {
    return exc_set_traceback(th, self, args[0]) ? NO_VALUE : new_ref(th, self);
}

static Value exc_meth_add_note(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "note must be a str, not '%T'", args[0]);
    Value notes;
    int r = object_getattr_optional(th, self, name_d_notes, &notes);
    if (r < 0) return NO_VALUE;
    if (r == 0) {
        notes = list_new(th, 1);
        if (notes == NO_VALUE) return NO_VALUE;
        if (object_setattr(th, self, name_d_notes, notes) < 0) {
            decref(th, notes);
            return NO_VALUE;
        }
    } else if (!value_is_list(notes)) {
        decref(th, notes);
        return raise_type_error(th, "Cannot add note: __notes__ is not a list");
    }
    r = list_append(th, AS(List, notes), args[0]);
    decref(th, notes);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

static Value none_if_absent(Value v) { return v == NO_VALUE ? VALUE_NONE : v; }

static Value exc_get_args(Thread *th, Value self) { return exception_args(th, self); }
static int exc_set_args(Thread *th, Value self, Value v) {
    if (v == NO_VALUE) {
        raise_type_error(th, "args may not be deleted");
        return -1;
    }
    Value t = sequence_to_tuple(th, v);
    if (t == NO_VALUE) return -1;
    slot_store(th, value_object(self), &exc_of(self)->args, t);
    return 0;
}
static Value exc_get_traceback(Thread *th, Value self) { return none_if_absent(exception_get_traceback(th, self)); }
static Value exc_get_context(Thread *th, Value self) { return none_if_absent(exception_get_context(th, self)); }
static Value exc_get_cause(Thread *th, Value self) { return none_if_absent(exception_get_cause(th, self)); }

static int link_check(Thread *th, Value v, const char *attr, const char *what) {
    if (v == NO_VALUE) {
        raise_type_error(th, "%s may not be deleted", attr);
        return -1;
    }
    if (v != VALUE_NONE && !(type_flags_of(v) & TYPE_EXC_SUBCLASS)) {
        raise_type_error(th, "exception %s must be None or derive from BaseException", what);
        return -1;
    }
    return 0;
}
static int exc_set_context(Thread *th, Value self, Value v) {
    if (link_check(th, v, "__context__", "context")) return -1;
    exception_set_context(th, self, v == VALUE_NONE ? NO_VALUE : new_ref(th, v));
    return 0;
}
static int exc_set_cause(Thread *th, Value self, Value v) {
    if (link_check(th, v, "__cause__", "cause")) return -1;
    exception_set_cause(th, self, v == VALUE_NONE ? NO_VALUE : new_ref(th, v));
    return 0;
}

const MethodDef exc_methods_BASE[] = {
    {"__reduce__", "(self, /)", exc_meth_reduce, NULL},
    {"__setstate__", "(self, state, /)", exc_meth_setstate, NULL},
    {"with_traceback", "(self, tb, /)", exc_meth_with_traceback, "Set self.__traceback__ to tb and return self."},
    {"add_note", "(self, note, /)", exc_meth_add_note, "Add a note to the exception"},
    {0}
};
const GetSetDef exc_getsets_BASE[] = {
    {"args", exc_get_args, exc_set_args, NULL},
    {"__traceback__", exc_get_traceback, exc_set_traceback, NULL},
    {"__context__", exc_get_context, exc_set_context, NULL},
    {"__cause__", exc_get_cause, exc_set_cause, NULL},
    {0}
};
static const MemberDef exc_members_BASE[] = {
    {"__suppress_context__", offsetof(Exception, suppress_context), MEMBER_BOOL8, NULL},
    {0}
};

// ---- the small layouts -----------------------------------------------------------------------------------------

int exc_init_STOP_ITERATION(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (exception_slot_init(th, self, args, nargs, kwnames)) return -1;
    exception_set_field(th, self, EXC_STOP_VALUE, nargs ? args[0] : VALUE_NONE);
    return 0;
}
const MemberDef exc_members_STOP_ITERATION[] = {{"value", EXC_FIELD_OFFSET(EXC_STOP_VALUE), MEMBER_VALUE, "generator return value"}, {0}};

Value stop_iteration_value(Thread *th, Value exc) { return none_if_absent(exception_field(th, exc, EXC_STOP_VALUE)); }

Value stop_iteration_take(Thread *th) {
    if (!error_pending(th)) return VALUE_NONE;
    if (!error_matches(th, &exc_StopIteration)) return NO_VALUE;
    Value exc = error_fetch(th), v = stop_iteration_value(th, exc);
    decref(th, exc);
    return v;
}

int exc_init_SYSTEM_EXIT(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (exception_slot_init(th, self, args, nargs, kwnames)) return -1;
    if (nargs == 1) exception_set_field(th, self, EXC_EXIT_CODE, args[0]);
    else if (nargs > 1) {
        Value t = exception_args(th, self);
        exception_set_field(th, self, EXC_EXIT_CODE, t);
        decref(th, t);
    }
    return 0;
}
const MemberDef exc_members_SYSTEM_EXIT[] = {{"code", EXC_FIELD_OFFSET(EXC_EXIT_CODE), MEMBER_VALUE, "exception code"}, {0}};

// Keyword-only attributes of NameError, AttributeError, ImportError: names NULL-terminated, field number of each.
static int init_keywords(Thread *th, Value self, Type *t, const Value *args, size_t nargs, Value kwnames, const char *const *names, const uint8_t *fields) {
    if (exception_set_args(th, self, args, nargs)) return -1;
    for (unsigned j = 0; names[j]; j++) exception_set_field(th, self, fields[j], NO_VALUE);
    size_t nkw = kwnames_len(kwnames);
    for (size_t i = 0; i < nkw; i++) {
        Value key = AS(Tuple, kwnames)->items[i];
        unsigned j = 0;
        while (names[j] && !str_equal_cstr(key, names[j])) j++;
        if (!names[j]) {
            char what[64];
            snprintf(what, sizeof what, "%s()", t->name);
            raise_unknown_keyword(th, what, key, names, nkw);
            return -1;
        }
        exception_set_field(th, self, fields[j], args[nargs + i]);
    }
    return 0;
}

int exc_init_NAME(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static const char *const names[] = {"name", NULL};
    static const uint8_t fields[] = {EXC_NAME_NAME};
    return init_keywords(th, self, &exc_NameError, args, nargs, kwnames, names, fields);
}
const MemberDef exc_members_NAME[] = {{"name", EXC_FIELD_OFFSET(EXC_NAME_NAME), MEMBER_VALUE, "name"}, {0}};

int exc_init_ATTRIBUTE(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static const char *const names[] = {"name", "obj", NULL};
    static const uint8_t fields[] = {EXC_ATTR_NAME, EXC_ATTR_OBJ};
    return init_keywords(th, self, &exc_AttributeError, args, nargs, kwnames, names, fields);
}
const MemberDef exc_members_ATTRIBUTE[] = {
    {"name", EXC_FIELD_OFFSET(EXC_ATTR_NAME), MEMBER_VALUE, "attribute name"}, {"obj", EXC_FIELD_OFFSET(EXC_ATTR_OBJ), MEMBER_VALUE, "object"}, {0}};

// A copy of the instance dict (or a new one, or None when nothing at all) with the given fields put in.
static Value state_with(Thread *th, Value self, const char *const *names, const Value *values, unsigned n) {
    Value d = state_dict(th, self);
    if (d == NO_VALUE) return NO_VALUE;
    unsigned given = 0;
    for (unsigned i = 0; i < n; i++) given += values[i] != NO_VALUE;
    if (!given) return d;
    Value copy = d == VALUE_NONE ? dict_new(th) : value_is_dict(d) ? dict_copy(th, AS(Dict, d)) : NO_VALUE;
    decref(th, d);
    for (unsigned i = 0; copy && i < n; i++)
        if (values[i] && dict_set_str(th, AS(Dict, copy), names[i], values[i])) clear_ref(th, &copy);
    return copy;
}

static Value attribute_state(Thread *th, Value self) {
    static const char *const names[] = {"name", "args"};
    Value v[2] = {exception_field(th, self, EXC_ATTR_NAME), exception_args(th, self)};
    Value s = state_with(th, self, names, v, 2);
    decref(th, v[0]);
    decref(th, v[1]);
    return s;
}
static Value attribute_meth_getstate(Thread *th, Value self, Value *args) { return attribute_state(th, self); }
static Value attribute_meth_reduce(Thread *th, Value self, Value *args) { return reduce_with(th, self, exception_args(th, self), attribute_state(th, self)); }
const MethodDef exc_methods_ATTRIBUTE[] = {
    {"__getstate__", "(self, /)", attribute_meth_getstate, NULL},
    {"__reduce__", "(self, /)", attribute_meth_reduce, NULL},
    {0}
};

int exc_init_IMPORT(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static const char *const names[] = {"name", "path", "name_from", NULL};
    static const uint8_t fields[] = {EXC_IMPORT_NAME, EXC_IMPORT_PATH, EXC_IMPORT_NAME_FROM};
    if (init_keywords(th, self, &exc_ImportError, args, nargs, kwnames, names, fields)) return -1;
    exception_set_field(th, self, EXC_IMPORT_MSG, nargs == 1 ? args[0] : NO_VALUE);
    return 0;
}
Value exc_str_IMPORT(Thread *th, Value self) {
    Value msg = exception_field(th, self, EXC_IMPORT_MSG);
    if (msg && value_is_exact_str(msg)) return msg;
    decref(th, msg);
    return exception_slot_str(th, self);
}
static Value import_meth_reduce(Thread *th, Value self, Value *args) {
    static const char *const names[] = {"name", "path", "name_from"};
    Value v[3];
    for (unsigned i = 0; i < 3; i++) v[i] = exception_field(th, self, EXC_IMPORT_NAME + i);
    Value s = state_with(th, self, names, v, 3);
    for (unsigned i = 0; i < 3; i++) decref(th, v[i]);
    return reduce_with(th, self, exception_args(th, self), s);
}
const MethodDef exc_methods_IMPORT[] = {{"__reduce__", "(self, /)", import_meth_reduce, NULL}, {0}};
const MemberDef exc_members_IMPORT[] = {
    {"msg", EXC_FIELD_OFFSET(EXC_IMPORT_MSG), MEMBER_VALUE, "exception message"}, {"name", EXC_FIELD_OFFSET(EXC_IMPORT_NAME), MEMBER_VALUE, "module name"},
    {"path", EXC_FIELD_OFFSET(EXC_IMPORT_PATH), MEMBER_VALUE, "module path"},
    {"name_from", EXC_FIELD_OFFSET(EXC_IMPORT_NAME_FROM), MEMBER_VALUE, "name imported from module"}, {0}};

Value exc_str_KEY(Thread *th, Value self) {
    Value args = exception_args(th, self);
    Value r = AS(Tuple, args)->len == 1 ? object_repr(th, AS(Tuple, args)->items[0]) : exception_slot_str(th, self);
    decref(th, args);
    return r;
}

// BaseException itself; the others are in exception_types.c.
TYPE_DEFINE_BASE_EXC(BaseException, &type_object, sizeof(Exception), TYPE_EXC_SUBCLASS,
                     .doc = "Common base class for all exceptions", .methods = exc_methods_BASE, .getsets = exc_getsets_BASE, .members = exc_members_BASE,
                     .slots = {.new_ = exception_slot_new, .init = exception_slot_init, .repr = exception_slot_repr, .str = exception_slot_str, EXC_SLOTS})

int exceptions_init(Thread *th) {
    if (exception_group_init(th)) return -1;
    Value e = exception_slot_new(th, &exc_MemoryError, NULL, 0, NO_VALUE);
    if (e == NO_VALUE) return -1;
    object_make_immortal(value_object(e));
    memory_error = AS(Exception, e);
    return 0;
}
