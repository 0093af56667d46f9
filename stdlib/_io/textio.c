// SPDX-License-Identifier: MIT
// TextIOWrapper: text over a buffered stream. UTF-8, ASCII and Latin-1 are coded natively; others through their incremental coders. Under ->lock, which
// the holder may enter again (a signal handler that prints). tell() works out the byte position from a snapshot: the coder's state before the chunk that
// the decoded text came from, and that chunk's bytes.
#include <langinfo.h>

#include "stdlib/_io/io_int.h"

#include "core/object/container_inl.h"
#include "stdlib/sys/sys.h"

#include <ctype.h>

typedef enum Native { NATIVE_NONE, NATIVE_UTF8, NATIVE_ASCII, NATIVE_LATIN1 } Native;

typedef struct TextIO {
    Object head;
    IoLock lock; uint32_t depth;      // [l]
    uint8_t ok, detached, line_buffering, write_through; // [a] written under the lock
    uint8_t finalizing, has_read1, seekable, telling, writes, reads; // [l]
    uint8_t native;                   // [l] Native
    uint8_t mode;                     // [l] NL_*
    bool translate, pending_cr; int seen; // [l] newline decoding
    uint8_t held[4]; uint8_t nheld;   // [l] native: incomplete character at the end of the last chunk
    uint8_t snap_held[4]; uint8_t snap_nheld; bool snap_cr, snapshot; // [l] state before snap_input
    Value snap_state;                 // [l] general decoder: its getstate() before snap_input
    Value snap_input;                 // [l] Bytes
    Value buffer, encoding, errors;   // [r] replaced under the lock
    Value write_nl, encoder, decoder; // [l]
    Value decoded; size_t decoded_pos; // [l] Str not yet read
    uint8_t *pending; size_t npending, cap; // [l] bytes to be written
    size_t chunk;                     // [a] a program may set it at any time
} TextIO;

static bool check_attached(Thread *th, TextIO *s) {
    if (atomic_load_relaxed(&s->ok)) return true;
    if (atomic_load_relaxed(&s->detached)) raise_value_error(th, "underlying buffer has been detached");
    else raise_value_error(th, "I/O operation on uninitialized object");
    return false;
}
static void leave(TextIO *s) {
    if (--s->depth == 0) io_unlock(&s->lock);
}
static int enter_any(Thread *th, TextIO *s) {
    if (owner_lock_held(th, &s->lock)) {
        s->depth++;
        return 0;
    }
    if (io_lock(th, &s->lock, VALUE_OF(s)) < 0) return -1;
    s->depth = 1;
    return 0;
}
static int enter(Thread *th, TextIO *s) {
    if (!check_attached(th, s) || enter_any(th, s) < 0) return -1;
    if (LIKELY(check_attached(th, s))) return 0;
    leave(s);   // detached while this thread waited
    return -1;
}
// The stream below, for who does not hold the lock: a new reference, or NO_VALUE with the exception.
static Value buffer_of(Thread *th, TextIO *s) {
    Value b = check_attached(th, s) ? field_get(th, &s->buffer, NO_VALUE) : NO_VALUE;
    if (!b && !error_pending(th)) raise_value_error(th, "underlying buffer has been detached");     // just now
    return b;
}
static int check_closed(Thread *th, TextIO *s) {
    int c = io_is_closed(th, s->buffer);
    if (c > 0) io_closed_error(th);
    return c ? -1 : 0;
}
static const char *errors_text(TextIO *s) { return (const char *)str_data(AS(Str, s->errors)); }

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

