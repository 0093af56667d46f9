// SPDX-License-Identifier: MIT
// The module _imp: native modules by name, the three modules that importlib is made of ("frozen": compiled from the library's own files and
// cached beside them), cache file validity. The import lock is one reentrant word lock.
#include "stdlib/_imp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/code/marshal.h"
#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/exception.h"
#include "core/object/int.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "sched/thread/lock.h"
#include "stdlib/sys/sys.h"

// ---- native modules --------------------------------------------------------------------------------------------

#define MODULE(c_name, py_name) extern const ModuleDef module_##c_name;
#include "stdlib/modules.def"

static const struct { const char *name; const ModuleDef *def; } natives[] = {
#define MODULE(c_name, py_name) {py_name, &module_##c_name},
#include "stdlib/modules.def"
};

static const ModuleDef *find_native(Value name) {
    if (!value_is_str(name)) return NULL;
    for (size_t i = 0; i < ARRAY_LEN(natives); i++)
        if (str_equal_cstr(name, natives[i].name)) return natives[i].def;
    return NULL;
}

static bool is_core(const ModuleDef *def) { return strcmp(def->name, "sys") == 0 || strcmp(def->name, "builtins") == 0; }

static Value native_create(Thread *th, Value name, const ModuleDef *def) {
    if (is_core(def)) { // there is one of each
        Value v = dict_get_str(th, AS(Dict, modules_dict), name);
        if (v) return v;
        return new_ref(th, strcmp(def->name, "sys") == 0 ? sys_module : builtins_module);
    }
    return module_from_def(th, def);
}

Value imp_import_native(Thread *th, Value name) {
    Value m = dict_get_str(th, AS(Dict, modules_dict), name);
    if (m) return m;
    const ModuleDef *def = find_native(name);
    if (!def) return NO_VALUE;
    m = native_create(th, name, def);
    if (!m) return NO_VALUE;
    if (dict_set(th, AS(Dict, modules_dict), name, m) || (!is_core(def) && def->exec && def->exec(th, m))) {
        Value gone;
        Value exc = error_fetch(th);
        if (dict_pop(th, AS(Dict, modules_dict), name, &gone) > 0) decref(th, gone);
        error_restore(th, exc);
        decref(th, m);
        return NO_VALUE;
    }
    return m;
}

static Value imp_fn_is_builtin(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "is_builtin() argument must be str, not %T", args[0]);
    const ModuleDef *def = find_native(args[0]);
    return value_imm_int(!def ? 0 : is_core(def) ? -1 : 1);
}
static Value imp_fn_create_builtin(Thread *th, Value self, Value *args) {
    Value name = object_getattr(th, args[0], name_name);
    if (!name) return NO_VALUE;
    if (!value_is_str(name)) {
        raise_type_error(th, "name must be string, not %.200s", type_of(name)->name);
        decref(th, name);
        return NO_VALUE;
    }
    const ModuleDef *def = find_native(name);
    Value m = def ? native_create(th, name, def) : VALUE_NONE;
    decref(th, name);
    return m;
}
static Value imp_fn_exec_builtin(Thread *th, Value self, Value *args) {
    if (!value_is_instance(args[0], &type_module)) return value_imm_int(0);
    const ModuleDef *def = AS(Module, args[0])->def;
    if (def && !is_core(def) && def->exec && def->exec(th, args[0])) return NO_VALUE;
    return value_imm_int(0);
}

// ---- the modules importlib is made of --------------------------------------------------------------------------

