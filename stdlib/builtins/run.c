// SPDX-License-Identifier: MIT
// Built-in functions that compile and run: compile, eval, exec, __import__. No state.
#include "stdlib/builtins/builtins_int.h"

#include "core/code/code.h"
#include "core/compile/ast_object.h"
#include "core/compile/compile.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/function.h"
#include "core/vm/vm.h"
#include "stdlib/sys/sys.h"

enum { PYCF_IGNORE_COOKIE = 0x800, PYCF_MASK_OBSOLETE = CO_NESTED,
       PYCF_COMPILE_MASK = PYCF_ONLY_AST | PYCF_ALLOW_TOP_LEVEL_AWAIT | PYCF_TYPE_COMMENTS | PYCF_DONT_IMPLY_DEDENT | PYCF_ALLOW_INCOMPLETE_INPUT | PYCF_OPTIMIZED_AST };

// The bytes of a source argument: NULL with the exception set. hold, view: release with source_free.
typedef struct SourceArg { const char *p; size_t n; Value hold; Buffer view; } SourceArg;

static bool source_get(Thread *th, SourceArg *s, Value source, const char *fname, const char *what, int *flags) {
    s->hold = NO_VALUE;
    if (value_is_str(source)) {
        *flags |= PYCF_IGNORE_COOKIE | PYCF_SOURCE_IS_UTF8;
        s->p = str_utf8(th, source, &s->n, &s->hold);
        if (!s->p) return false;
    } else if (value_is_bytes(source)) {
        s->p = (const char *)AS(Bytes, source)->data;
        s->n = AS(Bytes, source)->len;
    } else if (buffer_check(source)) {
        // A copy: the exporter may change while the compiler reads.
        if (buffer_get(th, source, &s->view, BUF_SIMPLE)) return false;
        s->hold = buffer_to_bytes(th, &s->view);
        buffer_release(th, &s->view);
        if (!s->hold) return false;
        s->p = (const char *)AS(Bytes, s->hold)->data;
        s->n = AS(Bytes, s->hold)->len;
    } else {
        raise_type_error(th, "%s() arg 1 must be a %s object", fname, what);
        return false;
    }
    if (memchr(s->p, 0, s->n)) {
        decref(th, s->hold);
        raise_error(th, &exc_SyntaxError, "source code string cannot contain null bytes");
        return false;
    }
    return true;
}

// Tells audit hooks of the text that is about to be compiled. 0 or -1.
static int compile_audit(Thread *th, const SourceArg *s, Value filename) {
    if (LIKELY(!sys_has_audit_hooks())) return 0;
    Value text = bytes_new(th, s->p, s->n);
    int r = text == NO_VALUE ? -1 : sys_audit(th, "compile", 2, text, filename);
    decref(th, text);
    return r;
}

enum { FUTURE_MASK = CO_FUTURE_DIVISION | CO_FUTURE_ABSOLUTE_IMPORT | CO_FUTURE_WITH_STATEMENT | CO_FUTURE_PRINT_FUNCTION | CO_FUTURE_UNICODE_LITERALS |
                     CO_FUTURE_BARRY_AS_BDFL | CO_FUTURE_GENERATOR_STOP | CO_FUTURE_ANNOTATIONS };

static int inherited_flags(Thread *th) { return th->frame ? (int)(th->frame->code->flags & FUTURE_MASK) : 0; }

