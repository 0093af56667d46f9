// SPDX-License-Identifier: MIT
// Built-in functions that talk to streams: print, input, breakpoint. open is _io.open itself, put here by the start of the program.
#include "stdlib/builtins/builtins_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/object/attr_cache.h"
#include "core/object/iter.h"
#include "core/object/suggest.h"
#include "stdlib/readline.h"
#include "stdlib/sys/sys.h"

static int text_option(Thread *th, const char *what, Value v) {
    if (v == NO_VALUE || v == VALUE_NONE || value_is_str(v)) return 0;
    raise_type_error(th, "%s must be None or a string, not %.200s", what, type_of(v)->name);
    return -1;
}

static int write_text(Thread *th, Value file, Value text) {
    Value r = call_method1(th, file, name_write, text);
    decref(th, r);
    return r ? 0 : -1;
}

// What print writes to a native stream: collected as long as making the text runs no Python code, so that one call writes it.
typedef struct Line { Value file; bool collects; StrBuilder b; /* valid with collects */ } Line;
static int line_flush(Thread *th, Line *l) {
    if (!l->collects || (l->b.len == 0 && !l->b.failed)) return 0;
    Value text = str_builder_finish(&l->b);
    str_builder_init(&l->b, th);
    int r = text ? write_text(th, l->file, text) : -1;
    decref(th, text);
    return r;
}
static int line_put(Thread *th, Line *l, Value v) {
    bool text = value_is_exact_str(v);
    if (l->collects && (text || value_is_imm_int(v))) {
        if (text) str_builder_str(&l->b, v);
        else str_builder_int(&l->b, value_imm_int_get(v));
        return 0;
    }
    if (!value_is_imm_float(v) && line_flush(th, l) < 0) return -1;
    Value s = object_str(th, v);
    int r = !s ? -1 : l->collects && value_is_exact_str(s) ? (str_builder_str(&l->b, s), 0) : write_text(th, l->file, s);
    decref(th, s);
    return r;
}

Value builtins_fn_print(RAW_ARGS) {
    Value sep = NO_VALUE, end = NO_VALUE, file = NO_VALUE;
    int flush = 0;
    for (size_t i = 0; kwnames && i < AS(Tuple, kwnames)->len; i++) {
        Value k = AS(Tuple, kwnames)->items[i], v = args[nargs + i];
        if (str_equal_cstr(k, "sep")) sep = v;
        else if (str_equal_cstr(k, "end")) end = v;
        else if (str_equal_cstr(k, "file")) file = v;
        else if (str_equal_cstr(k, "flush")) {
            if ((flush = object_truth(th, v)) < 0) return NO_VALUE;
        } else return raise_unknown_keyword(th, "print()", k, (const char *const[]){"sep", "end", "file", "flush", NULL}, 0);
    }
    if (file == NO_VALUE || file == VALUE_NONE) {
        file = sys_attr(th, name_stdout);
        if (file == NO_VALUE) return raise_error(th, &exc_RuntimeError, "lost sys.stdout");
        if (file == VALUE_NONE) return VALUE_NONE;
    } else incref(th, file);
    int r = text_option(th, "sep", sep) || text_option(th, "end", end) ? -1 : 0;
    Line l;
    l.file = file;
    l.collects = false;
    Value own = NO_VALUE;
    if (r == 0 && !(type_of(file)->flags & TYPE_HEAP) && (r = attr_instance_find(th, file, name_write, &own)) == 0) {
        l.collects = true;
        str_builder_init(&l.b, th);
    }
    decref(th, own);
    if (r > 0) r = 0;   // a write of its own, which gets the pieces
    for (size_t i = 0; r == 0 && i < nargs; i++) {
        if (i > 0) r = line_put(th, &l, sep && sep != VALUE_NONE ? sep : str_from_char(th, ' '));
        if (r == 0) r = line_put(th, &l, args[i]);
    }
    if (r == 0) r = line_put(th, &l, end && end != VALUE_NONE ? end : str_from_char(th, '\n'));
    if (l.collects) {
        if (r == 0) r = line_flush(th, &l);
        str_builder_abort(&l.b);
    }
    if (r == 0 && flush) {
        Value v = call_method0(th, file, name_flush);
        decref(th, v);
        r = v ? 0 : -1;
    }
    decref(th, file);
    return r ? NO_VALUE : VALUE_NONE;
}

