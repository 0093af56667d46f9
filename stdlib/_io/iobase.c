// SPDX-License-Identifier: MIT
// _IOBase, _RawIOBase, _BufferedIOBase and _TextIOBase: the abstract classes, whose methods work through the other methods of the object.
// They hold no state but the closed flag, an attribute named __IOBase_closed.
#include "stdlib/_io/io_int.h"
#include "core/base/shared_bytes.h"
#include "core/object/descr.h"

#include "stdlib/sys/sys.h"

#define X(n) Value io_name_##n;
IO_NAMES(X)
#undef X
Value io_UnsupportedOperation;
static Value name_closed_flag;

Value io_str(Thread *th, const char *s) { return str_intern_cstr(th, s); }
int iobase_init(Thread *th);
int iobase_init(Thread *th) {
#define X(n) if (!(io_name_##n = str_intern_cstr(th, #n))) return -1;
    IO_NAMES(X)
#undef X
    name_closed_flag = str_intern_cstr(th, "__IOBase_closed");
    return name_closed_flag ? 0 : -1;
}

int io_lock(Thread *th, IoLock *l, Value self) {
    if (UNLIKELY(owner_lock_held(th, l))) {
        raise_error(th, &exc_RuntimeError, "reentrant call inside %R", self);
        return -1;
    }
    owner_lock(th, l);
    return 0;
}
void io_unlock(IoLock *l) { owner_unlock(l); }

Value io_unsupported(Thread *th, const char *msg) { return raise_error(th, AS(Type, io_UnsupportedOperation), "%s", msg); }
Value io_no_pickle(Thread *th, Value self, Value *args) {
    const char *name = type_of(self)->name, *dot = strrchr(name, '.');
    return raise_type_error(th, "cannot pickle '%s' instances", dot ? dot + 1 : name);
}
int io_warn_encoding(Thread *th, int level) {
    return sys_config.warn_default_encoding ? warn_format(th, &exc_EncodingWarning, level, "'encoding' argument not specified") : 0;
}
Value io_closed_error(Thread *th) { return raise_value_error(th, "I/O operation on closed file."); }

int io_is_closed(Thread *th, Value stream) {
    Value v;
    Type *t = type_of(stream);
    Value d = t->flags & TYPE_HEAP ? NO_VALUE : type_lookup(t, io_name_closed);
    if (LIKELY(d != NO_VALUE) && value_is_exact(d, &type_getset_descriptor)) v = AS(GetSetDescr, d)->def->get(th, stream);   // a native stream's own
    else v = object_getattr(th, stream, io_name_closed);
    if (!v) return -1;
    int r = object_truth(th, v);
    decref(th, v);
    return r;
}
Value io_close_inner(Thread *th, Value self, Value inner, bool finalizing, IoLock *lock) {
    if (finalizing) {
        Value w = call_method1(th, inner, io_name__dealloc_warn, self);
        if (!w) error_clear(th);
        decref(th, w);
    }
    Value r = call_method0(th, self, io_name_flush), exc = r ? NO_VALUE : error_fetch(th);
    decref(th, r);
    if (lock && io_lock(th, lock, self) < 0) {
        decref(th, exc);
        return NO_VALUE;
    }
    r = call_method0(th, inner, io_name_close);
    if (lock) io_unlock(lock);
    if (!exc) return r;
    if (!r) {
        Value second = error_fetch(th);
        if (value_is_object(second)) object_setattr(th, second, name_d_context, exc);
        decref(th, exc);
        exc = second;
    }
    decref(th, r);
    error_restore(th, exc);
    return NO_VALUE;
}
int io_check_closed(Thread *th, Value stream) {
    int r = io_is_closed(th, stream);
    if (r > 0) io_closed_error(th);
    return r ? -1 : 0;
}
int io_arg_size(Thread *th, Value v, intptr_t *out) {
    *out = -1;
    if (!v || v == VALUE_NONE) return 0;
    if (!index_check(v)) {
        raise_type_error(th, "argument should be integer or None, not '%T'", v);
        return -1;
    }
    *out = number_as_ssize(th, v, &exc_OverflowError);
    return *out == -1 && error_pending(th) ? -1 : 0;
}
int64_t io_arg_offset(Thread *th, Value v) {
    int64_t r;
    if (value_is_float(v)) {
        raise_type_error(th, "'float' object cannot be interpreted as an integer");
        return -1;
    }
    return number_as_i64(th, v, &r) < 0 ? -1 : r;
}

static bool closed_flag(Thread *th, Value self) {
    Value v = NO_VALUE;
    int r = object_getattr_optional(th, self, name_closed_flag, &v);
    if (r < 0) error_clear(th);
    decref(th, v);
    return r > 0;
}

