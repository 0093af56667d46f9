// SPDX-License-Identifier: MIT
// Writing what is found again by its name: functions, classes, and objects whose __reduce__ gives a string.
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/int.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"
#include "stdlib/sys/sys.h"

static bool is_local_name(const Str *name) {
    static const char local[] = "<locals>";
    size_t n = sizeof local - 1, matched = 0;
    // A part of its own between dots.
    for (size_t i = 0, from = 0; i <= name->len; i++) {
        uint32_t c = i < name->len ? str_char_at(name, i) : '.';
        if (c == '.') {
            if (matched == n && i - from == n) return true;
            from = i + 1;
            matched = 0;
        } else if (matched < n && i - from == matched && c == (uint8_t)local[matched]) matched++;
    }
    return false;
}

// Looks v up in all modules. A new reference to the name, NO_VALUE without an exception: none has it.
static Value search_modules(Thread *th, Value v, Value name) {
    Value modules = sys_get(th, "modules"), copy = NO_VALUE, found = NO_VALUE;
    if (!modules) return raise_error(th, &exc_RuntimeError, "unable to get sys.modules");
    // A copy: looking may import.
    if (value_is_dict(modules)) copy = dict_copy(th, AS(Dict, modules));
    else raise_type_error(th, "sys.modules is not a dict");
    decref(th, modules);
    size_t pos = 0;
    Value key, m;
    while (copy && !found && !error_pending(th) && dict_next(th, AS(Dict, copy), &pos, &key, &m)) {
        bool skip = m == VALUE_NONE || (value_is_str(key) && (str_equal(AS(Str, key), AS(Str, name_main)) || str_equal_cstr(key, "__mp_main__")));
        Value got = skip ? NO_VALUE : pickle_getattribute(th, m, name);
        if (!skip && !got) error_clear_if(th, &exc_AttributeError);
        if (got == v) found = new_ref(th, key);
        decref(th, got);
        decref(th, key);
        decref(th, m);
    }
    decref(th, copy);
    return found;
}

// The name of the module that v is found in as `name`: new reference.
static Value which_module(Thread *th, Value v, Value name) {
    Value module;
    if (object_getattr_optional(th, v, name_d_module, &module) < 0) return NO_VALUE;
    if (is_local_name(AS(Str, name))) {
        decref(th, module);
        return pickling_error(th, "Can't pickle local object %R", v);
    }
    if (!module || module == VALUE_NONE) {
        module = search_modules(th, v, name);
        if (error_pending(th)) return NO_VALUE;
        if (!module) module = new_ref(th, name_main);
    }
    Value m = pickle_import(th, module);
    if (!m) {
        if (error_matches(th, &exc_ImportError) || error_matches(th, &exc_ValueError) || error_matches(th, &exc_KeyError)) {
            Value why = new_ref(th, th->exc);
            pickle_error_over(th, AS(Type, pickle_globals.pickling_error), "Can't pickle %R: %S", v, why);
            decref(th, why);
        }
        goto failed;
    }
    Value got = pickle_getattribute(th, m, name);
    decref(th, m);
    if (!got) {
        if (error_matches(th, &exc_AttributeError))
            pickle_error_over(th, AS(Type, pickle_globals.pickling_error), "Can't pickle %R: it's not found as %S.%S", v, module, name);
        goto failed;
    }
    decref(th, got);
    if (got == v) return module;
    pickling_error(th, "Can't pickle %R: it's not the same object as %S.%S", v, module, name);
failed:
    decref(th, module);
    return NO_VALUE;
}

// 1 written, 0: not registered.
static int save_extension(Thread *th, Pickler *p, Value v, Value module, Value name) {
    Dict *d = AS(Dict, pickle_globals.extension_registry);
    if (LIKELY(dict_len(d) == 0)) return 0;
    Value key = tuple_pack2(th, module, name), code;
    int r = key ? dict_get(th, d, key, &code) : -1;
    decref(th, key);
    if (r <= 0) return r;
    int64_t i;
    r = number_as_i64(th, code, &i);
    decref(th, code);
    if (r < 0) return -1;
    if (i <= 0 || i > INT32_MAX) {
        raise_error(th, &exc_RuntimeError, "extension code %ld is out of range", (long)i);
        return -1;
    }
    int n = i <= 0xFF ? 1 : i <= 0xFFFF ? 2 : 4;
    uint8_t b[5] = {n == 1 ? OPC_EXT1 : n == 2 ? OPC_EXT2 : OPC_EXT4};
    for (int k = 0; k < n; k++) b[1 + k] = (uint8_t)(i >> 8 * k);
    return out_bytes(th, p, b, (size_t)n + 1) < 0 ? -1 : 1;
}

