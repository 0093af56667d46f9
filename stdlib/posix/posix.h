// SPDX-License-Identifier: MIT
// What the files of posix share: path arguments, system calls outside the attached state, and the tables each file contributes.
#ifndef LADON_STDLIB_POSIX_INT_H
#define LADON_STDLIB_POSIX_INT_H

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "stdlib/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

// The process's environment is shared by all threads. Held only around the C library's calls that read or change it, and allocation; a plain mutex:
// waiting for it is short.
void posix_environ_lock(void);
void posix_environ_unlock(void);

// A path argument: text for the system, or a descriptor.
typedef struct PathArg { const char *p; size_t len; int fd; bool bytes; Value obj; Value hold, hold2; } PathArg; // obj borrowed; fd -1: path
enum { PATH_FD = 1, PATH_NONE = 2 /* None: current directory, p NULL */ };
// 0, or -1 with TypeError/ValueError naming fn and arg (arg NULL: the call takes no path proper, and a NUL is only "embedded null byte").
// Release with path_done.
int path_arg(Thread *th, Value v, PathArg *out, const char *fn, const char *arg, int flags);
void path_done(Thread *th, PathArg *p);
// As audit hooks see them: the path, or no value (which they see as None); -1 for no dir_fd.
ALWAYS_INLINE Value path_seen(const PathArg *p) { return p->hold2 ? p->hold2 : p->obj; }
ALWAYS_INLINE Value dir_fd_seen(int fd) { return value_imm_int(fd == AT_FDCWD ? -1 : fd); }
// sys_audit(), whose arguments are made only when there are hooks.
#define AUDIT(th, event, ...) (UNLIKELY(sys_has_audit_hooks()) ? sys_audit(th, event, __VA_ARGS__) : 0)
int dir_fd_arg(Thread *th, Value v, int *out);          // None/absent: AT_FDCWD
int bool_arg(Thread *th, Value v, bool dflt, bool *out);
struct sched_param;
int sched_param_arg(Thread *th, Value v, struct sched_param *p);   // an os.sched_param; TypeError for anything else. 0 or -1
int fd_arg(Thread *th, Value v, int *out);              // int or object with fileno()
int int_arg(Thread *th, Value v, int *out);             // C int
int id_arg(Thread *th, Value v, uint32_t *out, const char *what); // uid/gid, -1 allowed
Value posix_error(Thread *th, int err);                 // OSError(errno)
Value path_error(Thread *th, int err, const PathArg *p); // with filename
Value path_error2(Thread *th, int err, const PathArg *a, const PathArg *b);
Value path_result(Thread *th, const PathArg *like, const char *p, size_t n); // bytes or str as the argument was
// After EINTR: 1 try again (handlers ran), -1 a handler raised, 0 some other error.
int after_eintr(Thread *th, int err);

// Runs expr detached; err gets errno.
#define SYS(th, r, err, expr) do { BLOCKING_BEGIN(th); (r) = (expr); (err) = errno; BLOCKING_END; } while (0)
// The same, again after EINTR; `fail` is executed when a signal handler raised.
#define SYS_RETRY(th, r, err, expr, fail) do { int e_; do { SYS(th, r, err, expr); e_ = (r) < 0 ? after_eintr(th, err) : 0; } while (e_ > 0); if (e_ < 0) { fail; } } while (0)

extern Value posix_stat_type, posix_statvfs_type;       // struct sequences; roots
struct stat;
Value stat_result(Thread *th, const struct stat *st);
int posix_stat_init(Thread *th, Value m);
int posix_dir_init(Thread *th, Value m);
int posix_proc_init(Thread *th, Value m);
// Around fork(), when Python code is to run in the child: hooks of register_at_fork, the import lock, thread_before_fork and what follows.
void posix_before_fork(Thread *th);
void posix_after_fork_parent(Thread *th);
void posix_after_fork_child(Thread *th);
int posix_environ_init(Thread *th, Value m);
int posix_info_init(Thread *th, Value m);
int posix_const_init(Thread *th, Value m);

// Contributed method tables, joined by posix_init.c.
extern const MethodDef posix_stat_fns[], posix_file_fns[], posix_dir_fns[], posix_proc_fns[], posix_info_fns[], posix_fd_fns[], posix_environ_fns[];
#endif