// Sets encoding, errors and coders. Takes nothing over.
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
    // A file that is appended to gets no second byte order mark.
    if (enc && s->seekable) {
        Value pos = call_method0(th, s->buffer, io_name_tell);
        if (!pos) return -1;
        int64_t p = -1;
        if (number_as_i64(th, pos, &p) == 0 && p != 0) {
            Value r = call_method1(th, enc, io_name_setstate, value_imm_int(0));
            if (!r) return -1;
            decref(th, r);
        }
        decref(th, pos);
        if (error_pending(th)) return -1;
    }
    return 0;
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
    if (has_read1 < 0 || enter_any(th, s) < 0) {        // it may be in use already
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
    clear_ref(th, &s->decoded);
    s->decoded_pos = 0;
    int r = set_coders(th, s, encoding, errors);
    leave(s);
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

// ---- writing

static int flush_pending(Thread *th, TextIO *s) {
    if (!s->npending) return 0;
    Value b = bytes_new(th, s->pending, s->npending);
    if (!b) return -1;
    s->npending = 0;
    Value r = call_method1(th, s->buffer, io_name_write, b);
    decref(th, b);
    if (!r) return -1;
    decref(th, r);
    return 0;
}
static int append_pending(Thread *th, TextIO *s, const void *p, size_t n) {
    if (!n) return 0;
    // No more than a chunk at a time; write() of the stream below may come back here with more.
    while (s->npending && s->npending + n > atomic_load_relaxed(&s->chunk)) if (flush_pending(th, s) < 0) return -1;
    if (s->npending + n > s->cap) {
        size_t cap = (s->npending + n) * 2 + 256;
        uint8_t *b = mem_realloc(th, s->pending, cap);
        if (!b) return -1;
        s->pending = b;
        s->cap = cap;
    }
    memcpy(s->pending + s->npending, p, n);
    s->npending += n;
    return 0;
}
static void drop_decoded(Thread *th, TextIO *s) {
    clear_ref(th, &s->decoded);
    s->decoded_pos = 0;
    s->snapshot = false;
    clear_ref(th, &s->snap_input);
    clear_ref(th, &s->snap_state);
}
static int reset_decoder(Thread *th, TextIO *s) {
    s->nheld = 0;
    s->pending_cr = false;
    if (s->decoder) {
        Value r = call_method0(th, s->decoder, io_name_reset);
        if (!r) return -1;
        decref(th, r);
    }
    return 0;
}

static Value textio_meth_write(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (!value_is_str(args[0])) return raise_type_error(th, "write() argument must be str, not %T", args[0]);
    if (enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE, text = NO_VALUE, data = NO_VALUE;
    if (check_closed(th, s) < 0) goto out;
    if (!s->writes) {
        io_unsupported(th, "not writable");
        goto out;
    }
    Str *in = AS(Str, args[0]);
    bool lf = (s->line_buffering || s->write_nl) && line_end(in, 0, NL_LF) >= 0;
    text = lf && s->write_nl ? newline_replace_lf(th, args[0], s->write_nl) : new_ref(th, args[0]);
    if (!text) goto out;
    bool flush = s->line_buffering && (lf || (in->len && str_find(in, AS(Str, str_from_char(th, '\r')), 0, (intptr_t)in->len, 1) >= 0));
    Str *t = AS(Str, text);
    if (s->native && (t->flags & STR_ASCII)) {
        if (append_pending(th, s, str_data(t), t->len) < 0) goto out;
    } else {
        if (s->native == NATIVE_UTF8) data = utf8_codec_encode(th, text, errors_text(s));
        else if (s->native == NATIVE_ASCII) data = ascii_codec_encode(th, text, errors_text(s));
        else if (s->native == NATIVE_LATIN1) data = latin1_codec_encode(th, text, errors_text(s));
        else data = call_method1(th, s->encoder, io_name_encode, text);
        if (!data) goto out;
        if (!value_is_bytes(data)) {
            raise_type_error(th, "encoder should return a bytes object, not '%T'", data);
            goto out;
        }
        if (append_pending(th, s, AS(Bytes, data)->data, AS(Bytes, data)->len) < 0) goto out;
    }
    if ((s->npending >= atomic_load_relaxed(&s->chunk) || flush || s->write_through) && flush_pending(th, s) < 0) goto out;
    if (flush) {
        Value f = call_method0(th, s->buffer, io_name_flush);
        if (!f) goto out;
        decref(th, f);
    }
    // Where the position is known, what was read ahead is no longer what follows.
    if (s->decoded || s->snapshot) {
        if (s->snapshot) drop_decoded(th, s);
        if (reset_decoder(th, s) < 0) goto out;
    }
    r = value_imm_int((int64_t)in->len);
out:
    leave(s);
    decref(th, text);
    decref(th, data);
    return r;
}

static int flush_all(Thread *th, TextIO *s) {
    if (flush_pending(th, s) < 0) return -1;
    Value r = call_method0(th, s->buffer, io_name_flush);
    decref(th, r);
    return r ? 0 : -1;
}
static Value textio_meth_flush(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (check_closed(th, s) == 0) {
        s->telling = s->seekable;
        if (flush_all(th, s) == 0) r = VALUE_NONE;
    }
    leave(s);
    return r;
}

// ---- reading

// Decodes n bytes with the state kept in s. New Str.
static Value decode_bytes(Thread *th, TextIO *s, const uint8_t *p, size_t n, Value bytes, bool final) {
    Value text = NO_VALUE;
    if (s->native == NATIVE_NONE) {
        text = call_method(th, s->decoder, io_name_decode, (Value[]){bytes, value_bool(final)}, 2);
        if (text && !value_is_str(text)) {
            raise_type_error(th, "decoder should return a string result, not '%T'", text);
            clear_ref(th, &text);
        }
    } else if (s->native == NATIVE_LATIN1) text = str_from_latin1(th, p, n);
    else if (s->native == NATIVE_ASCII) text = ascii_codec_decode(th, p, n, errors_text(s));
    else {
        uint8_t *joined = NULL;
        if (s->nheld) {
            joined = mem_alloc(th, s->nheld + n + 1);
            if (!joined) return NO_VALUE;
            memcpy(joined, s->held, s->nheld);
            memcpy(joined + s->nheld, p, n);
            p = joined;
            n += s->nheld;
        }
        size_t used = n;
        text = utf8_codec_decode(th, p, n, errors_text(s), final ? NULL : &used);
        if (text) {
            s->nheld = (uint8_t)(n - used);
            memcpy(s->held, p + used, n - used);
        }
        mem_free(joined);
    }
    if (text && (s->mode == NL_UNIVERSAL || s->mode == NL_ANY)) {
        Value t = newline_decode(th, text, s->translate, final, &s->pending_cr, &s->seen);
        decref(th, text);
        text = t;
    }
    return text;
}

// getstate() of a decoder: a tuple of bytes and an int.
static Value decoder_state(Thread *th, Value decoder) {
    Value st = call_method0(th, decoder, io_name_getstate);
    if (!st) return NO_VALUE;
    if (!value_is_tuple(st) || AS(Tuple, st)->len < 2) raise_type_error(th, "illegal decoder state");
    else if (!value_is_bytes(AS(Tuple, st)->items[0])) {
        raise_type_error(th, "illegal decoder state: the first item should be a bytes object, not '%T'", AS(Tuple, st)->items[0]);
    } else return st;
    decref(th, st);
    return NO_VALUE;
}

// Reads and decodes one chunk into s->decoded. 1, 0 at the end, -1.
static int read_chunk(Thread *th, TextIO *s, size_t hint) {
    if (!s->reads) {
        io_unsupported(th, "not readable");
        return -1;
    }
    if (s->npending && flush_pending(th, s) < 0) return -1;
    Value state = NO_VALUE;
    if (s->telling && s->decoder && !(state = decoder_state(th, s->decoder))) return -1;
    size_t chunk = atomic_load_relaxed(&s->chunk), want = hint > chunk ? hint : chunk;
    Value in = call_method1(th, s->buffer, s->has_read1 ? io_name_read1 : io_name_read, value_imm_int((int64_t)want));
    if (!in) {
        decref(th, state);
        return -1;
    }
    Buffer view;
    if (!value_is_bytes(in) && !buffer_check(in)) {
        raise_type_error(th, "underlying %s() should have returned a bytes-like object, not '%T'", s->has_read1 ? "read1" : "read", in);
        decref(th, in);
        decref(th, state);
        return -1;
    }
    if (buffer_get(th, in, &view, BUF_SIMPLE) < 0) {
        decref(th, in);
        decref(th, state);
        return -1;
    }
    uint8_t held[4], nheld = s->nheld;
    memcpy(held, s->held, 4);
    bool cr = s->pending_cr, eof = view.len == 0;
    Value text = decode_bytes(th, s, view.buf, view.len, in, eof);
    buffer_release(th, &view);
    if (!text) {
        decref(th, in);
        decref(th, state);
        return -1;
    }
    set_ref(th, &s->decoded, text);
    s->decoded_pos = 0;
    if (s->telling) {
        memcpy(s->snap_held, held, 4);
        s->snap_nheld = nheld;
        s->snap_cr = cr;
        s->snapshot = true;
        set_ref(th, &s->snap_state, state);
        set_ref(th, &s->snap_input, value_is_bytes(in) ? new_ref(th, in) : bytes_from_object(th, in));
    } else decref(th, state);
    if (AS(Str, text)->len) eof = false;
    decref(th, in);
    return !eof;
}

static Value take_decoded(Thread *th, TextIO *s, intptr_t n) {
    if (!s->decoded) return name_empty;
    size_t len = AS(Str, s->decoded)->len, avail = len - s->decoded_pos, k = n < 0 || (size_t)n > avail ? avail : (size_t)n;
    Value r = k == len ? new_ref(th, s->decoded) : str_substring(th, s->decoded, s->decoded_pos, s->decoded_pos + k);
    s->decoded_pos += k;
    return r;
}
static Value join(Thread *th, Value a_owned, Value b_owned) {
    if (!a_owned || !b_owned) {
        decref(th, a_owned);
        decref(th, b_owned);
        return NO_VALUE;
    }
    if (!AS(Str, a_owned)->len) {
        decref(th, a_owned);
        return b_owned;
    }
    Value r = str_append_owned(th, a_owned, b_owned);
    decref(th, b_owned);
    return r;
}

static Value textio_meth_read(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0 || enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (check_closed(th, s) < 0) goto out;
    if (!s->reads) {
        io_unsupported(th, "not readable");
        goto out;
    }
    if (flush_pending(th, s) < 0) goto out;
    if (n < 0) {
        Value in = call_method0(th, s->buffer, io_name_read);
        if (!in) goto out;
        if (in == VALUE_NONE) {
            raise_error(th, &exc_BlockingIOError, "Read returned None.");
            goto out;
        }
        Buffer view;
        if (buffer_get(th, in, &view, BUF_SIMPLE) < 0) {
            decref(th, in);
            goto out;
        }
        Value text = decode_bytes(th, s, view.buf, view.len, in, true);
        buffer_release(th, &view);
        decref(th, in);
        if (!text) goto out;
        r = join(th, take_decoded(th, s, -1), text);
        if (r && s->snapshot) drop_decoded(th, s);
        else clear_ref(th, &s->decoded), s->decoded_pos = 0;
    } else {
        r = take_decoded(th, s, n);
        while (r && AS(Str, r)->len < (size_t)n) {
            int c = read_chunk(th, s, (size_t)n - AS(Str, r)->len);
            if (c < 0) clear_ref(th, &r);
            if (c <= 0) break;
            r = join(th, r, take_decoded(th, s, (intptr_t)((size_t)n - AS(Str, r)->len)));
        }
    }
out:
    leave(s);
    return r;
}

static Value readline(Thread *th, TextIO *s, intptr_t limit) {
    if (flush_pending(th, s) < 0) return NO_VALUE;
    Value line = NO_VALUE;
    bool cr_end = false; // NL_CRLF: what we have ends in \r
    for (;;) {
        while (!s->decoded || s->decoded_pos == AS(Str, s->decoded)->len) {
            int c = read_chunk(th, s, 0);
            if (c < 0) {
                decref(th, line);
                return NO_VALUE;
            }
            if (c == 0) {
                drop_decoded(th, s);
                return line ? line : name_empty;
            }
        }
        Str *d = AS(Str, s->decoded);
        size_t start = s->decoded_pos, have = line ? AS(Str, line)->len : 0;
        intptr_t end;
        if (cr_end && str_char_at(d, start) == '\n') end = (intptr_t)start + 1;
        else end = line_end(d, start, s->mode);
        bool found = end >= 0;
        size_t take = found ? (size_t)end - start : d->len - start;
        if (limit >= 0 && have + take >= (size_t)limit) {
            take = (size_t)limit - have;
            found = true;
        }
        cr_end = !found && s->mode == NL_CRLF && str_char_at(d, d->len - 1) == '\r';
        Value part = take_decoded(th, s, (intptr_t)take);
        line = line ? join(th, line, part) : part;
        if (!line || found) return line;
    }
}
static Value textio_meth_readline(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0 || enter(th, s) < 0) return NO_VALUE;
    Value r = check_closed(th, s) < 0 ? NO_VALUE : readline(th, s, n);
    leave(s);
    return r;
}
static Value textio_slot_next(Thread *th, Value self) {
    IO_SELF(TextIO);
    if (!check_attached(th, s) || enter(th, s) < 0) return NO_VALUE;
    s->telling = 0;
    Value line;
    if (type_of(self) == &type_io_TextIOWrapper) line = check_closed(th, s) < 0 ? NO_VALUE : readline(th, s, -1);
    else {
        leave(s);   // a method of a subclass: anything may happen meanwhile
        line = call_method0(th, self, io_name_readline);
        if (line && !value_is_str(line)) {
            raise_error(th, &exc_OSError, "readline() should have returned a str object, not '%T'", line);
            clear_ref(th, &line);
        }
        if (!line) return NO_VALUE;
        if (enter(th, s) < 0) {
            decref(th, line);
            return NO_VALUE;
        }
    }
    if (line && !AS(Str, line)->len) {
        clear_ref(th, &line);
        drop_decoded(th, s);
        s->telling = s->seekable;
    }
    leave(s);
    return line;
}

// ---- position. Cookie: start | decoder flags << 64 | bytes to feed << 128 | characters to skip << 192 | need_eof << 256

static Value cookie_pack(Thread *th, int64_t start, uint64_t flags, uint64_t feed, uint64_t skip) {
    uint8_t b[33] = {0};
    memcpy(b, &start, 8);
    memcpy(b + 8, &flags, 8);
    memcpy(b + 16, &feed, 8);
    memcpy(b + 24, &skip, 8);
    return int_from_bytes(th, b, 33, true, false);
}

// Bytes of the chunk that make the first `skip` characters, for UTF-8, ASCII and Latin-1 without error handlers at work.
static size_t native_bytes(TextIO *s, const uint8_t *p, size_t n, size_t skip) {
    size_t i = 0, chars = 0;
    bool newline = s->mode == NL_UNIVERSAL;
    bool cr = s->snap_cr;
    while (i < n && chars < skip) {
        uint8_t c = p[i];
        if (newline && cr && c == '\n') { // second half of a pair
            i++;
            chars++;
            cr = false;
            continue;
        }
        if (cr && newline) {
            chars++;
            cr = false;
            if (chars == skip) break;
        }
        if (newline && c == '\r') {
            cr = true;
            i++;
            if (i < n && p[i] == '\n') continue;
            if (i < n) {
                chars++;
                cr = false;
            }
            continue;
        }
        i += s->native == NATIVE_UTF8 ? (c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4) : 1;
        chars++;
    }
    return i < n ? i : n;
}

static Value textio_meth_tell(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE, saved = NO_VALUE, input = NO_VALUE, decoder = NO_VALUE, state = NO_VALUE;
    if (check_closed(th, s) < 0) goto out;
    if (!s->seekable) {
        io_unsupported(th, "underlying stream is not seekable");
        goto out;
    }
    if (!s->telling) {
        raise_error(th, &exc_OSError, "telling position disabled by next() call");
        goto out;
    }
    if (flush_pending(th, s) < 0) goto out;
    Value f = call_method0(th, self, io_name_flush);
    if (!f) goto out;
    decref(th, f);
    Value res = call_method0(th, s->buffer, io_name_tell);
    if (!res) goto out;
    if (!s->snapshot || !s->snap_input) {
        r = res;
        goto out;
    }
    int64_t pos;
    int bad = number_as_i64(th, res, &pos);
    decref(th, res);
    if (bad < 0) goto out;
    // Held: a decoder written in Python may move the stream meanwhile.
    input = new_ref(th, s->snap_input);
    decoder = new_ref(th, s->decoder);
    state = new_ref(th, s->snap_state);
    Bytes *in = AS(Bytes, input);
    pos -= (int64_t)in->len;
    size_t skip = s->decoded ? s->decoded_pos : 0;
    if (s->native) {
        size_t n = s->snap_nheld + in->len;
        uint8_t *all = mem_alloc(th, n + 1);
        if (!all) goto out;
        memcpy(all, s->snap_held, s->snap_nheld);
        memcpy(all + s->snap_nheld, in->data, in->len);
        size_t used = skip == 0 && !s->snap_cr ? 0 : native_bytes(s, all, n, skip);
        mem_free(all);
        r = cookie_pack(th, pos - s->snap_nheld + (int64_t)used, 0, 0, 0);
        goto out;
    }
    // General: replay the chunk byte by byte from the saved state, remembering the last point where the decoder held nothing back.
    saved = call_method0(th, decoder, io_name_getstate);
    if (!saved) goto out;
    Value t = call_method1(th, decoder, io_name_setstate, state);
    if (!t) goto out;
    decref(th, t);
    uint64_t flags = int_as_u64_mask(AS(Tuple, state)->items[1]);
    Value held0 = AS(Tuple, state)->items[0];
    int64_t start = pos - (value_is_bytes(held0) ? (int64_t)AS(Bytes, held0)->len : 0);
    uint64_t feed = 0;
    size_t chars = 0, safe_chars = 0;
    for (size_t i = 0; i < in->len && chars < skip; i++) {
        Value one = bytes_new(th, in->data + i, 1), text = one ? call_method(th, decoder, io_name_decode, (Value[]){one, VALUE_FALSE}, 2) : NO_VALUE;
        decref(th, one);
        if (!text || !value_is_str(text)) {
            decref(th, text);
            goto out;
        }
        chars += AS(Str, text)->len;
        decref(th, text);
        Value st = decoder_state(th, decoder);
        if (!st) goto out;
        Value hb = AS(Tuple, st)->items[0];
        if (value_is_bytes(hb) && AS(Bytes, hb)->len == 0 && chars <= skip) {
            start = pos + (int64_t)i + 1;
            flags = int_as_u64_mask(AS(Tuple, st)->items[1]);
            safe_chars = chars;
            feed = 0;
        } else feed = (uint64_t)(pos + (int64_t)i + 1 - start);
        decref(th, st);
    }
    r = cookie_pack(th, start, flags, skip > safe_chars ? feed : 0, skip - safe_chars);
out:
    if (saved) {
        Value exc = error_fetch(th), x = call_method1(th, decoder, io_name_setstate, saved);
        decref(th, x);
        decref(th, saved);
        if (exc) error_restore(th, exc);
    }
    decref(th, input);
    decref(th, decoder);
    decref(th, state);
    leave(s);
    return r;
}

static Value buffer_seek(Thread *th, TextIO *s, Value pos, int whence) { return call_method(th, s->buffer, io_name_seek, (Value[]){pos, value_imm_int(whence)}, 2); }
static int encoder_start(Thread *th, TextIO *s, bool at_zero) {
    if (!s->encoder) return 0;
    Value r = at_zero ? call_method0(th, s->encoder, io_name_reset) : call_method1(th, s->encoder, io_name_setstate, value_imm_int(0));
    decref(th, r);
    return r ? 0 : -1;
}

static Value textio_meth_seek(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    int whence = 0;
    if ((args[1] && number_as_int(th, args[1], &whence) < 0) || enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE, cookie = new_ref(th, args[0]);
    if (check_closed(th, s) < 0) goto out;
    if (!s->seekable) {
        io_unsupported(th, "underlying stream is not seekable");
        goto out;
    }
    if (whence == 1) {
        int zero = object_equal(th, cookie, value_imm_int(0));
        if (zero <= 0) {
            if (!zero) io_unsupported(th, "can't do nonzero cur-relative seeks");
            goto out;
        }
        decref(th, cookie);
        cookie = call_method0(th, self, io_name_tell);
        if (!cookie) goto out;
    } else if (whence == 2) {
        int zero = object_equal(th, cookie, value_imm_int(0));
        if (zero <= 0) {
            if (!zero) io_unsupported(th, "can't do nonzero end-relative seeks");
            goto out;
        }
        Value f = call_method0(th, self, io_name_flush);
        if (!f) goto out;
        decref(th, f);
        drop_decoded(th, s);
        if (reset_decoder(th, s) < 0) goto out;
        r = buffer_seek(th, s, value_imm_int(0), 2);
        if (r && encoder_start(th, s, object_equal(th, r, value_imm_int(0)) == 1) < 0) clear_ref(th, &r);
        goto out;
    } else if (whence != 0) {
        raise_value_error(th, "invalid whence (%d, should be 0, 1 or 2)", whence);
        goto out;
    }
    if (!value_is_int(cookie)) {
        raise_type_error(th, "'%T' object cannot be interpreted as an integer", cookie);
        goto out;
    }
    if (int_sign(cookie) < 0) {
        raise_value_error(th, "negative seek position %R", cookie);
        goto out;
    }
    Value f = call_method0(th, self, io_name_flush);
    if (!f) goto out;
    decref(th, f);
    uint8_t raw[40];
    if (int_to_bytes(th, cookie, raw, 40, true, false) < 0) goto out;
    int64_t start;
    uint64_t flags, feed, skip;
    memcpy(&start, raw, 8);
    memcpy(&flags, raw + 8, 8);
    memcpy(&feed, raw + 16, 8);
    memcpy(&skip, raw + 24, 8);
    Value at = int_from_i64(th, start), p = at ? buffer_seek(th, s, at, 0) : NO_VALUE;
    decref(th, at);
    if (!p) goto out;
    decref(th, p);
    drop_decoded(th, s);
    s->nheld = 0;
    s->pending_cr = false;
    if (s->decoder) {
        Value d;
        if (start == 0 && !flags) d = call_method0(th, s->decoder, io_name_reset);
        else {
            Value st[2] = {bytes_new(th, "", 0), int_from_u64(th, flags)}, tup = tuple_from_owned(th, st, 2);
            d = tup ? call_method1(th, s->decoder, io_name_setstate, tup) : NO_VALUE;
            decref(th, tup);
        }
        if (!d) goto out;
        decref(th, d);
        if (skip) {
            Value in = call_method1(th, s->buffer, io_name_read, value_imm_int((int64_t)feed));
            if (!in) goto out;
            Value text = value_is_bytes(in) ? decode_bytes(th, s, AS(Bytes, in)->data, AS(Bytes, in)->len, in, false) : raise_type_error(th, "underlying read() should have returned a bytes object, not '%T'", in);
            decref(th, in);
            if (!text) goto out;
            set_ref(th, &s->decoded, text);
            if (AS(Str, text)->len < skip) {
                raise_error(th, &exc_OSError, "can't restore logical file position");
                goto out;
            }
            s->decoded_pos = skip;
        }
    }
    if (encoder_start(th, s, int_sign(cookie) == 0) < 0) goto out;
    r = new_ref(th, cookie);
out:
    decref(th, cookie);
    leave(s);
    return r;
}
static Value textio_meth_truncate(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (!check_attached(th, s)) return NO_VALUE;
    Value f = call_method0(th, self, io_name_flush);
    if (!f) return NO_VALUE;
    decref(th, f);
    // At the text position, not where the buffer has read to.
    Value pos = args[0] && args[0] != VALUE_NONE ? new_ref(th, args[0]) : call_method0(th, self, io_name_tell);
    Value b = pos ? buffer_of(th, s) : NO_VALUE, r = b ? call_method1(th, b, io_name_truncate, pos) : NO_VALUE;
    decref(th, b);
    decref(th, pos);
    return r;
}

// ---- the rest

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
        if (set_coders(th, s, e, er) < 0) return NO_VALUE;
    }
    atomic_store_relaxed(&s->line_buffering, (uint8_t)(lb != 0));
    atomic_store_relaxed(&s->write_through, (uint8_t)(wt != 0));
    return VALUE_NONE;
}
static Value textio_meth_reconfigure(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (enter(th, s) < 0) return NO_VALUE;
    Value r = reconfigure_locked(th, s, args);
    leave(s);
    return r;
}
static Value textio_meth_detach(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (!check_attached(th, s)) return NO_VALUE;
    Value f = call_method0(th, self, io_name_flush);
    if (!f) return NO_VALUE;
    decref(th, f);
    Value b = enter(th, s) < 0 ? NO_VALUE : new_ref(th, s->buffer);
    if (!b) return NO_VALUE;
    field_set(th, &s->buffer, NO_VALUE);
    atomic_store_relaxed(&s->ok, (uint8_t)0);
    atomic_store_relaxed(&s->detached, (uint8_t)1);
    leave(s);
    return b;
}
static Value textio_meth_close(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    Value inner = buffer_of(th, s), r = NO_VALUE;   // Python code below may detach it
    if (!inner) return NO_VALUE;
    int c = io_is_closed(th, inner);
    if (c > 0 || (c == 0 && atomic_load_relaxed(&s->detached))) r = VALUE_NONE;
    else if (c == 0) r = io_close_inner(th, self, inner, s->finalizing, NULL);
    decref(th, inner);
    return r;
}
#define FORWARD(fn, nm) static Value fn(Thread *th, Value self, Value *args) { \
    Value b = buffer_of(th, AS(TextIO, self)), r = b ? call_method0(th, b, nm) : NO_VALUE; \
    decref(th, b); \
    return r; \
}
FORWARD(textio_meth_seekable, io_name_seekable) FORWARD(textio_meth_readable, io_name_readable) FORWARD(textio_meth_writable, io_name_writable) FORWARD(textio_meth_fileno, io_name_fileno) FORWARD(textio_meth_isatty, io_name_isatty)
static Value get_buffer_attr(Thread *th, Value self, Value name) {
    Value b = buffer_of(th, AS(TextIO, self)), r = b ? object_getattr(th, b, name) : NO_VALUE;
    decref(th, b);
    return r;
}
static Value textio_get_closed(Thread *th, Value self) { return get_buffer_attr(th, self, io_name_closed); }
static Value textio_get_name(Thread *th, Value self) { return get_buffer_attr(th, self, io_name_name); }
static Value textio_get_newlines(Thread *th, Value self) {
    IO_SELF(TextIO);
    if (enter(th, s) < 0) return NO_VALUE;
    Value r = newline_seen_value(th, s->mode == NL_UNIVERSAL || s->mode == NL_ANY ? s->seen : 0);
    leave(s);
    return r;
}
static Value textio_get_errors(Thread *th, Value self) {
    IO_SELF(TextIO);
    Value e = field_get(th, &s->errors, NO_VALUE);
    return e || check_attached(th, s) ? e : NO_VALUE;
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
    if (!atomic_load_relaxed(&s->detached) && !check_attached(th, s)) return NO_VALUE;
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
