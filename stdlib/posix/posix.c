// SPDX-License-Identifier: MIT
// The module posix: argument conversion for its other files, paths as text, and the joining of their tables.
#include "stdlib/posix/posix.h"

#include <limits.h>

#include "gc/gc.h"

#include <stdlib.h>
#include <string.h>

// A class that sets __fspath__ to None is not one of paths.
static bool has_fspath(Value v) {
    Value m = special_lookup(v, name_d_fspath);
    return m && m != VALUE_NONE;
}

static int warn_bool_fd(Thread *th, Value v) {
    return value_is_bool(v) ? warn_format(th, &exc_RuntimeWarning, 1, "bool is used as a file descriptor") : 0;
}

int path_arg(Thread *th, Value v, PathArg *out, const char *fn, const char *arg, int flags) {
    *out = (PathArg){.fd = -1, .obj = v};
    if ((flags & PATH_NONE) && (!v || v == VALUE_NONE)) {
        out->obj = NO_VALUE;
        return 0;
    }
    bool str = v && value_is_str(v), bytes = v && value_is_bytes(v);
    if (!str && !bytes) {
        if ((flags & PATH_FD) && index_check(v)) {
            if (warn_bool_fd(th, v) < 0) return -1;
            return int_arg(th, v, &out->fd) < 0 ? -1 : 0;
        }
        if (arg && !has_fspath(v)) { // without a name to tell, str_fspath() complains
            raise_type_error(th, "%s: %s should be string, bytes%s%s, not %T", fn, arg, flags & PATH_NONE ? (flags & PATH_FD ? ", os.PathLike, integer" : ", os.PathLike") : (flags & PATH_FD ? ", os.PathLike" : " or os.PathLike"),
                             flags & PATH_NONE ? " or None" : flags & PATH_FD ? " or integer" : "", v);
            return -1;
        }
        out->hold2 = str_fspath(th, v);
        if (!out->hold2) return -1;
        v = out->hold2;
        bytes = value_is_bytes(v);
    }
    out->bytes = bytes;
    if (bytes) {
        out->p = (const char *)AS(Bytes, v)->data;
        out->len = AS(Bytes, v)->len;
    } else {
        out->p = str_fs_path(th, v, &out->len, &out->hold);
        if (!out->p) {
            path_done(th, out);
            return -1;
        }
    }
    if (memchr(out->p, 0, out->len)) {
        if (arg) raise_value_error(th, "%s: embedded null character in %s", fn, arg);
        else raise_value_error(th, "embedded null byte");
        path_done(th, out);
        return -1;
    }
    return 0;
}
void path_done(Thread *th, PathArg *p) {
    clear_ref(th, &p->hold);
    clear_ref(th, &p->hold2);
}
int int_arg(Thread *th, Value v, int *out) { return number_as_int(th, v, out); }
int dir_fd_arg(Thread *th, Value v, int *out) {
    *out = AT_FDCWD;
    if (!v || v == VALUE_NONE) return 0;
    if (!index_check(v)) {
        raise_type_error(th, "argument should be integer or None, not %T", v);
        return -1;
    }
    return warn_bool_fd(th, v) < 0 ? -1 : int_arg(th, v, out);
}
int bool_arg(Thread *th, Value v, bool dflt, bool *out) {
    int t = v ? object_truth(th, v) : dflt;
    *out = t > 0;
    return t < 0 ? -1 : 0;
}
int fd_arg(Thread *th, Value v, int *out) {
    Value owned = NO_VALUE;
    if (!value_is_int(v)) {
        Value m = NO_VALUE;
        int r = object_getattr_optional(th, v, str_intern_cstr(th, "fileno"), &m);
        if (r < 0) return -1;
        if (!r) {
            raise_type_error(th, "argument must be an int, or have a fileno() method.");
            return -1;
        }
        owned = call0(th, m);
        decref(th, m);
        if (!owned) return -1;
        if (!value_is_int(owned)) {
            decref(th, owned);
            raise_type_error(th, "fileno() returned a non-integer");
            return -1;
        }
        v = owned;
    }
    if (warn_bool_fd(th, v) < 0) {
        decref(th, owned);
        return -1;
    }
    int64_t n = 0;
    bool small = int_as_i64_overflow(v, &n) == 0 && n >= INT_MIN && n <= INT_MAX;
    decref(th, owned);
    if (!small) raise_error(th, &exc_OverflowError, "Python int too large to convert to C int");
    else if (n < 0) raise_value_error(th, "file descriptor cannot be a negative integer (%d)", (int)n);
    *out = small ? (int)n : -1;
    return *out < 0 ? -1 : 0;
}
int id_arg(Thread *th, Value v, uint32_t *out, const char *what) {
    if (!index_check(v)) {
        raise_type_error(th, "%s should be integer, not %T", what, v);
        return -1;
    }
    int64_t n;
    if (number_as_i64(th, v, &n) < 0) {
        error_clear(th);
        n = INT64_MAX;
    }
    if (n < -1) {
        raise_error(th, &exc_OverflowError, "%s is less than minimum", what);
        return -1;
    }
    if (n > UINT32_MAX) {
        raise_error(th, &exc_OverflowError, "%s is greater than maximum", what);
        return -1;
    }
    *out = (uint32_t)n;
    return 0;
}
Value posix_error(Thread *th, int err) { return raise_errno(th, err, NO_VALUE, NO_VALUE); }
Value path_error(Thread *th, int err, const PathArg *p) { return raise_errno(th, err, p->obj, NO_VALUE); }
Value path_error2(Thread *th, int err, const PathArg *a, const PathArg *b) { return raise_errno(th, err, a->obj, b->obj); }
Value path_result(Thread *th, const PathArg *like, const char *p, size_t n) { return like->bytes ? bytes_new(th, p, n) : str_from_fs(th, p, n); }
int after_eintr(Thread *th, int err) {
    if (err != EINTR) return 0;
    return thread_safepoint_slow(th) < 0 ? -1 : 1;
}

