// SPDX-License-Identifier: MIT
// Accepting: what the loop does when a listening socket of create_server() or create_unix_server() is readable. A connection becomes a socket object and a stream
// transport without Python code of the loop's own; only the program's protocol factory runs. With TLS, lib/ladon/loop.py makes the transport.
//
// Debug mode, and what accept() says but that there is nothing (more), are asyncio's own code's business: it accepts again, reports, and rests when descriptors
// or memory are missing.
#include "sched/loop/loop_int.h"
#include "sched/loop/socket_ops.h"

#include "core/object/error.h"

#include <unistd.h>

// The loop lets go of a transport that was begun; the pending exception stays.
static void abandon(Thread *th, Value transport) {
    Value exc = error_fetch(th), r = call_method1(th, transport, loop_name__finish, VALUE_FALSE);
    decref(th, r);
    if (object_setattr(th, transport, loop_name__loop, VALUE_NONE) < 0 || !r) error_clear(th);
    error_restore(th, exc);
}
// The transport of a connection, whose protocol is then told of it. 0 or -1.
static int make_transport(Thread *th, Loop *l, Value factory, Value conn, Value address, Value server, bool tcp) {
    Value protocol = object_call(th, factory, NULL, 0, NO_VALUE), transport = NO_VALUE, made = NO_VALUE, start = NO_VALUE, r = NO_VALUE;
    Stream *s = NULL;
    if (!protocol) return -1;
    Object *t = object_new(th, stream_transport_class(), 0);
    if (!t) goto end;
    transport = VALUE_OF(t);
    if (object_setattr(th, transport, loop_name__loop, VALUE_OF(l)) < 0 || object_setattr(th, transport, loop_name__is_lent, VALUE_FALSE) < 0 ||
        object_setattr(th, transport, loop_name__info, address) < 0 || object_setattr(th, transport, loop_name__server, VALUE_NONE) < 0)
        goto end;
    s = stream_begin(th, l, transport, conn, socket_ops->fd(conn), tcp);
    if (!s || stream_set_protocol(th, s, protocol) < 0) goto end;
    if (server != VALUE_NONE) {
        if (object_setattr(th, transport, loop_name__server, server) < 0) goto end;
        r = call_method1(th, server, loop_name__attach, transport);
        if (!r) goto end;
        clear_ref(th, &r);
    }
    // As with any transport: reading begins when connection_made() has been called.
    if ((made = object_getattr(th, protocol, loop_name_connection_made)) && (start = object_getattr(th, transport, loop_name__start_reading)) &&
        loop_call_soon1(th, l, made, transport, NO_VALUE) == 0 && loop_call_soon1(th, l, start, NO_VALUE, NO_VALUE) == 0)
        r = VALUE_NONE;
end:
    if (!r && s) abandon(th, transport);
    decref(th, made);
    decref(th, start);
    decref(th, transport);
    decref(th, protocol);
    return r ? 0 : -1;
}

enum { A_TCP, A_FACTORY, A_SOCK, A_TLS, A_SERVER, A_BACKLOG, A_TIMEOUTS };
// What connecting raises ends that connection, without a report: so does asyncio out of debug mode. 0, or -1: must end the loop.
static int serve(Thread *th, Loop *l, Value *a, Value conn, Value address) {
    int rc;
    if (a[A_TLS] == VALUE_NONE) rc = make_transport(th, l, a[A_FACTORY], conn, address, a[A_SERVER], a[A_TCP] == VALUE_TRUE);
    else {
        Value v[6] = {a[A_FACTORY], conn, address, a[A_TLS], a[A_SERVER], a[A_TIMEOUTS]}, r = call_method(th, VALUE_OF(l), loop_name__make_accepted, v, 6);
        decref(th, r);
        rc = r ? 0 : -1;
    }
    if (LIKELY(rc == 0)) return 0;
    if (error_matches(th, &exc_SystemExit) || error_matches(th, &exc_KeyboardInterrupt)) return -1;
    error_clear(th);
    Value r = call_method0(th, conn, loop_name_close);
    decref(th, r);
    return r ? 0 : -1;
}

static int accept_long(Thread *th, Value self, Value *a) {
    size_t n = AS(Tuple, a[A_TIMEOUTS])->len;
    Value v[7] = {a[A_FACTORY], a[A_SOCK], a[A_TLS], a[A_SERVER], a[A_BACKLOG]};
    if (n > 2) n = 2;
    for (size_t i = 0; i < n; i++) v[5 + i] = AS(Tuple, a[A_TIMEOUTS])->items[i];
    Value r = call_method(th, self, loop_name__accept_connection, v, 5 + n);
    decref(th, r);
    return r ? 0 : -1;
}
static int accept_all(Thread *th, Loop *l, Value *a) {
    int64_t backlog;
    if (number_as_i64(th, a[A_BACKLOG], &backlog) < 0) return -1;
    // Connections that come one by one are taken one by one, because a call that finds nothing costs the kernel as much as one that does. The socket is
    // watched by level, so what was left is found by the next poll, and then all are taken.
    if (l->n_polls - l->accepted_at > 1) backlog = 0;
    l->accepted_at = l->n_polls;
    for (int64_t i = 0; i <= backlog; i++) {
        struct sockaddr_storage from;
        socklen_t len = sizeof from;
        int at = socket_ops->fd(a[A_SOCK]);
        if (at < 0) return 0;       // the program closed it meanwhile
        // Not detached: asyncio's listening sockets do not block.
        int fd = accept4(at, (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) {
            if (errno == ECONNABORTED) continue;
            return try_again(errno) ? 0 : accept_long(th, VALUE_OF(l), a);
        }
        Value conn = socket_ops->accepted(th, a[A_SOCK], fd), address = conn ? socket_ops->address(th, conn, &from, len) : NO_VALUE;
        int rc = address ? serve(th, l, a, conn, address) : -1;
        decref(th, address);
        decref(th, conn);
        if (rc < 0) return -1;
    }
    return 0;
}
Value loop_meth_accept_ready(Thread *th, Value self, Value *a) {
    Loop *l = LOOP(self);
    const SocketOps *ops = atomic_load_acquire(&socket_ops);
    if (!ops || !stream_transport_class() || !value_is_instance(a[A_SOCK], ops->type)) return raise_type_error(th, "a socket is needed");
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    int rc = UNLIKELY(atomic_load_relaxed(&l->debug)) ? accept_long(th, self, a) : accept_all(th, l, a);
    if (claimed) loop_unclaim(l);
    return rc < 0 ? NO_VALUE : VALUE_NONE;
}

Value loop_meth_connections(Thread *th, Value self, Value *a) {
    Loop *l = LOOP(self);
    int claimed = loop_claim(th, l);
    if (claimed < 0) return NO_VALUE;
    Value all = list_new(th, 0), list = list_new(th, 0);
    for (Stream *s = l->streams; s && all; s = s->next_stream)
        if (list_append(th, AS(List, all), s->transport) < 0) clear_ref(th, &all);
    if (claimed) loop_unclaim(l);
    for (intptr_t i = 0, n = all ? (intptr_t)list_len(AS(List, all)) : 0; i < n && list; i++) {
        Value t = list_get(th, AS(List, all), i), server = t ? object_getattr(th, t, loop_name__server) : NO_VALUE;
        if (!server || (server == a[0] && list_append(th, AS(List, list), t) < 0)) clear_ref(th, &list);
        decref(th, server);
        decref(th, t);
    }
    decref(th, all);
    if (!all) clear_ref(th, &list);
    return list;
}
