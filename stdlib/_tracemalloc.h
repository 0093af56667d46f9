// SPDX-License-Identifier: MIT
// Tracing of allocations, for the command line.
#ifndef LADON_STDLIB_TRACEMALLOC_H
#define LADON_STDLIB_TRACEMALLOC_H
#include "sched/thread/thread.h"
// tracemalloc.start(nframe): 0, or -1 with ValueError. Does nothing when it traces already. Stops the world for a moment.
int tracemalloc_start(Thread *th, int nframe);
#endif
