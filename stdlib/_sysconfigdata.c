// SPDX-License-Identifier: MIT
// The module that sysconfig reads its variables from (_sysconfigdata_<abiflags>_<platform>_<multiarch>): what is true of this build. No state.
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "stdlib/sys/sys.h"

static const struct { const char *name, *text; } texts[] = {
    {"ABIFLAGS", "t"}, {"AR", "ar"}, {"ARFLAGS", "rcs"}, {"CC", "cc"}, {"CXX", "c++"}, {"CCSHARED", "-fPIC"}, {"CFLAGS", ""}, {"CPPFLAGS", ""}, {"LDFLAGS", ""}, {"LDSHARED", "cc -shared"},
    {"BLDSHARED", "cc -shared"}, {"CONFIG_ARGS", "'--disable-gil'"}, {"EXE", ""}, {"EXT_SUFFIX", ""}, {"SHLIB_SUFFIX", ".so"}, {"SOABI", "ladon-314t"}, {"HOST_GNU_TYPE", SYS_MULTIARCH},
    {"MACHDEP", "linux"}, {"MULTIARCH", SYS_MULTIARCH}, {"OPT", ""}, {"PYTHON", "ladon"}, {"PY_CFLAGS", ""}, {"PY_CFLAGS_NODIST", ""}, {"PY_CORE_CFLAGS", ""}, {"PY_CORE_LDFLAGS", ""},
    {"PY_LDFLAGS_NODIST", ""}, {"TZPATH", "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"}, {"VERSION", "3.14"}, {"LDVERSION", "3.14t"}, {"LIBRARY", ""},
    {"LDLIBRARY", ""}, {"INSTSONAME", ""}, {"PLATLIBDIR", "lib"}, {"SRCDIRS", ""}, {"TEST_MODULES", "no"}, {"MODULE_BUILDTYPE", "static"}, {"HASHLIB_BUILTINS", ""}};
static const struct { const char *name; int64_t value; } numbers[] = {
    {"Py_GIL_DISABLED", 1}, {"Py_DEBUG", LADON_DEBUG}, {"Py_ENABLE_SHARED", 0}, {"Py_TRACE_REFS", 0}, {"Py_REF_DEBUG", 0}, {"Py_HASH_ALGORITHM", 0}, {"WITH_DOC_STRINGS", 1},
    {"WITH_PYMALLOC", 0}, {"WITH_MIMALLOC", !LADON_SYSTEM_MALLOC}, {"WITH_DTRACE", 0}, {"WITH_VALGRIND", 0}, {"PY_COERCE_C_LOCALE", 1}, {"SIZEOF_VOID_P", sizeof(void *)},
    {"SIZEOF_SIZE_T", sizeof(size_t)}, {"SIZEOF_LONG", sizeof(long)}, {"SIZEOF_LONG_LONG", sizeof(long long)}, {"SIZEOF_INT", sizeof(int)}, {"SIZEOF_SHORT", sizeof(short)},
    {"SIZEOF_FLOAT", sizeof(float)}, {"SIZEOF_DOUBLE", sizeof(double)}, {"SIZEOF_LONG_DOUBLE", sizeof(long double)}, {"SIZEOF_WCHAR_T", sizeof(wchar_t)}, {"SIZEOF_TIME_T", 8},
    {"SIZEOF_OFF_T", 8}, {"SIZEOF_PID_T", 4}, {"ALIGNOF_LONG", sizeof(long)}, {"ALIGNOF_SIZE_T", sizeof(size_t)}, {"HAVE_FORK", 1}, {"HAVE_VFORK", 1}, {"HAVE_GETRANDOM", 1},
    {"HAVE_DYNAMIC_LOADING", 0}, {"HAVE_UNIX_SOCKETS", 1}, {"HAVE_SEM_OPEN", 1}, {"HAVE_SEM_TIMEDWAIT", 1}, {"HAVE_SEM_CLOCKWAIT", 1}, {"POSIX_SEMAPHORES_NOT_ENABLED", 0},
    {"HAVE_SIGALTSTACK", 1}, {"HAVE_STDIO_H", 1}, {"TIMEMODULE_LIB", 0}};

static int sysconfigdata_exec(Thread *th, Value m) {
    Value d = dict_new(th);
    if (!d) return -1;
    bool ok = true;
    for (size_t i = 0; ok && i < ARRAY_LEN(texts); i++) {
        Value v = str_from_cstr(th, texts[i].text);
        ok = v && dict_set_str(th, AS(Dict, d), texts[i].name, v) == 0;
        decref(th, v);
    }
    for (size_t i = 0; ok && i < ARRAY_LEN(numbers); i++) ok = dict_set_str(th, AS(Dict, d), numbers[i].name, int_from_i64(th, numbers[i].value)) == 0;
    // Folders as they are now: the program may have been moved.
    static const struct { const char *name; const char *below; } dirs[] = {{"prefix", ""}, {"exec_prefix", ""}, {"BINDIR", "/bin"}, {"LIBDIR", "/lib"}, {"INCLUDEDIR", "/include"},
        {"INCLUDEPY", "/include/python3.14t"}, {"CONFINCLUDEPY", "/include/python3.14t"}, {"LIBDEST", "/lib/python3.14"}, {"BINLIBDEST", "/lib/python3.14"}, {"SCRIPTDIR", "/lib"},
        {"DESTSHARED", "/lib/python3.14/lib-dynload"}, {"DESTDIRS", ""}, {"datarootdir", "/share"}, {"MANDIR", "/share/man"}, {"LIBPL", "/lib/python3.14/config"}};
    for (size_t i = 0; ok && i < ARRAY_LEN(dirs); i++) {
        Value v = str_format(th, "%s%s", sys_config.base_prefix ? sys_config.base_prefix : "", dirs[i].below);
        ok = v && dict_set_str(th, AS(Dict, d), dirs[i].name, v) == 0;
        decref(th, v);
    }
    if (!ok) {
        decref(th, d);
        return -1;
    }
    return module_add(th, m, "build_time_vars", d);
}
const ModuleDef module__sysconfigdata = { SYSCONFIGDATA_NAME, "Variables of this build, for sysconfig.", NULL, sysconfigdata_exec };