int io_finalize(Thread *th, Value self) {
    int closed = io_is_closed(th, self);
    if (closed < 0) error_clear(th);
    if (closed == 0) {
        object_setattr(th, self, io_name__finalizing, VALUE_TRUE);
        error_clear(th);
        Value r = call_method0(th, self, io_name_close);
        if (!r) error_unraisable(th, NULL, self);
        decref(th, r);
    }
    return 0;
}
static int iobase_slot_finalize(Thread *th, Value self) {
    Value saved = error_fetch(th);
    io_finalize(th, self);
    if (saved) error_restore(th, saved);
    return 0;
}

int io_memory_finalize(Thread *th, Value self) { return type_of(self)->flags & TYPE_HEAP ? iobase_slot_finalize(th, self) : 0; }

static Value iobase_meth_seek(Thread *th, Value self, Value *args) { return io_unsupported(th, "seek"); }
static Value iobase_meth_tell(Thread *th, Value self, Value *args) { return call_method(th, self, io_name_seek, (Value[]){value_imm_int(0), value_imm_int(1)}, 2); }
static Value iobase_meth_truncate(Thread *th, Value self, Value *args) { return io_unsupported(th, "truncate"); }
static Value iobase_meth_flush(Thread *th, Value self, Value *args) {
    // A closed FileIO has no flag where its close() could do without flush().
    if (closed_flag(th, self) || (type_is_subtype(type_of(self), &type_io_FileIO) && atomic_load_relaxed(&AS(FileIO, self)->fd) < 0)) return io_closed_error(th);
    return VALUE_NONE;
}
static Value iobase_meth_close(Thread *th, Value self, Value *args) {
    if (closed_flag(th, self)) return VALUE_NONE;
    Value r = call_method0(th, self, io_name_flush);
    Value exc = r ? NO_VALUE : error_fetch(th);
    decref(th, r);
    int rc = object_setattr(th, self, name_closed_flag, VALUE_TRUE);
    if (exc) {
        if (rc < 0) error_clear(th);
        error_restore(th, exc);
        return NO_VALUE;
    }
    return rc < 0 ? NO_VALUE : VALUE_NONE;
}
static Value iobase_get_closed(Thread *th, Value self) { return value_bool(closed_flag(th, self)); }
static Value iobase_meth_false(Thread *th, Value self, Value *args) { return VALUE_FALSE; } // of a closed stream, too
static Value check_method(Thread *th, Value self, Value name, const char *msg) {
    Value r = call_method0(th, self, name);
    if (!r) return NO_VALUE;
    decref(th, r);
    if (r != VALUE_TRUE) return io_unsupported(th, msg);
    return VALUE_TRUE;
}
static Value iobase_meth_check_closed(Thread *th, Value self, Value *args) { return io_check_closed(th, self) < 0 ? NO_VALUE : VALUE_NONE; }
static Value iobase_meth_check_seekable(Thread *th, Value self, Value *args) { return check_method(th, self, io_name_seekable, "File or stream is not seekable."); }
static Value iobase_meth_check_readable(Thread *th, Value self, Value *args) { return check_method(th, self, io_name_readable, "File or stream is not readable."); }
static Value iobase_meth_check_writable(Thread *th, Value self, Value *args) { return check_method(th, self, io_name_writable, "File or stream is not writable."); }
static Value iobase_meth_fileno(Thread *th, Value self, Value *args) { return io_unsupported(th, "fileno"); }
static Value iobase_meth_isatty(Thread *th, Value self, Value *args) { return io_check_closed(th, self) < 0 ? NO_VALUE : VALUE_FALSE; }
static Value iobase_meth_enter(Thread *th, Value self, Value *args) { return io_check_closed(th, self) < 0 ? NO_VALUE : new_ref(th, self); }
static Value iobase_meth_exit(Thread *th, Value self, Value *args) { return call_method0(th, self, io_name_close); }
static Value iobase_slot_iter(Thread *th, Value self) { return io_check_closed(th, self) < 0 ? NO_VALUE : new_ref(th, self); }

Value io_iternext(Thread *th, Value self) {
    Value line = call_method0(th, self, io_name_readline);
    if (!line) return NO_VALUE;
    intptr_t n = object_len(th, line);
    if (n <= 0) {
        decref(th, line);
        return NO_VALUE;
    }
    return line;
}

