// SPDX-License-Identifier: MIT
// Tracebacks from C code in trouble.
#ifndef LADON_STDLIB_FAULTHANDLER_H
#define LADON_STDLIB_FAULTHANDLER_H
#include "sched/thread/thread.h"
// Writes the frames of current, or of all threads, to fd. Async-signal-safe.
void faulthandler_dump(int fd, bool all_threads, Thread *current);
// -X faulthandler: reports fatal signals to fd. 0, or -1 with errno.
int faulthandler_enable_fd(int fd);
#endif
