// SPDX-License-Identifier: MIT
// _curses: the data base of terminals. The rules are those of module.c: what the library says is copied while its lock is held.
#include <stdlib.h>
#include <string.h>

#include "core/object/buffer.h"
#include "core/object/exception.h"
#include "sched/thread/lock.h"
#include "stdlib/_curses/curses_int.h"

// term.h has macros of common words: declared here what is used of it.
extern int setupterm(const char *, int, int *);
extern int tigetflag(const char *), tigetnum(const char *), putp(const char *);
extern char *tigetstr(const char *), *tparm(const char *, ...);

Value curses_fn_setupterm(Thread *th, Value self, Value *args) {
    int fd = -1, err = 0, rc = OK;
    Value hold = NO_VALUE;
    const char *term = NULL;
    if (args[0] && args[0] != VALUE_NONE && !(value_is_str(args[0]) ? (term = str_fs_path(th, args[0], NULL, &hold)) : NULL)) {
        if (!error_pending(th)) raise_type_error(th, "setupterm() argument 1 must be str or None, not %T", args[0]);
        return NO_VALUE;
    }
    Value r = NO_VALUE;
    if (args[1] && number_as_int(th, args[1], &fd) < 0) goto done;
    if (fd == -1) {
        Value out = import_attr(th, "sys", "stdout"), no = NO_VALUE;
        if (out == VALUE_NONE) {
            curses_raise(th, "lost sys.stdout");
            goto done;
        }
        if (out) no = call_method0(th, out, str_intern_cstr(th, "fileno"));
        decref(th, out);
        int bad = no ? number_as_int(th, no, &fd) : -1;
        decref(th, no);
        if (bad < 0) goto done;
    }
    LIB({
        if (!(atomic_load_relaxed(&curses_state) & CURSES_TERMINAL)) {
            rc = setupterm(term, fd, &err);
            if (rc != ERR) atomic_or_seqcst(&curses_state, (uint32_t)CURSES_TERMINAL);
        }
    });
    if (rc != ERR) r = VALUE_NONE;
    else curses_raise(th, err == 0 ? "setupterm: could not find terminal" : err == -1 ? "setupterm: could not find terminfo database" : "setupterm: unknown error");
done:
    decref(th, hold);
    return r;
}
static const char *cap_name(Thread *th, Value v, Value *hold, const char *fn) {
    *hold = NO_VALUE;
    if (value_is_str(v)) return str_fs_path(th, v, NULL, hold);
    raise_type_error(th, "%s() argument must be str, not %B", fn, v);
    return NULL;
}
#define CAPABILITY(name)                                                  \
    Value curses_fn_##name(Thread *th, Value self, Value *args) { \
        NEED_TERMINAL();                                                  \
        Value hold;                                                       \
        int v;                                                            \
        const char *cap = cap_name(th, args[0], &hold, #name);            \
        if (!cap) return NO_VALUE;                                        \
        LIB(v = name(cap));                                               \
        decref(th, hold);                                                 \
        return value_imm_int(v);                                          \
    }
CAPABILITY(tigetflag) CAPABILITY(tigetnum)
Value curses_fn_tigetstr(Thread *th, Value self, Value *args) {
    NEED_TERMINAL();
    Value hold;
    char *v, text[TEXT_MAX];
    const char *cap = cap_name(th, args[0], &hold, "tigetstr");
    if (!cap) return NO_VALUE;
    LIB(v = tigetstr(cap); curses_copy_text(text, v == (char *)-1 ? NULL : v));
    decref(th, hold);
    return v == NULL || v == (char *)-1 ? VALUE_NONE : bytes_new(th, text, strlen(text));
}
static const char *bytes_arg(Thread *th, Value v, Buffer *b) {
    if (buffer_get(th, v, b, BUF_SIMPLE) < 0) return NULL;
    if (!memchr(b->buf, 0, b->len)) return (const char *)b->buf; // bytes end in a zero
    buffer_release(th, b);
    raise_value_error(th, "embedded null byte");
    return NULL;
}
Value curses_fn_tparm(Thread *th, Value self, Value *args) {
    NEED_TERMINAL();
    int p[9] = {0};
    for (int i = 0; i < 9; i++)
        if (args[i + 1] && number_as_int(th, args[i + 1], &p[i]) < 0) return NO_VALUE;
    Buffer b;
    if (!bytes_arg(th, args[0], &b)) return NO_VALUE;
    char *copy = strndup((char *)b.buf, b.len), *v = NULL, text[TEXT_MAX];
    buffer_release(th, &b);
    if (!copy) return raise_memory_error(th);
    LIB(v = tparm(copy, (long)p[0], (long)p[1], (long)p[2], (long)p[3], (long)p[4], (long)p[5], (long)p[6], (long)p[7], (long)p[8]); curses_copy_text(text, v));
    free(copy);
    return v ? bytes_new(th, text, strlen(text)) : curses_raise(th, "tparm() returned NULL");
}
Value curses_fn_putp(Thread *th, Value self, Value *args) {
    Buffer b;
    int rc;
    if (!bytes_arg(th, args[0], &b)) return NO_VALUE;
    char *copy = strndup((char *)b.buf, b.len);
    buffer_release(th, &b);
    if (!copy) return raise_memory_error(th);
    LIB(rc = putp(copy));
    free(copy);
    return curses_check(th, rc, "putp");
}
