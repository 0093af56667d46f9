// SPDX-License-Identifier: MIT
// Running what the command line names, and what an exception that nobody caught means for the exit status.
#include "core/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/compile/compile.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/exception.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module_shadow.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/vm.h"
#include "gc/gc.h"
#include "stdlib/_imp.h"

static Dict *main_dict(Thread *th) {
    Value m = dict_get_str(th, AS(Dict, modules_dict), name_main);
    if (!m || !value_is_instance(m, &type_module)) {
        decref(th, m);
        return NULL;
    }
    Dict *d = module_dict(m);
    decref(th, m);
    return d;
}

int cli_handle_error(Thread *th, bool *interrupted) {
    *interrupted = false;
    Value exc = error_fetch(th);
    if (!exc) return 0;
    int status = 1;
    for (int round = 0; round < 2; round++) {
        if (exception_is(exc, &exc_SystemExit)) {
            Value code;
            int has = object_getattr_optional(th, exc, str_intern_cstr(th, "code"), &code);
            if (has <= 0) {
                error_clear(th);
                code = new_ref(th, exc);
            }
            if (code == VALUE_NONE) status = 0;
            else if (value_is_int(code)) {
                int64_t n;
                status = int_as_i64_overflow(code, &n) ? 0xFF : (int)(n & 0xFF);
            } else {
                Value file = sys_get(th, "stderr"), text = object_str(th, code);
                if (!text) error_clear(th);
                Value r = NO_VALUE;
                if (text && file && file != VALUE_NONE) {
                    // After what is on its way to stdout.
                    sys_flush_std(th);
                    r = call_method1(th, file, name_write, text);
                    if (!r) error_clear(th);
                }
                decref(th, r);
                decref(th, text);
                decref(th, file);
                sys_write_stderr(th, "\n");
                status = 1;
            }
            decref(th, code);
            break;
        }
        if (exception_is(exc, &exc_KeyboardInterrupt)) *interrupted = true;
        sys_call_excepthook(th, exc);
        // The hook left with SystemExit: that is obeyed.
        if (!th->exc) break;
        decref(th, exc);
        exc = error_fetch(th);
    }
    decref(th, exc);
    return status;
}

// Runs text as __main__. shown: its file name.
static Value run_text(Thread *th, const char *text, size_t n, Value shown, const char *mode, int flags) {
    Dict *d = main_dict(th);
    if (!d) return raise_error(th, &exc_RuntimeError, "lost __main__ module");
    CompileOptions opt = {shown, mode, flags, -1, true, true};
    Value code = compile_source(th, text, n, &opt);
    if (!code) return NO_VALUE;
    Value r = vm_exec(th, AS(Code, code), d, NO_VALUE, NO_VALUE);
    decref(th, code);
    return r;
}

static char *read_all(int fd, size_t *n) {
    size_t cap = 65536, len = 0;
    char *b = malloc(cap + 1);
    while (b) {
        if (len == cap) {
            char *p = realloc(b, (cap *= 2) + 1);
            if (!p) break;
            b = p;
        }
        ssize_t r = read(fd, b + len, cap - len);
        if (r < 0 && errno == EINTR) continue;
        if (r < 0) {
            free(b);
            return NULL;
        }
        if (r == 0) break;
        len += (size_t)r;
    }
    if (b) b[len] = 0;
    *n = len;
    return b;
}

// -x: the first line becomes empty, so that line numbers stay right.
static void skip_first_line(char **text, size_t *n) {
    if (!cli_options.skip_first_line) return;
    char *nl = memchr(*text, '\n', *n);
    size_t cut = nl ? (size_t)(nl - *text) : *n;
    memmove(*text, *text + cut, *n - cut + 1);
    *n -= cut;
}

// ---- -c --------------------------------------------------------------------------------------------------------

