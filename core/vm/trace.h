// SPDX-License-Identifier: MIT
// sys.settrace and sys.setprofile. th->trace_obj and th->profile_obj hold the functions; th->tracing is non-zero while one is set and none of them
// runs, and then the dispatch table sends every instruction through trace_instruction.
#ifndef LADON_VM_TRACE_H
#define LADON_VM_TRACE_H

#include "core/vm/frame.h"

// func: a callable, or None to stop.  sys.settrace / sys.setprofile for the calling thread.
void trace_set(Thread *th, Value func);
Value trace_get(Thread *th);       // new reference or None
void profile_set(Thread *th, Value func);   // sys.setprofile of this thread; VALUE_NONE: off
Value profile_get(Thread *th);   // new reference, or None
// The same for every thread that runs now (threading.settrace_all_threads).
void trace_set_all(Thread *th, Value func);
void profile_set_all(Thread *th, Value func);

enum { TRACING_TRACE = 1, TRACING_PROFILE = 2, TRACING_MONITOR = 4 };    // bits of th->tracing
// Decides anew about th->tracing of every thread, after what sys.monitoring's tools want has changed.
void trace_update_all(Thread *th);
void trace_update(Thread *th);   // about this thread alone: one that begins
// Around a callback: no events of this thread meanwhile. event: one of TRACE_EVENT_*; f: the frame that it is about.
enum { TRACE_EVENT_NONE, TRACE_EVENT_CALL, TRACE_EVENT_RESUME /* "call" of a generator that goes on */, TRACE_EVENT_LINE /* or "opcode" */,
       TRACE_EVENT_YIELD /* "return" at a yield */, TRACE_EVENT_BRANCH /* a jump has been made; it still is the running instruction */, TRACE_EVENT_OTHER };
bool trace_in_callback(const Thread *th);
int trace_event(const Thread *th);          // of the callback that runs; TRACE_EVENT_NONE: none does
Frame *trace_event_frame(const Thread *th); // in a callback only
Value trace_callback_enter(Thread *th, Frame *f, int event);
void trace_callback_leave(Thread *th, Value saved);

// Before an instruction. 0; 1 when the trace function made the frame jump (f_lineno set); -1 with an exception.
int trace_instruction(Thread *th, Frame *f);
// Before a return or a yield of *v. 0 or -1. A trace function may have made the frame jump from a yield: then its pc is another.
int trace_return(Thread *th, Frame *f, Value *v);
// A generator is entered by throw(): its "call" event. th->exc is pending before and after.
int trace_throw(Thread *th, Frame *f);
// th->exc has arrived in f. May replace th->exc.
void trace_exception(Thread *th, Frame *f);
// A generator that f iterates over (or, with send, awaits or delegates to) has ended with v. 0 or -1.
int trace_stop_iteration(Thread *th, Frame *f, Value v, bool send);
// Clears a pending StopIteration that ends a loop in f; trace functions see it. False: it is another exception, or a trace function raised one.
bool trace_stop_swallowed(Thread *th, Frame *f);
// th->exc goes on in f without a new traceback entry (RERAISE); a handler of f takes th->exc. May replace th->exc.
void trace_reraise(Thread *th, Frame *f);
void trace_handled(Thread *th, Frame *f);   // f is about to handle th->exc
// f ends by th->exc.
void trace_unwind(Thread *th, Frame *f);
// Around native calls, for profilers. 0 or -1.
int trace_c_call(Thread *th, Frame *f, Value func);
int trace_c_return(Thread *th, Frame *f, Value func, bool raised);
// CALL, C_RETURN and C_RAISE of sys.monitoring. arg0: first argument or NO_VALUE. 0 or -1.
int trace_monitor_call(Thread *th, Frame *f, Value func, Value arg0, uint32_t event);


// core/vm/jump.c: f, about which the running trace function was called, goes on at that line. 0; -1 with ValueError when it cannot.
int frame_jump(Thread *th, Frame *f, int line);

#endif
