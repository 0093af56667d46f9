// SPDX-License-Identifier: MIT
// The module _io: open() and the classes of the other files.
#include "stdlib/_io/io_int.h"

#include "gc/gc.h"
#include "stdlib/posix/posix.h"
#include "stdlib/sys/sys.h"

int iobase_init(Thread *th);

Value io_open(Thread *th, Value file, Value modev, Value buffering, Value encoding, Value errors, Value newline, Value closefdv, Value opener) {
    const char *mode = "r";
    if (modev) {
        if (!value_is_str(modev)) return raise_type_error(th, "open() argument 'mode' must be str, not %T", modev);
        if (!(AS(Str, modev)->flags & STR_ASCII)) return raise_value_error(th, "invalid mode: %R", modev);
        mode = (const char *)str_data(AS(Str, modev));
    }
#define TEXT_ARG(v, nm) if ((v) && (v) != VALUE_NONE && !value_is_str(v)) return raise_type_error(th, "open() argument '" nm "' must be str or None, not %T", v)
    TEXT_ARG(encoding, "encoding");
    TEXT_ARG(errors, "errors");
    TEXT_ARG(newline, "newline");
    int64_t buf = -1;
    if (buffering && number_as_i64(th, buffering, &buf) < 0) return NO_VALUE;
    int closefd = closefdv ? object_truth(th, closefdv) : 1;
    if (closefd < 0) return NO_VALUE;
    bool creating = false, reading = false, writing = false, appending = false, updating = false, text = false, binary = false;
    for (const char *p = mode; *p; p++) {
        bool *flag = *p == 'x' ? &creating : *p == 'r' ? &reading : *p == 'w' ? &writing : *p == 'a' ? &appending : *p == '+' ? &updating : *p == 't' ? &text : *p == 'b' ? &binary : NULL;
        if (!flag || *flag) return raise_value_error(th, "invalid mode: '%s'", mode);
        *flag = true;
    }
    if (text && binary) return raise_value_error(th, "can't have text and binary mode at once");
    if (creating + reading + writing + appending != 1) return raise_value_error(th, "must have exactly one of create/read/write/append mode");
    if (binary && encoding && encoding != VALUE_NONE) return raise_value_error(th, "binary mode doesn't take an encoding argument");
    if (binary && errors && errors != VALUE_NONE) return raise_value_error(th, "binary mode doesn't take an errors argument");
    if (binary && newline && newline != VALUE_NONE) return raise_value_error(th, "binary mode doesn't take a newline argument");
    if (binary && buf == 1 && warn_format(th, &exc_RuntimeWarning, 1, "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used") < 0) return NO_VALUE;
    char raw_mode[4];
    size_t n = 0;
    raw_mode[n++] = creating ? 'x' : reading ? 'r' : writing ? 'w' : 'a';
    if (updating) raw_mode[n++] = '+';
    raw_mode[n] = 0;
    // The file's name is what a path object stands for; FileIO itself keeps the object.
    Value path = !value_is_str(file) && !index_check(file) && special_lookup(file, name_d_fspath) ? str_fspath(th, file) : new_ref(th, file);
    if (!path) return NO_VALUE;
    Value raw = fileio_new(th, path, raw_mode, closefd, opener), result = NO_VALUE, buffer = NO_VALUE, wrapper = NO_VALUE;
    decref(th, path);
    if (!raw) return NO_VALUE;
    result = raw;
    bool line = false, tty = false;
    if (buf == 1 || buf < 0) {
        if (buf < 0 || (buf == 1 && !binary)) {
            Value t = call_method0(th, raw, io_name_isatty);
            if (!t) goto fail;
            tty = t == VALUE_TRUE;
            decref(th, t);
        }
        if ((buf == 1 && !binary) || tty) line = true;
        buf = -1;
    }
    if (buf < 0) {
        int64_t blk = AS(FileIO, raw)->blksize;
        buf = blk > IO_BUFFER_SIZE ? (blk < 8 * 1024 * 1024 ? blk : 8 * 1024 * 1024) : IO_BUFFER_SIZE;
    }
    if (buf == 0) {
        if (!binary) {
            raise_value_error(th, "can't have unbuffered text I/O");
            goto fail;
        }
        return raw;
    }
    {
        Type *t = updating ? &type_io_BufferedRandom : reading ? &type_io_BufferedReader : &type_io_BufferedWriter;
        Value a[2] = {raw, int_from_i64(th, buf)};
        buffer = a[1] ? object_call(th, VALUE_OF(t), a, 2, NO_VALUE) : NO_VALUE;
        decref(th, a[1]);
        if (!buffer) goto fail;
        result = buffer;
        decref(th, raw);
    }
    if (binary) return buffer;
    {
        Value a[5] = {buffer, encoding ? encoding : VALUE_NONE, errors ? errors : VALUE_NONE, newline ? newline : VALUE_NONE, value_bool(line)};
        wrapper = object_call(th, VALUE_OF(&type_io_TextIOWrapper), a, 5, NO_VALUE);
        if (!wrapper) goto fail;
        result = wrapper;
        decref(th, buffer);
        Value m = str_from_cstr(th, mode);
        int rc = m ? object_setattr(th, wrapper, io_name_mode, m) : -1;
        decref(th, m);
        if (rc < 0) goto fail;
        return wrapper;
    }
fail:
    {
        Value exc = error_fetch(th), c = call_method0(th, result, io_name_close);
        if (!c) error_clear(th);
        decref(th, c);
        decref(th, result);
        error_restore(th, exc);
        return NO_VALUE;
    }
}