static bool blank_line(const char *p, const char *e) {
    while (p < e && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\f')) p++;
    return p == e;
}
// Takes the blanks that all lines have in common off their front.
static char *dedent(const char *text, size_t *n) {
    const char *end = text + strlen(text), *margin = NULL;
    size_t width = 0;
    for (const char *p = text; p < end;) {
        const char *e = memchr(p, '\n', (size_t)(end - p));
        if (!e) e = end;
        if (!blank_line(p, e)) {
            size_t w = 0;
            while (p + w < e && (p[w] == ' ' || p[w] == '\t')) w++;
            if (!margin) margin = p, width = w;
            else {
                size_t k = 0;
                while (k < w && k < width && p[k] == margin[k]) k++;
                width = k;
            }
        }
        p = e + 1;
    }
    char *out = malloc((size_t)(end - text) + 2), *o = out;
    if (!out) return NULL;
    for (const char *p = text; p < end;) {
        const char *e = memchr(p, '\n', (size_t)(end - p));
        bool last = !e;
        if (!e) e = end;
        if (blank_line(p, e)) {
            if (!last) *o++ = '\n';
        } else {
            memcpy(o, p + width, (size_t)(e - p) - width);
            o += (size_t)(e - p) - width;
            if (!last) *o++ = '\n';
        }
        p = e + 1;
    }
    *o++ = '\n';
    *o = 0;
    *n = (size_t)(o - out);
    return out;
}

void cli_register_source(Thread *th, Value code, Value text, Value shown) {
    Value f = import_attr(th, "linecache", "_register_code");
    Value r = f ? call3(th, f, code, text, shown) : NO_VALUE;
    if (!r) error_clear(th);
    decref(th, f);
    decref(th, r);
}

// The program of -c, for when linecache gets loaded: until then nobody asks for its lines. Set before the program starts.
static struct { Value code, source, shown; } command;
static void register_command(Thread *th) { cli_register_source(th, command.code, command.source, command.shown); }

static Value run_command(Thread *th) {
    size_t n;
    char *text = dedent(cli_options.what, &n);
    if (!text) return raise_memory_error(th);
    Value shown = str_intern_cstr(th, "<string>"), source = str_from_fs(th, text, n), check = source ? codec_encode_text(th, source, "utf-8", "strict") : NO_VALUE;
    if (!check) {
        fputs("Unable to decode the command from the command line:\n", stderr);
        decref(th, source);
        free(text);
        return NO_VALUE;
    }
    decref(th, check);
    Dict *d = main_dict(th);
    Value r = NO_VALUE, code = NO_VALUE;
    if (sys_audit(th, "cpython.run_command", 1, source)) goto out;
    CompileOptions opt = {shown, "exec", PYCF_SOURCE_IS_UTF8, -1, true};
    if (source && shown && d) code = compile_source(th, text, n, &opt);
    if (!code) goto out;
    command.code = new_ref(th, code);
    command.source = new_ref(th, source);
    command.shown = shown;
    gc_add_root(&command.code);
    gc_add_root(&command.source);
    Value loaded;
    int r_loaded = dict_get(th, AS(Dict, modules_dict), str_intern_cstr(th, "linecache"), &loaded);
    if (r_loaded > 0) {
        decref(th, loaded);
        register_command(th);
    } else import_linecache_hook = register_command;
    r = vm_exec(th, AS(Code, code), d, NO_VALUE, NO_VALUE);
    if (!r) { // now it is worth the import
        Value exc = error_fetch(th);
        if (!exception_is(exc, &exc_SystemExit)) register_command(th);
        error_restore(th, exc);
    }
out:
    decref(th, code);
    decref(th, source);
    free(text);
    return r;
}

// ---- -m and importable paths -----------------------------------------------------------------------------------

static Value run_module(Thread *th, const char *name, bool set_argv0) {
    Value runpy = import_module(th, "runpy");
    if (!runpy) {
        fputs("Could not import runpy module\n", stderr);
        return NO_VALUE;
    }
    Value f = object_getattr_cstr(th, runpy, "_run_module_as_main"), n = f ? str_from_fs(th, name, strlen(name)) : NO_VALUE;
    Value r = n ? call2(th, f, n, value_bool(set_argv0)) : NO_VALUE;
    decref(th, runpy);
    decref(th, f);
    decref(th, n);
    return r;
}

static int path0(Thread *th, Value entry_owned) {
    if (!entry_owned) return -1;
    gc_add_root(&module_start_path);
    module_start_path = new_ref(th, entry_owned);
    Value path = sys_get(th, "path");
    int r = path && value_is_list(path) ? list_insert(th, AS(List, path), 0, entry_owned) : 0;
    decref(th, path);
    decref(th, entry_owned);
    return r;
}

static bool looks_like_zip(const char *file) {
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    // The end of central directory record is among the last 22 + 65535 bytes.
    off_t size = lseek(fd, 0, SEEK_END);
    bool found = false;
    if (size >= 22) {
        size_t n = size > 65557 ? 65557 : (size_t)size;
        unsigned char *b = malloc(n);
        if (b && pread(fd, b, n, size - (off_t)n) == (ssize_t)n)
            for (size_t i = n - 22 + 1; i-- > 0 && !found;) found = memcmp(b + i, "PK\5\6", 4) == 0;
        free(b);
    }
    close(fd);
    return found;
}

// Whether `name`, which does not exist, is a folder within an archive: of what begins it up to a slash, the longest that exists is one.
static bool within_zip(const char *name) {
    char *file = cli_strdup(name), *slash;
    struct stat st;
    bool found = false;
    while (!found && (slash = strrchr(file, '/')) && slash != file) {
        *slash = 0;
        if (stat(file, &st)) continue;
        found = S_ISREG(st.st_mode) && looks_like_zip(file);
        break;
    }
    free(file);
    return found;
}

// ---- files -----------------------------------------------------------------------------------------------------

static char *absolute(const char *p) {
    char cwd[PATH_MAX];
    if (p[0] == '/' || !getcwd(cwd, sizeof cwd)) return cli_strdup(p);
    return cli_join(cwd, p);
}

static Value run_pyc(Thread *th, const char *b, size_t n) {
    Value r = NO_VALUE, code = NO_VALUE;
    uint32_t magic = 0;
    if (n >= 4) memcpy(&magic, b, 4);
    if (magic != imp_magic_token()) raise_error(th, &exc_RuntimeError, "Bad magic number in .pyc file");
    else if (n < 16) raise_error(th, &exc_EOFError, "EOF read where not expected");
    else {
        code = marshal_loads(th, (const uint8_t *)b + 16, n - 16, true);
        if (code && !value_is_exact(code, &type_code)) {
            raise_error(th, &exc_RuntimeError, "Bad code object in .pyc file");
            clear_ref(th, &code);
        }
    }
    if (code) r = vm_exec(th, AS(Code, code), main_dict(th), NO_VALUE, NO_VALUE);
    decref(th, code);
    return r;
}

static int set_main_loader(Thread *th, Dict *d, Value file, bool pyc) {
    Value f = import_attr(th, "_frozen_importlib_external", pyc ? "SourcelessFileLoader" : "SourceFileLoader");
    Value loader = f ? call2(th, f, name_main, file) : NO_VALUE;
    int r = loader ? dict_set(th, d, name_d_loader, loader) : -1;
    decref(th, f);
    decref(th, loader);
    return r;
}

static int run_file(Thread *th, Value *result) {
    *result = NO_VALUE;
    const char *name = cli_options.what;
    struct stat st;
    bool exists = stat(name, &st) == 0;
    char *abs = absolute(name);
    if (exists ? S_ISDIR(st.st_mode) || looks_like_zip(name) : within_zip(name)) {
        // A folder or archive, or a folder within one, with a __main__.
        int r = path0(th, str_from_fs(th, abs, strlen(abs)));
        free(abs);
        if (r) return 1;
        *result = run_module(th, "__main__", false);
        return 0;
    }
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "%s: can't open file '%s': [Errno %d] %s\n", sys_config.executable, abs, errno, strerror(errno));
        free(abs);
        return 2;
    }
    if (!sys_config.safe_path) {
        char *real = realpath(name, NULL), *dir = cli_strdup(real ? real : abs), *slash = strrchr(dir, '/');
        if (slash) slash[slash == dir] = 0;
        int r = path0(th, str_from_fs(th, dir, strlen(dir)));
        free(real);
        free(dir);
        if (r) return 1;
    }
    size_t len = strlen(name);
    bool pyc = len > 4 && strcmp(name + len - 4, ".pyc") == 0;
    // Tracebacks and __file__ say the absolute path.
    Value file = str_from_fs(th, abs, strlen(abs));
    free(abs);
    Dict *d = main_dict(th);
    if (file && d && !sys_audit(th, "cpython.run_file", 1, file) && dict_set_str(th, d, "__file__", file) == 0 && dict_set_str(th, d, "__cached__", VALUE_NONE) == 0 &&
        set_main_loader(th, d, file, pyc) == 0) {
        size_t n;
        char *text = read_all(fd, &n);
        int err = errno;
        close(fd);    // the program does not see it
        fd = -1;
        if (!text) raise_errno(th, err, file, NO_VALUE);
        else {
            if (pyc) *result = run_pyc(th, text, n);
            else {
                skip_first_line(&text, &n);
                *result = run_text(th, text, n, file, "exec", 0);
            }
            free(text);
        }
    }
    if (fd >= 0) close(fd);
    decref(th, file);
    return 0;
}

