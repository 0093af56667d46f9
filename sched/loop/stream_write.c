// SPDX-License-Identifier: MIT
// Stream transports: writing. Data is sent at once when nothing waits; what the socket does not take is queued and sent when it is writable, many pieces per
// call. Above the high-water mark the protocol is told to pause, at the low one to resume.
#include "sched/loop/loop_int.h"

#include <sys/socket.h>
#include <sys/uio.h>

// Bytes sent, 0 when the socket is full, or -1 with errno. `writable` stays on while the socket took all that was offered: no edge would tell of the rest.
static ssize_t queue_send(Stream *s) {
    struct iovec iov[WRITE_IOV];
    size_t n, total = queue_iov(&s->q, iov, &n);
    struct msghdr m = {.msg_iov = iov, .msg_iovlen = n};
    ssize_t r = sendmsg(s->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
    s->writable = r < 0 ? errno == EINTR : (size_t)r == total;
    return r < 0 && try_again(errno) ? 0 : r;
}

int flow_call(Thread *th, Value transport, Value p, Value name) {
    if (!p) return 0;
    Value r = call_method0(th, p, name);
    decref(th, p);
    if (!r) {
        if (error_matches(th, &exc_SystemExit) || error_matches(th, &exc_KeyboardInterrupt)) return -1;
        Value exc = error_fetch(th), a[3] = {transport, exc, name};
        r = loop_helper(th, loop_name__flow_error, a, 3);
        decref(th, exc);
    }
    decref(th, r);
    return r ? 0 : -1;
}
static int flow(Thread *th, Stream *s, Value name) { return flow_call(th, s->transport, slot_get(th, &s->head, &s->protocol), name); }
static int maybe_pause(Thread *th, Stream *s) {
    if (s->q.bytes <= s->high || s->protocol_paused) return 0;
    atomic_store_relaxed(&s->protocol_paused, 1);
    return flow(th, s, loop_name_pause_writing);
}
static int maybe_resume(Thread *th, Stream *s) {
    if (!s->protocol_paused || s->q.bytes > s->low) return 0;
    atomic_store_relaxed(&s->protocol_paused, 0);
    return flow(th, s, loop_name_resume_writing);
}

int stream_flush(Thread *th, Stream *s) {
    ssize_t n = queue_send(s);
    if (n < 0) {
        int err = errno;
        queue_clear(th, &s->q);
        raise_errno(th, err, NO_VALUE, NO_VALUE);
        return stream_fatal(th, s, "Fatal write error on socket transport");
    }
    if (!n) return 0;
    queue_advance(th, &s->q, (size_t)n);
    if (maybe_resume(th, s) < 0) return -1;     // may write more
    if (s->q.n || s->conn_lost) return 0;
    if (stream_sync(th, s) < 0) return -1;
    Value w = slot_get(th, &s->head, &s->empty_waiter);
    if (w) {
        Value none = VALUE_NONE, r = call_method(th, w, loop_name_set_result, &none, 1);
        decref(th, w);
        if (!r) return -1;
        decref(th, r);
    }
    if (s->closing) {
        s->conn_lost++;
        Value none = VALUE_NONE, r = call_method(th, s->transport, loop_name__call_connection_lost, &none, 1);
        decref(th, r);
        return r ? 0 : -1;
    }
    if (s->eof) shutdown(s->fd, SHUT_WR);       // a peer that has gone shows when reading
    return 0;
}

static int lost_write(Thread *th, Stream *s) {
    Value r = VALUE_NONE;
    if (s->conn_lost >= LOG_AFTER_LOST_WRITES) r = loop_helper(th, loop_name__write_warning, NULL, 0);
    s->conn_lost++;
    decref(th, r);
    return r ? 0 : -1;
}
static int check_writable(Thread *th, Stream *s, const char *what) {
    if (UNLIKELY(s->eof)) raise_error(th, &exc_RuntimeError, "Cannot call %s() after write_eof()", what);
    else if (UNLIKELY(s->empty_waiter != NO_VALUE)) raise_error(th, &exc_RuntimeError, "unable to %s; sendfile is in progress", what);
    else return 0;
    return -1;
}

// Sends or queues; data, NO_VALUE for bytes that belong to no object, is kept alive by the caller. 0 or -1.
static int write_bytes(Thread *th, Stream *s, Value data, const uint8_t *p, size_t len) {
    size_t at = 0;
    if (!s->q.n) {
        ssize_t n = send(s->fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (LIKELY(n == (ssize_t)len)) return 0;
        s->writable = n < 0 && errno == EINTR;
        if (n < 0) {
            if (!try_again(errno)) {
                raise_errno(th, errno, NO_VALUE, NO_VALUE);
                return stream_fatal(th, s, "Fatal write error on socket transport");
            }
            n = 0;
        }
        at = (size_t)n;
    }
    // bytes never change; anything else is copied, so that its owner may go on using it.
    Value keep = data && value_is_exact_bytes(data) ? new_ref(th, data) : bytes_new(th, p + at, len - at);
    if (!keep || queue_push(th, &s->q, keep, keep == data ? at : 0) < 0 || stream_sync(th, s) < 0) return -1;
    return maybe_pause(th, s);
}

int stream_send(Thread *th, Stream *s, const uint8_t *p, size_t len) {
    if (!len || check_writable(th, s, "write") < 0) return len ? -1 : 0;
    return UNLIKELY(s->conn_lost) ? lost_write(th, s) : write_bytes(th, s, NO_VALUE, p, len);
}

Value stream_meth_write(Thread *th, Value self, Value *a) {
    int claimed, rc = -1;
    Value data = a[0];
    Stream *s = stream_enter(th, self, &claimed);
    if (UNLIKELY(!s)) return NO_VALUE;
    if (LIKELY(value_is_exact_bytes(data))) {
        size_t len = AS(Bytes, data)->len;
        if (check_writable(th, s, "write") == 0) rc = !len ? 0 : UNLIKELY(s->conn_lost) ? lost_write(th, s) : write_bytes(th, s, data, AS(Bytes, data)->data, len);
    } else if (value_is_bytes(data) || value_is_bytearray(data) || value_is_exact(data, &type_memoryview)) {
        Buffer b;
        if (check_writable(th, s, "write") == 0 && buffer_get_stable(th, data, &b) == 0) {
            rc = !b.len ? 0 : s->conn_lost ? lost_write(th, s) : write_bytes(th, s, data, b.buf, b.len);
            buffer_release(th, &b);
        }
    } else raise_type_error(th, "data argument must be a bytes, bytearray, or memoryview object, not %R", VALUE_OF(type_of(data)));
    stream_leave(s, claimed);
    return rc ? NO_VALUE : VALUE_NONE;
}

static int push_line(Thread *th, Value item, void *arg) { return queue_push_any(th, arg, item); }
static int write_queue(Thread *th, Stream *s) {
    while (s->q.n) {
        ssize_t n = queue_send(s);
        if (n < 0) {
            int err = errno;
            queue_clear(th, &s->q);
            raise_errno(th, err, NO_VALUE, NO_VALUE);
            return stream_fatal(th, s, "Fatal write error on socket transport");
        }
        if (!n) break;
        queue_advance(th, &s->q, (size_t)n);
    }
    return stream_sync(th, s) < 0 ? -1 : maybe_pause(th, s);
}
Value stream_meth_writelines(Thread *th, Value self, Value *a) {
    int claimed, rc = -1;
    Stream *s = stream_enter(th, self, &claimed);
    if (!s) return NO_VALUE;
    if (check_writable(th, s, "writelines") == 0) {
        // Made a list first: an iterable that raises leaves nothing half written.
        Value list = sequence_to_list(th, a[0]);
        if (!list) rc = -1;
        else if (!list_len(AS(List, list))) rc = 0;
        else if (s->conn_lost) rc = lost_write(th, s);
        else {
            bool idle = !s->q.n;
            rc = iterate(th, list, push_line, &s->q);
            if (rc < 0 && idle) queue_clear(th, &s->q);
            else if (!rc && s->q.n) rc = write_queue(th, s);
        }
        decref(th, list);
    }
    stream_leave(s, claimed);
    return rc ? NO_VALUE : VALUE_NONE;
}
Value stream_meth_write_eof(Thread *th, Value self, Value *a) {
    int claimed, err = 0;
    Stream *s = stream_enter(th, self, &claimed);
    if (!s) return NO_VALUE;
    if (!s->closing && !s->eof) {
        atomic_store_relaxed(&s->eof, 1);
        if (!s->q.n && shutdown(s->fd, SHUT_WR) < 0) err = errno;
    }
    stream_leave(s, claimed);
    return err ? raise_errno(th, err, NO_VALUE, NO_VALUE) : VALUE_NONE;
}
