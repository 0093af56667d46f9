// SPDX-License-Identifier: MIT
// The functions of _curses: the terminal's modes, the mouse, the screen. Colours are in color.c, terminfo in terminfo.c. What the library says is copied while its lock is held.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "core/object/buffer.h"
#include "core/object/dict.h"
#include "core/object/exception.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"
#include "stdlib/_curses/curses_int.h"

OwnerLock curses_lock;
uint32_t curses_state;
bool curses_key_mode;
Value curses_error;
static bool half_delay, keys_direct;   // [l curses_lock] halfdelay() is on; cbreak or raw mode

// ---- what is to be deleted ------------------------------------------------------------------------------------------------------------

typedef struct Doomed { struct Doomed *next; void *thing; void (*del)(void *); } Doomed;
static Doomed *doomed; // [a] a stack; taken as a whole under the lock
void curses_doom(void *thing, void (*del)(void *)) {
    Doomed *d = malloc(sizeof *d);
    if (!d) return; // never deleted
    *d = (Doomed){atomic_load_relaxed(&doomed), thing, del};
    while (!__atomic_compare_exchange_n(&doomed, &d->next, d, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {} // release: what d says
}
void curses_delete_doomed(void) {
    if (LIKELY(!atomic_load_relaxed(&doomed))) return;
    Doomed *d = __atomic_exchange_n(&doomed, NULL, __ATOMIC_ACQUIRE), *first = NULL;
    for (Doomed *next; d; d = next) { // the oldest first: parts of windows before the whole
        next = d->next;
        d->next = first;
        first = d;
    }
    for (Doomed *next; first; first = next) {
        next = first->next;
        first->del(first->thing);
        free(first);
    }
}

int curses_need(Thread *th, uint32_t what) {
    static const char *const calls[] = {"setupterm", "initscr", "start_color"};
    uint32_t have = atomic_load_acquire(&curses_state);
    for (int i = 0; i < 3; i++) {
        if (!(what & ~have & 1u << i)) continue;
        raise_error(th, AS(Type, curses_error), "must call %s() first", calls[i]);
        return -1;
    }
    return 0;
}

// ---- functions of one shape -----------------------------------------------------------------------------------------------------------

#define CALL(name)                                                        \
    static Value curses_fn_##name(Thread *th, Value self, Value *args) { \
        NEED_SCREEN();                                                    \
        int rc;                                                           \
        LIB(rc = name());                                                 \
        return curses_check(th, rc, #name);                               \
    }
#define TELL(name, make, type)                                            \
    static Value curses_fn_##name(Thread *th, Value self, Value *args) { \
        NEED_SCREEN();                                                    \
        type v;                                                           \
        LIB(v = name());                                                  \
        return make(v);                                                   \
    }
// Modes that modes() must know of: on and off.
#define MODE(name, off)                                                   \
    static Value curses_fn_##name(Thread *th, Value self, Value *args) { \
        NEED_SCREEN();                                                    \
        int flag = args[0] ? object_truth(th, args[0]) : 1, rc;           \
        if (flag < 0) return NO_VALUE;                                    \
        LIB(rc = flag ? name() : off(); modes(#name, flag));              \
        return curses_check(th, rc, flag ? #name : #off);                 \
    }                                                                     \
    static Value curses_fn_##off(Thread *th, Value self, Value *args) {  \
        NEED_SCREEN();                                                    \
        int rc;                                                           \
        LIB(rc = off(); modes(#name, 0));                                 \
        return curses_check(th, rc, #off);                                \
    }
// Keeps in mind whether the library gives out keys as they come. Under the lock.
static void modes(const char *name, int on) {
    if (!strcmp(name, "cbreak") || !strcmp(name, "raw")) keys_direct = on;
    if (!strcmp(name, "cbreak")) half_delay = false;
    curses_key_mode = keys_direct && !half_delay;
}
static int qiflush_on(void) { qiflush(); return OK; }
static int qiflush_off(void) { noqiflush(); return OK; }
#define qiflush qiflush_on
#define noqiflush qiflush_off
MODE(cbreak, nocbreak) MODE(echo, noecho) MODE(nl, nonl) MODE(raw, noraw) MODE(qiflush, noqiflush)
#undef qiflush
#undef noqiflush
CALL(beep) CALL(def_prog_mode) CALL(def_shell_mode) CALL(doupdate) CALL(flash) CALL(reset_prog_mode) CALL(reset_shell_mode) CALL(resetty) CALL(savetty)
TELL(baudrate, value_imm_int, int) TELL(can_change_color, value_bool, bool) TELL(has_colors, value_bool, bool) TELL(has_ic, value_bool, bool)
TELL(has_il, value_bool, bool) TELL(isendwin, value_bool, bool) TELL(termattrs, value_imm_int, chtype)
static Value curses_fn_endwin(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int rc;
    LIB(rc = endwin());
    return curses_check(th, rc, "endwin");
}
static Value one_byte(Thread *th, char c) { return bytes_new(th, &c, 1); }
static Value curses_fn_erasechar(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    char c;
    LIB(c = erasechar());
    return one_byte(th, c);
}
static Value curses_fn_killchar(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    char c;
    LIB(c = killchar());
    return one_byte(th, c);
}

#define TEXT(name)                                                        \
    static Value curses_fn_##name(Thread *th, Value self, Value *args) { \
        NEED_SCREEN();                                                    \
        char text[TEXT_MAX];                                              \
        LIB(curses_copy_text(text, name()));                                     \
        return bytes_new(th, text, strlen(text));                         \
    }
TEXT(longname) TEXT(termname)

// An int argument, the result checked.
#define WITH_INT(name, call)                                              \
    static Value curses_fn_##name(Thread *th, Value self, Value *args) { \
        NEED_SCREEN();                                                    \
        int v, rc;                                                        \
        if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;          \
        LIB(rc = call);                                                   \
        return curses_check(th, rc, #name);                               \
    }
WITH_INT(delay_output, delay_output(v)) WITH_INT(typeahead, typeahead(v))
#define WITH_FLAG(name, call)                                             \
    static Value curses_fn_##name(Thread *th, Value self, Value *args) { \
        NEED_SCREEN();                                                    \
        int v = object_truth(th, args[0]), rc;                            \
        if (v < 0) return NO_VALUE;                                       \
        LIB(rc = call);                                                   \
        return curses_check(th, rc, #name);                               \
    }
WITH_FLAG(intrflush, intrflush(NULL, v != 0)) WITH_FLAG(meta, meta(stdscr, v != 0))

static Value curses_fn_curs_set(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v, rc;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    LIB(rc = curs_set(v));
    return rc == ERR ? curses_check(th, rc, "curs_set") : value_imm_int(rc);
}
static Value curses_fn_halfdelay(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v, rc;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    if (v < 0 || v > 255) return raise_error(th, &exc_OverflowError, "unsigned byte integer is %s", v < 0 ? "less than minimum" : "greater than maximum");
    LIB(rc = halfdelay(v); if (rc != ERR) half_delay = keys_direct = true; curses_key_mode = keys_direct && !half_delay);
    return curses_check(th, rc, "halfdelay");
}
static Value curses_fn_napms(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    BLOCKING_BEGIN(th); // touches nothing of the library: without its lock
    napms(v);
    BLOCKING_END;
    return thread_safepoint(th) < 0 ? NO_VALUE : value_imm_int(OK);
}
static Value curses_fn_mouseinterval(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    LIB(mouseinterval(v));
    return VALUE_NONE;
}
static Value curses_fn_filter(Thread *th, Value self, Value *args) {
    LIB(filter());
    return VALUE_NONE;
}
static Value curses_fn_flushinp(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    LIB(flushinp());
    return VALUE_NONE;
}
static Value curses_fn_use_env(Thread *th, Value self, Value *args) {
    int v = object_truth(th, args[0]);
    if (v < 0) return NO_VALUE;
    LIB(use_env(v != 0));
    return VALUE_NONE;
}
static Value curses_fn_get_escdelay(Thread *th, Value self, Value *args) {
    int v;
    LIB(v = ESCDELAY);
    return value_imm_int(v);
}
static Value curses_fn_get_tabsize(Thread *th, Value self, Value *args) {
    int v;
    LIB(v = TABSIZE);
    return value_imm_int(v);
}
static Value curses_fn_set_escdelay(Thread *th, Value self, Value *args) {
    int v, rc;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    if (v <= 0) return raise_value_error(th, "ms must be > 0");
    LIB(rc = set_escdelay(v));
    return curses_check(th, rc, "set_escdelay");
}
static Value curses_fn_set_tabsize(Thread *th, Value self, Value *args) {
    int v, rc;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    if (v <= 0) return raise_value_error(th, "size must be > 0");
    LIB(rc = set_tabsize(v));
    return curses_check(th, rc, "set_tabsize");
}

// The library's sizes are shorts.
static int shorts(Thread *th, const Value *a, size_t n, int *out) {
    if (curses_ints(th, a, n, out) < 0) return -1;
    for (size_t i = 0; i < n; i++) {
        if (out[i] >= -32768 && out[i] <= 32767) continue;
        raise_error(th, &exc_OverflowError, "signed short integer is %s", out[i] < 0 ? "less than minimum" : "greater than maximum");
        return -1;
    }
    return 0;
}

// ---- keys and the mouse ---------------------------------------------------------------------------------------------------------------

static Value curses_fn_has_key(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v, rc;
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    LIB(rc = has_key(v));
    return value_bool(rc != 0);
}
static Value curses_fn_keyname(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v;
    char text[TEXT_MAX];
    if (number_as_int(th, args[0], &v) < 0) return NO_VALUE;
    if (v < 0) return raise_value_error(th, "invalid key number");
    LIB(curses_copy_text(text, keyname(v)));
    return bytes_new(th, text, strlen(text));
}
static Value curses_fn_unctrl(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    chtype ch;
    char text[TEXT_MAX];
    if (curses_chtype(th, NULL, args[0], &ch) < 0) return NO_VALUE;
    LIB(curses_copy_text(text, unctrl(ch)));
    return bytes_new(th, text, strlen(text));
}
static Value curses_fn_ungetch(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    chtype ch;
    int rc;
    if (curses_chtype(th, NULL, args[0], &ch) < 0) return NO_VALUE;
    LIB(rc = ungetch((int)ch));
    return curses_check(th, rc, "ungetch");
}
static Value curses_fn_unget_wch(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    Value v = args[0];
    int64_t ch = 0;
    int rc;
    if (value_is_int(v)) {
        if (int_as_i64_overflow(v, &ch) != 0 || ch < 0 || ch > INT32_MAX) return raise_error(th, &exc_OverflowError, "character doesn't fit in wchar_t");
    } else if (value_is_str(v) && AS(Str, v)->len == 1) {
        ch = str_char_at(AS(Str, v), 0);
    } else if (value_is_str(v)) {
        return raise_type_error(th, "expect int or str of length 1, got a str of length %zu", AS(Str, v)->len);
    } else {
        return raise_type_error(th, "expect int or str of length 1, got %T", v);
    }
    LIB(rc = unget_wch((wchar_t)ch));
    return curses_check(th, rc, "unget_wch");
}
static Value curses_fn_getmouse(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    MEVENT e;
    int rc;
    LIB(rc = getmouse(&e));
    if (rc == ERR) return curses_check(th, rc, "getmouse");
    return tuple_from_owned(th, (Value[]){value_imm_int(e.id), value_imm_int(e.x), value_imm_int(e.y), value_imm_int(e.z), value_imm_int((int64_t)e.bstate)}, 5);
}
static Value curses_fn_ungetmouse(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v[4], rc;
    int64_t state;
    if (shorts(th, args, 1, v) < 0 || curses_ints(th, args + 1, 3, v + 1) < 0 || number_as_i64(th, args[4], &state) < 0) return NO_VALUE;
    MEVENT e = {.id = (short)v[0], .x = v[1], .y = v[2], .z = v[3], .bstate = (mmask_t)state};
    LIB(rc = ungetmouse(&e));
    return curses_check(th, rc, "ungetmouse");
}
static Value curses_fn_mousemask(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int64_t mask;
    mmask_t old = 0, now;
    if (number_as_i64(th, args[0], &mask) < 0) return NO_VALUE;
    LIB(now = mousemask((mmask_t)mask, &old));
    return tuple_from_owned(th, (Value[]){value_imm_int((int64_t)now), value_imm_int((int64_t)old)}, 2);
}

// ---- the screen -----------------------------------------------------------------------------------------------------------------------

// LINES and COLS here and in the package that copied them.
static int set_size(Thread *th, Value self) {
    int lines, cols;
    LIB(lines = LINES; cols = COLS);
    if (module_add_int(th, self, "LINES", lines) < 0 || module_add_int(th, self, "COLS", cols) < 0) return -1;
    Value name = str_intern_cstr(th, "curses"), m = NO_VALUE;
    if (!name || dict_get(th, AS(Dict, modules_dict), name, &m) <= 0) return error_pending(th) ? -1 : 0;
    int r = 0;
    if (value_is_instance(m, &type_module)) r = module_add_int(th, m, "LINES", lines) < 0 ? -1 : module_add_int(th, m, "COLS", cols);
    decref(th, m);
    return r;
}
static Value curses_fn_update_lines_cols(Thread *th, Value self, Value *args) {
    return set_size(th, self) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value curses_fn_initscr(Thread *th, Value self, Value *args) {
    WINDOW *win;
    int rc = OK;
    LIB({
        if (atomic_load_relaxed(&curses_state) & CURSES_SCREEN) {
            rc = wrefresh(win = stdscr);
        } else {
            win = initscr();
            if (win) atomic_or_seqcst(&curses_state, (uint32_t)(CURSES_SCREEN | CURSES_TERMINAL));
        }
    });
    if (rc == ERR) return curses_check(th, rc, "wrefresh");
    if (win && (curses_add_acs(th, self) < 0 || set_size(th, self) < 0)) return NO_VALUE;
    return curses_window_new(th, win, NO_VALUE);
}

static Value curses_fn_newpad(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v[2];
    WINDOW *win;
    if (curses_ints(th, args, 2, v) < 0) return NO_VALUE;
    LIB(win = newpad(v[0], v[1]));
    return curses_window_new(th, win, NO_VALUE);
}
static Value curses_fn_newwin(Thread *th, Value self, Value *args) {
    ARGS;
    NEED_SCREEN();
    int v[4] = {0};
    WINDOW *win;
    if (n != 2 && n != 4) return curses_wrong_count(th, "_curses.newwin", 2, 4);
    if (curses_ints(th, a, n, v) < 0) return NO_VALUE;
    LIB(win = newwin(v[0], v[1], v[2], v[3]));
    return curses_window_new(th, win, NO_VALUE);
}
static Value curses_fn_getwin(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    Value data = call_method0(th, args[0], str_intern_cstr(th, "read"));
    if (!data) return NO_VALUE;
    Value r = NO_VALUE;
    if (!value_is_bytes(data)) {
        raise_type_error(th, "f.read() returned %T instead of bytes", data);
    } else {
        FILE *f = tmpfile(); // the library wants a descriptor behind it
        WINDOW *win = NULL;
        if (f && fwrite(AS(Bytes, data)->data, 1, AS(Bytes, data)->len, f) == AS(Bytes, data)->len) {
            rewind(f);
            LIB(win = getwin(f));
        }
        if (f) fclose(f);
        r = curses_window_new(th, win, NO_VALUE);
    }
    decref(th, data);
    return r;
}

static Value curses_fn_getsyx(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int y = 0, x = 0;
    LIB(if (is_leaveok(newscr)) y = x = -1; else y = getcury(newscr), x = getcurx(newscr));
    return tuple_from_owned(th, (Value[]){value_imm_int(y), value_imm_int(x)}, 2);
}
static Value curses_fn_setsyx(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v[2];
    if (curses_ints(th, args, 2, v) < 0) return NO_VALUE;
    LIB(setsyx(v[0], v[1]));
    return VALUE_NONE;
}
static Value curses_fn_is_term_resized(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    int v[2];
    bool r;
    if (curses_ints(th, args, 2, v) < 0) return NO_VALUE;
    LIB(r = is_term_resized(v[0], v[1]));
    return value_bool(r);
}
static Value resize(Thread *th, Value self, Value *args, int (*fn)(int, int), const char *name) {
    NEED_SCREEN();
    int v[2], rc;
    if (shorts(th, args, 2, v) < 0) return NO_VALUE;
    LIB(rc = fn(v[0], v[1]));
    if (rc == ERR) return curses_check(th, rc, name);
    return set_size(th, self) < 0 ? NO_VALUE : VALUE_NONE;
}
static Value curses_fn_resizeterm(Thread *th, Value self, Value *args) { return resize(th, self, args, resizeterm, "resizeterm"); }
static Value curses_fn_resize_term(Thread *th, Value self, Value *args) { return resize(th, self, args, resize_term, "resize_term"); }

// ---- tables ---------------------------------------------------------------------------------------------------------------------------

#define F(name, sig, doc) {#name, sig, curses_fn_##name, doc, 0}
static const MethodDef methods[] = {
    F(assume_default_colors, "(fg, bg, /)", "Allow use of default values for colors on terminals supporting this feature."),
    F(baudrate, "()", "Return the output speed of the terminal in bits per second."),
    F(beep, "()", "Emit a short attention sound."),
    F(can_change_color, "()", "Return True if the programmer can change the colors displayed by the terminal."),
    F(cbreak, "(flag=True, /)", "Enter cbreak mode."),
    F(color_content, "(color_number, /)", "Return the red, green, and blue (RGB) components of the specified color."),
    F(color_pair, "(pair_number, /)", "Return the attribute value for displaying text in the specified color."),
    F(curs_set, "(visibility, /)", "Set the cursor state."),
    F(def_prog_mode, "()", "Save the current terminal mode as the \"program\" mode."),
    F(def_shell_mode, "()", "Save the current terminal mode as the \"shell\" mode."),
    F(delay_output, "(ms, /)", "Insert a pause in output."),
    F(doupdate, "()", "Update the physical screen to match the virtual screen."),
    F(echo, "(flag=True, /)", "Enter echo mode."),
    F(endwin, "()", "De-initialize the library, and return terminal to normal status."),
    F(erasechar, "()", "Return the user's current erase character."),
    F(filter, "()", "Restrict screen updates to the current line."),
    F(flash, "()", "Flash the screen."),
    F(flushinp, "()", "Flush all input buffers."),
    F(get_escdelay, "()", "Gets the curses ESCDELAY setting."),
    F(get_tabsize, "()", "Gets the curses TABSIZE setting."),
    F(getmouse, "()", "Retrieve the queued mouse event."),
    F(getsyx, "()", "Return the current coordinates of the virtual screen cursor."),
    F(getwin, "(file, /)", "Read window related data stored in the file by an earlier putwin() call."),
    F(halfdelay, "(tenths, /)", "Enter half-delay mode."),
    F(has_colors, "()", "Return True if the terminal can display colors; otherwise, return False."),
    F(has_extended_color_support, "()", "Return True if the module supports extended colors; otherwise, return False."),
    F(has_ic, "()", "Return True if the terminal has insert- and delete-character capabilities."),
    F(has_il, "()", "Return True if the terminal has insert- and delete-line capabilities."),
    F(has_key, "(key, /)", "Return True if the current terminal type recognizes a key with that value."),
    F(init_color, "(color_number, r, g, b, /)", "Change the definition of a color."),
    F(init_pair, "(pair_number, fg, bg, /)", "Change the definition of a color-pair."),
    F(initscr, "()", "Initialize the library."),
    F(intrflush, "(flag, /)", "Control flushing of the output buffer when an interrupt key is pressed."),
    F(is_term_resized, "(nlines, ncols, /)", "Return True if resize_term() would modify the window structure, False otherwise."),
    F(isendwin, "()", "Return True if endwin() has been called."),
    F(keyname, "(key, /)", "Return the name of specified key."),
    F(killchar, "()", "Return the user's current line kill character."),
    F(longname, "()", "Return the terminfo long name field describing the current terminal."),
    F(meta, "(yes, /)", "Enable/disable meta keys."),
    F(mouseinterval, "(interval, /)", "Set and retrieve the maximum time between press and release in a click."),
    F(mousemask, "(newmask, /)", "Set the mouse events to be reported, and return (availmask, oldmask)."),
    F(napms, "(ms, /)", "Sleep for specified time."),
    F(newpad, "(nlines, ncols, /)", "Create and return a pointer to a new pad data structure."),
    {"newwin", "(*args)", curses_fn_newwin, "newwin(nlines, ncols, [begin_y=0, begin_x=0])\nReturn a new window.", METH_NO_TEXT_SIG},
    F(nl, "(flag=True, /)", "Enter newline mode."),
    F(nocbreak, "()", "Leave cbreak mode."),
    F(noecho, "()", "Leave echo mode."),
    F(nonl, "()", "Leave newline mode."),
    F(noqiflush, "()", "Disable queue flushing."),
    F(noraw, "()", "Leave raw mode."),
    F(pair_content, "(pair_number, /)", "Return a tuple (fg, bg) containing the colors for the requested color pair."),
    F(pair_number, "(attr, /)", "Return the number of the color-pair set by the specified attribute value."),
    F(putp, "(string, /)", "Emit the value of a specified terminfo capability for the current terminal."),
    F(qiflush, "(flag=True, /)", "Enable queue flushing."),
    F(raw, "(flag=True, /)", "Enter raw mode."),
    F(reset_prog_mode, "()", "Restore the terminal to \"program\" mode, as previously saved by def_prog_mode()."),
    F(reset_shell_mode, "()", "Restore the terminal to \"shell\" mode, as previously saved by def_shell_mode()."),
    F(resetty, "()", "Restore terminal mode."),
    F(resize_term, "(nlines, ncols, /)", "Backend function used by resizeterm(), performing most of the work."),
    F(resizeterm, "(nlines, ncols, /)", "Resize the standard and current windows to the specified dimensions."),
    F(savetty, "()", "Save terminal mode."),
    F(set_escdelay, "(ms, /)", "Sets the curses ESCDELAY setting."),
    F(set_tabsize, "(size, /)", "Sets the curses TABSIZE setting."),
    F(setsyx, "(y, x, /)", "Set the virtual screen cursor."),
    F(setupterm, "(term=None, fd=-1)", "Initialize the terminal."),
    F(start_color, "()", "Initializes eight basic colors and global variables COLORS and COLOR_PAIRS."),
    F(termattrs, "()", "Return a logical OR of all video attributes supported by the terminal."),
    F(termname, "()", "Return the value of the environment variable TERM, truncated to 14 characters."),
    F(tigetflag, "(capname, /)", "Return the value of the Boolean capability."),
    F(tigetnum, "(capname, /)", "Return the value of the numeric capability."),
    F(tigetstr, "(capname, /)", "Return the value of the string capability."),
    F(tparm, "(str, i1=0, i2=0, i3=0, i4=0, i5=0, i6=0, i7=0, i8=0, i9=0, /)", "Instantiate the specified byte string with the supplied parameters."),
    F(typeahead, "(fd, /)", "Specify that the file descriptor fd be used for typeahead checking."),
    F(unctrl, "(ch, /)", "Return a bytes object which is a printable representation of ch."),
    F(unget_wch, "(ch, /)", "Push ch so the next get_wch() will return it."),
    F(ungetch, "(ch, /)", "Push ch so the next getch() will return it."),
    F(ungetmouse, "(id, x, y, z, bstate, /)", "Push a KEY_MOUSE event onto the input queue."),
    F(update_lines_cols, "()", "Update the LINES and COLS module variables."),
    F(use_default_colors, "()", "Equivalent to assume_default_colors(-1, -1)."),
    F(use_env, "(flag, /)", "Use environment variables LINES and COLUMNS."),
    {0},
};

static int curses_exec(Thread *th, Value m) {
    static const StructSeqField fields[] = {{"major", "Major release number"}, {"minor", "Minor release number"}, {"patch", "Patch release number"}, {NULL, NULL}};
    if (!curses_error) {
        Value e = exception_create_type(th, "_curses.error", VALUE_OF(&exc_Exception), NULL);
        if (!e) return -1;
        object_make_immortal(value_object(e));
        curses_error = e;
    }
    Value type = structseq_type(th, "curses.ncurses_version", "Ncurses version information as a named tuple.", fields, 3);
    if (!type || structseq_override(th, type, structseq_no_new, NULL) < 0) return -1;
    Value version = structseq_new(th, type, (Value[]){value_imm_int(NCURSES_VERSION_MAJOR), value_imm_int(NCURSES_VERSION_MINOR), value_imm_int(NCURSES_VERSION_PATCH)}, 3);
    if (module_add(th, m, "ncurses_version", version) < 0 || module_add(th, m, "error", curses_error) < 0 || module_add(th, m, "version", bytes_new(th, "2.2", 3)) < 0 ||
        module_add(th, m, "__version__", bytes_new(th, "2.2", 3)) < 0 || module_add_type(th, m, &type_curses_window) < 0)
        return -1;
    decref(th, type);
    return curses_add_constants(th, m);
}
const ModuleDef module__curses = {"_curses", NULL, methods, curses_exec};
