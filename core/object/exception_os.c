// SPDX-License-Identifier: MIT
// OSError and its subclasses: errno decides the class. Arguments are read in __new__, or in __init__ for subclasses that only override that.
#include "core/object/exception_int.h"

#include <errno.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"

static Type *class_of_errno(int64_t err) {
    switch (err) {
    case EAGAIN: case EALREADY: case EINPROGRESS:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
        return &exc_BlockingIOError;
    case EPIPE: case ESHUTDOWN: return &exc_BrokenPipeError;
    case ECHILD: return &exc_ChildProcessError;
    case ECONNABORTED: return &exc_ConnectionAbortedError;
    case ECONNREFUSED: return &exc_ConnectionRefusedError;
    case ECONNRESET: return &exc_ConnectionResetError;
    case EEXIST: return &exc_FileExistsError;
    case ENOENT: return &exc_FileNotFoundError;
    case EISDIR: return &exc_IsADirectoryError;
    case ENOTDIR: return &exc_NotADirectoryError;
    case EINTR: return &exc_InterruptedError;
    case EACCES: case EPERM: return &exc_PermissionError;
    case ESRCH: return &exc_ProcessLookupError;
    case ETIMEDOUT: return &exc_TimeoutError;
    default: return NULL;
    }
}

// __init__ overridden and __new__ not: the arguments are the subclass's business, ours come through __init__.
static bool init_decides(const Type *t) { return t->slots.init != exc_init_OS && t->slots.new_ == exc_new_OS; }

static int os_fill(Thread *th, Value self, const Value *args, size_t nargs) {
    Exception *e = AS(Exception, self);
    size_t keep = nargs;
    for (unsigned i = 0; i < 5; i++) exception_set_field(th, self, i, NO_VALUE);
    if (nargs >= 2 && nargs <= 5) {
        exception_set_field(th, self, EXC_OS_ERRNO, args[0]);
        exception_set_field(th, self, EXC_OS_STRERROR, args[1]);
        if (nargs >= 3 && args[2] != VALUE_NONE) {
            if (type_of(self) == &exc_BlockingIOError && (type_of(args[2])->slots.index || type_of(args[2])->slots.int_ || type_of(args[2])->slots.float_)) {
                intptr_t n = number_as_ssize(th, args[2], &exc_ValueError);
                if (n == -1 && error_pending(th)) return -1;
                exception_set_field(th, self, EXC_OS_WRITTEN, value_imm_int(n));
            } else {
                exception_set_field(th, self, EXC_OS_FILENAME, args[2]);
                if (nargs == 5 && args[4] != VALUE_NONE) exception_set_field(th, self, EXC_OS_FILENAME2, args[4]);
                keep = 2;
            }
        }
    }
    Value t = tuple_from_array(th, args, keep);
    if (t == NO_VALUE) return -1;
    slot_store(th, &e->head, &e->args, t);
    return 0;
}

Value exc_new_OS(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    bool later = init_decides(type);
    if (!later) {
        if (kwnames_len(kwnames)) return raise_type_error(th, "%s() takes no keyword arguments", type_short_name(type));
        int64_t err;
        if (type == &exc_OSError && nargs >= 2 && nargs <= 5 && value_is_int(args[0]) && int_as_i64_overflow(args[0], &err) == 0) {
            Type *t = class_of_errno(err);
            if (t) type = t;
        }
    }
    Value self = exception_slot_new(th, type, NULL, 0, NO_VALUE);
    if (self == NO_VALUE || later) return self;
    if (os_fill(th, self, args, nargs)) {
        decref(th, self);
        return NO_VALUE;
    }
    return self;
}

int exc_init_OS(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (!init_decides(type_of(self))) return 0;
    if (exception_no_keywords(th, self, kwnames)) return -1;
    return os_fill(th, self, args, nargs);
}

static Value or_none(Value v) { return v == NO_VALUE ? VALUE_NONE : v; }

