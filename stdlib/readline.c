// SPDX-License-Identifier: MIT
// readline, over libedit (whose licence is BSD's), which is loaded when the module is imported. The library has one state for the process: `lock` is held around
// all use of it, for a whole line while one is read; the thread that reads holds it also while Python functions run that the library calls (completers, hooks),
// so these may use the module. The library is called detached while it waits; callbacks attach.
#include "stdlib/readline.h"

#include <dlfcn.h>
#define Function EditlineFunction // a name of ours, too
#include <editline/readline.h>
#undef Function
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "gc/gc.h"
#include "stdlib/owner_lock.h"
#include "stdlib/sys/sys.h"

char *(*readline_terminal_hook)(Thread *th, const char *prompt);

// The library's functions and variables. [c] after the first import
#define FUNCTIONS(F)                                                                                                                                    \
    F(rl_initialize) F(using_history) F(add_history) F(clear_history) F(history_get) F(remove_history) F(replace_history_entry) F(free_history_entry)   \
    F(read_history) F(write_history) F(append_history) F(rl_read_init_file) F(rl_parse_and_bind) F(rl_insert_text)             \
    F(rl_redisplay) F(rl_callback_handler_install) F(rl_callback_handler_remove) F(rl_callback_read_char) F(rl_completion_matches)
#define VARIABLES(V)                                                                                                                                     \
    V(history_length) V(rl_line_buffer) V(rl_completer_word_break_characters) V(rl_basic_word_break_characters) V(rl_attempted_completion_function) V(rl_attempted_completion_over)        \
    V(rl_completion_append_character) V(rl_completion_type) V(rl_readline_version) V(rl_library_version) V(rl_completion_display_matches_hook)           \
    V(rl_catch_signals) V(rl_readline_name)
#define F(name) static __typeof__(name) *lib_##name;
FUNCTIONS(F)
#undef F
#define V(name) static __typeof__(name) *lib_##name;
VARIABLES(V)
#undef V

static OwnerLock lock;
static Value completer, startup_hook, pre_input_hook, display_hook;  // [l] owned, NO_VALUE: none; roots
static int begin_index, end_index;         // [l] of the word being completed
static int history_file_length = -1;       // [l] lines to keep in files; -1: all
static bool auto_history = true;           // [l]
static int first_item, replace_offset;     // [c] how this version of the library counts: the first item of history_get(); what replacing adds

// Takes the lock unless this thread reads a line, in a function that the library called. Whether it is to be released.
static bool enter(Thread *th) {
    if (owner_lock_held(th, &lock)) return false;
    owner_lock(th, &lock);
    return true;
}
static void leave(bool taken) {
    if (taken) owner_unlock(&lock);
}
#define LIB(...)                     \
    do {                             \
        bool taken_ = enter(th);     \
        __VA_ARGS__;                 \
        leave(taken_);               \
    } while (0)

// ---- texts ----------------------------------------------------------------------------------------------------------------------------

// A str in the locale's encoding. NULL: TypeError, ValueError.
static const char *text_of(Thread *th, Value v, Value *hold) {
    *hold = NO_VALUE;
    if (!value_is_str(v)) {
        raise_type_error(th, "bad argument type for built-in operation");
        return NULL;
    }
    size_t n;
    const char *p = str_fs_path(th, v, &n, hold);
    if (!p || strlen(p) == n) return p;
    decref(th, *hold);
    raise_value_error(th, "embedded null character");
    return NULL;
}
static Value text_value(Thread *th, const char *p) { return p ? str_from_fs(th, p, strlen(p)) : VALUE_NONE; }

// ---- history --------------------------------------------------------------------------------------------------------------------------

