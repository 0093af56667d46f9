// SPDX-License-Identifier: MIT
// TextIOWrapper: text over a buffered stream. What it is made of and how it is set up: coders, attributes, its type. Reading and writing are in textio_rw.c,
// positions in textio_seek.c. Under ->lock, which the holder may enter again (a signal handler that prints).
#include <langinfo.h>

#include "stdlib/_io/textio_int.h"

#include "core/object/container_inl.h"
#include "stdlib/sys/sys.h"

#include <ctype.h>

Value textio_buffer(Thread *th, TextIO *s) {
    Value b = textio_attached(th, s) ? field_get(th, &s->buffer, NO_VALUE) : NO_VALUE;
    if (!b && !error_pending(th)) raise_value_error(th, "underlying buffer has been detached");     // just now
    return b;
}
Value textio_call_below(Thread *th, TextIO *s, Value name, const Value *args, size_t nargs) {
    Value b = new_ref(th, s->buffer);
    if (!b) return raise_value_error(th, "underlying buffer has been detached");
    Value r = call_method(th, b, name, args, nargs);
    decref(th, b);
    return r;
}
Value textio_call_coder(Thread *th, Value coder, Value name, const Value *args, size_t nargs) {
    if (!coder) return io_unsupported(th, "not readable");  // not any more: initialized again on the way
    incref(th, coder);
    Value r = call_method(th, coder, name, args, nargs);
    decref(th, coder);
    return r;
}
int textio_check_closed(Thread *th, TextIO *s) {
    Value b = new_ref(th, s->buffer);
    if (!b) {
        raise_value_error(th, "underlying buffer has been detached");
        return -1;
    }
    int c = io_is_closed(th, b);
    decref(th, b);
    if (c > 0) io_closed_error(th);
    return c ? -1 : 0;
}

// ---- construction

static Native native_of(Value encoding) {
    Str *e = AS(Str, encoding);
    char buf[16];
    size_t n = 0;
    for (size_t i = 0; i < e->len; i++) {
        uint32_t c = str_char_at(e, i);
        if (c == '-' || c == '_' || c == ' ') continue;
        if (n + 1 >= sizeof buf || c > 127) return NATIVE_NONE;
        buf[n++] = (char)tolower((int)c);
    }
    buf[n] = 0;
    if (!strcmp(buf, "utf8") || !strcmp(buf, "u8")) return NATIVE_UTF8;
    if (!strcmp(buf, "ascii") || !strcmp(buf, "usascii") || !strcmp(buf, "646")) return NATIVE_ASCII;
    if (!strcmp(buf, "latin1") || !strcmp(buf, "iso88591") || !strcmp(buf, "latin") || !strcmp(buf, "l1")) return NATIVE_LATIN1;
    return NATIVE_NONE;
}

// A file that is appended to gets no second byte order mark. 0 or -1.
static int skip_mark(Thread *th, TextIO *s) {
    Value pos = textio_call_below(th, s, io_name_tell, NULL, 0);
    if (!pos) return -1;
    int64_t p = -1;
    // What is below may have brought another encoder, or none, when it was asked where it is.
    if (number_as_i64(th, pos, &p) == 0 && p != 0 && s->encoder) decref(th, textio_call_coder(th, s->encoder, io_name_setstate, (Value[]){value_imm_int(0)}, 1));
    decref(th, pos);
    return error_pending(th) ? -1 : 0;
}
// Sets encoding, errors and coders. encoding and errors are held by the caller, not by the object: what this asks may set others there.
static int set_coders(Thread *th, TextIO *s, Value encoding, Value errors) {
    Native native = native_of(encoding);
    Value dec = NO_VALUE, enc = NO_VALUE;
    if (native == NATIVE_NONE) {
        Value hold = NO_VALUE;
        const char *name = str_utf8(th, encoding, NULL, &hold);
        Value info = name ? codec_lookup(th, name) : NO_VALUE;
        decref(th, hold);
        if (!info) return -1;
        Value is_text = NO_VALUE;
        int r = object_getattr_optional(th, info, io_str(th, "_is_text_encoding"), &is_text);
        if (r > 0 && is_text == VALUE_FALSE) {
            decref(th, info);
            raise_error(th, &exc_LookupError, "%R is not a text encoding; use codecs.open() to handle arbitrary codecs", encoding);
            return -1;
        }
        decref(th, is_text);
        Value fd = object_getattr_cstr(th, info, "incrementaldecoder"), fe = fd ? object_getattr_cstr(th, info, "incrementalencoder") : NO_VALUE;
        decref(th, info);
        if (fe) {
            if (s->reads) dec = call1(th, fd, errors);
            if (!error_pending(th) && s->writes) enc = call1(th, fe, errors);
        }
        decref(th, fd);
        decref(th, fe);
        if (error_pending(th)) {
            decref(th, dec);
            decref(th, enc);
            return -1;
        }
    }
    s->native = (uint8_t)native;
    set_ref(th, &s->decoder, dec);
    set_ref(th, &s->encoder, enc);
    field_set(th, &s->encoding, new_ref(th, encoding));
    field_set(th, &s->errors, new_ref(th, errors));
    s->nheld = 0;
    s->pending_cr = false;
    s->seen = 0;
    return s->encoder && s->seekable ? skip_mark(th, s) : 0;
}