static Value run_stdin(Thread *th) {
    size_t n;
    char *text = read_all(0, &n);
    if (!text) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    skip_first_line(&text, &n);
    Value shown = str_intern_cstr(th, "<stdin>"), r = NO_VALUE;
    Dict *d = main_dict(th);
    if (d && dict_set_str(th, d, "__file__", shown) == 0 && dict_set_str(th, d, "__cached__", VALUE_NONE) == 0) r = run_text(th, text, n, shown, "exec", 0);
    free(text);
    return r;
}

// ---- all -------------------------------------------------------------------------------------------------------

static int run_startup(Thread *th) {
    const char *file = sys_config.ignore_environment ? NULL : getenv("PYTHONSTARTUP");
    if (!file || !*file) return 0;
    if (sys_audit(th, "cpython.run_startup", 1, str_from_fs(th, file, strlen(file)))) return -1;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "Could not open PYTHONSTARTUP\n%s\n", strerror(errno));
        return 0;
    }
    size_t n;
    char *text = read_all(fd, &n);
    close(fd);
    Value shown = str_from_fs(th, file, strlen(file));
    Value r = text && shown ? run_text(th, text, n, shown, "exec", 0) : NO_VALUE;
    free(text);
    decref(th, shown);
    bool interrupted;
    if (!r) cli_handle_error(th, &interrupted);
    decref(th, r);
    return 0;
}

