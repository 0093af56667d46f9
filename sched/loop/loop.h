// SPDX-License-Identifier: MIT
// The native event loop for the floors above: its type, and scheduling a callback without a Python-level call.
#ifndef LADON_SCHED_LOOP_H
#define LADON_SCHED_LOOP_H
#include "core/object/module.h"

typedef struct Loop Loop;
extern Type type_loop;

// The native loop that v is, or NULL: v is another kind of loop, or it or its class has a call_soon of its own.
Loop *loop_of(Thread *th, Value v);
// loop.call_soon(callback, *args, context=context).
//   args      a Tuple, borrowed;  context  borrowed, NO_VALUE: a copy of the current one
//   return    the Handle, a new reference, or NO_VALUE: RuntimeError (closed), MemoryError, what the checks of debug mode raise
//   may       run Python only in debug mode; safepoint: no otherwise
Value loop_call_soon(Thread *th, Loop *l, Value callback, Value args, Value context);

// The same with at most one argument (arg NO_VALUE: none) and no handle for the caller. 0 or -1.
int loop_call_soon1(Thread *th, Loop *l, Value callback, Value arg, Value context);
bool loop_debug_on(Loop *l);
// Has a task go on, woken by fut (NO_VALUE: by nothing), in its own context: what loop_call_soon1 with a step or a wake-up would do, without an object for
// it. task is an exact Task. 1, or 0: this is another thread, the loop is in debug mode or closed, or the context is none of contextvars': to be done by
// a handle; or -1.
int loop_task_soon(Thread *th, Loop *l, Value task, Value fut);

// For the module _ladon_loop (stdlib/_ladon_loop.c): its functions, and what fills it.
extern NativeFunction loop_fn_class, loop_fn_set_helpers, stream_fn_class, stream_fn_init, datagram_fn_class, datagram_fn_init, pipe_fn_classes, pipe_fn_init, tls_fn_class, tls_fn_init;
#define LOOP_MODULE_FNS \
    {"_loop_class", "(cls, /)", loop_fn_class, "Names the class of native loops; once."}, \
    {"_set_helpers", "(namespace, /)", loop_fn_set_helpers, "The namespace with the helpers that native code calls."}, \
    {"_stream_class", "(cls, buffered_protocol, /)", stream_fn_class, "Gives the class of stream transports its native methods; once."}, \
    {"_stream_init", "(transport, loop, sock, fd, /)", stream_fn_init, "Makes the native half of a stream transport."}, \
    {"_datagram_class", "(cls, /)", datagram_fn_class, "Gives the class of datagram transports its native methods; once."}, \
    {"_datagram_init", "(transport, loop, sock, connected, /)", datagram_fn_init, "Makes the native half of a datagram transport."}, \
    {"_pipe_classes", "(reading, writing, /)", pipe_fn_classes, "Gives the classes of pipe transports their native methods; once."}, \
    {"_pipe_init", "(transport, loop, /)", pipe_fn_init, "Makes the native half of a pipe transport."}, \
    {"_tls_class", "(cls, /)", tls_fn_class, "Gives the class of TLS transports its native methods; once."}, \
    {"_tls_init", "(transport, loop, ssl_object, connection, waiter, made, handshake_timeout, shutdown_timeout, context, /)", tls_fn_init, "Makes the native half of a TLS transport."}
int loop_module_exec(Thread *th, Value module);
#endif
