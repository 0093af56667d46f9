// SPDX-License-Identifier: MIT
// BaseExceptionGroup and ExceptionGroup. except* itself is the VM's (core/vm/unwind.c); it calls split and derive.
#include "core/object/exception_int.h"

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"

TYPE_DEFINE_BASE_EXC(ExceptionGroup, &exc_BaseExceptionGroup, sizeof(Exception), TYPE_EXC_SUBCLASS, .slots = {EXC_SLOTS})

Value exc_new_GROUP(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (nargs != 2) return raise_type_error(th, "BaseExceptionGroup.__new__() takes exactly 2 arguments (%zu given)", nargs);
    Value message = args[0];
    if (!value_is_str(message)) return raise_type_error(th, "BaseExceptionGroup.__new__() argument 1 must be str, not %T", message);
    if (!sequence_check(args[1])) return raise_type_error(th, "second argument (exceptions) must be a sequence");
    Value excs = sequence_to_tuple(th, args[1]);
    if (excs == NO_VALUE) return NO_VALUE;
    Tuple *t = AS(Tuple, excs);
    if (t->len == 0) {
        raise_value_error(th, "second argument (exceptions) must be a non-empty sequence");
        goto fail;
    }
    bool base_inside = false;
    for (size_t i = 0; i < t->len; i++) {
        if (!(type_flags_of(t->items[i]) & TYPE_EXC_SUBCLASS)) {
            raise_value_error(th, "Item %zu of second argument (exceptions) is not an exception", i);
            goto fail;
        }
        if (!value_is_instance(t->items[i], &exc_Exception)) base_inside = true;
    }
    if (type == &exc_BaseExceptionGroup) {
        if (!base_inside) type = &exc_ExceptionGroup;
    } else if (base_inside) {
        if (type == &exc_ExceptionGroup) {
            raise_type_error(th, "Cannot nest BaseExceptions in an ExceptionGroup");
            goto fail;
        }
        if (type_is_subtype(type, &exc_Exception)) {
            raise_type_error(th, "Cannot nest BaseExceptions in '%.200s'", type_short_name(type));
            goto fail;
        }
    }
    // Other sequences than lists and tuples are shown as they were given.
    Value shown = NO_VALUE;
    if (!value_is_list(args[1]) && !value_is_tuple(args[1]) && !(shown = object_repr(th, args[1]))) goto fail;
    Value self = exception_slot_new(th, type, args, nargs, NO_VALUE);
    if (self == NO_VALUE) {
        decref(th, shown);
        goto fail;
    }
    Exception *e = AS(Exception, self);
    e->fields[EXC_GROUP_MESSAGE] = new_ref(th, message);
    e->fields[EXC_GROUP_EXCEPTIONS] = excs;
    e->fields[EXC_GROUP_SHOWN] = shown;
    return self;
fail:
    decref(th, excs);
    return NO_VALUE;
}

int exc_init_GROUP(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    return exception_slot_init(th, self, args, nargs, kwnames);
}

static Value group_excs(Thread *th, Value self) {
    Value t = exception_field(th, self, EXC_GROUP_EXCEPTIONS);
    return t && value_is_tuple(t) ? t : tuple_empty;
}

Value exc_str_GROUP(Thread *th, Value self) {
    Value msg = exception_field(th, self, EXC_GROUP_MESSAGE), excs = group_excs(th, self);
    size_t n = AS(Tuple, excs)->len;
    Value r = str_format(th, "%S (%zu sub-exception%s)", msg ? msg : VALUE_NONE, n, n == 1 ? "" : "s");
    decref(th, msg);
    decref(th, excs);
    return r;
}

// repr keeps the kind of sequence that was given, list or tuple, but shows what the group holds now.
Value exc_repr_GROUP(Thread *th, Value self) {
    Value msg = exception_field(th, self, EXC_GROUP_MESSAGE), excs = group_excs(th, self), args = exception_args(th, self), r = NO_VALUE;
    Value shown = exception_field(th, self, EXC_GROUP_SHOWN);
    if (shown) {
        r = str_format(th, "%s(%R, %U)", type_short_name(type_of(self)), msg ? msg : VALUE_NONE, shown);
        goto out;
    }
    if (AS(Tuple, args)->len == 2 && value_is_list(AS(Tuple, args)->items[1])) shown = list_from_array(th, AS(Tuple, excs)->items, AS(Tuple, excs)->len);
    else shown = new_ref(th, excs);
    if (shown) r = str_format(th, "%s(%R, %R)", type_short_name(type_of(self)), msg ? msg : VALUE_NONE, shown);
out:
    decref(th, shown);
    decref(th, args);
    decref(th, msg);
    decref(th, excs);
    return r;
}

static Value group_meth_derive(Thread *th, Value self, Value *args) {
    Value msg = exception_field(th, self, EXC_GROUP_MESSAGE);
    Value r = call2(th, VALUE_OF(&exc_BaseExceptionGroup), msg ? msg : VALUE_NONE, args[0]);
    decref(th, msg);
    return r;
}

// ---- split and subgroup ----------------------------------------------------------------------------------------

// 1: matches, 0, -1. matcher was checked by matcher_check.
static int matches(Thread *th, Value exc, Value matcher) {
    if (value_is_type(matcher)) return value_is_instance(exc, AS(Type, matcher));
    if (value_is_tuple(matcher)) {
        for (size_t i = 0; i < AS(Tuple, matcher)->len; i++)
            if (value_is_instance(exc, AS(Type, AS(Tuple, matcher)->items[i]))) return 1;
        return 0;
    }
    Value r = call1(th, matcher, exc);
    if (r == NO_VALUE) return -1;
    int t = object_truth(th, r);
    decref(th, r);
    return t;
}