static int method_true(Thread *th, Value obj, Value name) {
    Value r = call_method0(th, obj, name);
    if (!r) return -1;
    int t = object_truth(th, r);
    decref(th, r);
    return t;
}

static int str_arg(Thread *th, Value v, const char *name) {
    if (!v || v == VALUE_NONE || value_is_str(v)) {
        if (v && value_is_str(v) && str_find(AS(Str, v), AS(Str, str_from_char(th, 0)), 0, (intptr_t)AS(Str, v)->len, 1) >= 0) {
            raise_value_error(th, "embedded null character");
            return -1;
        }
        return 0;
    }
    raise_type_error(th, "TextIOWrapper() argument '%s' must be str or None, not %T", name, v);
    return -1;
}
// The current locale's encoding, an immortal Str; NO_VALUE: MemoryError.
static Value locale_encoding(Thread *th) {
    const char *codeset = nl_langinfo(CODESET);
    return codeset && *codeset ? str_intern_cstr(th, codeset) : name_utf_8;
}
static int textio_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value out[6], nl = NO_VALUE;
    IO_SELF(TextIO);
    atomic_store_relaxed(&s->ok, (uint8_t)0);
    atomic_store_relaxed(&s->detached, (uint8_t)0);
    if (native_args_bind(th, &sig, "TextIOWrapper", "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)", args, nargs, kwnames, out) < 0) return -1;
    if (str_arg(th, out[1], "encoding") < 0 || str_arg(th, out[2], "errors") < 0) return -1;
    if (out[3] && out[3] != VALUE_NONE && !value_is_str(out[3])) {
        raise_type_error(th, "TextIOWrapper() argument 'newline' must be str or None, not %T", out[3]);
        return -1;
    }
    int mode, lb = out[4] ? object_truth(th, out[4]) : 0, wt = out[5] ? object_truth(th, out[5]) : 0;
    bool translate;
    if (lb < 0 || wt < 0 || newline_mode(th, out[3], &mode, &translate, &nl) < 0) return -1;
    if ((!out[1] || out[1] == VALUE_NONE) && io_warn_encoding(th, 1) < 0) {
        decref(th, nl);
        return -1;
    }
    Value encoding = out[1] && out[1] != VALUE_NONE ? out[1] : sys_config.utf8_mode ? name_utf_8 : NO_VALUE;
    if (!encoding || str_equal_cstr(encoding, "locale")) encoding = locale_encoding(th);
    Value errors = out[2] && out[2] != VALUE_NONE ? out[2] : name_strict;
    if (!encoding) {
        decref(th, nl);
        return -1;
    }
    int seekable = method_true(th, out[0], io_name_seekable), reads = seekable < 0 ? -1 : method_true(th, out[0], io_name_readable), writes = reads < 0 ? -1 : method_true(th, out[0], io_name_writable);
    if (writes < 0) {
        decref(th, nl);
        return -1;
    }
    Value read1 = NO_VALUE;
    int has_read1 = object_getattr_optional(th, out[0], io_name_read1, &read1);
    decref(th, read1);
    if (has_read1 < 0 || textio_enter_any(th, s) < 0) {        // it may be in use already
        decref(th, nl);
        return -1;
    }
    field_set(th, &s->buffer, new_ref(th, out[0]));
    set_ref(th, &s->write_nl, nl);
    s->mode = (uint8_t)mode;
    s->translate = translate;
    atomic_store_relaxed(&s->line_buffering, (uint8_t)lb);
    atomic_store_relaxed(&s->write_through, (uint8_t)wt);
    s->has_read1 = (uint8_t)has_read1;
    s->seekable = s->telling = (uint8_t)seekable;
    s->reads = (uint8_t)reads;
    s->writes = (uint8_t)writes;
    atomic_store_relaxed(&s->chunk, (size_t)8192);
    s->npending = 0;
    s->snapshot = false;
    textio_set_decoded(th, s, NO_VALUE);
    int r = set_coders(th, s, encoding, errors);
    textio_leave(s);
    if (r < 0) return -1;
    // An unknown error handler is noticed at once where that is cheap to ask.
    if (errors != name_strict) {
        Value hold = NO_VALUE;
        const char *e = str_utf8(th, errors, NULL, &hold);
        Value h = e ? codec_lookup_error(th, e) : NO_VALUE;
        decref(th, hold);
        if (!h) return -1;
        decref(th, h);
    }
    atomic_store_relaxed(&s->ok, (uint8_t)1);
    return 0;
}