static bool wants_inspection(void) {
    const char *e;
    return sys_config.inspect || (!sys_config.ignore_environment && (e = getenv("PYTHONINSPECT")) && *e);
}

int cli_run(Thread *th, bool *interrupted) {
    Value r = NO_VALUE;
    int status = 0;
    bool prompt = false;
    *interrupted = false;
    switch (cli_options.kind) {
    case RUN_COMMAND:
        if (!sys_config.safe_path && path0(th, str_empty)) break;
        r = run_command(th);
        break;
    case RUN_MODULE: {
        char cwd[PATH_MAX];
        if (!sys_config.safe_path && path0(th, str_from_fs(th, getcwd(cwd, sizeof cwd) ? cwd : "", getcwd(cwd, sizeof cwd) ? strlen(cwd) : 0))) break;
        if (sys_audit(th, "cpython.run_module", 1, str_from_fs(th, cli_options.what, strlen(cli_options.what)))) break;
        r = run_module(th, cli_options.what, true);
        break;
    }
    case RUN_FILE:
        status = run_file(th, &r);
        if (status) {
            if (th->exc) break;
            return status;
        }
        break;
    default:
        if (!sys_config.safe_path && path0(th, str_empty)) break;
        if (isatty(0) || sys_config.interactive) {
            prompt = true;
            sys_config.inspect = 0;
            r = run_startup(th) ? NO_VALUE : VALUE_NONE;
            if (r) status = cli_prompt(th);
        } else r = run_stdin(th);
        break;
    }
    if (!r) {
        if (wants_inspection() && !prompt && exception_is(th->exc, &exc_SystemExit)) {
            // -i: the exit waits; it is shown like any other exception.
            Value exc = error_fetch(th);
            sys_call_excepthook(th, exc);
            error_clear(th);
            decref(th, exc);
        } else status = cli_handle_error(th, interrupted);
    }
    decref(th, r);
    if (wants_inspection() && !prompt && !*interrupted && (isatty(0) || sys_config.interactive)) status = cli_prompt(th);
    return *interrupted ? 128 + 2 : status;
}
