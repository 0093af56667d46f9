// SPDX-License-Identifier: MIT
// The window type: drawing, attributes, geometry. Each method is a call or two of the library under its lock; names in errors are the library's.
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/object/buffer.h"
#include "core/object/exception.h"
#include "sched/thread/lock.h"
#include "stdlib/_curses/curses_int.h"

// ---- shared ---------------------------------------------------------------------------------------------------------------------------

Value curses_raise(Thread *th, const char *text) { return raise_error(th, AS(Type, curses_error), "%s", text); }
Value curses_check(Thread *th, int code, const char *fn) {
    return code == ERR ? raise_error(th, AS(Type, curses_error), "%s() returned ERR", fn) : VALUE_NONE;
}
Value curses_wrong_count(Thread *th, const char *fn, int min, int max) { return raise_type_error(th, "%s requires %d to %d arguments", fn, min, max); }
int curses_ints(Thread *th, const Value *a, size_t n, int *out) {
    for (size_t i = 0; i < n; i++)
        if (number_as_int(th, a[i], &out[i]) < 0) return -1;
    return 0;
}
int curses_attr(Thread *th, Value v, attr_t *out) {
    int64_t i;
    if (number_as_i64(th, v, &i) < 0) return -1;
    *out = (attr_t)i;
    return 0;
}

static Value window_encoding(Thread *th, Window *w) {
    obj_lock(th, &w->lock);
    Value v = new_ref(th, w->encoding);
    obj_unlock(th, &w->lock);
    return v;
}

// A character beyond ASCII as the one byte of an encoding. 0 or -1.
static int encode_char(Thread *th, Window *w, Value v, chtype *out) {
    Value enc = w ? window_encoding(th, w) : str_from_cstr(th, nl_langinfo(CODESET));
    Value b = enc ? call_method1(th, v, str_intern_cstr(th, "encode"), enc) : NO_VALUE;
    int r = -1;
    if (b && value_is_bytes(b) && AS(Bytes, b)->len == 1) {
        *out = AS(Bytes, b)->data[0];
        r = 0;
    } else if (b) {
        raise_error(th, &exc_OverflowError, "byte doesn't fit in chtype");
    }
    decref(th, enc);
    decref(th, b);
    return r;
}

int curses_chtype(Thread *th, Window *w, Value v, chtype *out) {
    if (value_is_int(v)) {
        int64_t i;
        if (int_as_i64_overflow(v, &i) != 0) {
            raise_error(th, &exc_OverflowError, "int too big to convert");
            return -1;
        }
        *out = (chtype)i;
        if ((int64_t)*out == i) return 0;
        raise_error(th, &exc_OverflowError, "byte doesn't fit in chtype");
        return -1;
    }
    if (value_is_bytes(v) || value_is_str(v)) {
        bool text = value_is_str(v);
        size_t len = text ? AS(Str, v)->len : AS(Bytes, v)->len;
        if (len != 1) {
            raise_type_error(th, "expect int or bytes or str of length 1, got a %T of length %zu", v, len);
            return -1;
        }
        *out = text ? str_char_at(AS(Str, v), 0) : AS(Bytes, v)->data[0];
        return text && *out > 127 ? encode_char(th, w, v, out) : 0;
    }
    raise_type_error(th, "expect int or bytes or str of length 1, got %T", v);
    return -1;
}

Value curses_window_new(Thread *th, WINDOW *win, Value parent) {
    if (!win) return curses_raise(th, "curses function returned NULL");
    Value enc = str_from_cstr(th, nl_langinfo(CODESET));
    Window *w = enc ? NEW(Window, th, &type_curses_window) : NULL;
    if (!w) {
        decref(th, enc);
        return NO_VALUE;
    }
    w->win = win;
    w->parent = new_ref(th, parent);
    w->encoding = enc;
    return VALUE_OF(w);
}
static void delete_window(void *win) { delwin(win); }
static void window_slot_dealloc(Thread *th, Object *o) {
    Window *w = (Window *)o;
    if (w->win && w->win != stdscr) curses_doom(w->win, delete_window);
    decref(th, w->parent);
    decref(th, w->encoding);
    object_free(th, o);
}

// [y, x,] before min to max other arguments: takes them off. Number of coordinates taken, or -1. min and max differ by less than 2.
static int take_yx(Thread *th, const char *fn, const Value **a, size_t *n, size_t min, size_t max, int yx[2]) {
    if (*n < min || *n > max + 2) {
        curses_wrong_count(th, fn, (int)min, (int)max + 2);
        return -1;
    }
    if (*n < min + 2) return 0;
    if (curses_ints(th, *a, 2, yx) < 0) return -1;
    *a += 2;
    *n -= 2;
    return 2;
}
// Moves if asked to; ERR as the library says.
static int moved(WINDOW *win, int at, const int yx[2]) { return at ? wmove(win, yx[0], yx[1]) : OK; }

