// SPDX-License-Identifier: MIT
// From a bare runtime to a program that can import: importlib's two halves, encodings, the standard streams, site.
#include "core/cli/cli.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/exception.h"
#include "core/object/function.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/vm.h"
#include "gc/gc.h"
#include "stdlib/_imp.h"
#include "stdlib/_tracemalloc.h"

// A module made of the code of a frozen file: in sys.modules, run. New reference.
static Value run_frozen(Thread *th, const char *name, const char *origin) {
    Value n = str_intern_cstr(th, name), m = n ? module_new(th, n) : NO_VALUE;
    if (!m) return NO_VALUE;
    Dict *d = module_dict(m);
    if (dict_set(th, d, name_d_builtins, builtins_module) || dict_set(th, AS(Dict, modules_dict), n, m)) return NO_VALUE;
    // importlib takes this name out again when it makes the spec.
    Value org = str_intern_cstr(th, origin);
    if (!org || dict_set_str(th, d, "__origname__", org)) return NO_VALUE;
    Value code = imp_frozen_code(th, name);
    if (!code) return NO_VALUE;
    Value r = vm_exec(th, AS(Code, code), d, NO_VALUE, NO_VALUE);
    decref(th, code);
    if (!r) return NO_VALUE;
    decref(th, r);
    return m;
}

static int call_named(Thread *th, Value m, const char *name, const Value *args, size_t n) {
    Value f = object_getattr_cstr(th, m, name);
    Value r = f ? object_call(th, f, args, n, NO_VALUE) : NO_VALUE;
    decref(th, f);
    decref(th, r);
    return r ? 0 : -1;
}

static Value bootstrap_roots[2];

static int start_importlib(Thread *th) {
    import_native_hook = imp_import_native;
    Value name_imp = str_intern_cstr(th, "_imp"), imp = name_imp ? imp_import_native(th, name_imp) : NO_VALUE;
    if (!imp) return -1;
    Value boot = run_frozen(th, "_frozen_importlib", "importlib._bootstrap");
    if (!boot) return -1;
    // The outer half needs only native modules; being there already, it gets its spec with the others.
    Value outer = run_frozen(th, "_frozen_importlib_external", "importlib._bootstrap_external");
    if (!outer) return -1;
    bootstrap_roots[0] = boot;
    bootstrap_roots[1] = outer;
    gc_add_root(&bootstrap_roots[0]);
    gc_add_root(&bootstrap_roots[1]);
    Value args[2] = {sys_module, imp};
    if (call_named(th, boot, "_install", args, 2)) return -1;
    import_bootstrap = boot;
    gc_add_root(&import_bootstrap);
    vm_import_time = sys_config.import_time;
    code_debug_ranges = !sys_config.no_debug_ranges;
    if (call_named(th, boot, "_install_external_importers", NULL, 0)) return -1;
    decref(th, imp);
    return imp_install_hooks(th, outer);
}

static bool fd_is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

// A standard stream: new reference; None for a closed descriptor.
static Value make_stream(Thread *th, Value io, int fd, const char *shown, bool writing, const char *encoding, const char *errors) {
    if (!fd_is_open(fd)) return VALUE_NONE;
    bool unbuffered = writing && sys_config.unbuffered;
    Value open = object_getattr_cstr(th, io, "open"), wrapper = object_getattr_cstr(th, io, "TextIOWrapper"), buf = NO_VALUE, raw = NO_VALUE, stream = NO_VALUE;
    Value mode = str_intern_cstr(th, writing ? "wb" : "rb"), enc = str_intern_cstr(th, encoding), err = str_intern_cstr(th, errors), nl = str_intern_cstr(th, "\n");
    Value name = str_intern_cstr(th, shown);
    if (!open || !wrapper || !mode || !enc || !err || !nl || !name) goto out;
    Value a[7] = {value_imm_int(fd), mode, value_imm_int(unbuffered ? 0 : -1), VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_FALSE};
    buf = object_call(th, open, a, 7, NO_VALUE);
    if (!buf) goto out;
    raw = unbuffered ? new_ref(th, buf) : object_getattr_cstr(th, buf, "raw");
    if (!raw || object_setattr(th, raw, name_name, name)) goto out;
    bool tty = isatty(fd);
    Value line = value_bool(!unbuffered && (tty || fd == 2)), through = value_bool(unbuffered);
    Value b[6] = {buf, enc, err, nl, line, through};
    stream = object_call(th, wrapper, b, 6, NO_VALUE);
    if (stream && object_setattr(th, stream, name_mode, str_intern_cstr(th, writing ? "w" : "r"))) clear_ref(th, &stream);
out:
    decref(th, open);
    decref(th, wrapper);
    decref(th, buf);
    decref(th, raw);
    return stream;
}