// Those behind the first three are what the library has to try FrozenImporter with: frozen only where a test asks for it.
static const struct { const char *name, *origin, *file; bool package; } frozen[] = {
    {"_frozen_importlib", "importlib._bootstrap", "importlib/_bootstrap"},
    {"_frozen_importlib_external", "importlib._bootstrap_external", "importlib/_bootstrap_external"},
    {"zipimport", "zipimport", "zipimport"},
    {"__hello__", "__hello__", "__hello__"},
    {"__hello_alias__", "__hello__", "__hello__"},
    {"__hello_only__", NULL, "__hello__"},
    {"__phello__", "__phello__", "__phello__/__init__", true},
    {"__phello__.__init__", "<__phello__", "__phello__/__init__"},
    {"__phello__.ham", "__phello__.ham", NULL, true},
    {"__phello__.ham.__init__", "<__phello__.ham", NULL},
    {"__phello__.ham.eggs", "__phello__.ham.eggs", NULL},
    {"__phello__.spam", "__phello__.spam", "__phello__/spam"},
    {"__phello_alias__", "__hello__", "__hello__", true},
    {"__phello_alias__.spam", "__hello__", "__hello__"},
};
enum { FROZEN_ALWAYS = 3 };
static int frozen_override;    // [a] what _override_frozen_modules_for_tests() was given; 1: all of them are frozen
static int frozen_index(Value name) {
    size_t n = atomic_load_relaxed(&frozen_override) == 1 ? ARRAY_LEN(frozen) : FROZEN_ALWAYS;
    for (size_t i = 0; i < n; i++)
        if (value_is_str(name) && str_equal_cstr(name, frozen[i].name)) return (int)i;
    return -1;
}

uint32_t imp_magic_token(void) {
    uint32_t h = marshal_format_id();
    return 0x0A0D0000u | ((h ^ h >> 16) & 0xFFFF);
}

// The whole file: malloc'd, or NULL.
static uint8_t *read_file(const char *path, size_t *n, struct stat *st) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    uint8_t *b = NULL;
    if (fstat(fd, st) == 0 && S_ISREG(st->st_mode) && (b = malloc((size_t)st->st_size + 1))) {
        size_t got = 0, want = (size_t)st->st_size;
        while (got < want) {
            ssize_t r = read(fd, b + got, want - got);
            if (r < 0 && errno == EINTR) continue;
            if (r <= 0) break;
            got += (size_t)r;
        }
        *n = got;
        b[got] = 0;
    }
    close(fd);
    return b;
}

static void put_u32(uint8_t *p, uint32_t v) { p[0] = (uint8_t)v, p[1] = (uint8_t)(v >> 8), p[2] = (uint8_t)(v >> 16), p[3] = (uint8_t)(v >> 24); }

// Writes the cache file under another name first, so that nobody sees half of it. Failure is nobody's problem.
static void cache_write(Thread *th, const char *cache, const uint8_t head[16], Value code) {
    Value data = marshal_dumps(th, code, MARSHAL_VERSION, true);
    if (!data) {
        error_clear(th);
        return;
    }
    char dir[4200], tmp[4300];
    snprintf(dir, sizeof dir, "%s", cache);
    char *slash = strrchr(dir, '/');
    if (slash) {
        *slash = 0;
        mkdir(dir, 0777);
    }
    snprintf(tmp, sizeof tmp, "%s.%ld", cache, (long)getpid());
    int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd >= 0) {
        const uint8_t *p = AS(Bytes, data)->data;
        size_t n = AS(Bytes, data)->len;
        bool ok = write(fd, head, 16) == 16;
        while (ok && n > 0) {
            ssize_t w = write(fd, p, n);
            ok = w > 0;
            if (ok) p += w, n -= (size_t)w;
        }
        ok = close(fd) == 0 && ok;
        if (!ok || rename(tmp, cache)) unlink(tmp);
    }
    decref(th, data);
}

