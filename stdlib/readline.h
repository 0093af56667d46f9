// SPDX-License-Identifier: MIT
// Lines from a terminal with editing, once the module readline has been imported.
#ifndef LADON_STDLIB_READLINE_H
#define LADON_STDLIB_READLINE_H
#include "sched/thread/thread.h"
// NULL: not imported; set once. Reads a line from descriptor 0, which is a terminal as 1 is; attached, any thread, waits detached.
//   prompt   in the locale's encoding
//   return   malloc'ed, with its newline; empty at the end of the input; NULL: an exception, a signal handler's for one
extern char *(*readline_terminal_hook)(Thread *th, const char *prompt); // [a]
#endif