static Value reconfigure_locked(Thread *th, TextIO *s, Value *args) {
    Value self = VALUE_OF(s), encoding = args[0], errors = args[1], newline = args[2], lbv = args[3], wtv = args[4];
    bool coding = (encoding && encoding != VALUE_NONE) || (errors && errors != VALUE_NONE);
    if (s->decoded && (coding || newline)) return io_unsupported(th, "It is not possible to set the encoding or newline of stream after the first read");
    if (encoding && encoding != VALUE_NONE && !value_is_str(encoding)) return raise_type_error(th, "reconfigure() argument 'encoding' must be str or None, not %T", encoding);
    if (errors && errors != VALUE_NONE && !value_is_str(errors)) return raise_type_error(th, "reconfigure() argument 'errors' must be str or None, not %T", errors);
    Value texts[2] = {encoding, errors};
    for (int i = 0; i < 2; i++) {
        Value hold = NO_VALUE;
        if (texts[i] && texts[i] != VALUE_NONE && !str_utf8(th, texts[i], NULL, &hold)) return NO_VALUE;
        decref(th, hold);
    }
    int mode = s->mode, lb = s->line_buffering, wt = s->write_through;
    bool translate = s->translate;
    Value nl = NO_VALUE;
    if (newline && newline_mode(th, newline, &mode, &translate, &nl) < 0) return NO_VALUE;
    if ((lbv && lbv != VALUE_NONE && number_as_int(th, lbv, &lb) < 0) || (wtv && wtv != VALUE_NONE && number_as_int(th, wtv, &wt) < 0)) {
        decref(th, nl);
        return NO_VALUE;
    }
    Value f = call_method0(th, self, io_name_flush);
    if (!f) {
        decref(th, nl);
        return NO_VALUE;
    }
    decref(th, f);
    if (newline) {
        s->mode = (uint8_t)mode;
        s->translate = translate;
        set_ref(th, &s->write_nl, nl);
    }
    if (coding) {
        bool enc = encoding && encoding != VALUE_NONE;
        Value e = enc ? encoding : s->encoding, er = errors && errors != VALUE_NONE ? errors : enc ? name_strict : s->errors;
        if (str_equal_cstr(e, "locale") && !(e = locale_encoding(th))) return NO_VALUE;
        incref(th, e);
        incref(th, er);
        int r = set_coders(th, s, e, er);
        decref(th, e);
        decref(th, er);
        if (r < 0) return NO_VALUE;
    }
    atomic_store_relaxed(&s->line_buffering, (uint8_t)(lb != 0));
    atomic_store_relaxed(&s->write_through, (uint8_t)(wt != 0));
    return VALUE_NONE;
}
static Value textio_meth_reconfigure(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (textio_enter(th, s) < 0) return NO_VALUE;
    Value r = reconfigure_locked(th, s, args);
    textio_leave(s);
    return r;
}
static Value textio_meth_detach(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (!textio_attached(th, s)) return NO_VALUE;
    Value f = call_method0(th, self, io_name_flush);
    if (!f) return NO_VALUE;
    decref(th, f);
    Value b = textio_enter(th, s) < 0 ? NO_VALUE : new_ref(th, s->buffer);
    if (!b) return NO_VALUE;
    field_set(th, &s->buffer, NO_VALUE);
    atomic_store_relaxed(&s->ok, (uint8_t)0);
    atomic_store_relaxed(&s->detached, (uint8_t)1);
    textio_leave(s);
    return b;
}
static Value textio_meth_close(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    Value inner = textio_buffer(th, s), r = NO_VALUE;   // Python code below may detach it
    if (!inner) return NO_VALUE;
    int c = io_is_closed(th, inner);
    if (c > 0 || (c == 0 && atomic_load_relaxed(&s->detached))) r = VALUE_NONE;
    else if (c == 0) r = io_close_inner(th, self, inner, s->finalizing, NULL);
    decref(th, inner);
    return r;
}
#define FORWARD(fn, nm) static Value fn(Thread *th, Value self, Value *args) { \
    Value b = textio_buffer(th, AS(TextIO, self)), r = b ? call_method0(th, b, nm) : NO_VALUE; \
    decref(th, b); \
    return r; \
}
FORWARD(textio_meth_seekable, io_name_seekable) FORWARD(textio_meth_readable, io_name_readable) FORWARD(textio_meth_writable, io_name_writable) FORWARD(textio_meth_fileno, io_name_fileno) FORWARD(textio_meth_isatty, io_name_isatty)
static Value get_buffer_attr(Thread *th, Value self, Value name) {
    Value b = textio_buffer(th, AS(TextIO, self)), r = b ? object_getattr(th, b, name) : NO_VALUE;
    decref(th, b);
    return r;
}
static Value textio_get_closed(Thread *th, Value self) { return get_buffer_attr(th, self, io_name_closed); }
static Value textio_get_name(Thread *th, Value self) { return get_buffer_attr(th, self, io_name_name); }
static Value textio_get_newlines(Thread *th, Value self) {
    IO_SELF(TextIO);
    if (textio_enter(th, s) < 0) return NO_VALUE;
    Value r = newline_seen_value(th, s->mode == NL_UNIVERSAL || s->mode == NL_ANY ? s->seen : 0);
    textio_leave(s);
    return r;
}
static Value textio_get_errors(Thread *th, Value self) {
    IO_SELF(TextIO);
    Value e = field_get(th, &s->errors, NO_VALUE);
    return e || textio_attached(th, s) ? e : NO_VALUE;
}
static Value textio_get_encoding(Thread *th, Value self) { return field_get(th, &AS(TextIO, self)->encoding, VALUE_NONE); }
static Value textio_get_chunk(Thread *th, Value self) { return value_imm_int((int64_t)atomic_load_relaxed(&AS(TextIO, self)->chunk)); }
static int textio_set_chunk(Thread *th, Value self, Value v) {
    if (!v) {
        raise_error(th, &exc_AttributeError, "attribute '_CHUNK_SIZE' of '%T' objects cannot be deleted", self);
        return -1;
    }
    intptr_t n = number_as_ssize(th, v, &exc_ValueError);
    if (n == -1 && error_pending(th)) return -1;
    if (n <= 0) {
        raise_value_error(th, "a strictly positive integer is required");
        return -1;
    }
    atomic_store_relaxed(&AS(TextIO, self)->chunk, (size_t)n);
    return 0;
}
static Value textio_get_lb(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&AS(TextIO, self)->line_buffering)); }
static Value textio_get_wt(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&AS(TextIO, self)->write_through)); }
static Value textio_slot_repr(Thread *th, Value self) {
    IO_SELF(TextIO);
    if (!atomic_load_relaxed(&s->detached) && !textio_attached(th, s)) return NO_VALUE;
    int e = repr_enter(th, self);
    if (e) {
        if (e > 0) raise_error(th, &exc_RuntimeError, "reentrant call inside %T.__repr__", self);
        return NO_VALUE;
    }
    Value name = NO_VALUE, mode = NO_VALUE, r = NO_VALUE, a = NO_VALUE, b = NO_VALUE;
    int fn = object_getattr_optional(th, self, io_name_name, &name);
    if (fn < 0 && !error_clear_if(th, &exc_ValueError)) goto out;
    int fm = object_getattr_optional(th, self, io_name_mode, &mode);
    if (fm < 0) goto out;
    a = fn > 0 ? str_format(th, " name=%R", name) : name_empty;
    b = a ? (fm > 0 ? str_format(th, " mode=%R", mode) : name_empty) : NO_VALUE;
    Value encoding = field_get(th, &s->encoding, NO_VALUE);
    if (b) r = str_format(th, "<%T%U%U encoding=%R>", self, a, b, encoding);
    decref(th, encoding);
out:
    repr_leave(th, self);
    decref(th, name);
    decref(th, mode);
    decref(th, a);
    decref(th, b);
    return r;
}

