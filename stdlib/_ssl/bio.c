// SPDX-License-Identifier: MIT
// The two BIOs of _ssl and the type MemoryBIO. Neither BIO ever waits: the one over a socket receives and sends with MSG_DONTWAIT, whatever mode the
// descriptor is in. A MemBuf is used by connections (under their lock, detached) and by the MemoryBIO's methods at the same time; its mutex is a leaf.
#include "stdlib/_ssl/ssl_int.h"

#include <stdlib.h>
#include <sys/socket.h>

static BIO_METHOD *memory_method, *socket_method; // [c] after bio_init

// ---- bytes in memory -----------------------------------------------------------------------------------------------------------------

static MemBuf *membuf_new(void) {
    MemBuf *b = calloc(1, sizeof *b);
    if (!b) return NULL;
    pthread_mutex_init(&b->mutex, NULL);
    b->refs = 1;
    return b;
}
static void membuf_release(MemBuf *b) {
    if (!b || atomic_sub_acq_rel(&b->refs, 1) != 1) return;
    pthread_mutex_destroy(&b->mutex);
    free(b->data);
    free(b);
}
static size_t membuf_len(MemBuf *b) {
    pthread_mutex_lock(&b->mutex);
    size_t n = b->len;
    pthread_mutex_unlock(&b->mutex);
    return n;
}
static bool membuf_at_eof(MemBuf *b) {
    pthread_mutex_lock(&b->mutex);
    bool r = b->eof && !b->len;
    pthread_mutex_unlock(&b->mutex);
    return r;
}
// Takes up to n bytes.
static size_t membuf_read(MemBuf *b, void *to, size_t n) {
    pthread_mutex_lock(&b->mutex);
    if (n > b->len) n = b->len;
    if (n) memcpy(to, b->data + b->first, n);
    b->len -= n;
    b->first = b->len ? b->first + n : 0;
    pthread_mutex_unlock(&b->mutex);
    return n;
}
// 0; -1: no memory; -2: behind the end.
static int membuf_write(MemBuf *b, const void *from, size_t n, bool check_eof) {
    int r = 0;
    pthread_mutex_lock(&b->mutex);
    if (check_eof && b->eof) {
        r = -2;
    } else if (b->first + b->len + n > b->cap) {
        if (b->first) memmove(b->data, b->data + b->first, b->len);
        b->first = 0;
        if (b->len + n > b->cap) {
            size_t cap = b->cap * 2 > b->len + n ? b->cap * 2 : b->len + n;
            uint8_t *data = realloc(b->data, cap < 512 ? 512 : cap);
            if (data) {
                b->data = data;
                b->cap = cap < 512 ? 512 : cap;
            } else {
                r = -1;
            }
        }
    }
    if (!r && n) {
        memcpy(b->data + b->first + b->len, from, n);
        b->len += n;
    }
    pthread_mutex_unlock(&b->mutex);
    return r;
}

static int memory_read(BIO *bio, char *to, int n) {
    MemBuf *b = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    size_t got = n > 0 ? membuf_read(b, to, (size_t)n) : 0;
    if (got) return (int)got;
    if (membuf_at_eof(b)) return 0;
    BIO_set_retry_read(bio);
    return -1;
}
static int memory_write(BIO *bio, const char *from, int n) {
    BIO_clear_retry_flags(bio);
    if (n <= 0) return 0;
    return membuf_write(BIO_get_data(bio), from, (size_t)n, false) < 0 ? -1 : n;
}
static long memory_ctrl(BIO *bio, int cmd, long num, void *ptr) {
    MemBuf *b = BIO_get_data(bio);
    switch (cmd) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_PENDING: return (long)membuf_len(b);
    case BIO_CTRL_EOF: return membuf_at_eof(b);
    default: return 0;
    }
}
static int memory_destroy(BIO *bio) {
    membuf_release(BIO_get_data(bio));
    BIO_set_data(bio, NULL);
    return 1;
}
BIO *bio_of_memory(MemoryBio *m) {
    BIO *bio = BIO_new(memory_method);
    if (!bio) return NULL;
    atomic_add_relaxed(&m->buf->refs, 1u);
    BIO_set_data(bio, m->buf);
    BIO_set_init(bio, 1);
    return bio;
}

// ---- a descriptor --------------------------------------------------------------------------------------------------------------------

static bool would_block(int err) { return err == EAGAIN || err == EWOULDBLOCK || err == EINTR || err == EINPROGRESS || err == EALREADY; }

static int socket_bio_read(BIO *bio, char *to, int n) {
    SockIo *io = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t r = recv(io->fd, to, (size_t)n, MSG_DONTWAIT);
    if (r < 0 && would_block(errno)) BIO_set_retry_read(bio);
    else if (r < 0) io->err = errno;
    else if (r == 0) io->eof = true;
    return (int)r;
}
static int socket_bio_write(BIO *bio, const char *from, int n) {
    SockIo *io = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t r = send(io->fd, from, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (r < 0 && would_block(errno)) BIO_set_retry_write(bio);
    else if (r < 0) io->err = errno;
    return (int)r;
}
static long socket_bio_ctrl(BIO *bio, int cmd, long num, void *ptr) {
    SockIo *io = BIO_get_data(bio);
    switch (cmd) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return io->eof;
    case BIO_C_GET_FD:
        if (ptr) *(int *)ptr = io->fd;
        return io->fd;
    default: return 0;
    }
}
BIO *bio_of_socket(SockIo *io) {
    BIO *bio = BIO_new(socket_method);
    if (!bio) return NULL;
    BIO_set_data(bio, io);
    BIO_set_init(bio, 1);
    return bio;
}

