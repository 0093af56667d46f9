// SPDX-License-Identifier: MIT
// sys.monitoring (PEP 669): events of running code for up to six tools. Built on the tracing dispatch table: while any tool wants any event, every
// thread's th->tracing has TRACING_MONITOR. Callbacks run with all tracing of their thread off.
#ifndef LADON_VM_MONITOR_H
#define LADON_VM_MONITOR_H

#include "core/vm/frame.h"

enum { MONITOR_TOOLS = 6, MONITOR_EVENTS = 19 };
enum { MON_PY_START = 1 << 0, MON_PY_RESUME = 1 << 1, MON_PY_RETURN = 1 << 2, MON_PY_YIELD = 1 << 3, MON_CALL = 1 << 4, MON_LINE = 1 << 5, MON_INSTRUCTION = 1 << 6,
       MON_JUMP = 1 << 7, MON_BRANCH_LEFT = 1 << 8, MON_BRANCH_RIGHT = 1 << 9, MON_STOP_ITERATION = 1 << 10, MON_RAISE = 1 << 11, MON_EXCEPTION_HANDLED = 1 << 12,
       MON_PY_UNWIND = 1 << 13, MON_PY_THROW = 1 << 14, MON_RERAISE = 1 << 15, MON_C_RETURN = 1 << 16, MON_C_RAISE = 1 << 17, MON_BRANCH = 1 << 18,
       MON_LOCAL = (1 << 11) - 1 /* may be asked for one code object, and disabled at one place */ };

void monitor_init(void);    // at start: the callbacks are roots
extern Value monitor_disable, monitor_missing;  // sys.monitoring.DISABLE and MISSING, set at start
// Does any tool want anything? Read by trace.c when it decides about a thread.
bool monitor_active(void);
extern const char *const monitor_event_names[MONITOR_EVENTS];

void monitor_set_events(Thread *th, int tool, uint32_t events);   // global events of a tool (MON_* bits); stops the world
uint32_t monitor_get_events(int tool);   // those
int monitor_set_local(Thread *th, int tool, Code *code, uint32_t events);    // 0, -1 MemoryError
uint32_t monitor_get_local(int tool, Code *code);   // those of one code object
// Sets the callback of one event (its number, not its bit); func borrowed, None drops it. The old one: new reference or None.
Value monitor_register(Thread *th, int tool, int event, Value func);
void monitor_restart(Thread *th);               // places that were disabled are on again
void monitor_clear_tool(Thread *th, int tool);  // no callbacks, no events

// Fires event at word of f's code: callbacks get (code, offset, args...), or (code, line) for LINE. 0, or -1 when a callback raised.
int monitor_fire(Thread *th, Frame *f, uint32_t event, uint32_t word, const Value *args, size_t n);
// Is the event wanted for this code by anyone?
bool monitor_wanted(const Code *code, uint32_t event);

#endif