Value imp_load_library_code(Thread *th, const char *stem, const char *shown) {
    char src[4096], cache[4200];
    const char *base = strrchr(stem, '/');
    int dir_len = base ? (int)(base - stem) : 0;
    base = base ? base + 1 : stem;
    if (snprintf(src, sizeof src, "%s/%s.py", sys_config.stdlib_dir ? sys_config.stdlib_dir : "", stem) >= (int)sizeof src) src[0] = 0;
    char opt[16] = "";
    if (sys_config.optimize > 0) snprintf(opt, sizeof opt, ".opt-%d", sys_config.optimize);
    snprintf(cache, sizeof cache, "%s/%.*s%s__pycache__/%s.ladon-314%s.pyc", sys_config.stdlib_dir ? sys_config.stdlib_dir : "", dir_len, stem, dir_len ? "/" : "", base, opt);
    struct stat st, cst;
    if (stat(src, &st)) return raise_error(th, &exc_ImportError, "cannot find the standard library's %s", src);
    uint8_t head[16];
    put_u32(head, imp_magic_token());
    put_u32(head + 4, 0);
    put_u32(head + 8, (uint32_t)st.st_mtime);
    put_u32(head + 12, (uint32_t)st.st_size);
    size_t n = 0;
    uint8_t *data = sys_config.pycache_prefix ? NULL : read_file(cache, &n, &cst);
    if (data && n > 16 && memcmp(data, head, 16) == 0 && marshal_code_intact(data + 16, n - 16)) {
        Value code = marshal_loads(th, data + 16, n - 16, true);
        if (code && value_is_exact(code, &type_code)) {
            free(data);
            return code;
        }
        decref(th, code);
        error_clear(th);
    }
    free(data);
    data = read_file(src, &n, &st);
    if (!data) return raise_error(th, &exc_ImportError, "cannot read the standard library's %s", src);
    CompileOptions o = {str_intern_cstr(th, shown), "exec", 0, sys_config.optimize, true};
    Value code = o.filename ? compile_source(th, (const char *)data, n, &o) : NO_VALUE;
    free(data);
    if (code && !sys_config.dont_write_bytecode && !sys_config.pycache_prefix) cache_write(th, cache, head, code);
    return code;
}

static Value frozen_code(Thread *th, int i) {
    char shown[64];
    snprintf(shown, sizeof shown, "<frozen %s>", frozen[i].origin ? frozen[i].origin : frozen[i].name);
    if (frozen[i].file) return imp_load_library_code(th, frozen[i].file, shown);
    CompileOptions o = {str_intern_cstr(th, shown), "exec", 0, sys_config.optimize, true};    // an empty one
    return o.filename ? compile_source(th, "", 0, &o) : NO_VALUE;
}
Value imp_frozen_code(Thread *th, const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(frozen); i++)
        if (strcmp(frozen[i].name, name) == 0) return frozen_code(th, (int)i);
    return raise_error(th, &exc_ImportError, "No such frozen object named %s", name);
}

static Value no_frozen(Thread *th, Value name) {
    Value text = str_format(th, "No such frozen object named %R", name);
    if (text) raise_import_error(th, &exc_ImportError, text, name, NO_VALUE, NO_VALUE);
    decref(th, text);
    return NO_VALUE;
}
static Value imp_fn_is_frozen(Thread *th, Value self, Value *args) { return value_bool(frozen_index(args[0]) >= 0); }
static Value imp_fn_is_frozen_package(Thread *th, Value self, Value *args) {
    int i = frozen_index(args[0]);
    return i >= 0 ? value_bool(frozen[i].package) : no_frozen(th, args[0]);
}
static Value imp_fn_find_frozen(Thread *th, Value self, Value *args) {
    int i = frozen_index(args[0]);
    if (i < 0) return VALUE_NONE;
    int with = args[1] ? object_truth(th, args[1]) : 0;
    if (with < 0) return NO_VALUE;
    Value data = VALUE_NONE;
    if (with) {
        Value code = frozen_code(th, i), b = code ? marshal_dumps(th, code, MARSHAL_VERSION, true) : NO_VALUE;
        data = b ? memoryview_new(th, b) : NO_VALUE;
        decref(th, code);
        decref(th, b);
        if (!data) return NO_VALUE;
    }
    Value origin = frozen[i].origin ? str_from_cstr(th, frozen[i].origin) : VALUE_NONE, r = origin ? tuple_pack3(th, data, value_bool(frozen[i].package), origin) : NO_VALUE;
    decref(th, origin);
    decref(th, data);
    return r;
}
static Value imp_fn_get_frozen_object(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "get_frozen_object() argument 1 must be str, not %T", args[0]);
    if (args[1] && args[1] != VALUE_NONE) {
        Buffer b;
        if (buffer_get(th, args[1], &b, BUF_SIMPLE)) return NO_VALUE;
        Value code = marshal_loads(th, b.buf, b.len, true);
        buffer_release(th, &b);
        if (!code) {
            // Whatever is wrong with the data: the module cannot be had.
            error_clear(th);
            return raise_error(th, &exc_ImportError, "Frozen object named %R is invalid", args[0]);
        }
        if (!value_is_exact(code, &type_code)) {
            raise_type_error(th, "frozen object %R is not a code object", args[0]);
            clear_ref(th, &code);
        }
        return code;
    }
    int i = frozen_index(args[0]);
    return i < 0 ? no_frozen(th, args[0]) : frozen_code(th, i);
}
static Value imp_fn_init_frozen(Thread *th, Value self, Value *args) { return VALUE_NONE; }
static Value imp_fn_frozen_names(Thread *th, Value self, Value *args) {
    Value l = list_new(th, 3);
    for (size_t i = 0; l && i < ARRAY_LEN(frozen); i++) {
        Value s = str_intern_cstr(th, frozen[i].name);
        if (!s || list_append_owned(th, AS(List, l), s)) clear_ref(th, &l);
    }
    return l;
}
static Value imp_fn_override(Thread *th, Value self, Value *args) {
    int n;
    if (number_as_int(th, args[0], &n)) return NO_VALUE;
    atomic_store_relaxed(&frozen_override, n);
    return VALUE_NONE;
}
static Value imp_fn_override_extensions(Thread *th, Value self, Value *args) {
    return raise_error(th, &exc_RuntimeError, "_imp._override_multi_interp_extensions_check() cannot be used in the main interpreter");
}