Value builtins_fn_compile(Thread *th, Value self, Value *args) {
    int flags = 0, optimize = -1, feature = -1;
    Value filename = NO_VALUE, r = NO_VALUE;
    if (value_is_str(args[1])) filename = new_ref(th, args[1]);
    else {
        size_t n;
        Value hold = NO_VALUE;
        const char *p = str_fs_path(th, args[1], &n, &hold);
        if (!p) {
            if (error_clear_if(th, &exc_TypeError)) raise_type_error(th, "expected str, bytes or os.PathLike object, not %T", args[1]);
            return NO_VALUE;
        }
        filename = str_from_fs(th, p, n);
        decref(th, hold);
        if (!filename) return NO_VALUE;
    }
    Value text = NO_VALUE;
    if (!value_is_str(args[2])) {
        raise_type_error(th, "compile() argument 'mode' must be str, not %T", args[2]);
        goto out;
    }
    if (args[3] && number_as_int(th, args[3], &flags)) goto out;
    int dont_inherit = args[4] ? object_truth(th, args[4]) : 0;
    if (dont_inherit < 0) goto out;
    if (args[5] && number_as_int(th, args[5], &optimize)) goto out;
    if (args[6] && number_as_int(th, args[6], &feature)) goto out;
    if (flags & ~(FUTURE_MASK | PYCF_MASK_OBSOLETE | PYCF_COMPILE_MASK)) {
        raise_value_error(th, "compile(): unrecognised flags");
        goto out;
    }
    if (optimize < -1 || optimize > 2) {
        raise_value_error(th, "compile(): invalid optimize value");
        goto out;
    }
    if (!dont_inherit) flags |= inherited_flags(th);
    const char *mode = NULL;
    static const char *const modes[] = {"exec", "eval", "single", "func_type"};
    for (size_t i = 0; i < ARRAY_LEN(modes); i++)
        if (str_equal_cstr(args[2], modes[i])) mode = modes[i];
    if (!mode || (mode == modes[3] && !(flags & PYCF_ONLY_AST))) {
        if (mode) raise_value_error(th, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
        else if (flags & PYCF_ONLY_AST) raise_value_error(th, "compile() mode must be 'exec', 'eval', 'single' or 'func_type'");
        else raise_value_error(th, "compile() mode must be 'exec', 'eval' or 'single'");
        goto out;
    }
    CompileOptions opt = {filename, mode, flags, optimize, true};
    int is_ast = ast_object_check(th, args[0]);
    if (is_ast < 0) goto out;
    if (is_ast) {
        if (sys_audit(th, "compile", 2, args[0], VALUE_NONE)) goto out;
        r = ast_object_compile(th, args[0], &opt);
        goto out;
    }
    SourceArg s;
    if (!source_get(th, &s, args[0], "compile", "string, bytes or AST", &opt.flags)) goto out;
    if (compile_audit(th, &s, filename)) r = NO_VALUE;
    else if (flags & PYCF_ONLY_AST) r = ast_object_parse(th, s.p, s.n, &opt, feature);
    else r = compile_source(th, s.p, s.n, &opt);
    decref(th, s.hold);
out:
    decref(th, text);
    decref(th, filename);
    return r;
}

// globals get the running code's __builtins__ when they have none.
static int ensure_builtins(Thread *th, Value globals) {
    Value v;
    int has = dict_get(th, AS(Dict, globals), name_d_builtins, &v);
    if (has) {
        if (has > 0) decref(th, v);
        return has < 0 ? -1 : 0;
    }
    Dict *b = vm_builtins(th);
    return dict_set(th, AS(Dict, globals), name_d_builtins, VALUE_OF(b ? b : builtins_default));
}

// Both namespaces as new references; what: 'eval' or 'exec' for the message. 0 or -1.
static int namespaces(Thread *th, const char *what, Value *globals, Value *locals) {
    bool no_locals = !*locals || *locals == VALUE_NONE;
    if (!*globals || *globals == VALUE_NONE) {
        Dict *g = vm_globals(th);
        if (!g) {
            raise_error(th, &exc_SystemError, "globals and locals cannot be NULL");
            return -1;
        }
        Value l = no_locals ? frame_locals_snapshot(th, th->frame) : new_ref(th, *locals);
        if (!l) return -1;
        *globals = new_ref(th, VALUE_OF(g));
        *locals = l;
    } else {
        *locals = new_ref(th, no_locals ? *globals : *locals);
        incref(th, *globals);
    }
    if (ensure_builtins(th, *globals)) {
        decref(th, *globals);
        decref(th, *locals);
        return -1;
    }
    return 0;
}

static Value run(Thread *th, Value code, Value globals, Value locals, Value closure) {
    return vm_exec(th, AS(Code, code), AS(Dict, globals), locals == globals ? NO_VALUE : locals, closure);
}

static Value compile_text(Thread *th, Value source, const char *fname, const char *mode, const char *filename) {
    int flags = inherited_flags(th);
    SourceArg s;
    if (!source_get(th, &s, source, fname, "string, bytes or code", &flags)) return NO_VALUE;
    const char *p = s.p;
    size_t n = s.n;
    if (mode[1] == 'v') // eval: leading blanks are no indentation
        while (n && (*p == ' ' || *p == '\t')) p++, n--;
    Value file = str_intern_cstr(th, filename), code = NO_VALUE;
    s.p = p;
    s.n = n;
    if (file && compile_audit(th, &s, file) == 0) {
        CompileOptions opt = {file, mode, flags, -1, true};
        code = compile_source(th, p, n, &opt);
    }
    decref(th, s.hold);
    return code;
}

Value builtins_fn_eval(Thread *th, Value self, Value *args) {
    Value g = args[1], l = args[2];
    if (l && l != VALUE_NONE && !mapping_check(l)) return raise_type_error(th, "locals must be a mapping");
    if (g && g != VALUE_NONE && !value_is_dict(g))
        return raise_type_error(th, mapping_check(g) ? "globals must be a real dict; try eval(code, {}, mapping)" : "globals must be a dict");
    if (namespaces(th, "eval", &g, &l)) return NO_VALUE;
    Value code = NO_VALUE, r = NO_VALUE;
    if (value_is_exact(args[0], &type_code)) {
        if (AS(Tuple, AS(Code, args[0])->freevars)->len) raise_type_error(th, "code object passed to eval() may not contain free variables");
        else code = new_ref(th, args[0]);
    } else code = compile_text(th, args[0], "eval", "eval", "<string>");
    if (code && sys_audit(th, "exec", 1, code) == 0) r = run(th, code, g, l, NO_VALUE);
    decref(th, code);
    decref(th, g);
    decref(th, l);
    return r;
}

Value builtins_fn_exec(Thread *th, Value self, Value *args) {
    Value g = args[1], l = args[2], closure = args[3] && args[3] != VALUE_NONE ? args[3] : NO_VALUE;
    if (g && g != VALUE_NONE && !value_is_dict(g)) return raise_type_error(th, "exec() globals must be a dict, not %.100s", type_of(g)->name);
    if (l && l != VALUE_NONE && !mapping_check(l)) return raise_type_error(th, "locals must be a mapping or None, not %.100s", type_of(l)->name);
    if (namespaces(th, "exec", &g, &l)) return NO_VALUE;
    Value code = NO_VALUE, r = NO_VALUE;
    if (value_is_exact(args[0], &type_code)) {
        size_t nfree = AS(Tuple, AS(Code, args[0])->freevars)->len;
        bool ok = true;
        if (nfree == 0 && closure) {
            raise_type_error(th, "cannot use a closure with this code object");
            ok = false;
        } else if (nfree) {
            ok = closure && value_is_exact_tuple(closure) && AS(Tuple, closure)->len == nfree;
            for (size_t i = 0; ok && i < nfree; i++) ok = value_is_exact(AS(Tuple, closure)->items[i], &type_cell);
            if (!ok) raise_type_error(th, "code object requires a closure of exactly length %zu", nfree);
        }
        if (ok) code = new_ref(th, args[0]);
    } else if (closure) raise_type_error(th, "closure can only be used when source is a code object");
    else code = compile_text(th, args[0], "exec", "exec", "<string>");
    if (code && sys_audit(th, "exec", 1, code) == 0) r = run(th, code, g, l, closure);
    if (r) {
        decref(th, r);
        r = VALUE_NONE;
    }
    decref(th, code);
    decref(th, g);
    decref(th, l);
    return r;
}

Value builtins_fn_import(Thread *th, Value self, Value *args) {
    Value level = args[4] ? args[4] : value_imm_int(0);
    Dict *globals = args[1] && value_is_dict(args[1]) ? AS(Dict, args[1]) : NULL;
    return import_name(th, args[0], globals, args[2] ? args[2] : VALUE_NONE, args[3] ? args[3] : tuple_empty, level);
}
