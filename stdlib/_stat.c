// SPDX-License-Identifier: MIT
// The module _stat: constants of file modes and flags, tests of a mode, and its text. No state.
#include <sys/stat.h>

#include "core/object/abstract.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"

static int mode_arg(Thread *th, Value v, uint32_t *mode) {
    Value i = number_index(th, v);
    if (!i) return -1;
    int64_t n;
    int over = int_as_i64_overflow(i, &n);
    decref(th, i);
    if (over < 0 || (!over && n < 0)) raise_error(th, &exc_OverflowError, "can't convert negative value to unsigned int");
    else if (over) raise_error(th, &exc_OverflowError, "Python int too large to convert to C unsigned long");
    else if (n > UINT32_MAX) raise_error(th, &exc_OverflowError, "mode out of range");
    else {
        *mode = (uint32_t)n;
        return 0;
    }
    return -1;
}

#define TEST(name, expr) \
    static Value stat_fn_##name(Thread *th, Value self, Value *args) { \
        uint32_t m; \
        return mode_arg(th, args[0], &m) ? NO_VALUE : value_bool(expr); \
    }
TEST(S_ISDIR, S_ISDIR(m)) TEST(S_ISCHR, S_ISCHR(m)) TEST(S_ISBLK, S_ISBLK(m)) TEST(S_ISREG, S_ISREG(m)) TEST(S_ISFIFO, S_ISFIFO(m))
TEST(S_ISLNK, S_ISLNK(m)) TEST(S_ISSOCK, S_ISSOCK(m)) TEST(S_ISDOOR, ((void)m, false)) TEST(S_ISPORT, ((void)m, false)) TEST(S_ISWHT, ((void)m, false))

static Value stat_fn_S_IMODE(Thread *th, Value self, Value *args) {
    uint32_t m;
    return mode_arg(th, args[0], &m) ? NO_VALUE : value_imm_int(m & 07777);
}
static Value stat_fn_S_IFMT(Thread *th, Value self, Value *args) {
    uint32_t m;
    return mode_arg(th, args[0], &m) ? NO_VALUE : value_imm_int(m & S_IFMT);
}
static Value stat_fn_filemode(Thread *th, Value self, Value *args) {
    uint32_t m;
    if (mode_arg(th, args[0], &m)) return NO_VALUE;
    char t[11] = "?rwxrwxrwx";
    t[0] = S_ISREG(m) ? '-' : S_ISDIR(m) ? 'd' : S_ISLNK(m) ? 'l' : S_ISBLK(m) ? 'b' : S_ISCHR(m) ? 'c' : S_ISFIFO(m) ? 'p' : S_ISSOCK(m) ? 's' : '?';
    for (int i = 0; i < 9; i++)
        if (!(m >> (8 - i) & 1)) t[i + 1] = '-';
    if (m & S_ISUID) t[3] = m & S_IXUSR ? 's' : 'S';
    if (m & S_ISGID) t[6] = m & S_IXGRP ? 's' : 'S';
    if (m & S_ISVTX) t[9] = m & S_IXOTH ? 't' : 'T';
    return str_from_ascii(th, t, 10);
}

static const MethodDef stat_fns[] = {
    {"S_ISDIR", "(object, /)", stat_fn_S_ISDIR, "True if the mode is that of a directory."},
    {"S_ISCHR", "(object, /)", stat_fn_S_ISCHR, "True if the mode is that of a character device."},
    {"S_ISBLK", "(object, /)", stat_fn_S_ISBLK, "True if the mode is that of a block device."},
    {"S_ISREG", "(object, /)", stat_fn_S_ISREG, "True if the mode is that of a regular file."},
    {"S_ISFIFO", "(object, /)", stat_fn_S_ISFIFO, "True if the mode is that of a pipe."},
    {"S_ISLNK", "(object, /)", stat_fn_S_ISLNK, "True if the mode is that of a symbolic link."},
    {"S_ISSOCK", "(object, /)", stat_fn_S_ISSOCK, "True if the mode is that of a socket."},
    {"S_ISDOOR", "(object, /)", stat_fn_S_ISDOOR, "True if the mode is that of a door."},
    {"S_ISPORT", "(object, /)", stat_fn_S_ISPORT, "True if the mode is that of an event port."},
    {"S_ISWHT", "(object, /)", stat_fn_S_ISWHT, "True if the mode is that of a whiteout."},
    {"S_IMODE", "(object, /)", stat_fn_S_IMODE, "The part of the mode that chmod() sets."},
    {"S_IFMT", "(object, /)", stat_fn_S_IFMT, "The part of the mode that says the kind of file."},
    {"filemode", "(object, /)", stat_fn_filemode, "Text of a mode, as ls -l shows it."},
    {0}
};

static const struct { const char *name; uint32_t value; } rows[] = {
    {"SF_APPEND", 0x40000}, {"SF_ARCHIVED", 0x10000}, {"SF_DATALESS", 0x40000000}, {"SF_FIRMLINK", 0x800000}, {"SF_IMMUTABLE", 0x20000},
    {"SF_NOUNLINK", 0x100000}, {"SF_SETTABLE", 0xffff0000}, {"SF_SNAPSHOT", 0x200000}, {"ST_ATIME", 7}, {"ST_CTIME", 9}, {"ST_DEV", 2},
    {"ST_GID", 5}, {"ST_INO", 1}, {"ST_MODE", 0}, {"ST_MTIME", 8}, {"ST_NLINK", 3}, {"ST_SIZE", 6}, {"ST_UID", 4}, {"S_ENFMT", 02000},
    {"S_IEXEC", 0100}, {"S_IFBLK", 060000}, {"S_IFCHR", 020000}, {"S_IFDIR", 040000}, {"S_IFDOOR", 00}, {"S_IFIFO", 010000},
    {"S_IFLNK", 0120000}, {"S_IFPORT", 00}, {"S_IFREG", 0100000}, {"S_IFSOCK", 0140000}, {"S_IFWHT", 00}, {"S_IREAD", 0400},
    {"S_IRGRP", 040}, {"S_IROTH", 04}, {"S_IRUSR", 0400}, {"S_IRWXG", 070}, {"S_IRWXO", 07}, {"S_IRWXU", 0700}, {"S_ISGID", 02000},
    {"S_ISUID", 04000}, {"S_ISVTX", 01000}, {"S_IWGRP", 020}, {"S_IWOTH", 02}, {"S_IWRITE", 0200}, {"S_IWUSR", 0200}, {"S_IXGRP", 010},
    {"S_IXOTH", 01}, {"S_IXUSR", 0100}, {"UF_APPEND", 4}, {"UF_COMPRESSED", 32}, {"UF_DATAVAULT", 128}, {"UF_HIDDEN", 0x8000},
    {"UF_IMMUTABLE", 2}, {"UF_NODUMP", 1}, {"UF_NOUNLINK", 16}, {"UF_OPAQUE", 8}, {"UF_SETTABLE", 0xffff}, {"UF_TRACKED", 64},
};

static int stat_exec(Thread *th, Value m) {
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (module_add_int(th, m, rows[i].name, rows[i].value)) return -1;
    return 0;
}
const ModuleDef module__stat = { "_stat", "Constants and functions of file modes.", stat_fns, stat_exec };
