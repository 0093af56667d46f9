// SPDX-License-Identifier: MIT
// The module builtins: its table of functions, types, exceptions and constants. The functions are in the files beside this one.
#include "stdlib/builtins/builtins_int.h"

#include "core/object/exception.h"

static const MethodDef builtins_fns[] = {
    {"abs", "(x, /)", builtins_fn_abs, "Absolute value of a number."},
    {"aiter", "(async_iterable, /)", builtins_fn_aiter, "The asynchronous iterator of an asynchronous iterable."},
    {"all", "(iterable, /)", builtins_fn_all, "True when every item is true (also when there is none)."},
    {"anext", "(aiterator, default=<unrepresentable>, /)", builtins_fn_anext, "Awaitable for the next item of an asynchronous iterator; with a default, that is the result at the end."},
    {"any", "(iterable, /)", builtins_fn_any, "True when some item is true."},
    {"ascii", "(obj, /)", builtins_fn_ascii, "repr() with every character that is not ASCII escaped."},
    {"bin", "(number, /)", builtins_fn_bin, "Binary text of an integer, with prefix 0b."},
    {"breakpoint", "(*args, **kws)", builtins_fn_breakpoint, "Calls sys.breakpointhook with the same arguments.", METH_RAW},
    {"callable", "(obj, /)", builtins_fn_callable, "True when the object can be called."},
    {"chr", "(i, /)", builtins_fn_chr, "The string of one character with this code point."},
    {"compile", "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)", builtins_fn_compile, "Compiles text or an ast tree to a code object for exec() or eval()."},
    {"delattr", "(obj, name, /)", builtins_fn_delattr, "Deletes an attribute: del obj.name."},
    {"dir", "(*args)", builtins_fn_dir, "Sorted names: of the current scope, or of the attributes of an object.", METH_RAW | METH_NO_TEXT_SIG},
    {"divmod", "(x, y, /)", builtins_fn_divmod, "The pair (x // y, x % y)."},
    {"eval", "(source, /, globals=None, locals=None)", builtins_fn_eval, "Evaluates an expression, or a code object, in the given namespaces."},
    {"exec", "(source, /, globals=None, locals=None, *, closure=None)", builtins_fn_exec, "Runs statements, or a code object, in the given namespaces."},
    {"format", "(value, format_spec='', /)", builtins_fn_format, "value.__format__(format_spec)."},
    {"getattr", "(*args)", builtins_fn_getattr, "getattr(object, name[, default]): an attribute, or the default where there is none.", METH_RAW | METH_NO_TEXT_SIG},
    {"globals", "()", builtins_fn_globals, "The dictionary of global variables here."},
    {"hasattr", "(obj, name, /)", builtins_fn_hasattr, "True when the object has an attribute of this name."},
    {"hash", "(obj, /)", builtins_fn_hash, "The hash value of an object; equal objects have equal ones."},
    {"hex", "(number, /)", builtins_fn_hex, "Hexadecimal text of an integer, with prefix 0x."},
    {"id", "(obj, /)", builtins_fn_id, "A number that no other living object has."},
    {"input", "(prompt='', /)", builtins_fn_input, "Writes the prompt, and reads a line from standard input without its end of line."},
    {"isinstance", "(obj, class_or_tuple, /)", object_fn_isinstance, "True when the object is an instance of the class, or of one in the tuple."},
    {"issubclass", "(cls, class_or_tuple, /)", builtins_fn_issubclass, "True when cls is the class or derived from it, or from one in the tuple."},
    {"iter", "(*args)", builtins_fn_iter, "iter(iterable) or iter(callable, sentinel): an iterator.", METH_RAW | METH_NO_TEXT_SIG},
    {"len", "(obj, /)", object_fn_len, "Number of items in a container."},
    {"locals", "()", builtins_fn_locals, "The dictionary of local variables here."},
    {"max", "(*args)", builtins_fn_max, "max(iterable, *, default=..., key=None) or max(a, b, ..., key=None): the largest item.", METH_RAW | METH_NO_TEXT_SIG},
    {"min", "(*args)", builtins_fn_min, "min(iterable, *, default=..., key=None) or min(a, b, ..., key=None): the smallest item.", METH_RAW | METH_NO_TEXT_SIG},
    {"next", "(*args)", builtins_fn_next, "next(iterator[, default]): the next item.", METH_RAW | METH_NO_TEXT_SIG},
    {"oct", "(number, /)", builtins_fn_oct, "Octal text of an integer, with prefix 0o."},
    {"ord", "(character, /)", builtins_fn_ord, "Code point of a character, or the value of a single byte."},
    {"pow", "(base, exp, mod=None)", builtins_fn_pow, "base ** exp, or base ** exp % mod."},
    {"print", "(*args, sep=' ', end='\\n', file=None, flush=False)", builtins_fn_print, "Writes the values to file, sep between them and end behind.", METH_RAW},
    {"repr", "(obj, /)", builtins_fn_repr, "The text of an object for a programmer."},
    {"round", "(number, ndigits=None)", builtins_fn_round, "The number rounded to ndigits digits behind the point; an int without ndigits."},
    {"setattr", "(obj, name, value, /)", builtins_fn_setattr, "Sets an attribute: obj.name = value."},
    {"sorted", "(iterable, /, *, key=None, reverse=False)", builtins_fn_sorted, "A new sorted list of the items."},
    {"sum", "(iterable, /, start=0)", builtins_fn_sum, "start plus all items."},
    {"vars", "(*args)", builtins_fn_vars, "vars([object]): its __dict__; without an argument, locals().", METH_RAW | METH_NO_TEXT_SIG},
    {"__build_class__", "(*args)", builtins_fn_build_class, "What a class statement calls: __build_class__(func, name, /, *bases, [metaclass], **kwds).", METH_RAW | METH_NO_TEXT_SIG},
    {"__import__", "(name, globals=None, locals=None, fromlist=(), level=0)", builtins_fn_import, "What an import statement calls."},
    {0}
};