// ---- methods of one shape -------------------------------------------------------------------------------------------------------------

#define SIMPLE(name, fn)                                                  \
    static Value window_meth_##name(Thread *th, Value self, Value *args) { \
        int rc;                                                           \
        LIB(rc = fn(WIN(self)->win));                                     \
        return curses_check(th, rc, #fn);                                 \
    }
#define SILENT(name, fn)                                                  \
    static Value window_meth_##name(Thread *th, Value self, Value *args) { \
        LIB(fn(WIN(self)->win));                                          \
        return VALUE_NONE;                                                \
    }
#define FLAG(name)                                                        \
    static Value window_meth_##name(Thread *th, Value self, Value *args) { \
        int flag = object_truth(th, args[0]), rc;                         \
        if (flag < 0) return NO_VALUE;                                    \
        LIB(rc = name(WIN(self)->win, flag != 0));                        \
        return curses_check(th, rc, #name);                               \
    }
#define FLAG_SILENT(name)                                                 \
    static Value window_meth_##name(Thread *th, Value self, Value *args) { \
        int flag = object_truth(th, args[0]);                             \
        if (flag < 0) return NO_VALUE;                                    \
        LIB(name(WIN(self)->win, flag != 0));                             \
        return VALUE_NONE;                                                \
    }
#define TWO_INTS(name, fn)                                                \
    static Value window_meth_##name(Thread *th, Value self, Value *args) { \
        int v[2], rc;                                                     \
        if (curses_ints(th, args, 2, v) < 0) return NO_VALUE;             \
        LIB(rc = fn(WIN(self)->win, v[0], v[1]));                         \
        return curses_check(th, rc, #fn);                                 \
    }
#define PAIR(name, get_y, get_x)                                          \
    static Value window_meth_##name(Thread *th, Value self, Value *args) { \
        int y, x;                                                         \
        LIB(y = get_y(WIN(self)->win); x = get_x(WIN(self)->win));        \
        Value v[2] = {value_imm_int(y), value_imm_int(x)};                \
        return tuple_from_owned(th, v, 2);                                \
    }
#define ATTR(name, fn)                                                    \
    static Value window_meth_##name(Thread *th, Value self, Value *args) { \
        attr_t attr;                                                      \
        int rc;                                                           \
        if (curses_attr(th, args[0], &attr) < 0) return NO_VALUE;         \
        LIB(rc = fn(WIN(self)->win, (int)attr));                          \
        return curses_check(th, rc, #fn);                                 \
    }
SIMPLE(clear, wclear) SIMPLE(clrtobot, wclrtobot) SIMPLE(clrtoeol, wclrtoeol) SIMPLE(deleteln, wdeleteln) SIMPLE(erase, werase) SIMPLE(insertln, winsertln)
SIMPLE(redrawwin, redrawwin) SIMPLE(touchwin, touchwin) SIMPLE(untouchwin, untouchwin) SIMPLE(standend, wstandend) SIMPLE(standout, wstandout)
SILENT(cursyncup, wcursyncup) SILENT(syncdown, wsyncdown) SILENT(syncup, wsyncup)
FLAG(clearok) FLAG(idlok) FLAG(keypad) FLAG(leaveok) FLAG(nodelay) FLAG(notimeout) FLAG(scrollok) FLAG(syncok) FLAG_SILENT(idcok) FLAG_SILENT(immedok)
TWO_INTS(move, wmove) TWO_INTS(mvderwin, mvderwin) TWO_INTS(mvwin, mvwin) TWO_INTS(redrawln, wredrawln) TWO_INTS(resize, wresize) TWO_INTS(setscrreg, wsetscrreg)
PAIR(getbegyx, getbegy, getbegx) PAIR(getmaxyx, getmaxy, getmaxx) PAIR(getparyx, getpary, getparx) PAIR(getyx, getcury, getcurx)
ATTR(attroff, wattroff) ATTR(attron, wattron) ATTR(attrset, wattrset)