static Value fn_add_history(Thread *th, Value self, Value *args) {
    Value hold;
    const char *p = text_of(th, args[0], &hold);
    if (!p) return NO_VALUE;
    LIB(lib_add_history(p));
    decref(th, hold);
    return VALUE_NONE;
}
static Value fn_clear_history(Thread *th, Value self, Value *args) {
    LIB(lib_clear_history());
    return VALUE_NONE;
}
static Value fn_get_current_history_length(Thread *th, Value self, Value *args) {
    int n;
    LIB(n = *lib_history_length);
    return value_imm_int(n);
}
static Value fn_get_history_item(Thread *th, Value self, Value *args) {
    int i;
    if (number_as_int(th, args[0], &i) < 0) return NO_VALUE;
    char *line = NULL;
    LIB({
        HIST_ENTRY *e = i >= 1 && i <= *lib_history_length ? lib_history_get(i - 1 + first_item) : NULL;
        if (e && e->line) line = strdup(e->line);
    });
    Value r = text_value(th, line);
    free(line);
    return r;
}
static int item_index(Thread *th, Value v, int *out) {
    if (number_as_int(th, v, out) < 0) return -1;
    if (*out >= 0) return 0;
    raise_value_error(th, "History index cannot be negative");
    return -1;
}
static Value done_item(Thread *th, HIST_ENTRY *old, int i) {
    if (!old) return raise_value_error(th, "No history item at position %d", i);
    LIB(lib_free_history_entry(old));
    return VALUE_NONE;
}
static Value fn_remove_history_item(Thread *th, Value self, Value *args) {
    int i;
    HIST_ENTRY *old;
    if (item_index(th, args[0], &i) < 0) return NO_VALUE;
    LIB(old = i < *lib_history_length ? lib_remove_history(i) : NULL);
    return done_item(th, old, i);
}
static Value fn_replace_history_item(Thread *th, Value self, Value *args) {
    int i;
    HIST_ENTRY *old;
    Value hold;
    const char *p;
    if (item_index(th, args[0], &i) < 0 || !(p = text_of(th, args[1], &hold))) return NO_VALUE;
    LIB(old = i < *lib_history_length ? lib_replace_history_entry(i + replace_offset, p, NULL) : NULL);
    decref(th, hold);
    return done_item(th, old, i);
}
static Value fn_get_history_length(Thread *th, Value self, Value *args) {
    int n;
    LIB(n = history_file_length);
    return value_imm_int(n);
}
static Value fn_set_history_length(Thread *th, Value self, Value *args) {
    int n;
    if (number_as_int(th, args[0], &n) < 0) return NO_VALUE;
    LIB(history_file_length = n);
    return VALUE_NONE;
}
static Value fn_set_auto_history(Thread *th, Value self, Value *args) {
    int on = object_truth(th, args[0]);
    if (on < 0) return NO_VALUE;
    LIB(auto_history = on);
    return VALUE_NONE;
}

// A file's name, or NULL for the default one. 0 or -1.
static int file_arg(Thread *th, Value v, const char **path, Value *hold) {
    *path = NULL;
    *hold = NO_VALUE;
    if (!v || v == VALUE_NONE) return 0;
    return (*path = str_fs_path(th, v, NULL, hold)) ? 0 : -1;
}
// The file that stands for none: the library's own default is another.
static int default_file(Thread *th, const char **path, char buf[4096]) {
    const char *home = *path ? NULL : getenv("HOME");
    if (home && snprintf(buf, 4096, "%s/.history", home) < 4096) *path = buf;
    return 0;
}
// What the library's own functions get wrong: a history file begins with one line of its format, and has no other such line; of what was appended behind the
// first `old` items, the last `added` stay (all if negative); of all items then the last `keep` (all if negative). *items: how many there were. 0 or an errno.
// Detached.
static int tidy_file(const char *path, int old, int added, int keep, int *items) {
    static const char format[] = "_HiStOrY_V2_\n";
    FILE *f = fopen(path, "r+");
    if (!f) return errno;
    char **lines = NULL, *line = NULL;
    size_t n = 0, cap = 0, room = 0;
    int err = 0;
    while (!err && getline(&line, &room, f) > 0) {
        if (!strcmp(line, format)) continue;
        if (n == cap) {
            char **more = realloc(lines, (cap = cap ? cap * 2 : 64) * sizeof *lines);
            if (!more) err = ENOMEM;
            else lines = more;
        }
        if (!err && !(lines[n++] = strdup(line))) err = ENOMEM;
    }
    free(line);
    *items = (int)n;
    size_t surplus = added >= 0 && n > (size_t)old + (size_t)added ? n - (size_t)old - (size_t)added : 0, left = n - surplus;
    if (!err && (fseek(f, 0, SEEK_SET) || ftruncate(fileno(f), 0))) err = errno;
    if (!err) fputs(format, f);
    for (size_t i = 0; i < n; i++) {
        bool surplus_item = surplus && i >= (size_t)old && i < (size_t)old + surplus;
        if (!err && !surplus_item && (keep < 0 || left <= (size_t)keep)) fputs(lines[i], f);
        left -= !surplus_item;
        free(lines[i]);
    }
    free(lines);
    return fclose(f) && !err ? errno : err;
}

