// SPDX-License-Identifier: MIT
// The end of the program runs what atexit has collected.
#ifndef LADON_STDLIB_ATEXIT_H
#define LADON_STDLIB_ATEXIT_H
#include "sched/thread/thread.h"
// Runs all exit functions, last registered first; reports what they raise.
void atexit_run(Thread *th);
#endif