static Value window_meth_insdelln(Thread *th, Value self, Value *args) {
    int v, rc;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    LIB(rc = winsdelln(WIN(self)->win, v));
    return curses_check(th, rc, "winsdelln");
}
static Value window_meth_timeout(Thread *th, Value self, Value *args) {
    int v;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    LIB(wtimeout(WIN(self)->win, v));
    return VALUE_NONE;
}
static Value window_meth_is_linetouched(Thread *th, Value self, Value *args) {
    int v, rc;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    LIB(rc = v >= 0 && v < getmaxy(WIN(self)->win) ? is_linetouched(WIN(self)->win, v) : ERR);
    if (rc == ERR) return raise_type_error(th, "is_linetouched: line number outside of boundaries");
    return value_bool(rc);
}
static Value window_meth_is_wintouched(Thread *th, Value self, Value *args) {
    bool r;
    LIB(r = is_wintouched(WIN(self)->win));
    return value_bool(r);
}
static Value window_meth_enclose(Thread *th, Value self, Value *args) {
    int v[2];
    bool r;
    if (curses_ints(th, args, 2, v) < 0) return NO_VALUE;
    LIB(r = wenclose(WIN(self)->win, v[0], v[1]));
    return value_bool(r);
}
static Value window_meth_scroll(Thread *th, Value self, Value *args) {
    ARGS;
    int v = 1, rc;
    if (n > 1) return curses_wrong_count(th, "_curses.window.scroll", 0, 1);
    if (n && number_as_int(th, a[0], &v) < 0) return NO_VALUE;
    LIB(rc = n ? wscrl(WIN(self)->win, v) : scroll(WIN(self)->win));
    return curses_check(th, rc, n ? "wscrl" : "scroll");
}
static Value window_meth_touchline(Thread *th, Value self, Value *args) {
    ARGS;
    int v[2], rc, changed = 1;
    if (n < 2 || n > 3) return curses_wrong_count(th, "_curses.window.touchline", 2, 3);
    if (curses_ints(th, a, 2, v) < 0 || (n == 3 && (changed = object_truth(th, a[2])) < 0)) return NO_VALUE;
    LIB(rc = n == 2 ? touchline(WIN(self)->win, v[0], v[1]) : wtouchln(WIN(self)->win, v[0], v[1], changed));
    return curses_check(th, rc, n == 2 ? "touchline" : "wtouchln");
}

// ---- characters -----------------------------------------------------------------------------------------------------------------------

static Value window_meth_addch(Thread *th, Value self, Value *args) {
    ARGS;
    Window *w = WIN(self);
    int yx[2], at = take_yx(th, "_curses.window.addch", &a, &n, 1, 2, yx), rc;
    attr_t attr = A_NORMAL;
    chtype ch = 0;
    if (at < 0 || (n == 2 && curses_attr(th, a[1], &attr) < 0)) return NO_VALUE;
    if (value_is_str(a[0]) && AS(Str, a[0])->len == 1) {
        wchar_t text[2] = {(wchar_t)str_char_at(AS(Str, a[0]), 0), 0};
        cchar_t cell;
        LIB(rc = setcchar(&cell, text, attr, (short)PAIR_NUMBER(attr), NULL); if (rc == OK) rc = moved(w->win, at, yx); if (rc == OK) rc = wadd_wch(w->win, &cell));
        return curses_check(th, rc, at ? "mvwadd_wch" : "wadd_wch");
    }
    if (curses_chtype(th, w, a[0], &ch) < 0) return NO_VALUE;
    LIB(rc = moved(w->win, at, yx); if (rc == OK) rc = waddch(w->win, ch | attr));
    return curses_check(th, rc, at ? "mvwaddch" : "waddch");
}
static Value window_meth_insch(Thread *th, Value self, Value *args) {
    ARGS;
    Window *w = WIN(self);
    int yx[2], at = take_yx(th, "_curses.window.insch", &a, &n, 1, 2, yx), rc;
    attr_t attr = A_NORMAL;
    chtype ch;
    if (at < 0 || curses_chtype(th, w, a[0], &ch) < 0 || (n == 2 && curses_attr(th, a[1], &attr) < 0)) return NO_VALUE;
    LIB(rc = moved(w->win, at, yx); if (rc == OK) rc = winsch(w->win, ch | attr));
    return curses_check(th, rc, at ? "mvwinsch" : "winsch");
}
static Value window_meth_echochar(Thread *th, Value self, Value *args) {
    Window *w = WIN(self);
    attr_t attr = A_NORMAL;
    chtype ch;
    int rc;
    if (curses_chtype(th, w, args[0], &ch) < 0 || (args[1] && curses_attr(th, args[1], &attr) < 0)) return NO_VALUE;
    LIB(rc = is_pad(w->win) ? pechochar(w->win, ch | attr) : wechochar(w->win, ch | attr));
    return curses_check(th, rc, "echochar");
}
static Value window_meth_bkgd(Thread *th, Value self, Value *args) {
    attr_t attr = A_NORMAL;
    chtype ch;
    int rc;
    if (curses_chtype(th, WIN(self), args[0], &ch) < 0 || (args[1] && curses_attr(th, args[1], &attr) < 0)) return NO_VALUE;
    LIB(rc = wbkgd(WIN(self)->win, ch | attr));
    return curses_check(th, rc, "wbkgd");
}
static Value window_meth_bkgdset(Thread *th, Value self, Value *args) {
    attr_t attr = A_NORMAL;
    chtype ch;
    if (curses_chtype(th, WIN(self), args[0], &ch) < 0 || (args[1] && curses_attr(th, args[1], &attr) < 0)) return NO_VALUE;
    LIB(wbkgdset(WIN(self)->win, ch | attr));
    return VALUE_NONE;
}
static Value window_meth_getbkgd(Thread *th, Value self, Value *args) {
    chtype ch;
    LIB(ch = getbkgd(WIN(self)->win));
    return value_imm_int((int64_t)ch);
}
static Value window_meth_delch(Thread *th, Value self, Value *args) {
    ARGS;
    int yx[2], at = take_yx(th, "_curses.window.delch", &a, &n, 0, 0, yx), rc;
    if (at < 0) return NO_VALUE;
    if (n) return curses_wrong_count(th, "_curses.window.delch", 0, 2);
    LIB(rc = moved(WIN(self)->win, at, yx); if (rc == OK) rc = wdelch(WIN(self)->win));
    return curses_check(th, rc, at ? "mvwdelch" : "wdelch");
}
static Value window_meth_inch(Thread *th, Value self, Value *args) {
    ARGS;
    int yx[2], at = take_yx(th, "_curses.window.inch", &a, &n, 0, 0, yx);
    chtype ch = (chtype)ERR;
    if (at < 0) return NO_VALUE;
    if (n) return curses_wrong_count(th, "_curses.window.inch", 0, 2);
    LIB(if (moved(WIN(self)->win, at, yx) == OK) ch = winch(WIN(self)->win));
    return value_imm_int((int64_t)ch);
}