// A standard stream: new reference, or NO_VALUE with RuntimeError "input(): lost sys.x".
static Value stream(Thread *th, Value name) {
    Value v = sys_attr(th, name);
    if (v && v != VALUE_NONE) return v;
    return raise_error(th, &exc_RuntimeError, "input(): lost sys.%U", name);
}

// Is the stream the C library's own with that descriptor, and a terminal?
static bool is_terminal(Thread *th, Value stream, int fd) {
    Value v = call_method0(th, stream, str_intern_cstr(th, "fileno"));
    int no = -1;
    if (v && number_as_int(th, v, &no) < 0) no = -1;
    if (error_pending(th)) error_clear(th);
    decref(th, v);
    return no == fd && isatty(fd);
}

// A line read with editing, without its newline.
static Value edited_line(Thread *th, Value out, Value prompt) {
    Value r = call_method0(th, out, name_flush), text = NO_VALUE, hold = NO_VALUE, line = NO_VALUE;
    if (!r) error_clear(th);
    decref(th, r);
    if (prompt && !(text = object_str(th, prompt))) return NO_VALUE;
    const char *p = text ? str_fs_path(th, text, NULL, &hold) : "";
    char *got = p ? readline_terminal_hook(th, p) : NULL;
    decref(th, text);
    decref(th, hold);
    if (!got) return NO_VALUE;
    size_t n = strlen(got);
    if (n == 0) raise_error(th, &exc_EOFError, "EOF when reading a line");
    else line = str_from_fs(th, got, n - 1);
    free(got);
    return line;
}

Value builtins_fn_input(Thread *th, Value self, Value *args) {
    if (sys_audit(th, "builtins.input", 1, args[0] ? args[0] : VALUE_NONE)) return NO_VALUE;
    Value in = stream(th, name_stdin), out = in ? stream(th, name_stdout) : NO_VALUE, err = out ? stream(th, name_stderr) : NO_VALUE, line = NO_VALUE;
    if (!err) goto out;
    Value r = call_method0(th, err, name_flush);
    if (!r) error_clear(th);
    decref(th, r);
    if (atomic_load_acquire(&readline_terminal_hook) && is_terminal(th, in, 0) && is_terminal(th, out, 1)) {
        line = edited_line(th, out, args[0]);
        goto out;
    }
    if (args[0]) {
        Value s = object_str(th, args[0]);
        if (!s) goto out;
        int w = write_text(th, out, s);
        decref(th, s);
        if (w) goto out;
    }
    r = call_method0(th, out, name_flush);
    if (!r) error_clear(th);
    decref(th, r);
    line = call_method0(th, in, name_readline);
    if (!line) goto out;
    if (!value_is_str(line)) {
        raise_type_error(th, "object.readline() returned non-string");
        clear_ref(th, &line);
        goto out;
    }
    size_t n = AS(Str, line)->len;
    if (n == 0) {
        clear_ref(th, &line);
        raise_error(th, &exc_EOFError, "EOF when reading a line");
    } else if (str_char_at(AS(Str, line), n - 1) == '\n') {
        Value cut = str_substring(th, line, 0, n - 1);
        decref(th, line);
        line = cut;
    }
out:
    if (line && sys_audit(th, "builtins.input/result", 1, line)) clear_ref(th, &line);
    decref(th, in);
    decref(th, out);
    decref(th, err);
    return line;
}

Value builtins_fn_breakpoint(RAW_ARGS) {
    Value name = str_intern_cstr(th, "breakpointhook");
    Value hook = name ? sys_attr(th, name) : NO_VALUE;
    if (!hook) return name ? raise_error(th, &exc_RuntimeError, "lost sys.breakpointhook") : NO_VALUE;
    Value r = sys_audit(th, "builtins.breakpoint", 1, hook) ? NO_VALUE : object_call(th, hook, args, nargs, kwnames);
    decref(th, hook);
    return r;
}