// ---- extension modules: there are none -------------------------------------------------------------------------

static Value imp_fn_extension_suffixes(Thread *th, Value self, Value *args) { return list_new(th, 0); }
static bool has_null(Value v) {
    if (!value_is_str(v)) return false;
    for (size_t i = 0; i < AS(Str, v)->len; i++)
        if (!str_char_at(AS(Str, v), i)) return true;
    return false;
}
static Value imp_fn_create_dynamic(Thread *th, Value self, Value *args) {
    Value name = object_getattr(th, args[0], name_name);
    if (!name) return NO_VALUE;
    Value origin = object_getattr_cstr(th, args[0], "origin");
    if (origin && (has_null(name) || has_null(origin))) {
        raise_value_error(th, "embedded null character");
        clear_ref(th, &origin);
    }
    if (!origin) {
        decref(th, name);
        return NO_VALUE;
    }
    decref(th, origin);
    Value text = str_format(th, "dynamic modules are not supported: %S", name);
    if (text) raise_import_error(th, &exc_ImportError, text, name, NO_VALUE, NO_VALUE);
    decref(th, text);
    decref(th, name);
    return NO_VALUE;
}
static Value imp_fn_exec_dynamic(Thread *th, Value self, Value *args) { return value_imm_int(0); }

// ---- lock ------------------------------------------------------------------------------------------------------

static uint8_t lock_word;
static Thread *lock_owner;   // [a]
static int lock_depth;       // [l]

void imp_lock_acquire(Thread *th) {
    if (atomic_load_relaxed(&lock_owner) != th) {
        word_lock(th, &lock_word, -1, false);
        atomic_store_relaxed(&lock_owner, th);
    }
    lock_depth++;
}
bool imp_lock_release(Thread *th) {
    if (atomic_load_relaxed(&lock_owner) != th) return false;
    if (--lock_depth == 0) {
        atomic_store_relaxed(&lock_owner, NULL);
        word_unlock(&lock_word);
    }
    return true;
}
static Value imp_fn_acquire_lock(Thread *th, Value self, Value *args) {
    imp_lock_acquire(th);
    return VALUE_NONE;
}
static Value imp_fn_release_lock(Thread *th, Value self, Value *args) {
    if (!imp_lock_release(th)) return raise_error(th, &exc_RuntimeError, "not holding the import lock");
    return VALUE_NONE;
}
static Value imp_fn_lock_held(Thread *th, Value self, Value *args) { return value_bool(atomic_load_relaxed(&lock_word) != 0); }

// ---- cache files -----------------------------------------------------------------------------------------------