static const struct { const char *name; Type *type; } types[] = {
    {"bool", &type_bool}, {"bytearray", &type_bytearray}, {"bytes", &type_bytes}, {"classmethod", &type_classmethod}, {"complex", &type_complex},
    {"dict", &type_dict}, {"enumerate", &type_enumerate}, {"filter", &type_filter}, {"float", &type_float}, {"frozenset", &type_frozenset},
    {"property", &type_property}, {"int", &type_int}, {"list", &type_list}, {"map", &type_map}, {"memoryview", &type_memoryview},
    {"object", &type_object}, {"range", &type_range}, {"reversed", &type_reversed}, {"set", &type_set}, {"slice", &type_slice},
    {"staticmethod", &type_staticmethod}, {"str", &type_str}, {"super", &type_super}, {"tuple", &type_tuple}, {"type", &type_type}, {"zip", &type_zip},
#define EXC(name, base, layout) {#name, &exc_##name},
#include "core/value/errors.def"
    {"ExceptionGroup", &exc_ExceptionGroup}, {"EnvironmentError", &exc_OSError}, {"IOError", &exc_OSError},
};

static int builtins_exec(Thread *th, Value m) {
    if (module_add(th, m, "None", VALUE_NONE) || module_add(th, m, "Ellipsis", VALUE_ELLIPSIS) || module_add(th, m, "NotImplemented", VALUE_NOT_IMPLEMENTED) ||
        module_add(th, m, "False", VALUE_FALSE) || module_add(th, m, "True", VALUE_TRUE) || module_add(th, m, "__debug__", VALUE_TRUE))
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (module_add(th, m, types[i].name, new_ref(th, VALUE_OF(types[i].type)))) return -1;
    return 0;
}

const ModuleDef module_builtins = { "builtins", "Built-in functions, types, exceptions, and other objects.", builtins_fns, builtins_exec };
