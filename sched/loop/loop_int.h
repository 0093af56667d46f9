// SPDX-License-Identifier: MIT
// What the files of sched/loop share: handles, the loop's record, its libuv half, stream transports.
//
// Who may touch a loop. `owner` is the thread that acts on it: the one that runs it, or, while nobody runs it, whoever has claimed it for one call.
// Fields marked [own] belong to the owner. Everybody else only pushes handles on `posted`.
#ifndef LADON_SCHED_LOOP_INT_H
#define LADON_SCHED_LOOP_INT_H
#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/context.h"
#include "core/object/descr.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/gc.h"
#include "sched/loop/loop.h"
#include "sched/loop/tls.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <uv.h>

typedef struct Handle Handle;
typedef struct Stream Stream;
typedef struct Watch Watch;

// ---- handles (handle.c)

enum { HANDLE_SOON, HANDLE_TIMER, HANDLE_POSTED };
enum { HANDLE_RUNS = 1, HANDLE_WAITED = 2 };
// One callback to run. What cancel() clears is swapped out atomically, because any thread may cancel and look; the loop runs it from its own references.
struct Handle {
    Object head;
    uint8_t kind;          // [c] HANDLE_*
    uint8_t cancelled;     // [a] release by who cancels, acquire by who runs: a cancelled handle's slots are empty
    uint32_t running;      // [a] HANDLE_POSTED: HANDLE_RUNS while the callback runs, or'ed with HANDLE_WAITED when a cancel() waits for its end
    uint8_t to_timers;     // [c once posted] a timer made by another thread: goes to the heap
    uint32_t heap_index;   // [own] of the loop: place in its heap plus 1; 0: not in it
    uint8_t single;        // [c] args is the one argument itself, not a Tuple
    double when;           // [c] timers
    uint64_t order;        // [own] timers: equal times run in the order they were made
    Value loop;            // [c] owned
    Value context;         // [c] owned
    Value callback, args;  // [a] owned; args a Tuple but for `single`
    Value repr;            // [a] owned; what repr() gave when it was cancelled in debug mode
    Value source_traceback;// [c] owned, or NO_VALUE
    Handle *next;          // the list `posted`: written before the push publishes it
};
extern Type type_loop_handle, type_loop_timer_handle;
extern Shape shape_loop_handle, shape_loop_timer_handle;
// callback, args, context borrowed; context NO_VALUE: a copy of the current one. NULL: exception.
Handle *handle_new(Thread *th, Loop *l, int kind, Value callback, Value args, Value context);
// Runs it. 0, or -1 with an exception that must end the loop (SystemExit, KeyboardInterrupt).
int handle_run(Thread *th, Handle *h);
// The pending exception left its callback: it goes to the loop's exception handler. 0, or -1 as handle_run.
int handle_report(Thread *th, Handle *h, Value callback, Value args);
int handle_types_ready(Thread *th, Value module);
ALWAYS_INLINE bool handle_cancelled(Handle *h) { return atomic_load_acquire(&h->cancelled); }
// In debug mode: the callback must be callable and no coroutine, the thread the right one. 0 or -1.
int handle_debug_checks(Thread *th, Value loop, Value callback, Value method, bool thread_too);

// ---- what is polled (poll.c): plain memory, apart from the object because libuv may hold on to it

enum { POLL_BATCH = 512 };
// What a found event is about: the upper half of its data; the lower is the descriptor.
#define POLL_STREAM 0ull            // a transport's
#define POLL_WATCH  (1ull << 32)    // one that the program watches (watch.c)
#define POLL_LENT   (2ull << 32)    // the second set
#define POLL_UV     (3ull << 32)    // libuv's
#define POLL_KIND(data) ((data) & ~0xFFFFFFFFull)
typedef struct LoopUv {
    uv_loop_t   uv;
    uv_async_t  wake;       // any thread, see loop_wake
    uint8_t     uv_changed; // libuv has something to tell its set
    int         ep;         // [c] our set: transports, what the program watches, and libuv's set
    int         lent;       // a second set, see watch.c; -1: none now
    uint32_t    n_lent;     // descriptors in it
    uint32_t    n_found;    // what the last poll found; written while detached, read when attached
    struct epoll_event found[POLL_BATCH];
} LoopUv;