// ---- lines and borders ----------------------------------------------------------------------------------------------------------------

static Value draw_line(Thread *th, Value self, Value *args, const char *name, const char *fn, int (*draw)(WINDOW *, chtype, int)) {
    ARGS;
    Window *w = WIN(self);
    int yx[2], at = take_yx(th, name, &a, &n, 2, 3, yx), len, rc;
    attr_t attr = A_NORMAL;
    chtype ch;
    if (at < 0 || curses_chtype(th, w, a[0], &ch) < 0 || number_as_int(th, a[1], &len) < 0 || (n == 3 && curses_attr(th, a[2], &attr) < 0)) return NO_VALUE;
    LIB(rc = moved(w->win, at, yx); if (rc == OK) rc = draw(w->win, ch | attr, len));
    return curses_check(th, rc, rc == ERR && at ? "wmove" : fn);
}
static Value window_meth_hline(Thread *th, Value self, Value *args) { return draw_line(th, self, args, "_curses.window.hline", "whline", whline); }
static Value window_meth_vline(Thread *th, Value self, Value *args) { return draw_line(th, self, args, "_curses.window.vline", "wvline", wvline); }

static Value window_meth_border(Thread *th, Value self, Value *args) {
    ARGS;
    chtype ch[8] = {0};
    int rc;
    if (n > 8) return raise_type_error(th, "border expected at most 8 arguments, got %zu", n);
    for (size_t i = 0; i < n; i++)
        if (curses_chtype(th, WIN(self), a[i], &ch[i]) < 0) return NO_VALUE;
    LIB(rc = wborder(WIN(self)->win, ch[0], ch[1], ch[2], ch[3], ch[4], ch[5], ch[6], ch[7]));
    return curses_check(th, rc, "wborder");
}
static Value window_meth_box(Thread *th, Value self, Value *args) {
    ARGS;
    chtype ch[2] = {0};
    int rc;
    if (n != 0 && n != 2) return curses_wrong_count(th, "_curses.window.box", 0, 2);
    for (size_t i = 0; i < n; i++)
        if (curses_chtype(th, WIN(self), a[i], &ch[i]) < 0) return NO_VALUE;
    LIB(rc = box(WIN(self)->win, ch[0], ch[1]));
    return curses_check(th, rc, "box");
}
static Value window_meth_chgat(Thread *th, Value self, Value *args) {
    ARGS;
    WINDOW *win = WIN(self)->win;
    int yx[2], count = -1, rc, y;
    attr_t attr;
    if (n < 1 || n > 4) return curses_wrong_count(th, "_curses.window.chgat", 1, 4);
    if (curses_attr(th, a[n - 1], &attr) < 0 || (n % 2 == 0 && number_as_int(th, a[n - 2], &count) < 0) || (n > 2 && curses_ints(th, a, 2, yx) < 0)) return NO_VALUE;
    LIB(rc = moved(win, n > 2, yx); y = getcury(win); if (rc == OK) rc = wchgat(win, count, attr & A_ATTRIBUTES, (short)PAIR_NUMBER(attr), NULL);
        if (rc == OK) touchline(win, y, 1));
    return curses_check(th, rc, n > 2 ? "mvwchgat" : "wchgat");
}

// ---- strings --------------------------------------------------------------------------------------------------------------------------

