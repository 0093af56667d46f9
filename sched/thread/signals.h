// SPDX-License-Identifier: MIT
// Signals on their way to Python: the C handler only sets flags and writes to the wake-up descriptor; the main thread runs the Python handlers at its next
// safepoint, through thread_hooks.signals.
#ifndef LADON_THREAD_SIGNALS_H
#define LADON_THREAD_SIGNALS_H
#include "sched/thread/thread.h"
enum { SIGNAL_COUNT = 65 };                     // signals are 1 .. SIGNAL_COUNT - 1
enum { SIGNAL_DEFAULT, SIGNAL_IGNORE, SIGNAL_TRIP };
// What the signal does from now on. 0, or -1 with errno.
int signal_install(int sig, int action);
bool signal_has_handler(int sig);               // its action is SIGNAL_TRIP
// At the end of the program: signals with a handler get their default action. They still count as handled for signal_has_handler.
void signal_restore_defaults(void);
// Marks a signal as arrived. Async-signal-safe; any thread.
void signal_trip(int sig);
// Takes one arrived signal, lowest first; 0: none.
int signal_take(void);
bool signal_any_pending(void);                  // there is one for signal_take; any thread
// Sets the descriptor that gets a byte per signal; -1: none. Returns the former one.
int signal_set_wakeup_fd(int fd, bool warn_on_full);
int signal_wakeup_fd(void);                     // the descriptor in use; -1: none
// fn(arg) is called for every signal that arrives, in the handler, on any thread: it must be async-signal-safe. NULL: nothing. When it returns, no handler
// calls the former one any more. Main thread: what blocks there outside of the parking lot (an event loop) is woken so.
void signal_set_wake(void (*fn)(void *arg), void *arg);
// errno of a failed write to the wake-up descriptor since the last call; 0: none. For a warning.
int signal_take_wakeup_error(void);
void signal_clear_pending(void);                // in a forked child
#endif