// 0, or an errno value.
int uv_half_new(LoopUv **out);
void uv_half_free(LoopUv *u);                        // closes all; the loop is gone
int uv_half_lend(LoopUv *u);                         // makes the second set. 0 or errno
void uv_half_unlend(LoopUv *u);                      // closes it, if nothing is in it
// Watches a transport's descriptor by edge, for reading always. anew: it was not watched yet. 0 or errno.
int uv_half_watch(LoopUv *u, int fd, bool anew, bool writing);
void uv_half_unwatch(LoopUv *u, int fd);
// Polls: timeout in ns, 0 without blocking, -1 for ever. Detaches while it blocks.
void uv_half_poll(Thread *th, LoopUv *u, int64_t timeout_ns);

// ---- the loop

// What is ready to run. Owned references.
typedef struct Ready {
    Value what;            // a Handle, a Stream, a Python-level handle, or a Task
    Value arg;             // of a Task: the future that wakes it, or NO_VALUE: its next step. Else NO_VALUE
} Ready;

struct Loop {
    Object head;
    LoopUv *u;             // [c] until closed
    uint32_t owner;        // [a] tid of the owner, 0: nobody. Taken by compare-and-swap (acquire), given back with release
    uint8_t running;       // [own]
    int64_t polled;        // [own] when the last poll ended (thread_clock_ns); 0: before this run
    uint64_t n_polls;      // [own]
    uint64_t accepted_at;  // [own] n_polls when a connection was accepted last
    uint8_t closed, stopping, debug; // [a] relaxed: flags of the program's own making
    uint32_t wakers;       // [a] threads between "is it open" and the end of uv_async_send; close waits for 0
    Handle *posted;        // [a] lock-free stack of handles from other threads, newest first; each holds a reference
    Ready *ready;          // [own] ring
    size_t first, n, cap;  // [own]
    Handle **timers;       // [own] binary heap by (when, order); each holds a reference
    size_t n_timers, cap_timers;
    uint64_t next_order;   // [own]
    Value current_handle;  // [a] owned; the handle that runs, in debug mode
    Value thread_id;       // [a] int or None
    Value task_factory;    // [a] owned; NO_VALUE: none
    Value open;            // [own] the loop itself until it is closed: one that is forgotten dies in a collection, as asyncio's, which hang on their own socket pairs
    uint64_t soon;         // [a] relaxed: see loop_of
    Stream *streams;       // [own] streams that are watched; each holds a reference to its transport
    uint8_t *read_buf;     // [own] STREAM_READ_SIZE bytes
    TlsOut tls_out;        // [own] for records that leave at once; empty also while one is at work with it
    Stream **by_fd;        // [own] transports by descriptor, not counted: a stream takes itself out when it ends
    size_t n_by_fd;
    Watch *watches;        // [own] what the program watches, by descriptor
    size_t n_watches;
};
enum { STREAM_READ_SIZE = 256 * 1024, STREAM_DIRECT_MIN = 16 * 1024 };
extern Shape shape_loop;
#define LOOP(v) AS(Loop, v)

// Makes the caller the owner for one call: 0 it already was, 1 it is now (end with loop_unclaim), -1 RuntimeError: another thread is.
int loop_claim(Thread *th, Loop *l);
void loop_unclaim(Loop *l);
int loop_ready_push(Thread *th, Loop *l, Value what_owned, Value arg_owned);   // owner only, see Ready. 0 or -1
int loop_post(Thread *th, Loop *l, Handle *h_owned, bool wake);// any thread
int loop_schedule(Thread *th, Loop *l, Handle *h);            // h borrowed: to ready by the owner, else posted
int loop_check_closed(Thread *th, Loop *l);                   // 0, or -1: RuntimeError "Event loop is closed"
double loop_now(void);

// timers.c: all by the owner
int timers_push(Thread *th, Loop *l, Handle *h_owned);
void timers_remove(Thread *th, Loop *l, Handle *h);            // gives the heap's reference back
int timers_due(Thread *th, Loop *l);                           // moves what is due to ready. 0 or -1
double timers_next(Thread *th, Loop *l);                       // when, or -1: none

// ---- descriptors of the program's own (watch.c): all by the owner