static Value imp_fn_source_hash(Thread *th, Value self, Value *args) {
    uint64_t key;
    int64_t k;
    if (number_as_i64(th, args[0], &k)) return NO_VALUE;
    key = (uint64_t)k;
    Buffer b;
    if (buffer_get(th, args[1], &b, BUF_SIMPLE)) return NO_VALUE;
    uint64_t h = siphash13((HashKey){key, 0}, b.buf, b.len);
    buffer_release(th, &b);
    return bytes_new(th, &h, 8);
}

static Value replace_filename(Thread *th, Code *c, Value old, Value path) {
    if (!str_equal(AS(Str, c->filename), AS(Str, old))) return VALUE_NONE;
    Value had = atomic_swap_acq_rel(&c->filename, new_ref(th, path));
    retire_value(th, had);
    Tuple *t = AS(Tuple, c->const_tuple);
    for (size_t i = 0; i < t->len; i++)
        if (value_is_exact(t->items[i], &type_code)) replace_filename(th, AS(Code, t->items[i]), old, path);
    return VALUE_NONE;
}
static Value imp_fn_fix_co_filename(Thread *th, Value self, Value *args) {
    if (!value_is_exact(args[0], &type_code)) return raise_type_error(th, "_fix_co_filename() argument 1 must be code, not %T", args[0]);
    if (!value_is_str(args[1])) return raise_type_error(th, "_fix_co_filename() argument 2 must be str, not %T", args[1]);
    Code *c = AS(Code, args[0]);
    if (str_equal(AS(Str, c->filename), AS(Str, args[1]))) return VALUE_NONE;
    Value old = new_ref(th, c->filename), path = str_intern(th, new_ref(th, args[1]));
    Value r = path ? replace_filename(th, c, old, path) : NO_VALUE;
    decref(th, old);
    return r;
}

static Value classify_original;   // importlib's own _classify_pyc

// In the place of importlib's _classify_pyc(data, name, exc_details): the header is its business; a damaged body is an ImportError too, so that
// the source is compiled again.
static Value imp_fn_classify(Thread *th, Value self, Value *args) {
    Value flags = call3(th, classify_original, args[0], args[1], args[2]);
    if (!flags) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE)) {
        decref(th, flags);
        return NO_VALUE;
    }
    // What is no code to begin with marshal tells of; but zeros are what a crash of the system leaves of a file.
    bool ok = b.len <= 16 || ((b.buf[16] & 0x7F) != 'c' && b.buf[16]) || marshal_code_intact(b.buf + 16, b.len - 16);
    buffer_release(th, &b);
    if (ok) return flags;
    decref(th, flags);
    return raise_error(th, &exc_ImportError, "damaged bytecode in %R", args[1]);
}
static const MethodDef classify_def = {"_classify_pyc", "(data, name, exc_details)", imp_fn_classify, "Reads the header of a cache file and checks its body.", 0};

// ---- zip files on sys.path -------------------------------------------------------------------------------------

// A path hook that imports zipimport only when a path is a file; then zipimport's own takes its place.
static Value imp_fn_zip_hook(Thread *th, Value self, Value *args) {
    Value path = args[0];
    if (value_is_str(path)) {
        Value hold = NO_VALUE;
        size_t n;
        const char *p = str_fs_path(th, path, &n, &hold);
        if (!p) error_clear(th);
        struct stat st;
        // Like zipimport, look for the archive among the leading parts of the path.
        bool file = false;
        if (p) {
            char buf[4096];
            if (n < sizeof buf) {
                memcpy(buf, p, n);
                buf[n] = 0;
                for (;;) {
                    if (stat(buf, &st) == 0) {
                        file = S_ISREG(st.st_mode);
                        break;
                    }
                    char *slash = strrchr(buf, '/');
                    if (!slash || slash == buf) break;
                    *slash = 0;
                }
            }
        }
        decref(th, hold);
        if (!file) return raise_error(th, &exc_ImportError, "not a Zip file: %R", path);
    }
    Value importer = import_attr(th, "zipimport", "zipimporter");
    if (!importer) return NO_VALUE;
    Value hooks = sys_get(th, "path_hooks");
    if (hooks && value_is_list(hooks))
        for (size_t i = 0; i < list_len(AS(List, hooks)); i++) {
            Value h = list_get(th, AS(List, hooks), (intptr_t)i);
            bool ours = h && value_is_exact(h, &type_builtin_function) && AS(BuiltinFunction, h)->def->fn == (void *)imp_fn_zip_hook;
            decref(th, h);
            if (ours) list_set(th, AS(List, hooks), (intptr_t)i, importer);
        }
    decref(th, hooks);
    Value r = call1(th, importer, path);
    decref(th, importer);
    return r;
}
static const MethodDef zip_hook_def = {"zipimporter", "(path, /)", imp_fn_zip_hook, "Path hook of zip files.", 0};

