// SPDX-License-Identifier: MIT
// _curses: colours and their pairs. The rules are those of module.c: what the library says is copied while its lock is held.
#include "core/object/exception.h"
#include "sched/thread/lock.h"
#include "stdlib/_curses/curses_int.h"

// An int from least to limit - 1; name and limit's name for messages. Of any size. 0, or -1 with ValueError.
static int number_within(Thread *th, Value v, int least, int limit, const char *name, const char *limit_name, int *out) {
    Value i = number_index(th, v);
    if (!i) return -1;
    int64_t n = 0;
    int over = int_as_i64_overflow(i, &n);
    decref(th, i);
    if (over < 0 || (!over && n < least)) raise_value_error(th, "%s is less than %d.", name, least);
    else if (over || n >= limit) raise_value_error(th, "%s is greater than %s-1 (%d).", name, limit_name, limit - 1);
    else {
        *out = (int)n;
        return 0;
    }
    return -1;
}
static int color_number(Thread *th, Value v, int least, int *out) { return number_within(th, v, least, COLORS, "Color number", "COLORS", out); }
static int pair_arg(Thread *th, Value v, int *out) { return number_within(th, v, 0, COLOR_PAIRS, "Color pair", "COLOR_PAIRS", out); }
// The lowest colour: -1 stands for the default one after use_default_colors(). [a]
static int least_color;

Value curses_fn_color_content(Thread *th, Value self, Value *args) {
    NEED_COLOR();
    int c, rgb[3], rc;
    if (color_number(th, args[0], 0, &c) < 0) return NO_VALUE;
    LIB(rc = extended_color_content(c, &rgb[0], &rgb[1], &rgb[2]));
    if (rc == ERR) return curses_check(th, rc, "extended_color_content");
    return tuple_from_owned(th, (Value[]){value_imm_int(rgb[0]), value_imm_int(rgb[1]), value_imm_int(rgb[2])}, 3);
}
Value curses_fn_init_color(Thread *th, Value self, Value *args) {
    NEED_COLOR();
    int c, rgb[3], rc;
    if (color_number(th, args[0], 0, &c) < 0 || curses_ints(th, args + 1, 3, rgb) < 0) return NO_VALUE;
    for (int i = 0; i < 3; i++) {
        if (rgb[i] < 0) return raise_value_error(th, "Color component is less than 0");
        if (rgb[i] > 1000) return raise_value_error(th, "Color component is greater than 1000");
    }
    LIB(rc = init_extended_color(c, rgb[0], rgb[1], rgb[2]));
    return curses_check(th, rc, "init_extended_color");
}
Value curses_fn_init_pair(Thread *th, Value self, Value *args) {
    NEED_COLOR();
    int p, fg, bg, rc, least = atomic_load_relaxed(&least_color);
    if (pair_arg(th, args[0], &p) < 0 || color_number(th, args[1], least, &fg) < 0 || color_number(th, args[2], least, &bg) < 0) return NO_VALUE;
    LIB(rc = init_extended_pair(p, fg, bg));
    return curses_check(th, rc, "init_extended_pair");
}
Value curses_fn_pair_content(Thread *th, Value self, Value *args) {
    NEED_COLOR();
    int p, fg, bg, rc;
    if (pair_arg(th, args[0], &p) < 0) return NO_VALUE;
    LIB(rc = extended_pair_content(p, &fg, &bg));
    if (rc == ERR) return curses_check(th, rc, "extended_pair_content");
    return tuple_from_owned(th, (Value[]){value_imm_int(fg), value_imm_int(bg)}, 2);
}
Value curses_fn_color_pair(Thread *th, Value self, Value *args) {
    NEED_COLOR();
    int p;
    return number_as_int(th, args[0], &p) < 0 ? NO_VALUE : value_imm_int((int64_t)COLOR_PAIR(p));
}
Value curses_fn_pair_number(Thread *th, Value self, Value *args) {
    NEED_COLOR();
    attr_t attr;
    return curses_attr(th, args[0], &attr) < 0 ? NO_VALUE : value_imm_int((int64_t)PAIR_NUMBER(attr));
}
Value curses_fn_start_color(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int rc, colors, pairs;
    LIB(rc = start_color(); if (rc != ERR) atomic_or_seqcst(&curses_state, (uint32_t)CURSES_COLOR); colors = COLORS; pairs = COLOR_PAIRS);
    if (rc == ERR) return curses_check(th, rc, "start_color");
    return module_add_int(th, self, "COLORS", colors) < 0 || module_add_int(th, self, "COLOR_PAIRS", pairs) < 0 ? NO_VALUE : VALUE_NONE;
}
Value curses_fn_use_default_colors(Thread *th, Value self, Value *args) {
    NEED_COLOR();
    int rc;
    LIB(rc = use_default_colors(); if (rc != ERR) atomic_store_relaxed(&least_color, -1));
    return curses_check(th, rc, "use_default_colors");
}
Value curses_fn_assume_default_colors(Thread *th, Value self, Value *args) {
    NEED_COLOR();
    int v[2], rc;
    if (curses_ints(th, args, 2, v) < 0) return NO_VALUE;
    LIB(rc = assume_default_colors(v[0], v[1]); if (rc != ERR) atomic_store_relaxed(&least_color, -1));
    return curses_check(th, rc, "assume_default_colors");
}
Value curses_fn_has_extended_color_support(Thread *th, Value self, Value *args) { return VALUE_TRUE; }