int watch_found(Thread *th, Loop *l, int fd, uint32_t events); // the poll found EPOLL* of it. 0 or -1
int watch_found_lent(Thread *th, Loop *l);                     // it found something in the second set. 0 or -1
int watch_forget(Thread *th, Loop *l, int fd);                 // a transport takes the descriptor over. 0 or -1
bool watch_in_set(Loop *l, int fd);                            // is the descriptor in the loop's set because it is watched here?
void watch_drop_all(Thread *th, Loop *l);                      // the loop closes
int watch_traverse(Loop *l, VisitFn visit, void *arg);
// Has transport.<method>() run while fd is writable; NO_VALUE: no longer. 0 or -1.
int watch_writing_of(Thread *th, Value loop, int fd, Value transport, Value method);
RawFunction loop_meth_add_reader, loop_meth_add_writer;
NativeFunction loop_meth_remove_reader, loop_meth_remove_writer, loop_meth_wait_fd, loop_meth_unwait_fd, loop_meth_watched;

// ---- streams (stream.c, stream_write.c; queue.c)

enum { WATCH_NOT, WATCH_READ, WATCH_BOTH };
typedef struct Chunk { Value data; size_t at; } Chunk;   // Bytes and how much of it has been sent
// What waits to be sent. All fields [own] of the loop.
typedef struct Queue {
    Chunk *ring;
    uint32_t first, n, cap;
    size_t bytes;                // [a] relaxed, for those who look
} Queue;
ALWAYS_INLINE Chunk *queue_at(const Queue *q, size_t i) { return &q->ring[(q->first + i) & (q->cap - 1)]; }
// queue.c
void queue_clear(Thread *th, Queue *q);
void queue_free(Thread *th, Queue *q);
int queue_push(Thread *th, Queue *q, Value bytes_owned, size_t at);   // 0 or -1
int queue_push_any(Thread *th, Queue *q, Value data);                 // a copy of what is not bytes; nothing for nothing. 0 or -1
void queue_advance(Thread *th, Queue *q, size_t sent);
enum { WRITE_IOV = 64, LOG_AFTER_LOST_WRITES = 5 };
// The first *n pieces, WRITE_IOV at most, for one call; their bytes.
size_t queue_iov(const Queue *q, struct iovec *iov, size_t *n);
ALWAYS_INLINE bool try_again(int err) { return err == EAGAIN || err == EWOULDBLOCK || err == EINTR; }
// The native part of a stream transport, reached only from its transport (a Python object, lib/ladon/loop.py) and from the loop, which holds a
// reference to the transport from the beginning until the connection is lost or the loop closed. All fields [own] of the loop but where said.
struct Stream {
    Object head;
    Value loop;                  // [c] owned
    Value transport;             // [c] not counted here, see above
    Value sock;                  // [c] owned
    Value protocol;              // [a] owned
    Value context;               // owned; data_received and the like run in it
    Value empty_waiter;          // [a] owned; the future of a sendfile that waits for the queue to drain
    Value sockname;              // [a] owned; after the end: what the socket was bound to. NO_VALUE: not noted
    Stream *prev, *next_stream;  // loop->streams
    int fd;                      // [c]
    uint8_t held;                // in loop->streams
    uint8_t watched;             // WATCH_*
    uint8_t readable, writable;  // the poll said so, and no call has shown yet that it is over
    uint8_t ended;               // it said that the peer's end, an error or urgent data is there: a short recv need not be the last
    uint8_t whole_reads;         // [c] TCP: a recv that fills less than its buffer has emptied the socket
    uint8_t in_ready;            // in loop->ready
    uint8_t same_size;           // the last two reads gave last_size bytes, STREAM_DIRECT_MIN at least
    uint32_t last_size;
    uint8_t started;             // connection_made was called: reading may begin
    uint8_t tls;                 // the protocol is a Tls
    uint8_t closing, eof, paused, read_eof, buffered, protocol_paused; // [a] relaxed, for those who look
    uint32_t conn_lost;          // connection_lost was scheduled, plus the writes since then
    size_t high, low;            // water marks
    Queue q;
};
// Begins to watch what the stream now wants; what is known to be ready goes to the loop's ready queue. 0, or -1: MemoryError.
int stream_sync(Thread *th, Stream *s);
// The poll found these events (EPOLL*).
int stream_found(Thread *th, Stream *s, uint32_t events);
// Sends what is queued. 0, or -1: must end the loop.
int stream_flush(Thread *th, Stream *s);
// The pending exception goes to transport._fatal_error(exc, message), but SystemExit and KeyboardInterrupt. 0 or -1.
int stream_fatal(Thread *th, Stream *s, const char *message);
// The stream of a transport, and the claim of its loop; end with stream_leave. NULL: exception.
Stream *stream_enter(Thread *th, Value transport, int *claimed);
ALWAYS_INLINE void stream_leave(Stream *s, int claimed) { if (UNLIKELY(claimed)) loop_unclaim(LOOP(s->loop)); }
// Sends or queues what belongs to no object; afterwards the connection may be lost. 0 or -1.
int stream_send(Thread *th, Stream *s, const uint8_t *p, size_t len);
// Calls p.<name>(), if there is a p, which is given back. What it raises goes to the loop's exception handler, the connection goes on. 0, or -1: must end the loop.
int flow_call(Thread *th, Value transport, Value p_owned, Value name);
// The two arguments of set_*_buffer_limits(high, low). 0 or -1.
int water_marks(Thread *th, Value *a, int64_t high_default, int64_t *high, int64_t *low);
// Gives a class that has the slot _core its native methods and takes the slot's descriptor away. 0 or -1.
int native_class(Thread *th, Value cls, size_t *offset, const MethodDef *methods, const GetSetDef *getsets);
Stream *stream_of_transport(Value v);                          // NULL: v is no stream transport
Type *stream_transport_class(void);                            // borrowed; NULL: not named yet
// Makes the stream of a new transport, which the loop then holds; owner. NULL: MemoryError.
Stream *stream_begin(Thread *th, Loop *l, Value transport, Value sock, int fd, bool tcp);
int stream_set_protocol(Thread *th, Stream *s, Value protocol); // 0 or -1
NativeFunction loop_meth_accept_ready, loop_meth_connections;   // listen.c
extern NativeFunction stream_meth_write, stream_meth_writelines, stream_meth_write_eof;