static int start_streams(Thread *th) {
    Value io = import_module(th, "_io");
    if (!io) return -1;
    Value open = object_getattr_cstr(th, io, "open");
    if (!open || dict_set_str(th, builtins_default, "open", open)) return -1;
    decref(th, open);
    const char *encoding = sys_config.io_encoding ? sys_config.io_encoding : "utf-8";
    const char *errors = sys_config.io_errors ? sys_config.io_errors : (sys_config.utf8_mode || cli_options.coerced || cli_options.c_locale) ? "surrogateescape" : "strict";
    // An encoding that was asked for is shown by its codec's own name.
    Value info = sys_config.io_encoding ? codec_lookup(th, encoding) : NO_VALUE, name = info ? object_getattr(th, info, name_name) : NO_VALUE, hold = NO_VALUE;
    size_t n;
    const char *own = name && value_is_str(name) ? str_utf8(th, name, &n, &hold) : NULL;
    if (own) encoding = own;
    else error_clear(th);
    static const struct { const char *attr, *dunder, *shown; } rows[] = {
        {"stdin", "__stdin__", "<stdin>"}, {"stdout", "__stdout__", "<stdout>"}, {"stderr", "__stderr__", "<stderr>"}};
    for (int fd = 0; fd < 3; fd++) {
        Value s = make_stream(th, io, fd, rows[fd].shown, fd > 0, encoding, fd == 2 ? "backslashreplace" : errors);
        if (!s || sys_set(th, rows[fd].attr, new_ref(th, s)) || sys_set(th, rows[fd].dunder, s)) return -1;
    }
    decref(th, hold);
    decref(th, name);
    decref(th, info);
    decref(th, io);
    return 0;
}

static int start_main(Thread *th) {
    Value m = module_new(th, name_main);
    if (!m) return -1;
    Dict *d = module_dict(m);
    if (dict_set(th, AS(Dict, modules_dict), name_main, m) || dict_set(th, d, name_d_builtins, builtins_module)) return -1;
    Value loader = object_getattr_cstr(th, import_bootstrap, "BuiltinImporter");
    if (!loader || dict_set(th, d, name_d_loader, loader)) return -1;
    decref(th, loader);
    return 0;
}

static int import_only(Thread *th, const char *name) {
    Value m = import_module(th, name);
    decref(th, m);
    return m ? 0 : -1;
}

// In a virtual environment: Debian's site.py does not look where sysconfig, and so pip, puts packages of an interpreter without a global lock.
static int add_venv_packages(Thread *th) {
    const SysConfig *c = &sys_config;
    if (c->prefix == c->base_prefix) return 0;
    char *dir = cli_join(c->prefix, "lib/python3.14t/site-packages");
    int r = 0;
    if (access(dir, F_OK) == 0) {
        Value site = import_module(th, "site"), arg = site ? str_from_fs(th, dir, strlen(dir)) : NO_VALUE;
        r = arg ? call_named(th, site, "addsitedir", &arg, 1) : -1;
        decref(th, site);
        decref(th, arg);
    }
    free(dir);
    return r;
}

int cli_start(Thread *th) {
    if (sys_modules_init(th)) return -1;
    if (cli_options.tracemalloc && tracemalloc_start(th, cli_options.tracemalloc)) return -1;
    if (start_importlib(th) || import_only(th, "encodings")) return -1;
    // Python's answer to SIGINT, before anything long runs.
    if (import_only(th, "_signal") || start_streams(th)) return -1;
    if (sys_config.warnoptions && import_only(th, "warnings")) error_clear(th);
    if (cli_options.faulthandler) {
        Value fh = import_module(th, "faulthandler");
        if (!fh || call_named(th, fh, "enable", NULL, 0)) return -1;
        decref(th, fh);
    }
    if (start_main(th)) return -1;
    if (!sys_config.no_site && (import_only(th, "site") || add_venv_packages(th))) return -1;
    return 0;
}