enum { FILE_READ, FILE_WRITE, FILE_APPEND, FILE_INIT };
static Value use_file(Thread *th, int what, Value name, int n) {
    const char *path;
    char buf[4096];
    Value hold;
    int err = 0, items = 0;
    if (file_arg(th, name, &path, &hold) < 0 || (what != FILE_INIT && default_file(th, &path, buf) < 0)) return NO_VALUE;
    if (sys_has_audit_hooks()) {
        Value seen = name && name != VALUE_NONE ? new_ref(th, name) : str_from_cstr(th, what == FILE_INIT ? "<readline_init_file>" : "~/.history");
        Value mode = str_from_cstr(th, what == FILE_WRITE ? "w" : what == FILE_APPEND ? "a" : "r");
        int stopped = seen && mode ? sys_audit(th, "open", 3, seen, mode, value_imm_int(0)) : -1;
        decref(th, seen);
        decref(th, mode);
        if (stopped) {
            decref(th, hold);
            return NO_VALUE;
        }
    }
    bool taken = enter(th);
    BLOCKING_BEGIN(th);
    errno = 0;
    if (what == FILE_READ) err = lib_read_history(path);
    else if (what == FILE_INIT) err = lib_rl_read_init_file(path) ? (errno ? errno : ENOENT) : 0;
    else if (what == FILE_WRITE) err = lib_write_history(path);
    else if (!(err = tidy_file(path ? path : "", 0, -1, -1, &items)) && n > 0) err = lib_append_history(n, path);
    if (err < 0) err = errno;
    if (n > *lib_history_length) n = *lib_history_length;
    if (!err && what == FILE_APPEND) err = tidy_file(path, items, n, history_file_length, &items);
    if (!err && what == FILE_WRITE && history_file_length >= 0) err = tidy_file(path, 0, -1, history_file_length, &items);
    BLOCKING_END;
    leave(taken);
    decref(th, hold);
    return err ? raise_errno(th, err, NO_VALUE, NO_VALUE) : VALUE_NONE;
}
static Value fn_read_history_file(Thread *th, Value self, Value *args) { return use_file(th, FILE_READ, args[0], 0); }
static Value fn_write_history_file(Thread *th, Value self, Value *args) { return use_file(th, FILE_WRITE, args[0], 0); }
static Value fn_read_init_file(Thread *th, Value self, Value *args) { return use_file(th, FILE_INIT, args[0], 0); }
static Value fn_append_history_file(Thread *th, Value self, Value *args) {
    int n;
    if (number_as_int(th, args[0], &n) < 0) return NO_VALUE;
    if (n < 0) return raise_value_error(th, "nelements must be non-negative");
    return use_file(th, FILE_APPEND, args[1], n);
}

// ---- hooks and completion -------------------------------------------------------------------------------------------------------------

static Value set_hook(Thread *th, Value *hook, Value v, const char *name) {
    if (!v || v == VALUE_NONE) v = NO_VALUE;
    else if (!object_callable(v)) return raise_type_error(th, "%s(func): argument not callable", name);
    incref(th, v);
    Value old;
    LIB(old = *hook; *hook = v);
    decref(th, old);
    return VALUE_NONE;
}
static Value hook_get(Thread *th, const Value *hook) {
    Value v;
    LIB(v = new_ref(th, *hook));
    return v;
}