int bio_init(Thread *th) {
    if (memory_method) return 0;
    BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory of two readers");
    BIO_METHOD *s = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "socket that never waits");
    if (!m || !s || !BIO_meth_set_read(m, memory_read) || !BIO_meth_set_write(m, memory_write) || !BIO_meth_set_ctrl(m, memory_ctrl) ||
        !BIO_meth_set_destroy(m, memory_destroy) || !BIO_meth_set_read(s, socket_bio_read) || !BIO_meth_set_write(s, socket_bio_write) ||
        !BIO_meth_set_ctrl(s, socket_bio_ctrl)) {
        BIO_meth_free(m);
        BIO_meth_free(s);
        raise_memory_error(th);
        return -1;
    }
    memory_method = m;
    socket_method = s;
    return 0;
}

// ---- MemoryBIO -----------------------------------------------------------------------------------------------------------------------

static MemBuf *buf_of(Value self) { return AS(MemoryBio, self)->buf; }

static Value memory_bio_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (nargs) return raise_type_error(th, "MemoryBIO() takes no positional arguments");
    if (kwnames != NO_VALUE && AS(Tuple, kwnames)->len) return raise_type_error(th, "MemoryBIO() takes no keyword arguments");
    MemoryBio *m = NEW(MemoryBio, th, type);
    if (!m) return NO_VALUE;
    m->buf = membuf_new();
    if (m->buf) return VALUE_OF(m);
    decref(th, VALUE_OF(m));
    return raise_memory_error(th);
}
static void memory_bio_dealloc(Thread *th, Object *o) {
    membuf_release(((MemoryBio *)o)->buf);
    object_free(th, o);
}
static Value memory_bio_meth_read(Thread *th, Value self, Value *args) {
    int n = -1;
    if (args[0] && int_arg(th, args[0], &n) < 0) return NO_VALUE;
    size_t have = membuf_len(buf_of(self)), want = n < 0 || (size_t)n > have ? have : (size_t)n;
    if (!want) return bytes_empty;
    Value r = bytes_new(th, NULL, want);
    if (!r) return NO_VALUE;
    size_t got = membuf_read(buf_of(self), AS(Bytes, r)->data, want);
    if (got == want) return r;
    Value less = bytes_new(th, AS(Bytes, r)->data, got); // another thread took some meanwhile
    decref(th, r);
    return less;
}
static Value memory_bio_meth_write(Thread *th, Value self, Value *args) {
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    size_t n = b.len;
    int r = membuf_write(buf_of(self), b.buf, n, true);
    buffer_release(th, &b);
    if (r == -1) return raise_memory_error(th);
    if (r == -2) return raise_error(th, &exc_SSLError, "cannot write() after write_eof()");
    return int_from_u64(th, n);
}
static Value memory_bio_meth_write_eof(Thread *th, Value self, Value *args) {
    MemBuf *b = buf_of(self);
    pthread_mutex_lock(&b->mutex);
    b->eof = true;
    pthread_mutex_unlock(&b->mutex);
    return VALUE_NONE;
}
static Value memory_bio_get_pending(Thread *th, Value self) { return int_from_u64(th, membuf_len(buf_of(self))); }
static Value memory_bio_get_eof(Thread *th, Value self) { return value_bool(membuf_at_eof(buf_of(self))); }

static const MethodDef memory_bio_methods[] = {
    {"read", "(self, size=-1, /)", memory_bio_meth_read, "Take up to size bytes out of the buffer; all there are by default.", 0},
    {"write", "(self, b, /)", memory_bio_meth_write, "Put the bytes of b into the buffer and return their number.", 0},
    {"write_eof", "(self, /)", memory_bio_meth_write_eof, "Nothing more will be written: eof is true once the rest was read.", 0},
    {0},
};
static const GetSetDef memory_bio_getsets[] = {
    {"pending", memory_bio_get_pending, NULL, "The number of bytes in the buffer."},
    {"eof", memory_bio_get_eof, NULL, "Whether all was read and write_eof() was called."},
    {0},
};
static Shape shape_memory_bio;
Type type_memory_bio = {
    .head = OBJECT_STATIC(&shape_type), .name = "_ssl.MemoryBIO", .base = &type_object, .flags = TYPE_IMMUTABLE, .basic_size = sizeof(MemoryBio),
    .shape = &shape_memory_bio, .methods = memory_bio_methods, .getsets = memory_bio_getsets,
    .slots = {.new_ = memory_bio_slot_new, .dealloc = memory_bio_dealloc},
};
static Shape shape_memory_bio = {.type = &type_memory_bio, .flags = TYPE_IMMUTABLE};