static Value iobase_meth_readline(Thread *th, Value self, Value *args) {
    intptr_t limit;
    if (io_arg_size(th, args[0], &limit) < 0) return NO_VALUE;
    Value peek = NO_VALUE;
    if (object_getattr_optional(th, self, io_name_peek, &peek) < 0) return NO_VALUE;
    uint8_t *buf = NULL;
    size_t len = 0, cap = 0;
    Value result = NO_VALUE;
    while (limit < 0 || len < (size_t)limit) {
        size_t want = 1;
        if (peek) {
            Value p = call1(th, peek, value_imm_int(1));
            if (!p) goto out;
            if (!value_is_bytes(p)) {
                raise_error(th, &exc_OSError, "peek() should have returned a bytes object, not '%T'", p);
                decref(th, p);
                goto out;
            }
            Bytes *b = AS(Bytes, p);
            if (b->len) {
                size_t max = limit >= 0 && (size_t)limit - len < b->len ? (size_t)limit - len : b->len;
                uint8_t *nl = memchr(b->data, '\n', max);
                want = nl ? (size_t)(nl - b->data) + 1 : max;
            }
            decref(th, p);
        }
        Value chunk = call_method1(th, self, io_name_read, value_imm_int((int64_t)want));
        if (!chunk) goto out;
        if (!value_is_bytes(chunk)) {
            raise_error(th, &exc_OSError, "read() should have returned a bytes object, not '%T'", chunk);
            decref(th, chunk);
            goto out;
        }
        Bytes *b = AS(Bytes, chunk);
        if (!b->len) {
            decref(th, chunk);
            break;
        }
        if (len + b->len > cap) {
            cap = (len + b->len) * 2 + 64;
            uint8_t *nb = mem_realloc(th, buf, cap);
            if (!nb) {
                decref(th, chunk);
                goto out;
            }
            buf = nb;
        }
        memcpy(buf + len, b->data, b->len);
        len += b->len;
        decref(th, chunk);
        if (buf[len - 1] == '\n') break;
    }
    result = bytes_new(th, buf ? (void *)buf : "", len);
out:
    mem_free(buf);
    decref(th, peek);
    return result;
}

static Value iobase_meth_readlines(Thread *th, Value self, Value *args) {
    intptr_t hint;
    if (io_arg_size(th, args[0], &hint) < 0) return NO_VALUE;
    Value list = list_new(th, 0), it = list ? object_iter(th, self) : NO_VALUE;
    if (!it) {
        decref(th, list);
        return NO_VALUE;
    }
    intptr_t total = 0;
    for (;;) {
        Value line = iter_next(th, it);
        if (!line) {
            if (error_pending(th)) clear_ref(th, &list);
            break;
        }
        intptr_t n = object_len(th, line);
        if (n < 0 || list_append_owned(th, AS(List, list), line) < 0) {
            clear_ref(th, &list);
            break;
        }
        total += n;
        if (hint > 0 && total > hint) break;
    }
    decref(th, it);
    return list;
}

static Value iobase_meth_writelines(Thread *th, Value self, Value *args) {
    if (io_check_closed(th, self) < 0) return NO_VALUE;
    Value it = object_iter(th, args[0]);
    if (!it) return NO_VALUE;
    for (;;) {
        Value line = iter_next(th, it);
        if (!line) break;
        Value r = call_method1(th, self, io_name_write, line);
        decref(th, line);
        if (!r) break;
        decref(th, r);
    }
    decref(th, it);
    return error_pending(th) ? NO_VALUE : VALUE_NONE;
}

static const MethodDef iobase_methods[] = {
    {"seek", "(self, offset, whence=0, /)", iobase_meth_seek, "Change the stream position to the given byte offset."},
    {"tell", "(self, /)", iobase_meth_tell, "Return current stream position."},
    {"truncate", "(self, size=None, /)", iobase_meth_truncate, "Truncate file to size bytes."},
    {"flush", "(self, /)", iobase_meth_flush, "Flush write buffers, if applicable."},
    {"close", "(self, /)", iobase_meth_close, "Flush and close the IO object."},
    {"seekable", "(self, /)", iobase_meth_false, "Return whether object supports random access."},
    {"readable", "(self, /)", iobase_meth_false, "Return whether object was opened for reading."},
    {"writable", "(self, /)", iobase_meth_false, "Return whether object was opened for writing."},
    {"_checkClosed", "(self, msg=None, /)", iobase_meth_check_closed, NULL},
    {"_checkSeekable", "(self, msg=None, /)", iobase_meth_check_seekable, NULL},
    {"_checkReadable", "(self, msg=None, /)", iobase_meth_check_readable, NULL},
    {"_checkWritable", "(self, msg=None, /)", iobase_meth_check_writable, NULL},
    {"fileno", "(self, /)", iobase_meth_fileno, "Return underlying file descriptor if one exists."},
    {"isatty", "(self, /)", iobase_meth_isatty, "Return whether this is an 'interactive' stream."},
    {"__enter__", "(self, /)", iobase_meth_enter, NULL},
    {"__exit__", "(self, /, *args)", iobase_meth_exit, NULL},
    {"readline", "(self, size=-1, /)", iobase_meth_readline, "Read and return a line from the stream."},
    {"readlines", "(self, hint=-1, /)", iobase_meth_readlines, "Return a list of lines from the stream."},
    {"writelines", "(self, lines, /)", iobase_meth_writelines, "Write a list of lines to stream."},
    {0}
};
static const GetSetDef iobase_getsets[] = { {"closed", iobase_get_closed, NULL, NULL}, {0} };
static int iobase_traverse(Object *self, VisitFn visit, void *arg) { return 0; }