// One completion of text, malloc'ed; NULL: no more. Attached.
static char *complete(Thread *th, const char *text, int state) {
    Value f = hook_get(th, &completer), a[2] = {NO_VALUE, value_imm_int(state)}, r = NO_VALUE;
    char *found = NULL;
    if (f && (a[0] = text_value(th, text))) r = object_call(th, f, a, 2, NO_VALUE);
    if (r && r != VALUE_NONE) {
        Value hold;
        const char *p = text_of(th, r, &hold);
        if (p) found = strdup(p);
        decref(th, hold);
    }
    if (error_pending(th)) error_clear(th); // there is nobody to tell
    decref(th, r);
    decref(th, a[0]);
    decref(th, f);
    return found;
}
// The library calls these, detached.
static char *on_completion(const char *text, int state) {
    Thread *th = thread_current();
    thread_attach(th);
    if (completer) *lib_rl_attempted_completion_over = 1; // no file names
    char *r = complete(th, text, state);
    thread_detach(th);
    return r;
}
static char **on_attempted_completion(const char *text, int start, int end) {
    *lib_rl_completion_append_character = 0;
    begin_index = start;
    end_index = end;
    return lib_rl_completion_matches(text, on_completion);
}
static void on_display_matches(char **matches, int n, int longest) {
    Thread *th = thread_current();
    thread_attach(th);
    Value f = hook_get(th, &display_hook), list = list_new(th, 0), a[3] = {text_value(th, matches[0]), list, value_imm_int(longest)}, r = NO_VALUE;
    for (int i = 1; list && i <= n; i++) {
        Value s = text_value(th, matches[i]);
        if (!s || list_append_owned(th, AS(List, list), s) < 0) break;
    }
    if (f && a[0] && list && !error_pending(th)) r = object_call(th, f, a, 3, NO_VALUE);
    if (error_pending(th)) error_clear(th);
    decref(th, r);
    decref(th, a[0]);
    decref(th, list);
    decref(th, f);
    thread_detach(th);
}
static void run_hook(Thread *th, const Value *hook) {
    Value f = hook_get(th, hook), r = f ? call0(th, f) : NO_VALUE;
    if (error_pending(th)) error_clear(th);
    decref(th, r);
    decref(th, f);
}

static Value fn_set_completer(Thread *th, Value self, Value *args) { return set_hook(th, &completer, args[0], "set_completer"); }
static Value fn_get_completer(Thread *th, Value self, Value *args) {
    Value v = hook_get(th, &completer);
    return v ? v : VALUE_NONE;
}
static Value fn_set_startup_hook(Thread *th, Value self, Value *args) { return set_hook(th, &startup_hook, args[0], "set_startup_hook"); }
static Value fn_set_pre_input_hook(Thread *th, Value self, Value *args) { return set_hook(th, &pre_input_hook, args[0], "set_pre_input_hook"); }
static Value fn_set_completion_display_matches_hook(Thread *th, Value self, Value *args) {
    Value r = set_hook(th, &display_hook, args[0], "set_completion_display_matches_hook");
    if (r) LIB(*lib_rl_completion_display_matches_hook = display_hook ? (VFunction *)on_display_matches : NULL);
    return r;
}
static Value fn_get_completer_delims(Thread *th, Value self, Value *args) {
    char *p = NULL;
    LIB(if (*lib_rl_completer_word_break_characters) p = strdup(*lib_rl_completer_word_break_characters));
    Value r = p ? text_value(th, p) : str_empty;
    free(p);
    return r;
}
static Value fn_set_completer_delims(Thread *th, Value self, Value *args) {
    static char *ours; // [l] what was set last
    Value hold;
    const char *p = text_of(th, args[0], &hold);
    char *copy = p ? strdup(p) : NULL, *old;
    decref(th, hold);
    if (!p) return NO_VALUE;
    if (!copy) return raise_memory_error(th);
    LIB(old = ours; *lib_rl_basic_word_break_characters = ours = *lib_rl_completer_word_break_characters = copy); // the first is what it looks at
    free(old);
    return VALUE_NONE;
}
static Value fn_get_begidx(Thread *th, Value self, Value *args) {
    int n;
    LIB(n = begin_index);
    return value_imm_int(n);
}
static Value fn_get_endidx(Thread *th, Value self, Value *args) {
    int n;
    LIB(n = end_index);
    return value_imm_int(n);
}
static Value fn_get_completion_type(Thread *th, Value self, Value *args) {
    int n;
    LIB(n = *lib_rl_completion_type);
    return value_imm_int(n);
}
static Value fn_get_line_buffer(Thread *th, Value self, Value *args) {
    char *p = NULL;
    LIB(if (*lib_rl_line_buffer) p = strdup(*lib_rl_line_buffer));
    Value r = p ? text_value(th, p) : str_empty;
    free(p);
    return r;
}
static Value fn_insert_text(Thread *th, Value self, Value *args) {
    Value hold;
    const char *p = text_of(th, args[0], &hold);
    if (!p) return NO_VALUE;
    LIB(lib_rl_insert_text(p));
    decref(th, hold);
    return VALUE_NONE;
}
static Value fn_redisplay(Thread *th, Value self, Value *args) {
    LIB(lib_rl_redisplay());
    return VALUE_NONE;
}
static Value fn_parse_and_bind(Thread *th, Value self, Value *args) {
    Value hold;
    const char *p = text_of(th, args[0], &hold);
    char *copy = p ? strdup(p) : NULL; // the library may change it
    decref(th, hold);
    if (!p) return NO_VALUE;
    if (!copy) return raise_memory_error(th);
    LIB(lib_rl_parse_and_bind(copy));
    free(copy);
    return VALUE_NONE;
}