typedef struct Text { wchar_t *wide; char *bytes; } Text; // one of them, mem_alloc'ed
static int text_of(Thread *th, Value v, Text *t) {
    *t = (Text){0};
    if (value_is_str(v)) {
        const Str *s = AS(Str, v);
        if (!(t->wide = mem_alloc(th, (s->len + 1) * sizeof *t->wide))) return -1;
        for (size_t i = 0; i < s->len; i++) {
            if ((t->wide[i] = (wchar_t)str_char_at(s, i))) continue;
            mem_free(t->wide);
            raise_value_error(th, "embedded null character");
            return -1;
        }
        t->wide[s->len] = 0;
        return 0;
    }
    if (!value_is_bytes(v)) {
        raise_type_error(th, "expect bytes or str, got %T", v);
        return -1;
    }
    const Bytes *b = AS(Bytes, v);
    if (memchr(b->data, 0, b->len)) {
        raise_value_error(th, "embedded null byte");
        return -1;
    }
    if (!(t->bytes = mem_alloc(th, b->len + 1))) return -1;
    memcpy(t->bytes, b->data, b->len);
    t->bytes[b->len] = 0;
    return 0;
}

// [y, x,] str, [n,] [attr]: with_n says whether there is an n.
static Value put_text(Thread *th, Value self, Value *args, bool insert, bool with_n) {
    static const char *const names[2][2] = {{"_curses.window.addstr", "_curses.window.addnstr"}, {"_curses.window.insstr", "_curses.window.insnstr"}};
    static const char *const fns[2][2][2] = {{{"addstr", "addwstr"}, {"addnstr", "addnwstr"}}, {{"insstr", "inswstr"}, {"insnstr", "insn_wstr"}}};
    ARGS;
    WINDOW *win = WIN(self)->win;
    int yx[2], at = take_yx(th, names[insert][with_n], &a, &n, 1 + with_n, 2 + with_n, yx), max = -1, rc;
    bool colored = n == 2u + with_n;
    attr_t attr = 0;
    Text t;
    if (at < 0 || text_of(th, a[0], &t) < 0) return NO_VALUE;
    const char *fn = fns[insert][with_n][t.wide != NULL];
    if ((with_n && number_as_int(th, a[1], &max) < 0) || (colored && curses_attr(th, a[1 + with_n], &attr) < 0)) {
        rc = 1;
    } else {
        LIB({
            attr_t old = 0;
            short pair = 0;
            if (colored) {
                wattr_get(win, &old, &pair, NULL);
                wattrset(win, (int)attr);
            }
            rc = moved(win, at, yx);
            if (rc == OK) {
                if (insert) rc = t.wide ? wins_nwstr(win, t.wide, max) : winsnstr(win, t.bytes, max);
                else rc = t.wide ? waddnwstr(win, t.wide, max) : waddnstr(win, t.bytes, max);
            }
            if (colored) wattr_set(win, old, pair, NULL);
        });
    }
    mem_free(t.wide);
    mem_free(t.bytes);
    return rc == 1 ? NO_VALUE : curses_check(th, rc, fn);
}
static Value window_meth_addstr(Thread *th, Value self, Value *args) { return put_text(th, self, args, false, false); }
static Value window_meth_addnstr(Thread *th, Value self, Value *args) { return put_text(th, self, args, false, true); }
static Value window_meth_insstr(Thread *th, Value self, Value *args) { return put_text(th, self, args, true, false); }
static Value window_meth_insnstr(Thread *th, Value self, Value *args) { return put_text(th, self, args, true, true); }

// ---- other windows, files -------------------------------------------------------------------------------------------------------------

static Value part_of(Thread *th, Value self, Value *args, const char *name, WINDOW *(*make)(WINDOW *, int, int, int, int)) {
    ARGS;
    WINDOW *win = WIN(self)->win, *part;
    int v[4] = {0};
    if (n != 2 && n != 4) return curses_wrong_count(th, name, 2, 4);
    if (curses_ints(th, a, n, n == 2 ? v + 2 : v) < 0) return NO_VALUE;
    LIB(part = make != derwin && is_pad(win) ? subpad(win, v[0], v[1], v[2], v[3]) : make(win, v[0], v[1], v[2], v[3]));
    return curses_window_new(th, part, self);
}
static Value window_meth_subwin(Thread *th, Value self, Value *args) { return part_of(th, self, args, "_curses.window.subwin", subwin); }
static Value window_meth_derwin(Thread *th, Value self, Value *args) { return part_of(th, self, args, "_curses.window.derwin", derwin); }