TYPE_DEFINE(io_IOBase, "_io._IOBase", sizeof(Object), IO_FLAGS, .methods = iobase_methods, .getsets = iobase_getsets,
            .doc = "The abstract base class for all I/O classes.",
            .slots = {.finalize = iobase_slot_finalize, .iter = iobase_slot_iter, .next = io_iternext, .traverse = iobase_traverse})

// ---- _RawIOBase

static Value rawiobase_meth_read(Thread *th, Value self, Value *args) {
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0) return NO_VALUE;
    if (n < 0) return call_method0(th, self, io_name_readall);
    Value b = bytearray_new(th, NULL, (size_t)n);
    if (!b) return NO_VALUE;
    if (n) memset(AS(ByteArray, b)->data, 0, (size_t)n);     // an empty one has no block
    Value r = call_method1(th, self, io_name_readinto, b);
    Value out = NO_VALUE;
    if (r == VALUE_NONE) out = VALUE_NONE;
    else if (r) {
        intptr_t got = number_as_ssize(th, r, &exc_ValueError);
        if (got == -1 && error_pending(th)) {
        } else {
            Buffer view;    // of what there is now: readinto() may have resized it
            if (buffer_get(th, b, &view, BUF_SIMPLE) == 0) {
                size_t size = view.len < (size_t)n ? view.len : (size_t)n;
                if (got < 0 || (size_t)got > size) raise_value_error(th, "readinto returned %zd outside buffer size %zd", got, (intptr_t)size);
                else out = bytes_of_shared(th, view.buf, (size_t)got);
                buffer_release(th, &view);
            }
        }
    }
    decref(th, r);
    decref(th, b);
    return out;
}

static Value rawiobase_meth_readall(Thread *th, Value self, Value *args) {
    uint8_t *buf = NULL;
    size_t len = 0, cap = 0;
    for (;;) {
        Value chunk = call_method1(th, self, io_name_read, value_imm_int(IO_BUFFER_SIZE));
        if (!chunk) {
            mem_free(buf);
            return NO_VALUE;
        }
        if (chunk == VALUE_NONE) {
            if (!len) {
                mem_free(buf);
                return VALUE_NONE;
            }
            break;
        }
        if (!value_is_bytes(chunk)) {
            decref(th, chunk);
            mem_free(buf);
            return raise_type_error(th, "read() should return bytes");
        }
        Bytes *b = AS(Bytes, chunk);
        if (!b->len) {
            decref(th, chunk);
            break;
        }
        if (len + b->len > cap) {
            cap = (len + b->len) * 2;
            uint8_t *nb = mem_realloc(th, buf, cap);
            if (!nb) {
                mem_free(buf);
                decref(th, chunk);
                return NO_VALUE;
            }
            buf = nb;
        }
        memcpy(buf + len, b->data, b->len);
        len += b->len;
        decref(th, chunk);
    }
    Value r = bytes_new(th, buf ? (void *)buf : "", len);
    mem_free(buf);
    return r;
}
static Value rawiobase_meth_not_implemented(Thread *th, Value self, Value *args) { return raise_none(th, &exc_NotImplementedError); }
static const MethodDef rawiobase_methods[] = {
    {"read", "(self, size=-1, /)", rawiobase_meth_read, NULL},
    {"readall", "(self, /)", rawiobase_meth_readall, "Read until EOF, using multiple read() call."},
    {"readinto", "(self, buffer, /)", rawiobase_meth_not_implemented, NULL},
    {"write", "(self, b, /)", rawiobase_meth_not_implemented, NULL},
    {0}
};
TYPE_DEFINE_BASE(io_RawIOBase, "_io._RawIOBase", &type_io_IOBase, sizeof(Object), IO_FLAGS, .methods = rawiobase_methods, .doc = "Base class for raw binary I/O.", .slots = {.traverse = iobase_traverse})