// ---- a line ---------------------------------------------------------------------------------------------------------------------------

static char *line_read;    // [l] what the library gave, NULL: the end of the input
static bool line_done;     // [l]
static void on_line(char *line) {
    line_read = line;
    line_done = true;
    lib_rl_callback_handler_remove();
}

static char *terminal_line(Thread *th, const char *prompt) {
    // A line within a completer or hook would have no editor: the library cannot.
    if (owner_lock_held(th, &lock)) {
        raise_error(th, &exc_RuntimeError, "can't read a line while another is edited");
        return NULL;
    }
    owner_lock(th, &lock);
    line_done = false;
    line_read = NULL;
    BLOCKING_BEGIN(th);
    lib_rl_callback_handler_install(prompt, on_line);
    BLOCKING_END;
    if (startup_hook) run_hook(th, &startup_hook);
    if (pre_input_hook) run_hook(th, &pre_input_hook);
    bool interrupted = false;
    while (!line_done && !interrupted) {
        struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
        int got;
        BLOCKING_BEGIN(th);
        got = poll(&p, 1, -1);
        if (got > 0) lib_rl_callback_read_char();
        BLOCKING_END;
        if (thread_safepoint(th) < 0) interrupted = true;
    }
    if (!line_done) lib_rl_callback_handler_remove();
    char *line = line_read, *r = NULL;
    if (line_done && interrupted) free(line);
    else if (line_done && (r = malloc((line ? strlen(line) : 0) + 2))) {
        if (!line) {
            r[0] = 0;
        } else {
            HIST_ENTRY *last = *lib_history_length ? lib_history_get(*lib_history_length - 1 + first_item) : NULL;
            if (auto_history && *line && !(last && last->line && !strcmp(last->line, line))) lib_add_history(line);
            strcat(strcpy(r, line), "\n");
        }
        free(line);
    }
    owner_unlock(&lock);
    if (!r && !error_pending(th)) raise_memory_error(th);
    return r;
}

// ---- the module -----------------------------------------------------------------------------------------------------------------------

