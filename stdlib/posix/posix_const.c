// SPDX-License-Identifier: MIT
// The constants of posix, from the system's headers.
#include "stdlib/posix/posix.h"

#include <dlfcn.h>
#include <limits.h>
#include <linux/limits.h>
#include <linux/memfd.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>

// Not in every C library's headers; the kernel's numbers.
#ifndef PIDFD_NONBLOCK
#define PIDFD_NONBLOCK 2048
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 128
#endif
#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE 6
#endif
#ifndef SCHED_NORMAL
#define SCHED_NORMAL 0
#endif
#ifndef RWF_APPEND
#define RWF_APPEND 16
#endif
#ifndef RWF_DSYNC
#define RWF_DSYNC 2
#endif
#ifndef RWF_HIPRI
#define RWF_HIPRI 1
#endif
#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif
#ifndef RWF_SYNC
#define RWF_SYNC 4
#endif

int posix_const_init(Thread *th, Value m) {
    static const struct { const char *name; int64_t value; } rows[] = {
        {"CLD_CONTINUED", CLD_CONTINUED}, {"CLD_DUMPED", CLD_DUMPED}, {"CLD_EXITED", CLD_EXITED}, {"CLD_KILLED", CLD_KILLED},
        {"CLD_STOPPED", CLD_STOPPED}, {"CLD_TRAPPED", CLD_TRAPPED}, {"CLONE_FILES", CLONE_FILES}, {"CLONE_FS", CLONE_FS},
        {"CLONE_NEWCGROUP", CLONE_NEWCGROUP}, {"CLONE_NEWIPC", CLONE_NEWIPC}, {"CLONE_NEWNET", CLONE_NEWNET}, {"CLONE_NEWNS", CLONE_NEWNS},
        {"CLONE_NEWPID", CLONE_NEWPID}, {"CLONE_NEWTIME", CLONE_NEWTIME}, {"CLONE_NEWUSER", CLONE_NEWUSER}, {"CLONE_NEWUTS", CLONE_NEWUTS},
        {"CLONE_SIGHAND", CLONE_SIGHAND}, {"CLONE_SYSVSEM", CLONE_SYSVSEM}, {"CLONE_THREAD", CLONE_THREAD}, {"CLONE_VM", CLONE_VM},
        {"EFD_CLOEXEC", EFD_CLOEXEC}, {"EFD_NONBLOCK", EFD_NONBLOCK}, {"EFD_SEMAPHORE", EFD_SEMAPHORE}, {"EX_CANTCREAT", EX_CANTCREAT},
        {"EX_CONFIG", EX_CONFIG}, {"EX_DATAERR", EX_DATAERR}, {"EX_IOERR", EX_IOERR}, {"EX_NOHOST", EX_NOHOST}, {"EX_NOINPUT", EX_NOINPUT},
        {"EX_NOPERM", EX_NOPERM}, {"EX_NOUSER", EX_NOUSER}, {"EX_OK", 0}, {"EX_OSERR", EX_OSERR}, {"EX_OSFILE", EX_OSFILE},
        {"EX_PROTOCOL", EX_PROTOCOL}, {"EX_SOFTWARE", EX_SOFTWARE}, {"EX_TEMPFAIL", EX_TEMPFAIL}, {"EX_UNAVAILABLE", EX_UNAVAILABLE},
        {"EX_USAGE", EX_USAGE}, {"F_LOCK", F_LOCK}, {"F_OK", F_OK}, {"F_TEST", F_TEST}, {"F_TLOCK", F_TLOCK}, {"F_ULOCK", F_ULOCK},
        {"GRND_NONBLOCK", GRND_NONBLOCK}, {"GRND_RANDOM", GRND_RANDOM}, {"MFD_ALLOW_SEALING", MFD_ALLOW_SEALING}, {"MFD_CLOEXEC", MFD_CLOEXEC},
        {"MFD_HUGETLB", MFD_HUGETLB}, {"MFD_HUGE_16GB", (int64_t)(unsigned)MFD_HUGE_16GB}, {"MFD_HUGE_16MB", (int64_t)(unsigned)MFD_HUGE_16MB},
        {"MFD_HUGE_1GB", (int64_t)(unsigned)MFD_HUGE_1GB}, {"MFD_HUGE_1MB", (int64_t)(unsigned)MFD_HUGE_1MB},
        {"MFD_HUGE_256MB", (int64_t)(unsigned)MFD_HUGE_256MB}, {"MFD_HUGE_2GB", (int64_t)(unsigned)MFD_HUGE_2GB},
        {"MFD_HUGE_2MB", (int64_t)(unsigned)MFD_HUGE_2MB}, {"MFD_HUGE_32MB", (int64_t)(unsigned)MFD_HUGE_32MB},
        {"MFD_HUGE_512KB", (int64_t)(unsigned)MFD_HUGE_512KB}, {"MFD_HUGE_512MB", (int64_t)(unsigned)MFD_HUGE_512MB},
        {"MFD_HUGE_64KB", (int64_t)(unsigned)MFD_HUGE_64KB}, {"MFD_HUGE_8MB", (int64_t)(unsigned)MFD_HUGE_8MB}, {"MFD_HUGE_MASK", MFD_HUGE_MASK},
        {"MFD_HUGE_SHIFT", MFD_HUGE_SHIFT}, {"NGROUPS_MAX", NGROUPS_MAX}, {"O_ACCMODE", O_ACCMODE}, {"O_APPEND", O_APPEND}, {"O_ASYNC", O_ASYNC},
        {"O_CLOEXEC", O_CLOEXEC}, {"O_CREAT", O_CREAT}, {"O_DIRECT", O_DIRECT}, {"O_DIRECTORY", O_DIRECTORY}, {"O_DSYNC", O_DSYNC},
        {"O_EXCL", O_EXCL}, {"O_FSYNC", O_FSYNC}, {"O_LARGEFILE", O_LARGEFILE}, {"O_NDELAY", O_NDELAY}, {"O_NOATIME", O_NOATIME},
        {"O_NOCTTY", O_NOCTTY}, {"O_NOFOLLOW", O_NOFOLLOW}, {"O_NONBLOCK", O_NONBLOCK}, {"O_PATH", O_PATH}, {"O_RDONLY", O_RDONLY},
        {"O_RDWR", O_RDWR}, {"O_RSYNC", O_RSYNC}, {"O_SYNC", O_SYNC}, {"O_TMPFILE", O_TMPFILE}, {"O_TRUNC", O_TRUNC}, {"O_WRONLY", O_WRONLY},
        {"PIDFD_NONBLOCK", PIDFD_NONBLOCK}, {"POSIX_FADV_DONTNEED", POSIX_FADV_DONTNEED}, {"POSIX_FADV_NOREUSE", POSIX_FADV_NOREUSE},
        {"POSIX_FADV_NORMAL", POSIX_FADV_NORMAL}, {"POSIX_FADV_RANDOM", POSIX_FADV_RANDOM}, {"POSIX_FADV_SEQUENTIAL", POSIX_FADV_SEQUENTIAL},
        {"POSIX_FADV_WILLNEED", POSIX_FADV_WILLNEED}, {"POSIX_SPAWN_CLOSE", 1}, {"POSIX_SPAWN_CLOSEFROM", 3}, {"POSIX_SPAWN_DUP2", 2},
        {"POSIX_SPAWN_OPEN", 0}, {"PRIO_PGRP", PRIO_PGRP}, {"PRIO_PROCESS", PRIO_PROCESS}, {"PRIO_USER", PRIO_USER}, {"P_ALL", P_ALL},
        {"P_PGID", P_PGID}, {"P_PID", P_PID}, {"P_PIDFD", P_PIDFD}, {"RTLD_DEEPBIND", RTLD_DEEPBIND}, {"RTLD_GLOBAL", RTLD_GLOBAL},
        {"RTLD_LAZY", RTLD_LAZY}, {"RTLD_LOCAL", RTLD_LOCAL}, {"RTLD_NODELETE", RTLD_NODELETE}, {"RTLD_NOLOAD", RTLD_NOLOAD}, {"RTLD_NOW", RTLD_NOW},
        {"RWF_APPEND", RWF_APPEND}, {"RWF_DSYNC", RWF_DSYNC}, {"RWF_HIPRI", RWF_HIPRI}, {"RWF_NOWAIT", RWF_NOWAIT}, {"RWF_SYNC", RWF_SYNC},
        {"R_OK", R_OK}, {"SCHED_BATCH", SCHED_BATCH}, {"SCHED_DEADLINE", SCHED_DEADLINE}, {"SCHED_FIFO", SCHED_FIFO}, {"SCHED_IDLE", SCHED_IDLE},
        {"SCHED_NORMAL", SCHED_NORMAL}, {"SCHED_OTHER", SCHED_OTHER}, {"SCHED_RESET_ON_FORK", SCHED_RESET_ON_FORK}, {"SCHED_RR", SCHED_RR},
        {"SEEK_DATA", SEEK_DATA}, {"SEEK_HOLE", SEEK_HOLE}, {"SPLICE_F_MORE", SPLICE_F_MORE}, {"SPLICE_F_MOVE", SPLICE_F_MOVE},
        {"SPLICE_F_NONBLOCK", SPLICE_F_NONBLOCK}, {"ST_APPEND", ST_APPEND}, {"ST_MANDLOCK", ST_MANDLOCK}, {"ST_NOATIME", ST_NOATIME},
        {"ST_NODEV", ST_NODEV}, {"ST_NODIRATIME", ST_NODIRATIME}, {"ST_NOEXEC", ST_NOEXEC}, {"ST_NOSUID", ST_NOSUID}, {"ST_RDONLY", ST_RDONLY},
        {"ST_RELATIME", ST_RELATIME}, {"ST_SYNCHRONOUS", ST_SYNCHRONOUS}, {"ST_WRITE", ST_WRITE}, {"TFD_CLOEXEC", TFD_CLOEXEC},
        {"TFD_NONBLOCK", TFD_NONBLOCK}, {"TFD_TIMER_ABSTIME", TFD_TIMER_ABSTIME}, {"TFD_TIMER_CANCEL_ON_SET", TFD_TIMER_CANCEL_ON_SET},
        {"TMP_MAX", TMP_MAX}, {"WCONTINUED", WCONTINUED}, {"WEXITED", WEXITED}, {"WNOHANG", WNOHANG}, {"WNOWAIT", WNOWAIT}, {"WSTOPPED", WSTOPPED},
        {"WUNTRACED", WUNTRACED}, {"W_OK", W_OK}, {"XATTR_CREATE", XATTR_CREATE}, {"XATTR_REPLACE", XATTR_REPLACE}, {"XATTR_SIZE_MAX", 65536},
        {"X_OK", X_OK},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (module_add_int(th, m, rows[i].name, rows[i].value) < 0) return -1;
    return 0;
}
