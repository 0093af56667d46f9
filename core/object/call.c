// SPDX-License-Identifier: MIT
// Calling anything. No state, no locks.
#include "core/object/call.h"

#include "core/object/dict.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"

CallFn function_call_hook;
Dict *(*current_globals_hook)(Thread *th);

static COLD Value not_callable(Thread *th, Value callable) {
    // A module that holds something callable of its own name: time(), pprint().
    if (value_is_exact(callable, &type_module)) {
        Value name = object_getattr_cstr(th, callable, "__name__"), own = name && value_is_str(name) ? object_getattr(th, callable, name) : NO_VALUE;
        if (!own) error_clear(th);
        else if (object_callable(own)) raise_type_error(th, "'module' object is not callable. Did you mean: '%U.%U(...)'?", name, name);
        decref(th, name);
        decref(th, own);
        if (error_pending(th)) return NO_VALUE;
    }
    return raise_type_error(th, "'%.200s' object is not callable", type_of(callable)->name);
}

Value object_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    CallFn f = type_of(callable)->slots.call;
    if (UNLIKELY(!f)) return not_callable(th, callable);
    if (UNLIKELY(thread_c_recursion(th, " while calling a Python object"))) return NO_VALUE;
    return f(th, callable, args, nargs, kwnames);
}

bool object_callable(Value v) { return type_of(v)->slots.call != NULL; }

Value object_call_ex(Thread *th, Value f, Value args_tuple, Value kwargs) {
    Tuple *t = AS(Tuple, args_tuple);
    size_t n = t ? t->len : 0, nkw = kwargs ? dict_len(AS(Dict, kwargs)) : 0;
    static const Value nothing[1];   // callees may count on from args, so it is never NULL
    if (!nkw) return object_call(th, f, n ? t->items : nothing, n, NO_VALUE);
    Tuple *names = tuple_new(th, nkw);
    if (!names) return NO_VALUE;
    Value small[16], *v = n + nkw <= 16 ? small : mem_alloc(th, (n + nkw) * sizeof(Value));
    Value r = NO_VALUE;
    if (!v) goto done;
    for (size_t i = 0; i < n; i++) v[i] = t->items[i];
    size_t pos = 0, k = 0;
    Value key, val;
    while (k < nkw && dict_next(th, AS(Dict, kwargs), &pos, &key, &val)) {
        if (!value_is_str(key)) {
            decref(th, key);
            decref(th, val);
            raise_type_error(th, "keywords must be strings");
            goto release;
        }
        names->items[k] = key;
        v[n + k++] = val;
    }
    if (k < nkw) { // shrunk by another thread
        Value shorter = tuple_slice(th, VALUE_OF(names), 0, k);
        if (!shorter) goto release;
        decref(th, VALUE_OF(names));
        names = AS(Tuple, shorter);
    }
    r = object_call(th, f, v, n, k ? VALUE_OF(names) : NO_VALUE);
release:
    for (size_t i = 0; i < k; i++) decref(th, v[n + i]);
    if (v != small) mem_free(v);
done:
    decref(th, VALUE_OF(names));
    return r;
}

Value call_method(Thread *th, Value obj, Value name, const Value *args, size_t nargs) {
    Value self;
    Value f = object_get_method(th, obj, name, &self);
    if (!f) return NO_VALUE;
    Value r;
    if (self) {
        Value small[8], *v = nargs < 8 ? small : mem_alloc(th, (nargs + 1) * sizeof(Value));
        if (!v) { decref(th, f); return NO_VALUE; }
        v[0] = self;
        if (nargs) memcpy(v + 1, args, nargs * sizeof(Value));
        r = object_call(th, f, v, nargs + 1, NO_VALUE);
        if (v != small) mem_free(v);
    } else r = object_call(th, f, args, nargs, NO_VALUE);
    decref(th, f);
    return r;
}

Value call_method0(Thread *th, Value obj, Value name) { return call_method(th, obj, name, NULL, 0); }
Value call_method1(Thread *th, Value obj, Value name, Value a) { return call_method(th, obj, name, &a, 1); }
