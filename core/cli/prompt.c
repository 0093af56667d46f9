// SPDX-License-Identifier: MIT
// The interactive prompt: statement by statement from a terminal or stdin. On a terminal the library's _pyrepl takes over where its natives exist.
#include "core/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/compile/compile.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/exception.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/vm/vm.h"
#include "stdlib/readline.h"

static const char *prompt_text(Thread *th, const char *attr, const char *dflt, char *buf, size_t size) {
    Value v = sys_get(th, attr);
    snprintf(buf, size, "%s", dflt);
    if (!v) {
        Value s = str_from_cstr(th, dflt);
        if (s) sys_set(th, attr, s);
        return buf;
    }
    Value s = object_str(th, v), hold = NO_VALUE;
    size_t n;
    const char *p = s ? str_utf8(th, s, &n, &hold) : NULL;
    if (p) snprintf(buf, size, "%s", p);
    else error_clear(th);
    decref(th, hold);
    decref(th, s);
    decref(th, v);
    return buf;
}

// The next line with its end, or NULL at the end of the input (or with KeyboardInterrupt pending). Owned.
static char *read_line(Thread *th, const char *prompt) {
    sys_flush_std(th);
    if (readline_terminal_hook && isatty(0) && isatty(1)) {
        char *edited = readline_terminal_hook(th, prompt);
        if (edited && *edited) return edited;
        if (edited) fputc('\n', stderr);
        free(edited);
        return NULL;
    }
    fputs(prompt, isatty(0) ? stdout : stderr);
    fflush(stdout);
    fflush(stderr);
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    for (;;) {
        int err;
        BLOCKING_BEGIN(th);
        n = getline(&line, &cap, stdin);
        err = errno;
        BLOCKING_END;
        bool again = n < 0 && err == EINTR;
        if (again) clearerr(stdin);
        if (thread_safepoint(th)) {
            clearerr(stdin);
            free(line);
            return NULL;
        }
        if (!again) break;
    }
    if (n <= 0) {
        fputc('\n', stderr);    // behind the prompt
        free(line);
        return NULL;
    }
    return line;
}

static unsigned statement_count; // the main thread's

// Runs a statement. Its file is called "<stdin-N>", so that each has a source text of its own: where linecache looks for it.
static int futures;    // what __future__ statements have been given so far; only the main thread prompts
static Value run_statement(Thread *th, Dict *d, Value code, const char *text, size_t len, Value shown) {
    Value name = str_format(th, "<stdin-%u>", statement_count++), source = name ? str_from_utf8(th, text, len) : NO_VALUE;
    Value fix = source ? import_attr(th, "_imp", "_fix_co_filename") : NO_VALUE, r = fix ? call2(th, fix, code, name) : NO_VALUE;
    if (r) cli_register_source(th, code, source, shown);
    else error_clear(th);
    decref(th, name);
    decref(th, source);
    decref(th, fix);
    decref(th, r);
    futures |= (int)(AS(Code, code)->flags & PYCF_FUTURE_MASK);
    return vm_exec(th, AS(Code, code), d, NO_VALUE, NO_VALUE);
}

// A statement that begins so ends with an empty line.
static bool begins_block(const char *text) {
    static const char *const words[] = {"if", "for", "while", "with", "try", "def", "class", "async"};
    if (*text == '@') return true;
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz");
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (n == strlen(words[i]) && !strncmp(text, words[i], n)) return text[n] == ' ' || text[n] == '\t' || text[n] == ':' || text[n] == '(';
    const char *end = strchr(text, '\n');
    if (!end) end = text + strlen(text);
    while (end > text && strchr(" \t\r", end[-1])) end--;
    return end > text && end[-1] == ':'; // match
}
// Is a SyntaxError pending that was found behind the parser? Nobody has read the text for it.
static bool error_without_text(Thread *th) {
    if (!exception_is(th->exc, &exc_SyntaxError)) return false;
    Value exc = error_fetch(th), text = object_getattr_cstr(th, exc, "text");
    bool none = text == VALUE_NONE;
    decref(th, text);
    error_restore(th, exc);
    return none;
}
// Gives it its line, and the name that the statement would have run under.
static void add_error_text(Thread *th, const char *text) {
    Value exc = error_fetch(th), line = object_getattr_cstr(th, exc, "lineno"), name = str_format(th, "<stdin-%u>", statement_count++);
    const char *p = text;
    for (int64_t n = value_is_imm_int(line) ? value_imm_int_get(line) : 1; n > 1 && p; n--)
        if ((p = strchr(p, '\n'))) p++;
    Value shown = p ? str_from_utf8(th, p, strcspn(p, "\n")) : NO_VALUE;
    if (shown && name && (object_setattr(th, exc, str_intern_cstr(th, "text"), shown) < 0 || object_setattr(th, exc, str_intern_cstr(th, "filename"), name) < 0)) error_clear(th);
    decref(th, line);
    decref(th, shown);
    decref(th, name);
    error_restore(th, exc);
}