// ---- paths as text

static Value posix_fn_fspath(Thread *th, Value self, Value *a) { return str_fspath(th, a[0]); }

// Collapses "//", "." and ".." as os.path.normpath does; in place; returns the new length. One for bytes, one for code points.
#define NORMALISE(name, Unit)                                                                                                          \
    static size_t name(Unit *s, size_t n) {                                                                                            \
        size_t lead = n && s[0] == '/' ? (n > 1 && s[1] == '/' && !(n > 2 && s[2] == '/') ? 2 : 1) : 0, out = lead, i = lead;          \
        size_t floor = lead; /* ".." may not eat below */                                                                              \
        while (i < n) {                                                                                                                \
            while (i < n && s[i] == '/') i++;                                                                                          \
            size_t e = i;                                                                                                              \
            while (e < n && s[e] != '/') e++;                                                                                          \
            size_t len = e - i;                                                                                                        \
            if (len == 0 || (len == 1 && s[i] == '.')) {                                                                               \
            } else if (len == 2 && s[i] == '.' && s[i + 1] == '.') {                                                                   \
                if (out > floor) { /* drop the last part */                                                                            \
                    while (out > floor && s[out - 1] != '/') out--;                                                                    \
                    if (out > floor && out > lead) out--;                                                                              \
                } else if (!lead) { /* leading .. stay */                                                                              \
                    if (out) s[out++] = '/';                                                                                           \
                    s[out++] = '.';                                                                                                    \
                    s[out++] = '.';                                                                                                    \
                    floor = out;                                                                                                       \
                }                                                                                                                      \
            } else {                                                                                                                   \
                if (out > lead) s[out++] = '/';                                                                                        \
                memmove(s + out, s + i, len * sizeof *s);                                                                              \
                out += len;                                                                                                            \
            }                                                                                                                          \
            i = e;                                                                                                                     \
        }                                                                                                                              \
        if (!out) s[out++] = '.';                                                                                                      \
        return out;                                                                                                                    \
    }
NORMALISE(normalise_bytes, uint8_t)
NORMALISE(normalise_text, uint32_t)