static Value io_fn_open(Thread *th, Value self, Value *a) { return io_open(th, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]); }
static Value io_fn_open_code(Thread *th, Value self, Value *a) {
    if (!value_is_str(a[0])) return raise_type_error(th, "open_code() argument 'path' must be str, not %T", a[0]);
    Value m = str_from_cstr(th, "rb"), r = m ? io_open(th, a[0], m, NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE) : NO_VALUE;
    decref(th, m);
    return r;
}
static Value io_fn_text_encoding(Thread *th, Value self, Value *a) {
    int level = 2;
    if (a[1] && number_as_int(th, a[1], &level) < 0) return NO_VALUE;
    if (a[0] != VALUE_NONE) return new_ref(th, a[0]);
    if (io_warn_encoding(th, level) < 0) return NO_VALUE;
    return str_intern_cstr(th, sys_config.utf8_mode ? "utf-8" : "locale");
}
static const MethodDef io_fns[] = {
    {"open", "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)", io_fn_open, "Open file and return a stream.  Raise OSError upon failure."},
    {"open_code", "(path)", io_fn_open_code, "Opens the provided file with the intent to import the contents."},
    {"text_encoding", "(encoding, stacklevel=2, /)", io_fn_text_encoding, "A helper function to choose the text encoding."},
    {0}
};

static int io_exec(Thread *th, Value m) {
    if (iobase_init(th) < 0) return -1;
    static Type *const types[] = {
#define X(n) &type_io_##n,
        IO_TYPES(X)
#undef X
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (type_ready(th, types[i]) < 0) return -1;
        if (types[i] != &type_io_BytesIOBuffer && module_add_type(th, m, types[i]) < 0) return -1;
    }
    if (module_add_int(th, m, "DEFAULT_BUFFER_SIZE", IO_BUFFER_SIZE) < 0) return -1;
    Value bases = tuple_pack2(th, VALUE_OF(&exc_OSError), VALUE_OF(&exc_ValueError));
    if (!bases) return -1;
    io_UnsupportedOperation = type_create_simple(th, "io.UnsupportedOperation", bases, NO_VALUE);
    decref(th, bases);
    if (!io_UnsupportedOperation) return -1;
    gc_add_root(&io_UnsupportedOperation);
    if (module_add(th, m, "UnsupportedOperation", new_ref(th, io_UnsupportedOperation)) < 0) return -1;
    return module_add(th, m, "BlockingIOError", new_ref(th, VALUE_OF(&exc_BlockingIOError)));
}
const ModuleDef module__io = {"_io", "The io module provides the Python interfaces to stream handling.", io_fns, io_exec};