int imp_install_hooks(Thread *th, Value external) {
    Value key = str_intern_cstr(th, "_classify_pyc");
    if (!key || !(classify_original = object_getattr(th, external, key))) return -1;
    gc_add_root(&classify_original);
    Value f = builtin_function_new(th, &classify_def, NO_VALUE, NO_VALUE);
    int r = f ? object_setattr(th, external, key, f) : -1;
    decref(th, f);
    if (r) return -1;
    Value hook = builtin_function_new(th, &zip_hook_def, NO_VALUE, NO_VALUE), hooks = sys_get(th, "path_hooks");
    r = hook && hooks && value_is_list(hooks) ? list_insert(th, AS(List, hooks), 0, hook) : -1;
    decref(th, hook);
    decref(th, hooks);
    return r;
}

static const MethodDef imp_fns[] = {
    {"extension_suffixes", "()", imp_fn_extension_suffixes, "Suffixes of extension modules: there are none."},
    {"lock_held", "()", imp_fn_lock_held, "True while some thread holds the import lock."},
    {"acquire_lock", "()", imp_fn_acquire_lock, "Takes the import lock."},
    {"release_lock", "()", imp_fn_release_lock, "Releases the import lock."},
    {"find_frozen", "(name, /, *, withdata=False)", imp_fn_find_frozen, "(data, is_package, origin) of a frozen module, or None."},
    {"get_frozen_object", "(name, data=None, /)", imp_fn_get_frozen_object, "Code of a frozen module."},
    {"init_frozen", "(name, /)", imp_fn_init_frozen, "Initializes a frozen module."},
    {"is_frozen_package", "(name, /)", imp_fn_is_frozen_package, "True for a frozen package."},
    {"is_builtin", "(name, /)", imp_fn_is_builtin, "1 for a native module, -1 for one that cannot be made again, else 0."},
    {"is_frozen", "(name, /)", imp_fn_is_frozen, "True for a frozen module."},
    {"_frozen_module_names", "()", imp_fn_frozen_names, "Names of the frozen modules."},
    {"_override_frozen_modules_for_tests", "(override, /)", imp_fn_override, "1: the modules that are frozen for tests are so; else they are not."},
    {"_override_multi_interp_extensions_check", "(override, /)", imp_fn_override_extensions, "Raises RuntimeError: there is one interpreter."},
    {"create_dynamic", "(spec, file=None, /)", imp_fn_create_dynamic, "Raises ImportError: extension modules are not supported."},
    {"exec_dynamic", "(mod, /)", imp_fn_exec_dynamic, "Does nothing."},
    {"create_builtin", "(spec, /)", imp_fn_create_builtin, "Makes a native module."},
    {"exec_builtin", "(mod, /)", imp_fn_exec_builtin, "Fills a native module."},
    {"_fix_co_filename", "(code, path, /)", imp_fn_fix_co_filename, "Changes the file name of a code object and of those in it."},
    {"source_hash", "(key, source)", imp_fn_source_hash, "Hash of a source text for hash-based cache files."},
    {0}
};

static int imp_exec(Thread *th, Value m) {
    return module_add_str(th, m, "check_hash_based_pycs", sys_config.check_pycs ? sys_config.check_pycs : "default") ||
                   module_add_int(th, m, "pyc_magic_number_token", imp_magic_token())
               ? -1 : 0;
}
const ModuleDef module__imp = { "_imp", "What importlib stands on.", imp_fns, imp_exec };
