// SPDX-License-Identifier: MIT
// Reading keys and lines. A thread waits for a key in poll(), without the library's lock, so that others may draw; the library is then asked with no delay.
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "sched/thread/lock.h"
#include "stdlib/_curses/curses_int.h"

enum { LINE_MAX_BYTES = 2047, EMPTY_READS = 3 };

// One key: *rc is what wgetch() or wget_wch() returned. 0, or -1: a signal handler raised.
static int read_key(Thread *th, Window *w, const int *yx, bool wide, int *rc, wint_t *ch) {
    int64_t deadline = -1;
    for (int empty = 0;;) {
        int delay = 0, code = OK;
        bool waits = false;
        LIB({
            if (yx) code = wmove(w->win, yx[0], yx[1]);
            delay = wgetdelay(w->win);
            waits = curses_key_mode && delay != 0;
            if (waits) wtimeout(w->win, 0);
            if (code == ERR) *rc = ERR;
            else if (wide) *rc = wget_wch(w->win, ch);
            else *rc = wgetch(w->win);
            if (waits) wtimeout(w->win, delay);
        });
        if (thread_safepoint(th) < 0) return -1;
        if (*rc != ERR || !waits || code == ERR || empty == EMPTY_READS) return 0;
        yx = NULL;
        if (deadline < 0) deadline = delay > 0 ? thread_clock_ns() + (int64_t)delay * 1000000 : INT64_MAX;
        struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
        int64_t left = delay > 0 ? (deadline - thread_clock_ns() + 999999) / 1000000 : -1;
        int got, err;
        if (delay > 0 && left <= 0) return 0;
        BLOCKING_BEGIN(th);
        got = poll(&p, 1, (int)left);
        err = errno;
        BLOCKING_END;
        if (got < 0 && err != EINTR) return 0;
        if (got < 0 && thread_safepoint(th) < 0) return -1;
        if (got == 0) return 0;
        // Ready, but nothing came of it: the end of the input.
        if (got > 0 && ++empty == EMPTY_READS) deadline = INT64_MAX;
    }
}

// [y, x] of a read. Number of coordinates, or -1.
static int read_args(Thread *th, const char *fn, Value *args, int yx[2]) {
    ARGS;
    if (n != 0 && n != 2) {
        curses_wrong_count(th, fn, 0, 2);
        return -1;
    }
    return curses_ints(th, a, n, yx) < 0 ? -1 : (int)n;
}

Value window_meth_getch(Thread *th, Value self, Value *args) {
    int yx[2], rc, n = read_args(th, "_curses.window.getch", args, yx);
    if (n < 0 || read_key(th, WIN(self), n ? yx : NULL, false, &rc, NULL) < 0) return NO_VALUE;
    return value_imm_int(rc);
}

Value window_meth_getkey(Thread *th, Value self, Value *args) {
    int yx[2], rc, n = read_args(th, "_curses.window.getkey", args, yx);
    if (n < 0 || read_key(th, WIN(self), n ? yx : NULL, false, &rc, NULL) < 0) return NO_VALUE;
    if (rc == ERR) return curses_raise(th, "no input");
    if (rc <= 255) return str_from_char(th, (uint32_t)rc);
    char name[64] = "";
    LIB({
        const char *k = keyname(rc);
        if (k) strncpy(name, k, sizeof name - 1);
    });
    return str_from_cstr(th, name);
}

Value window_meth_get_wch(Thread *th, Value self, Value *args) {
    int yx[2], rc, n = read_args(th, "_curses.window.get_wch", args, yx);
    wint_t ch = 0;
    if (n < 0 || read_key(th, WIN(self), n ? yx : NULL, true, &rc, &ch) < 0) return NO_VALUE;
    if (rc == ERR) return curses_raise(th, "no input");
    return rc == KEY_CODE_YES ? value_imm_int((int64_t)ch) : str_from_char(th, (uint32_t)ch);
}

// [[y, x,] n=2047] in that order. Whether there are coordinates, or -1.
static int line_args(Thread *th, Value *args, int yx[2], int *max) {
    ARGS;
    *max = LINE_MAX_BYTES;
    if (n > 3) {
        curses_wrong_count(th, "_curses.window.instr", 0, 3);
        return -1;
    }
    if (n % 2) {
        if (number_as_int(th, a[n - 1], max) < 0) return -1;
        if (*max < 0) {
            raise_value_error(th, "Cannot convert negative int");
            return -1;
        }
        if (*max > LINE_MAX_BYTES) *max = LINE_MAX_BYTES;
    }
    if (n >= 2 && curses_ints(th, a, 2, yx) < 0) return -1;
    return n >= 2;
}

Value window_meth_getstr(Thread *th, Value self, Value *args) {
    WINDOW *win = WIN(self)->win;
    char text[LINE_MAX_BYTES + 1] = "";
    int yx[2], max, at = line_args(th, args, yx, &max), rc;
    if (at < 0) return NO_VALUE;
    LIB({ rc = at && wmove(win, yx[0], yx[1]) == ERR ? ERR : wgetnstr(win, text, max); });
    if (thread_safepoint(th) < 0) return NO_VALUE;
    return bytes_new(th, text, rc == ERR ? 0 : strlen(text));
}

// Here because its arguments are those of getstr().
Value window_meth_instr(Thread *th, Value self, Value *args) {
    WINDOW *win = WIN(self)->win;
    char text[LINE_MAX_BYTES + 1] = "";
    int yx[2], max, at = line_args(th, args, yx, &max), rc;
    if (at < 0) return NO_VALUE;
    LIB({ rc = at && wmove(win, yx[0], yx[1]) == ERR ? ERR : winnstr(win, text, max); });
    return bytes_new(th, text, rc == ERR ? 0 : strlen(text));
}