// One statement, as many lines as it takes. *r: its result. false at the end of the input.
static bool one_statement(Thread *th, Dict *d, Value shown, Value *r) {
    char buf[256];
    char *text = read_line(th, prompt_text(th, "ps1", ">>> ", buf, sizeof buf));
    *r = NO_VALUE;
    if (!text) return th->exc != NO_VALUE;
    size_t len = strlen(text);
    bool block = begins_block(text);
    if (text[strspn(text, " \t\f\r\n")] == 0) { // nothing, and the next line is the first one
        free(text);
        statement_count++;
        *r = VALUE_NONE;
        return true;
    }
    for (;;) {
        CompileOptions opt = {shown, "single", PYCF_SOURCE_IS_UTF8 | PYCF_DONT_IMPLY_DEDENT | PYCF_ALLOW_INCOMPLETE_INPUT | futures, -1, false};
        bool closed = text[len - 1] == '\n' && (!block || (len >= 2 && text[len - 2] == '\n'));
        Value code = compile_source(th, text, len, &opt);
        if (code) {
            if (closed) {
                *r = run_statement(th, d, code, text, len, shown);
                decref(th, code);
                break;
            }
            decref(th, code);
        } else if (!error_clear_if(th, &exc__IncompleteInputError)) {
            bool late = error_without_text(th);
            if (late && closed) add_error_text(th, text);
            if (!late || closed) break;
            error_clear(th); // it is told when the block is there as a whole
        }
        char *more = read_line(th, prompt_text(th, "ps2", "... ", buf, sizeof buf));
        if (!more) {
            if (th->exc) break;
            // The input ends here: what there is must do.
            opt.flags &= ~(PYCF_DONT_IMPLY_DEDENT | PYCF_ALLOW_INCOMPLETE_INPUT);
            code = compile_source(th, text, len, &opt);
            if (code) *r = run_statement(th, d, code, text, len, shown);
            else if (error_without_text(th)) add_error_text(th, text);
            decref(th, code);
            break;
        }
        size_t m = strlen(more);
        char *p = realloc(text, len + m + 1);
        if (!p) {
            free(more);
            raise_memory_error(th);
            break;
        }
        memcpy(p + len, more, m + 1);
        text = p;
        len += m;
        free(more);
    }
    free(text);
    return true;
}

static int fancy_prompt(Thread *th) {
    const char *basic = getenv("PYTHON_BASIC_REPL"), *term = getenv("TERM");
    if (!isatty(0) || !isatty(1) || (basic && *basic && !sys_config.ignore_environment) || (term && strcmp(term, "dumb") == 0)) return -1;
    Value f = import_attr(th, "_pyrepl.main", "interactive_console");
    if (!f) {
        error_clear(th);
        return -1;
    }
    Value r = call0(th, f);
    decref(th, f);
    bool interrupted;
    if (!r) return cli_handle_error(th, &interrupted);
    decref(th, r);
    return 0;
}

static void banner(Thread *th) {
    if (sys_config.quiet) return;
    Value v = sys_get(th, "version"), hold = NO_VALUE;
    size_t n;
    const char *p = v && value_is_str(v) ? str_utf8(th, v, &n, &hold) : NULL;
    fprintf(stderr, "Ladon, Python %s on linux\n", p ? p : "");
    if (!sys_config.no_site) fputs("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n", stderr);
    decref(th, hold);
    decref(th, v);
}

int cli_prompt(Thread *th) {
    bool interrupted;
    if (cli_options.kind != RUN_COMMAND && cli_options.kind != RUN_FILE && cli_options.kind != RUN_MODULE) banner(th);
    Value hook = sys_get(th, "__interactivehook__");
    if (hook && !sys_config.isolated) {
        Value r = call0(th, hook);
        if (!r) cli_handle_error(th, &interrupted);
        decref(th, r);
    }
    decref(th, hook);
    int status = fancy_prompt(th);
    if (status >= 0) return status;
    Value m = dict_get_str(th, AS(Dict, modules_dict), name_main);
    if (!m || !value_is_instance(m, &type_module)) return 1;
    Value shown = str_intern_cstr(th, "<stdin>");
    for (;;) {
        Value r;
        if (!one_statement(th, module_dict(m), shown, &r)) break;
        if (r) {
            decref(th, r);
            continue;
        }
        if (exception_is(th->exc, &exc_SystemExit)) {
            decref(th, m);
            return cli_handle_error(th, &interrupted);
        }
        if (exception_is(th->exc, &exc_KeyboardInterrupt)) fputs("\n", stderr);
        cli_handle_error(th, &interrupted);
    }
    if (isatty(0)) fputs("\n", stderr);
    decref(th, m);
    return 0;
}