static Value *const_fields(TextIO *s, size_t i) {
    Value *f[] = {&s->buffer, &s->encoding, &s->errors, &s->write_nl, &s->encoder, &s->decoder, &s->decoded, &s->snap_state, &s->snap_input};
    return i < ARRAY_LEN(f) ? f[i] : NULL;
}
static void textio_clear(Thread *th, Object *o) {
    TextIO *s = (TextIO *)o;
    s->ok = 0;
    for (size_t i = 0; const_fields(s, i); i++) clear_ref(th, const_fields(s, i));
}
static void textio_dealloc(Thread *th, Object *o) {
    textio_clear(th, o);
    mem_free(((TextIO *)o)->pending);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int textio_traverse(Object *o, VisitFn visit, void *arg) {
    for (size_t i = 0; const_fields((TextIO *)o, i); i++) {
        Value v = *const_fields((TextIO *)o, i);
        int r = v ? visit(v, arg) : 0;
        if (r) return r;
    }
    return 0;
}
static const MethodDef textio_methods[] = {
    {"reconfigure", "(self, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)", textio_meth_reconfigure, "Reconfigure the text stream with new parameters."},
    {"detach", "(self, /)", textio_meth_detach, NULL}, {"write", "(self, text, /)", textio_meth_write, NULL}, {"read", "(self, size=-1, /)", textio_meth_read, NULL}, {"readline", "(self, size=-1, /)", textio_meth_readline, NULL},
    {"flush", "(self, /)", textio_meth_flush, NULL}, {"close", "(self, /)", textio_meth_close, NULL}, {"fileno", "(self, /)", textio_meth_fileno, NULL}, {"seekable", "(self, /)", textio_meth_seekable, NULL},
    {"readable", "(self, /)", textio_meth_readable, NULL}, {"writable", "(self, /)", textio_meth_writable, NULL}, {"isatty", "(self, /)", textio_meth_isatty, NULL}, {"seek", "(self, cookie, whence=0, /)", textio_meth_seek, NULL},
    {"tell", "(self, /)", textio_meth_tell, NULL}, {"truncate", "(self, pos=None, /)", textio_meth_truncate, NULL}, {"__getstate__", "(self, /)", io_no_pickle, NULL}, {0}
};
static const MemberDef textio_members[] = {
    {"buffer", offsetof(TextIO, buffer), MEMBER_VALUE | MEMBER_READONLY, NULL}, {"_finalizing", offsetof(TextIO, finalizing), MEMBER_BOOL8, NULL}, {0}
};
static const GetSetDef textio_getsets[] = {
    {"name", textio_get_name, NULL, NULL}, {"closed", textio_get_closed, NULL, NULL}, {"newlines", textio_get_newlines, NULL, NULL}, {"errors", textio_get_errors, NULL, NULL}, {"encoding", textio_get_encoding, NULL, NULL},
    {"_CHUNK_SIZE", textio_get_chunk, textio_set_chunk, NULL}, {"line_buffering", textio_get_lb, NULL, NULL}, {"write_through", textio_get_wt, NULL, NULL}, {0}
};
TYPE_DEFINE_BASE(io_TextIOWrapper, "_io.TextIOWrapper", &type_io_TextIOBase, sizeof(TextIO), IO_FLAGS, .text_signature = "(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)", .methods = textio_methods, .members = textio_members, .getsets = textio_getsets,
                 .doc = "Character and line based layer over a BufferedIOBase object, buffer.",
                 .slots = {.new_ = object_slot_new, .init = textio_slot_init, .repr = textio_slot_repr, .next = textio_slot_next, .dealloc = textio_dealloc, .traverse = textio_traverse, .clear = textio_clear})