static bool is_exc_class(Value v) { return value_is_type(v) && (AS(Type, v)->flags & TYPE_EXC_SUBCLASS); }

static int matcher_check(Thread *th, Value m) {
    bool ok = is_exc_class(m);
    if (!ok && value_is_tuple(m)) {
        ok = true;
        for (size_t i = 0; i < AS(Tuple, m)->len; i++) ok = ok && is_exc_class(AS(Tuple, m)->items[i]);
    } else if (!ok && !value_is_type(m) && object_callable(m)) ok = true;
    if (ok) return 0;
    raise_type_error(th, "expected an exception type, a tuple of exception types, or a callable (other than a class)");
    return -1;
}

// orig.derive(excs) with orig's traceback, context, cause and notes; None when excs (a List) is empty.
static Value subset(Thread *th, Value orig, Value excs) {
    if (list_len(AS(List, excs)) == 0) return VALUE_NONE;
    Value name = str_intern_cstr(th, "derive");
    if (name == NO_VALUE) return NO_VALUE;
    Value r = call_method1(th, orig, name, excs);
    if (r == NO_VALUE) return NO_VALUE;
    if (!value_is_instance(r, &exc_BaseExceptionGroup)) {
        raise_type_error(th, "derive must return an instance of BaseExceptionGroup");
        decref(th, r);
        return NO_VALUE;
    }
    Value tb = exception_get_traceback(th, orig);
    if (tb) exception_set_traceback(th, r, tb);
    decref(th, tb);
    exception_set_context(th, r, exception_get_context(th, orig));
    exception_set_cause(th, r, exception_get_cause(th, orig));
    Value notes;
    int has = object_getattr_optional(th, orig, name_d_notes, &notes);
    if (has > 0) {
        // A copy for each part, unless it is no sequence: then nothing is copied.
        if (sequence_check(notes)) {
            Value copy = sequence_to_list(th, notes);
            has = copy ? object_setattr(th, r, name_d_notes, copy) : -1;
            decref(th, copy);
        }
        decref(th, notes);
    }
    if (has < 0) {
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}

// Both parts as new references or None; *rest only when wanted.
static int split_rec(Thread *th, Value exc, Value matcher, bool want_rest, Value *match, Value *rest) {
    *match = *rest = VALUE_NONE;
    int m = matches(th, exc, matcher);
    if (m < 0) return -1;
    if (m) {
        *match = new_ref(th, exc);
        return 0;
    }
    if (!value_is_instance(exc, &exc_BaseExceptionGroup)) {
        if (want_rest) *rest = new_ref(th, exc);
        return 0;
    }
    if (thread_c_recursion(th, " in exceptiongroup_split_recursive")) return -1;
    Value yes = list_new(th, 0), no = list_new(th, 0), excs = group_excs(th, exc);
    int r = yes && no ? 0 : -1;
    for (size_t i = 0; r == 0 && i < AS(Tuple, excs)->len; i++) {
        Value a, b;
        r = split_rec(th, AS(Tuple, excs)->items[i], matcher, want_rest, &a, &b);
        if (r) break;
        if (a != VALUE_NONE) r = list_append(th, AS(List, yes), a);
        if (!r && b != VALUE_NONE) r = list_append(th, AS(List, no), b);
        decref(th, a);
        decref(th, b);
    }
    if (r == 0 && (*match = subset(th, exc, yes)) == NO_VALUE) r = -1;
    if (r == 0 && want_rest && (*rest = subset(th, exc, no)) == NO_VALUE) {
        decref(th, *match);
        r = -1;
    }
    decref(th, yes);
    decref(th, no);
    decref(th, excs);
    return r;
}

static Value group_meth_split(Thread *th, Value self, Value *args) {
    Value a, b;
    if (matcher_check(th, args[0]) || split_rec(th, self, args[0], true, &a, &b)) return NO_VALUE;
    Value r = tuple_pack2(th, a, b);
    decref(th, a);
    decref(th, b);
    return r;
}
static Value group_meth_subgroup(Thread *th, Value self, Value *args) {
    Value a, b;
    if (matcher_check(th, args[0]) || split_rec(th, self, args[0], false, &a, &b)) return NO_VALUE;
    return a;
}

const MethodDef exc_methods_GROUP[] = {
    {"derive", "(self, excs, /)", group_meth_derive, NULL},
    {"split", "(self, matcher_value, /)", group_meth_split, NULL},
    {"subgroup", "(self, matcher_value, /)", group_meth_subgroup, NULL},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0}
};
const MemberDef exc_members_GROUP[] = {
    {"message", EXC_FIELD_OFFSET(EXC_GROUP_MESSAGE), MEMBER_VALUE | MEMBER_READONLY, "exception message"},
    {"exceptions", EXC_FIELD_OFFSET(EXC_GROUP_EXCEPTIONS), MEMBER_VALUE | MEMBER_READONLY, "nested exceptions"},
    {0}
};

int exception_group_init(Thread *th) {
    Type *t = &exc_ExceptionGroup;
    Value bases[2] = {VALUE_OF(&exc_BaseExceptionGroup), VALUE_OF(&exc_Exception)};
    Value mro[5] = {VALUE_OF(t), bases[0], bases[1], VALUE_OF(&exc_BaseException), VALUE_OF(&type_object)};
    t->bases = tuple_from_array(th, bases, 2);
    t->mro = tuple_from_array(th, mro, 5);
    if (!t->bases || !t->mro || type_ready(th, t)) return -1;
    return type_add_subclass(th, &exc_Exception, t);
}