int stream_ready(Thread *th, Stream *s);                       // handles what the poll found. 0, or -1: must end the loop
void streams_drop_all(Thread *th, Loop *l);                    // the loop closes
int stream_traverse_active(Loop *l, VisitFn visit, void *arg);
extern Type type_loop_stream, type_loop_datagram, type_loop_pipe;
extern Shape shape_loop_stream;
Value loop_meth_transport_of_fd(Thread *th, Value self, Value *a);

// ---- names, interned once

#define LOOP_NAMES(X) X(_cancelled) X(_run) X(_check_callback) X(_check_thread) X(_handle_error) X(_slow_callback) X(_traceback) X(_handle_repr) X(context) \
    X(call_soon) X(call_at) X(call_later) X(call_soon_threadsafe) X(time) X(slow_callback_duration) X(cancel) X(_fatal_error) X(_debug_log) \
    X(data_received) X(eof_received) X(buffer_updated) X(get_buffer) X(pause_writing) X(resume_writing) X(_flow_error) X(_write_warning) \
    X(_call_connection_lost) X(_core) X(close) X(set_result) X(_received_eof) X(Task) X(loop) X(_create_task) X(Future) X(name) X(eager_start) \
    X(connection_made) X(connection_lost) X(pause_reading) X(resume_reading) X(_force_close) X(_check_handshake_timeout) X(_check_shutdown_timeout) X(_go_on) \
    X(_tls_fatal) X(_tls_handshake_failed) X(_tls_debug) X(_tls_wake) X(_tls_eof_kept) X(_tls_closed_write) X(error_received) X(datagram_received) X(append) X(appendleft) X(popleft) X(_maybe_pause_protocol) \
    X(_maybe_resume_protocol) X(_sendto_ready) X(_write_ready) X(_read_eof) X(_pipe_warning) X(_flushed) X(_loop) X(_server) X(_is_lent) X(_info) X(_attach) X(_start_reading) \
    X(_accept_connection) X(_make_accepted) X(_finish)
#define X(n) extern Value loop_name_##n;
LOOP_NAMES(X)
#undef X
extern Value loop_tasks_module, loop_futures_module; // roots; asyncio.tasks, asyncio.futures
extern Value loop_native_future; // root; the type _asyncio.Future
extern Value loop_helpers;   // root; the module ladon.loop's dict of helpers, set by _set_helpers
// helpers[name](args...): a new reference.
Value loop_helper(Thread *th, Value name, const Value *args, size_t n);

#endif
