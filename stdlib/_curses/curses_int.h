// SPDX-License-Identifier: MIT
// What the files of _curses share: the lock of the library, the window object, errors and arguments.
#ifndef LADON_STDLIB_CURSES_INT_H
#define LADON_STDLIB_CURSES_INT_H

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <string.h>
#include <curses.h>

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "stdlib/owner_lock.h"

typedef struct Window {
    Object  head;
    ObjLock lock;
    WINDOW *win;       // [c]
    Value   parent;    // [c] of a part of another window, which lives as long; NO_VALUE: none
    Value   encoding;  // [l] Str: of single characters given as str
} Window;
#define WIN(v) AS(Window, v)
extern Type type_curses_window;

// Runs code that uses the library: detached, under its lock, after what is to be deleted has been.
extern OwnerLock curses_lock;
void curses_delete_doomed(void);
#define LIB(...)                      \
    do {                            \
        owner_lock(th, &curses_lock); \
        BLOCKING_BEGIN(th);         \
        curses_delete_doomed();     \
        __VA_ARGS__;                  \
        BLOCKING_END;               \
        owner_unlock(&curses_lock); \
    } while (0)
// The object of a window or panel is gone; del deletes it later, under the lock. Takes no lock.
void curses_doom(void *thing, void (*del)(void *));

enum { CURSES_TERMINAL = 1, CURSES_SCREEN = 2, CURSES_COLOR = 4 };
extern uint32_t curses_state;   // [a] CURSES_*: what has been called: setupterm(), initscr(), start_color(). Set under the lock
// 0, or -1 with "must call x() first".
int curses_need(Thread *th, uint32_t what);
#define NEED_SCREEN() do { if (curses_need(th, CURSES_SCREEN) < 0) return NO_VALUE; } while (0)
#define NEED_COLOR() do { if (curses_need(th, CURSES_SCREEN) < 0 || curses_need(th, CURSES_COLOR) < 0) return NO_VALUE; } while (0)
#define NEED_TERMINAL() do { if (curses_need(th, CURSES_TERMINAL) < 0) return NO_VALUE; } while (0)
extern bool curses_key_mode;    // [l curses_lock] cbreak or raw mode without halfdelay: the library gives out keys as they come
extern Value curses_error;      // [c] _curses.error, after the first import

enum { TEXT_MAX = 1024 };
// Text of the library, copied under the lock; from may be NULL. to: TEXT_MAX bytes.
ALWAYS_INLINE void curses_copy_text(char *to, const char *from) {
    to[0] = 0;
    if (from) strncat(to, from, TEXT_MAX - 1);
}
Value curses_raise(Thread *th, const char *text);
// None, or the error "fn() returned ERR".
Value curses_check(Thread *th, int code, const char *fn);
// A window object for what the library gave; NULL: error. parent borrowed or NO_VALUE.
Value curses_window_new(Thread *th, WINDOW *win, Value parent);
// n arguments as C ints. 0 or -1.
int curses_ints(Thread *th, const Value *a, size_t n, int *out);
// A character with attributes in the low bits' place: int, bytes or str of length 1. w may be NULL. 0 or -1.
int curses_chtype(Thread *th, Window *w, Value v, chtype *out);
// Attributes as an int of any sign. 0 or -1.
int curses_attr(Thread *th, Value v, attr_t *out);
// TypeError "fn requires a to b arguments".
Value curses_wrong_count(Thread *th, const char *fn, int min, int max);

#define ARGS const Value *a = AS(Tuple, args[0])->items; size_t n = AS(Tuple, args[0])->len; (void)a
// ---- input.c
Value window_meth_getch(Thread *th, Value self, Value *args);
Value window_meth_getkey(Thread *th, Value self, Value *args);
Value window_meth_get_wch(Thread *th, Value self, Value *args);
Value window_meth_getstr(Thread *th, Value self, Value *args);
Value window_meth_instr(Thread *th, Value self, Value *args);
// ---- color.c
extern NativeFunction curses_fn_color_content, curses_fn_init_color, curses_fn_init_pair, curses_fn_pair_content, curses_fn_color_pair,
    curses_fn_pair_number, curses_fn_start_color, curses_fn_use_default_colors, curses_fn_assume_default_colors, curses_fn_has_extended_color_support;
// ---- terminfo.c
extern NativeFunction curses_fn_setupterm, curses_fn_tigetstr, curses_fn_tparm, curses_fn_putp, curses_fn_tigetflag, curses_fn_tigetnum;
// ---- const.c
int curses_add_constants(Thread *th, Value m);
int curses_add_acs(Thread *th, Value m);   // after initscr()
#endif