// ---- _BufferedIOBase

static Value bufferediobase_meth_detach(Thread *th, Value self, Value *args) { return io_unsupported(th, "detach"); }
static Value bufferediobase_meth_read(Thread *th, Value self, Value *args) { return io_unsupported(th, "read"); }
static Value bufferediobase_meth_read1(Thread *th, Value self, Value *args) { return io_unsupported(th, "read1"); }
static Value bufferediobase_meth_write(Thread *th, Value self, Value *args) { return io_unsupported(th, "write"); }
static Value generic_readinto(Thread *th, Value self, Value target, Value method) {
    Buffer view;
    if (buffer_get_writable(th, target, &view, "readinto() argument") < 0) return NO_VALUE;
    Value data = call_method1(th, self, method, value_imm_int((int64_t)view.len));
    Value out = NO_VALUE;
    if (data && !value_is_bytes(data)) raise_type_error(th, "read() should return bytes");
    else if (data && AS(Bytes, data)->len > view.len) raise_value_error(th, "read() returned too much data: %zu bytes requested, %zu returned", view.len, AS(Bytes, data)->len);
    else if (data) {
        shared_copy(view.buf, AS(Bytes, data)->data, AS(Bytes, data)->len);
        out = value_imm_int((int64_t)AS(Bytes, data)->len);
    }
    decref(th, data);
    buffer_release(th, &view);
    return out;
}
static Value bufferediobase_meth_readinto(Thread *th, Value self, Value *args) { return generic_readinto(th, self, args[0], io_name_read); }
static Value bufferediobase_meth_readinto1(Thread *th, Value self, Value *args) { return generic_readinto(th, self, args[0], io_name_read1); }
static const MethodDef bufferediobase_methods[] = {
    {"detach", "(self, /)", bufferediobase_meth_detach, "Disconnect this buffer from its underlying raw stream and return it."},
    {"read", "(self, size=-1, /)", bufferediobase_meth_read, "Read and return up to n bytes."},
    {"read1", "(self, size=-1, /)", bufferediobase_meth_read1, "Read and return up to size bytes, with at most one read() call to the underlying raw stream."},
    {"readinto", "(self, buffer, /)", bufferediobase_meth_readinto, NULL},
    {"readinto1", "(self, buffer, /)", bufferediobase_meth_readinto1, NULL},
    {"write", "(self, b, /)", bufferediobase_meth_write, "Write buffer b to the IO stream."},
    {0}
};
TYPE_DEFINE_BASE(io_BufferedIOBase, "_io._BufferedIOBase", &type_io_IOBase, sizeof(Object), IO_FLAGS, .methods = bufferediobase_methods, .doc = "Base class for buffered IO objects.", .slots = {.traverse = iobase_traverse})

// ---- _TextIOBase

static Value textiobase_meth_detach(Thread *th, Value self, Value *args) { return io_unsupported(th, "detach"); }
static Value textiobase_meth_read(Thread *th, Value self, Value *args) { return io_unsupported(th, "read"); }
static Value textiobase_meth_readline(Thread *th, Value self, Value *args) { return io_unsupported(th, "readline"); }
static Value textiobase_meth_write(Thread *th, Value self, Value *args) { return io_unsupported(th, "write"); }
static Value textiobase_get_none(Thread *th, Value self) { return VALUE_NONE; }
static const MethodDef textiobase_methods[] = {
    {"detach", "(self, /)", textiobase_meth_detach, "Separate the underlying buffer from the TextIOBase and return it."},
    {"read", "(self, size=-1, /)", textiobase_meth_read, "Read at most size characters from stream."},
    {"readline", "(self, size=-1, /)", textiobase_meth_readline, "Read until newline or EOF."},
    {"write", "(self, s, /)", textiobase_meth_write, "Write string s to stream."},
    {0}
};
static const GetSetDef textiobase_getsets[] = {
    {"encoding", textiobase_get_none, NULL, "Encoding of the text stream."}, {"newlines", textiobase_get_none, NULL, "Line endings translated so far."},
    {"errors", textiobase_get_none, NULL, "The error setting of the decoder or encoder."}, {0}
};
TYPE_DEFINE_BASE(io_TextIOBase, "_io._TextIOBase", &type_io_IOBase, sizeof(Object), IO_FLAGS, .methods = textiobase_methods, .getsets = textiobase_getsets, .doc = "Base class for text I/O.", .slots = {.traverse = iobase_traverse})