static Value posix_fn_path_normpath(Thread *th, Value self, Value *a) {
    Value path = str_fspath(th, a[0]), r = NO_VALUE;
    if (!path) return NO_VALUE;
    bool bytes = value_is_bytes(path);
    if (bytes || (AS(Str, path)->flags & STR_ASCII)) {
        size_t n = bytes ? AS(Bytes, path)->len : AS(Str, path)->len;
        uint8_t *buf = mem_alloc(th, n + 2);
        if (buf) {
            memcpy(buf, bytes ? AS(Bytes, path)->data : str_data(AS(Str, path)), n);
            n = normalise_bytes(buf, n);
            r = bytes ? bytes_new(th, buf, n) : str_from_ascii(th, (const char *)buf, n);
        }
        mem_free(buf);
    } else { // also text that no encoding of file names covers; never empty
        uint32_t *buf = str_to_ucs4(th, path);
        if (buf) r = str_from_ucs4(th, buf, normalise_text(buf, AS(Str, path)->len));
        mem_free(buf);
    }
    decref(th, path);
    return r;
}
static Value posix_fn_path_splitroot(Thread *th, Value self, Value *a) {
    Value path = str_fspath(th, a[0]);
    if (!path) return NO_VALUE;
    bool bytes = value_is_bytes(path);
    size_t len = bytes ? AS(Bytes, path)->len : AS(Str, path)->len, root = 0;
#define AT(i) (bytes ? AS(Bytes, path)->data[i] : str_char_at(AS(Str, path), i))
    if (len && AT(0) == '/') root = len > 1 && AT(1) == '/' && !(len > 2 && AT(2) == '/') ? 2 : 1;
    Value items[3];
    if (bytes) {
        items[0] = bytes_new(th, "", 0);
        items[1] = bytes_new(th, AS(Bytes, path)->data, root);
        items[2] = bytes_new(th, AS(Bytes, path)->data + root, len - root);
    } else {
        items[0] = name_empty;
        items[1] = str_substring(th, path, 0, root);
        items[2] = str_substring(th, path, root, len);
    }
    decref(th, path);
    return tuple_from_owned(th, items, 3);
}

static Value posix_fn_strerror(Thread *th, Value self, Value *a) {
    int code;
    char buf[256];
    if (int_arg(th, a[0], &code) < 0) return NO_VALUE;
    return str_from_cstr(th, strerror_r(code, buf, sizeof buf));
}

static const MethodDef posix_fns[] = {
    {"fspath", "(path)", posix_fn_fspath, "Return the file system path representation of the object."},
    {"_path_normpath", "(path)", posix_fn_path_normpath, "Normalize path, eliminating double slashes, etc."},
    {"_path_splitroot_ex", "(p)", posix_fn_path_splitroot, "Split a pathname into drive, root and tail."},
    {"strerror", "(code, /)", posix_fn_strerror, "Translate an error code to a message string."},
    {0}
};

static const char *const have[] = {
    "HAVE_EVENTFD", "HAVE_TIMERFD_CREATE", "HAVE_FACCESSAT", "HAVE_FCHDIR", "HAVE_FCHMOD", "HAVE_FCHMODAT", "HAVE_FCHOWN", "HAVE_FCHOWNAT", "HAVE_FEXECVE", "HAVE_FDOPENDIR", "HAVE_FPATHCONF", "HAVE_FSTATAT", "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_FUTIMES", "HAVE_FUTIMESAT", "HAVE_LINKAT", "HAVE_LCHOWN", "HAVE_LSTAT", "HAVE_LUTIMES", "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT", "HAVE_MKFIFOAT", "HAVE_MKNODAT", "HAVE_OPENAT",
    "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT", "HAVE_PTSNAME_R",
};

static int posix_exec(Thread *th, Value m) {
    const MethodDef *tables[] = {posix_stat_fns, posix_file_fns, posix_dir_fns, posix_proc_fns, posix_info_fns, posix_fd_fns, posix_environ_fns};
    Value modname = str_intern_cstr(th, "posix");
    for (size_t t = 0; t < ARRAY_LEN(tables); t++)
        for (const MethodDef *d = tables[t]; d->name; d++)
            if (module_add(th, m, d->name, builtin_function_new(th, d, m, modname)) < 0) return -1;
    if (posix_stat_init(th, m) < 0 || posix_dir_init(th, m) < 0 || posix_proc_init(th, m) < 0 || posix_info_init(th, m) < 0 || posix_const_init(th, m) < 0) return -1;
    Value list = list_new(th, ARRAY_LEN(have));
    for (size_t i = 0; list && i < ARRAY_LEN(have); i++) {
        Value s = str_from_cstr(th, have[i]);
        if (!s || list_append_owned(th, AS(List, list), s) < 0) return -1;
    }
    if (module_add(th, m, "_have_functions", list) < 0) return -1;
    if (posix_environ_init(th, m) < 0) return -1;
    return module_add(th, m, "error", new_ref(th, VALUE_OF(&exc_OSError)));
}
const ModuleDef module_posix = {"posix", "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.", posix_fns, posix_exec};