static Value show(Thread *th, Value self, Value *args, bool now) {
    ARGS;
    WINDOW *win = WIN(self)->win;
    const char *name = now ? "refresh" : "noutrefresh";
    int v[6], rc;
    bool pad;
    if (n != 0 && n != 6) {
        char text[64];
        snprintf(text, sizeof text, "_curses.window.%s", name);
        return curses_wrong_count(th, text, 0, 6);
    }
    if (curses_ints(th, a, n, v) < 0) return NO_VALUE;
    LIB(pad = is_pad(win));
    if (pad && n == 0) return raise_error(th, AS(Type, curses_error), "%s() for a pad requires 6 arguments", name);
    if (!pad && n) return raise_type_error(th, "%s() takes no arguments (6 given)", name);
    LIB(if (pad) rc = now ? prefresh(win, v[0], v[1], v[2], v[3], v[4], v[5]) : pnoutrefresh(win, v[0], v[1], v[2], v[3], v[4], v[5]);
        else rc = now ? wrefresh(win) : wnoutrefresh(win));
    return curses_check(th, rc, pad ? (now ? "prefresh" : "pnoutrefresh") : (now ? "wrefresh" : "wnoutrefresh"));
}
static Value window_meth_refresh(Thread *th, Value self, Value *args) { return show(th, self, args, true); }
static Value window_meth_noutrefresh(Thread *th, Value self, Value *args) { return show(th, self, args, false); }

static Value copy_to(Thread *th, Value self, Value *args, bool blanks) {
    ARGS;
    const char *name = blanks ? "overwrite" : "overlay";
    int v[6], rc;
    if (n != 1 && n != 7) {
        char text[64];
        snprintf(text, sizeof text, "_curses.window.%s", name);
        return curses_wrong_count(th, text, 1, 7);
    }
    if (!value_is_exact(a[0], &type_curses_window)) return raise_type_error(th, "%s() argument 1 must be _curses.window, not %B", name, a[0]);
    if (n == 7 && curses_ints(th, a + 1, 6, v) < 0) return NO_VALUE;
    LIB(if (n == 7) rc = copywin(WIN(self)->win, WIN(a[0])->win, v[0], v[1], v[2], v[3], v[4], v[5], !blanks);
        else rc = blanks ? overwrite(WIN(self)->win, WIN(a[0])->win) : overlay(WIN(self)->win, WIN(a[0])->win));
    return curses_check(th, rc, n == 7 ? "copywin" : name);
}
static Value window_meth_overlay(Thread *th, Value self, Value *args) { return copy_to(th, self, args, false); }
static Value window_meth_overwrite(Thread *th, Value self, Value *args) { return copy_to(th, self, args, true); }

static Value window_meth_putwin(Thread *th, Value self, Value *args) {
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f) return raise_memory_error(th);
    int rc;
    LIB(rc = putwin(WIN(self)->win, f));
    fclose(f);
    Value r = curses_check(th, rc, "putwin"), data = r ? bytes_new(th, text, len) : NO_VALUE;
    free(text);
    if (!data) return NO_VALUE;
    Value w = call_method1(th, args[0], str_intern_cstr(th, "write"), data);
    decref(th, data);
    decref(th, w);
    return w ? VALUE_NONE : NO_VALUE;
}

static int window_set_encoding(Thread *th, Value self, Value v) {
    Window *w = WIN(self);
    if (v == NO_VALUE) raise_type_error(th, "encoding may not be deleted");
    else if (!value_is_str(v)) raise_type_error(th, "setting encoding to a non-string");
    else {
        incref(th, v);
        obj_lock(th, &w->lock);
        Value old = w->encoding;
        w->encoding = v;
        obj_unlock(th, &w->lock);
        decref(th, old);
        return 0;
    }
    return -1;
}
static Value window_get_encoding(Thread *th, Value self) { return window_encoding(th, WIN(self)); }

