// SPDX-License-Identifier: MIT
// The module sys for the other native parts: configuration, audit hooks, printing exceptions.
#ifndef LADON_STDLIB_SYS_H
#define LADON_STDLIB_SYS_H
#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/module.h"

#define PY_MAJOR 3
#define PY_MINOR 14
#ifndef PY_MICRO
#define PY_MICRO 8
#endif

#ifdef __aarch64__
#define SYS_MULTIARCH "aarch64-linux-gnu"
#else
#define SYS_MULTIARCH "x86_64-linux-gnu"
#endif
#define SYSCONFIGDATA_NAME "_sysconfigdata_t_linux_" SYS_MULTIARCH

// What the command line, the environment and the folders around the program said. Filled by core/cli before the modules are made; constant after.
// Strings are static or live for ever; NULL: None.
typedef struct SysConfig {
    int debug, inspect, interactive, optimize, dont_write_bytecode, no_user_site, no_site, ignore_environment, verbose, bytes_warning, quiet,
        hash_randomization, isolated, dev_mode, utf8_mode, warn_default_encoding, safe_path, int_max_str_digits, thread_inherit_context,
        context_aware_warnings, cpu_count, unbuffered, gil /* -1: not said */, import_time, no_debug_ranges;
    const char *executable, *base_executable, *prefix, *base_prefix, *exec_prefix, *stdlib_dir, *pycache_prefix, *check_pycs, *platlibdir;
    const char *io_encoding, *io_errors;   // PYTHONIOENCODING
    const char **argv, **orig_argv, **path, **warnoptions, **xoptions;   // NULL-terminated
} SysConfig;
extern SysConfig sys_config;
extern const char *const sys_stdlib_names[];
extern bool sys_finalizing;      // [a]
extern Dict *sys_dict;            // of the module sys; immortal
extern Value sys_module, builtins_module;

// Makes sys and builtins, in sys.modules. 0 or -1 with the exception set.
int sys_modules_init(Thread *th);
// sys.modules: new reference. It is one dict for the life of the program, whatever sys.modules is set to.
Value sys_modules(Thread *th);
int sys_set(Thread *th, const char *name, Value v_owned);
Value sys_get(Thread *th, const char *name);        // new reference or NO_VALUE (no exception)

// Calls the audit hooks, if there are any: args are n Values. 0, or -1 with what a hook raised.
int sys_audit(Thread *th, const char *event, unsigned n, ...);
bool sys_has_audit_hooks(void);

// Prints exc as an uncaught one would be: traceback module, or plainly when that fails. Clears whatever goes wrong.
void sys_print_exception(Thread *th, Value exc);
// Calls sys.excepthook for exc (borrowed) after setting sys.last_exc and friends.
void sys_call_excepthook(Thread *th, Value exc);
// Writes text to sys.stderr (or fd 2 when there is none). Never raises.
void sys_write_stderr(Thread *th, const char *text);
int sys_flush_std(Thread *th);   // flushes stdout and stderr: 0, or -1 when one failed (reported)

// Pieces of the module.
extern const MethodDef sys_fns[];
int sys_early_stderr(Thread *th);   // a plain sys.stderr for the time before _io
int sys_monitoring_init(Thread *th, Value sys);
void sys_unraisable(Thread *th, Value exc, const char *msg, Value where);
#define SYS_FN(name) Value sys_fn_##name(Thread *th, Value self, Value *args)
#endif
