// SPDX-License-Identifier: MIT
// What the end of the program needs of the module _signal.
#ifndef LADON_STDLIB_SIGNAL_H
#define LADON_STDLIB_SIGNAL_H
#include "core/value/object.h"
// The handlers go; their signals have the default action. One that has arrived, or comes from _thread.interrupt_main, is reported as ignored.
// The main thread calls it before and after the modules go.
void signal_fini(Thread *th);
#endif