static int save_name_line(Thread *th, Pickler *p, Value name, const char *what) {
    Value b = codec_encode_text(th, name, p->proto >= 3 ? "utf-8" : "ascii", NULL);
    if (!b) {
        if (error_matches(th, &exc_UnicodeEncodeError))
            pickle_error_over(th, AS(Type, pickle_globals.pickling_error), "can't pickle %s identifier %R using pickle protocol %d", what, name, p->proto);
        return -1;
    }
    int r = out_bytes(th, p, AS(Bytes, b)->data, AS(Bytes, b)->len);
    decref(th, b);
    return r < 0 ? -1 : out_op(th, p, '\n');
}

static int save_toplevel(Thread *th, Pickler *p, Value module, Value name) {
    incref(th, module);
    incref(th, name);
    int r = p->proto < 3 && p->fix_imports ? pickle_map_names(th, true, &module, &name) : 0;
    if (r == 0) r = out_op(th, p, OPC_GLOBAL);
    if (r == 0) r = save_name_line(th, p, module, "module");
    if (r == 0) r = save_name_line(th, p, name, "global");
    decref(th, module);
    decref(th, name);
    return r;
}

// A dotted name before protocol 4: getattr(getattr(module.first, second), third).
static int save_dotted(Thread *th, Pickler *p, Value module, Value name) {
    Value dot = str_latin1_char('.'), parts = call_method1(th, name, str_intern_cstr(th, "split"), dot);
    if (!parts) return -1;
    size_t n = list_len(AS(List, parts));
    int r = 0;
    for (size_t i = 1; r == 0 && i < n; i++) {
        r = pickle_save(th, p, pickle_globals.getattr);
        if (r == 0 && p->proto < 2) r = out_op(th, p, OPC_MARK);
    }
    Value *item = list_items_raw(AS(List, parts)); // nobody else knows the list
    if (r == 0) r = save_toplevel(th, p, module, item[0]);
    for (size_t i = 1; r == 0 && i < n; i++) {
        r = pickle_save(th, p, item[i]);
        if (r == 0) r = out_op(th, p, p->proto < 2 ? OPC_TUPLE : OPC_TUPLE2);
        if (r == 0) r = out_op(th, p, OPC_REDUCE);
    }
    decref(th, parts);
    return r;
}

// The interned string of that text if there is one, so that names met again are known to be.
static Value canonical(Value name) {
    Value i = value_is_exact_str(name) ? str_interned_lookup(AS(Str, name)) : NO_VALUE;
    return i ? i : name;
}

static int save_named(Thread *th, Pickler *p, Value v, Value module, Value name) {
    if (p->proto >= 2) {
        int r = save_extension(th, p, v, module, name);
        if (r) return r < 0 ? -1 : 0; // not remembered
    }
    int r;
    if (p->proto >= 4) {
        r = pickle_save(th, p, canonical(module));
        if (r == 0) r = pickle_save(th, p, canonical(name));
        if (r == 0) r = out_op(th, p, OPC_STACK_GLOBAL);
    } else {
        bool dotted = str_find(AS(Str, name), AS(Str, str_latin1_char('.')), 0, (intptr_t)AS(Str, name)->len, 1) >= 0;
        r = dotted ? save_dotted(th, p, module, name) : save_toplevel(th, p, module, name);
    }
    return r < 0 ? -1 : pickle_memoize(th, p, v);
}

int pickle_save_global(Thread *th, Pickler *p, Value v, Value given) {
    Value name = new_ref(th, given);
    if (!name) {
        if (object_getattr_optional(th, v, name_d_qualname, &name) < 0) return -1;
        if (!name && !(name = object_getattr(th, v, name_d_name))) return -1;
    }
    Value module = NO_VALUE;
    if (!value_is_str(name)) raise_type_error(th, "must be str, not %T", name);
    else module = which_module(th, v, name);
    int r = module ? save_named(th, p, v, module, name) : -1;
    decref(th, module);
    decref(th, name);
    return r;
}