Value exc_str_OS(Thread *th, Value self) {
    Value f[4], r;
    for (unsigned i = 0; i < 4; i++) f[i] = exception_field(th, self, i);
    if (f[EXC_OS_FILENAME]) {
        if (f[EXC_OS_FILENAME2])
            r = str_format(th, "[Errno %S] %S: %R -> %R", or_none(f[EXC_OS_ERRNO]), or_none(f[EXC_OS_STRERROR]), f[EXC_OS_FILENAME], f[EXC_OS_FILENAME2]);
        else r = str_format(th, "[Errno %S] %S: %R", or_none(f[EXC_OS_ERRNO]), or_none(f[EXC_OS_STRERROR]), f[EXC_OS_FILENAME]);
    } else if (f[EXC_OS_ERRNO] && f[EXC_OS_STRERROR]) r = str_format(th, "[Errno %S] %S", f[EXC_OS_ERRNO], f[EXC_OS_STRERROR]);
    else r = exception_slot_str(th, self);
    for (unsigned i = 0; i < 4; i++) decref(th, f[i]);
    return r;
}

static Value os_meth_reduce(Thread *th, Value self, Value *unused) {
    Value args = exception_args(th, self), name = exception_field(th, self, EXC_OS_FILENAME), name2 = exception_field(th, self, EXC_OS_FILENAME2);
    Tuple *t = AS(Tuple, args);
    if (t->len == 2 && name) {
        Value all[5] = {t->items[0], t->items[1], name, VALUE_NONE, name2};
        Value wide = tuple_from_array(th, all, name2 ? 5 : 3);
        decref(th, args);
        args = wide;
    }
    decref(th, name);
    decref(th, name2);
    if (args == NO_VALUE) return NO_VALUE;
    Value base = ((NativeFn)exc_methods_BASE[0].fn)(th, self, NULL), r = NO_VALUE; // (type, args[, state])
    if (base) {
        Tuple *b = AS(Tuple, base);
        r = b->len == 3 ? tuple_pack3(th, b->items[0], args, b->items[2]) : tuple_pack2(th, b->items[0], args);
    }
    decref(th, base);
    decref(th, args);
    return r;
}
const MethodDef exc_methods_OS[] = {{"__reduce__", "(self, /)", os_meth_reduce, NULL}, {0}};

const MemberDef exc_members_OS[] = {
    {"errno", EXC_FIELD_OFFSET(EXC_OS_ERRNO), MEMBER_VALUE, "POSIX exception code"},
    {"strerror", EXC_FIELD_OFFSET(EXC_OS_STRERROR), MEMBER_VALUE, "exception strerror"},
    {"filename", EXC_FIELD_OFFSET(EXC_OS_FILENAME), MEMBER_VALUE, "exception filename"},
    {"filename2", EXC_FIELD_OFFSET(EXC_OS_FILENAME2), MEMBER_VALUE, "second exception filename"},
    {0}};

static Value os_get_written(Thread *th, Value self) {
    Value v = exception_field(th, self, EXC_OS_WRITTEN);
    return v ? v : raise_error(th, &exc_AttributeError, "characters_written");
}
static int os_set_written(Thread *th, Value self, Value v) {
    if (v == NO_VALUE) {
        Value had = exception_field(th, self, EXC_OS_WRITTEN);
        if (had == NO_VALUE) {
            raise_error(th, &exc_AttributeError, "characters_written");
            return -1;
        }
        decref(th, had);
        exception_set_field(th, self, EXC_OS_WRITTEN, NO_VALUE);
        return 0;
    }
    intptr_t n = number_as_ssize(th, v, &exc_ValueError);
    if (n == -1 && error_pending(th)) return -1;
    exception_set_field(th, self, EXC_OS_WRITTEN, value_imm_int(n));
    return 0;
}
const GetSetDef exc_getsets_OS[] = {{"characters_written", os_get_written, os_set_written, NULL}, {0}};