#define ANY METH_NO_TEXT_SIG
static const MethodDef window_methods[] = {
    {"addch", "(self, *args)", window_meth_addch, "addch([y, x,] ch, [attr=_curses.A_NORMAL])\nPaint the character.", ANY},
    {"addnstr", "(self, *args)", window_meth_addnstr, "addnstr([y, x,] str, n, [attr])\nPaint at most n characters of the string.", ANY},
    {"addstr", "(self, *args)", window_meth_addstr, "addstr([y, x,] str, [attr])\nPaint the string.", ANY},
    {"attroff", "(self, attr, /)", window_meth_attroff, "Remove attribute attr from the \"background\" set.", 0},
    {"attron", "(self, attr, /)", window_meth_attron, "Add attribute attr to the \"background\" set.", 0},
    {"attrset", "(self, attr, /)", window_meth_attrset, "Set the \"background\" set of attributes.", 0},
    {"bkgd", "(self, ch, attr=0, /)", window_meth_bkgd, "Set the background property of the window.", 0},
    {"chgat", "(self, *args)", window_meth_chgat, "chgat([y, x,] [n=-1,] attr)\nSet the attributes of characters.", ANY},
    {"bkgdset", "(self, ch, attr=0, /)", window_meth_bkgdset, "Set the window's background.", 0},
    {"border", "(self, *args)", window_meth_border, "Draw a border around the edges of the window.", ANY},
    {"box", "(self, *args)", window_meth_box, "box([verch=0, horch=0])\nDraw a border around the edges of the window.", ANY},
    {"clear", "(self, /)", window_meth_clear, "Clear the window and repaint it completely on the next refresh().", 0},
    {"clearok", "(self, flag, /)", window_meth_clearok, "Clear the window on the next refresh() if flag is true.", 0},
    {"clrtobot", "(self, /)", window_meth_clrtobot, "Erase from the cursor to the end of the window.", 0},
    {"clrtoeol", "(self, /)", window_meth_clrtoeol, "Erase from the cursor to the end of the line.", 0},
    {"cursyncup", "(self, /)", window_meth_cursyncup, "Update the cursor position of all ancestor windows to match.", 0},
    {"delch", "(self, *args)", window_meth_delch, "delch([y, x])\nDelete the character under the cursor, or at (y, x).", ANY},
    {"deleteln", "(self, /)", window_meth_deleteln, "Delete the line under the cursor; move following lines up by one.", 0},
    {"derwin", "(self, *args)", window_meth_derwin, "derwin([nlines=0, ncols=0,] begin_y, begin_x)\nCreate a sub-window (window-relative coordinates).", ANY},
    {"echochar", "(self, ch, attr=0, /)", window_meth_echochar, "Add character ch with attribute attr, and refresh.", 0},
    {"enclose", "(self, y, x, /)", window_meth_enclose, "Return True if the screen-relative coordinates are enclosed by the window.", 0},
    {"erase", "(self, /)", window_meth_erase, "Clear the window.", 0},
    {"getbegyx", "(self, /)", window_meth_getbegyx, "Return a tuple (y, x) of the upper-left corner coordinates.", 0},
    {"getbkgd", "(self, /)", window_meth_getbkgd, "Return the window's current background character/attribute pair.", 0},
    {"getch", "(self, *args)", window_meth_getch, "getch([y, x])\nRead a key press and return it as an integer.", ANY},
    {"getkey", "(self, *args)", window_meth_getkey, "getkey([y, x])\nRead a key press and return it as a str.", ANY},
    {"get_wch", "(self, *args)", window_meth_get_wch, "get_wch([y, x])\nRead a key press and return it as a one-character str.", ANY},
    {"getmaxyx", "(self, /)", window_meth_getmaxyx, "Return a tuple (y, x) of the window height and width.", 0},
    {"getparyx", "(self, /)", window_meth_getparyx, "Return (y, x) relative to the parent window, or (-1, -1) if none.", 0},
    {"getstr", "(self, *args)", window_meth_getstr, "getstr([[y, x,] n=2047])\nRead a line of input and return it as a bytes object.", ANY},
    {"getyx", "(self, /)", window_meth_getyx, "Return a tuple (y, x) of the current cursor position.", 0},
    {"hline", "(self, *args)", window_meth_hline, "hline([y, x,] ch, n, [attr=_curses.A_NORMAL])\nDisplay a horizontal line.", ANY},
    {"idcok", "(self, flag, /)", window_meth_idcok, "Enable or disable the hardware insert/delete character feature.", 0},
    {"idlok", "(self, flag, /)", window_meth_idlok, "Enable or disable the hardware insert/delete line feature.", 0},
    {"immedok", "(self, flag, /)", window_meth_immedok, "If flag is true, refresh the window on every change to it.", 0},
    {"inch", "(self, *args)", window_meth_inch, "inch([y, x])\nReturn the character at the given position in the window.", ANY},
    {"insch", "(self, *args)", window_meth_insch, "insch([y, x,] ch, [attr=_curses.A_NORMAL])\nInsert a character before the current or specified position.", ANY},
    {"insdelln", "(self, nlines, /)", window_meth_insdelln, "Insert (nlines > 0) or delete (nlines < 0) lines above the cursor.", 0},
    {"insertln", "(self, /)", window_meth_insertln, "Insert a blank line under the cursor; move following lines down.", 0},
    {"insnstr", "(self, *args)", window_meth_insnstr, "insnstr([y, x,] str, n, [attr])\nInsert at most n characters of the string.", ANY},
    {"insstr", "(self, *args)", window_meth_insstr, "insstr([y, x,] str, [attr])\nInsert the string before the current or specified position.", ANY},
    {"instr", "(self, *args)", window_meth_instr, "instr([y, x,] n=2047)\nReturn the text of the window as a bytes object.", ANY},
    {"is_linetouched", "(self, line, /)", window_meth_is_linetouched, "Return True if the specified line was modified, otherwise return False.", 0},
    {"is_wintouched", "(self, /)", window_meth_is_wintouched, "Return True if the window changed since the last refresh().", 0},
    {"keypad", "(self, flag, /)", window_meth_keypad, "Interpret escape sequences for special keys if flag is true.", 0},
    {"leaveok", "(self, flag, /)", window_meth_leaveok, "If flag is true, leave the cursor where the update leaves it.", 0},
    {"move", "(self, new_y, new_x, /)", window_meth_move, "Move the cursor to (new_y, new_x).", 0},
    {"mvderwin", "(self, y, x, /)", window_meth_mvderwin, "Move the window inside its parent window.", 0},
    {"mvwin", "(self, new_y, new_x, /)", window_meth_mvwin, "Move the window so its upper-left corner is at (new_y, new_x).", 0},
    {"nodelay", "(self, flag, /)", window_meth_nodelay, "If flag is true, getch() becomes non-blocking.", 0},
    {"notimeout", "(self, flag, /)", window_meth_notimeout, "If flag is true, do not time out escape sequences.", 0},
    {"noutrefresh", "(self, *args)", window_meth_noutrefresh, "noutrefresh([pminrow, pmincol, sminrow, smincol, smaxrow, smaxcol])\nMark for refresh but wait.", ANY},
    {"overlay", "(self, *args)", window_meth_overlay, "overlay(destwin, [sminrow, smincol, dminrow, dmincol, dmaxrow, dmaxcol])\nOverlay the window on top of destwin.", ANY},
    {"overwrite", "(self, *args)", window_meth_overwrite, "overwrite(destwin, [sminrow, smincol, dminrow, dmincol, dmaxrow, dmaxcol])\nOverwrite the window on top of destwin.", ANY},
    {"putwin", "(self, file, /)", window_meth_putwin, "Write all data associated with the window into the provided file object.", 0},
    {"redrawln", "(self, beg, num, /)", window_meth_redrawln, "Mark the specified lines corrupted.", 0},
    {"redrawwin", "(self, /)", window_meth_redrawwin, "Mark the entire window for redraw on the next refresh().", 0},
    {"refresh", "(self, *args)", window_meth_refresh, "refresh([pminrow, pmincol, sminrow, smincol, smaxrow, smaxcol])\nUpdate the display immediately.", ANY},
    {"resize", "(self, nlines, ncols, /)", window_meth_resize, "Resize the window to nlines rows and ncols columns.", 0},
    {"scroll", "(self, *args)", window_meth_scroll, "scroll([lines=1])\nScroll the screen or scrolling region.", ANY},
    {"scrollok", "(self, flag, /)", window_meth_scrollok, "Control whether the window scrolls when the cursor moves off it.", 0},
    {"setscrreg", "(self, top, bottom, /)", window_meth_setscrreg, "Define a software scrolling region.", 0},
    {"standend", "(self, /)", window_meth_standend, "Turn off the standout attribute.", 0},
    {"standout", "(self, /)", window_meth_standout, "Turn on the A_STANDOUT attribute.", 0},
    {"subpad", "(self, *args)", window_meth_subwin, "subwin([nlines=0, ncols=0,] begin_y, begin_x)\nCreate a sub-window (screen-relative coordinates).", ANY},
    {"subwin", "(self, *args)", window_meth_subwin, "subwin([nlines=0, ncols=0,] begin_y, begin_x)\nCreate a sub-window (screen-relative coordinates).", ANY},
    {"syncdown", "(self, /)", window_meth_syncdown, "Touch each location changed in any ancestor of the window.", 0},
    {"syncok", "(self, flag, /)", window_meth_syncok, "If flag is true, call syncup() on every change to the window.", 0},
    {"syncup", "(self, /)", window_meth_syncup, "Touch locations in ancestors that changed in this window.", 0},
    {"timeout", "(self, delay, /)", window_meth_timeout, "Set blocking or non-blocking read behavior for the window.", 0},
    {"touchline", "(self, *args)", window_meth_touchline, "touchline(start, count, [changed=True])\nPretend count lines have been changed, starting with line start.", ANY},
    {"touchwin", "(self, /)", window_meth_touchwin, "Mark the whole window as changed.", 0},
    {"untouchwin", "(self, /)", window_meth_untouchwin, "Mark all lines in the window as unchanged since last refresh().", 0},
    {"vline", "(self, *args)", window_meth_vline, "vline([y, x,] ch, n, [attr=_curses.A_NORMAL])\nDisplay a vertical line.", ANY},
    {0},
};
static const GetSetDef window_getsets[] = {{"encoding", window_get_encoding, window_set_encoding, "the encoding of single characters"}, {0}};
Shape shape_curses_window;
Type type_curses_window = {.head = OBJECT_STATIC(&shape_type), .name = "_curses.window", .base = &type_object, .basic_size = sizeof(Window),
                           .flags = TYPE_NO_INSTANTIATE | TYPE_IMMUTABLE, .shape = &shape_curses_window, .methods = window_methods, .getsets = window_getsets,
                           .slots = {.dealloc = window_slot_dealloc}};
Shape shape_curses_window = {.type = &type_curses_window, .flags = TYPE_NO_INSTANTIATE | TYPE_IMMUTABLE};