#define M(name, sig, doc) {#name, sig, fn_##name, doc, 0}
static const MethodDef methods[] = {
    M(add_history, "(string, /)", "Add an item to the history buffer."),
    M(append_history_file, "(nelements, filename=None, /)", "Append the last nelements items of the history list to file."),
    M(clear_history, "()", "Clear the current readline history."),
    M(get_begidx, "()", "Get the beginning index of the completion scope."),
    M(get_completer, "()", "Get the current completer function."),
    M(get_completer_delims, "()", "Get the word delimiters for completion."),
    M(get_completion_type, "()", "Get the type of completion being attempted."),
    M(get_current_history_length, "()", "Return the current (not the maximum) length of history."),
    M(get_endidx, "()", "Get the ending index of the completion scope."),
    M(get_history_item, "(index, /)", "Return the current contents of history item at one-based index."),
    M(get_history_length, "()", "Return the maximum number of lines that will be written to the history file."),
    M(get_line_buffer, "()", "Return the current contents of the line buffer."),
    M(insert_text, "(string, /)", "Insert text into the line buffer at the cursor position."),
    M(parse_and_bind, "(string, /)", "Execute the init line provided in the string argument."),
    M(read_history_file, "(filename=None, /)", "Load a readline history file."),
    M(read_init_file, "(filename=None, /)", "Execute a readline initialization file."),
    M(redisplay, "()", "Change what's displayed on the screen to reflect contents of the line buffer."),
    M(remove_history_item, "(pos, /)", "Remove history item given by its zero-based position."),
    M(replace_history_item, "(pos, line, /)", "Replaces history item given by its position with contents of line."),
    M(set_auto_history, "(enabled, /)", "Enables or disables automatic history."),
    M(set_completer, "(function=None, /)", "Set or remove the completer function."),
    M(set_completer_delims, "(string, /)", "Set the word delimiters for completion."),
    M(set_completion_display_matches_hook, "(function=None, /)", "Set or remove the completion display function."),
    M(set_history_length, "(length, /)", "Set the maximal number of lines which will be written to the history file."),
    M(set_pre_input_hook, "(function=None, /)", "Set or remove the function invoked before the first character of a line is read."),
    M(set_startup_hook, "(function=None, /)", "Set or remove the function invoked when a line is about to be read."),
    M(write_history_file, "(filename=None, /)", "Save a readline history file."),
    {0},
};

// Versions of the library differ in how they number items: it is tried out on an empty history.
static void learn_numbers(void) {
    lib_using_history();
    lib_add_history("a");
    lib_add_history("b");
    first_item = lib_history_get(0) && !strcmp(lib_history_get(0)->line, "a") ? 0 : 1;
    HIST_ENTRY *old = lib_replace_history_entry(0, "c", NULL);
    replace_offset = old && old->line && !strcmp(old->line, "a") ? 0 : 1;
    if (old) lib_free_history_entry(old);
    lib_clear_history();
}

static int readline_exec(Thread *th, Value m) {
    if (!readline_terminal_hook) {
        void *lib = dlopen(LADON_SONAME_edit, RTLD_NOW | RTLD_LOCAL);
#define F(name) if (!lib || !(lib_##name = dlsym(lib, #name))) goto missing;
        FUNCTIONS(F)
        VARIABLES(F)
#undef F
        Value *const roots[] = {&completer, &startup_hook, &pre_input_hook, &display_hook};
        for (size_t i = 0; i < ARRAY_LEN(roots); i++) gc_add_root(roots[i]);
        *lib_rl_readline_name = "python";
        *lib_rl_catch_signals = 0;
        lib_rl_initialize();
        learn_numbers();
        *lib_rl_attempted_completion_function = on_attempted_completion;
        *lib_rl_basic_word_break_characters = *lib_rl_completer_word_break_characters = " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?";
        lib_rl_read_init_file(NULL);
        atomic_store_release(&readline_terminal_hook, terminal_line); // release: all of the above
    }
    if (module_add_int(th, m, "_READLINE_VERSION", RL_READLINE_VERSION) < 0 || module_add_int(th, m, "_READLINE_RUNTIME_VERSION", *lib_rl_readline_version) < 0 ||
        module_add_str(th, m, "_READLINE_LIBRARY_VERSION", *lib_rl_library_version) < 0)
        return -1;
    return module_add_str(th, m, "backend", "editline");
missing:
    raise_error(th, &exc_ImportError, "%s", dlerror());
    return -1;
}
const ModuleDef module_readline = {"readline", "Importing this module enables command line editing using libedit readline.", methods, readline_exec};
