// SPDX-License-Identifier: MIT
// TextIOWrapper: writing and reading. UTF-8, ASCII and Latin-1 are coded natively; others through their incremental coders. What is written collects in
// ->pending until there is a chunk of it; what is read comes by chunks, whose text stays in ->decoded. Under ->lock.
#include "stdlib/_io/textio_int.h"

static const char *text_of(Value errors) { return (const char *)str_data(AS(Str, errors)); }

// ---- writing

int textio_flush_pending(Thread *th, TextIO *s) {
    if (!s->npending) return 0;
    Value b = bytes_new(th, s->pending, s->npending);
    if (!b) return -1;
    s->npending = 0;
    Value r = textio_call_below(th, s, io_name_write, (Value[]){b}, 1);
    decref(th, b);
    if (!r) return -1;
    decref(th, r);
    return 0;
}
static int append_pending(Thread *th, TextIO *s, const void *p, size_t n) {
    if (!n) return 0;
    // No more than a chunk at a time; write() of the stream below may come back here with more.
    while (s->npending && s->npending + n > atomic_load_relaxed(&s->chunk)) if (textio_flush_pending(th, s) < 0) return -1;
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
void textio_set_decoded(Thread *th, TextIO *s, Value text_owned) {
    s->decoded_pos = 0;     // first: what was there may have a finalizer that reads
    set_ref(th, &s->decoded, text_owned);
}
void textio_drop_decoded(Thread *th, TextIO *s) {
    s->snapshot = false;
    textio_set_decoded(th, s, NO_VALUE);
    clear_ref(th, &s->snap_input);
    clear_ref(th, &s->snap_state);
}
int textio_reset_decoder(Thread *th, TextIO *s) {
    s->nheld = 0;
    s->pending_cr = false;
    if (s->decoder) {
        Value r = textio_call_coder(th, s->decoder, io_name_reset, NULL, 0);
        if (!r) return -1;
        decref(th, r);
    }
    return 0;
}

Value textio_meth_write(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (!value_is_str(args[0])) return raise_type_error(th, "write() argument must be str, not %T", args[0]);
    if (textio_enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE, text = NO_VALUE, data = NO_VALUE, errors = new_ref(th, s->errors);  // error handlers may reconfigure
    if (textio_check_closed(th, s) < 0) goto out;
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
        if (s->native == NATIVE_UTF8) data = utf8_codec_encode(th, text, text_of(errors));
        else if (s->native == NATIVE_ASCII) data = ascii_codec_encode(th, text, text_of(errors));
        else if (s->native == NATIVE_LATIN1) data = latin1_codec_encode(th, text, text_of(errors));
        else data = textio_call_coder(th, s->encoder, io_name_encode, (Value[]){text}, 1);
        if (!data) goto out;
        if (!value_is_bytes(data)) {
            raise_type_error(th, "encoder should return a bytes object, not '%T'", data);
            goto out;
        }
        if (append_pending(th, s, AS(Bytes, data)->data, AS(Bytes, data)->len) < 0) goto out;
    }
    if ((s->npending >= atomic_load_relaxed(&s->chunk) || flush || s->write_through) && textio_flush_pending(th, s) < 0) goto out;
    if (flush) {
        Value f = textio_call_below(th, s, io_name_flush, NULL, 0);
        if (!f) goto out;
        decref(th, f);
    }
    // Where the position is known, what was read ahead is no longer what follows.
    if (s->decoded || s->snapshot) {
        if (s->snapshot) textio_drop_decoded(th, s);
        if (textio_reset_decoder(th, s) < 0) goto out;
    }
    r = value_imm_int((int64_t)in->len);
out:
    textio_leave(s);
    decref(th, text);
    decref(th, data);
    decref(th, errors);
    return r;
}

static int flush_all(Thread *th, TextIO *s) {
    if (textio_flush_pending(th, s) < 0) return -1;
    Value r = textio_call_below(th, s, io_name_flush, NULL, 0);
    decref(th, r);
    return r ? 0 : -1;
}
Value textio_meth_flush(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (textio_enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (textio_check_closed(th, s) == 0) {
        s->telling = s->seekable;
        if (flush_all(th, s) == 0) r = VALUE_NONE;
    }
    textio_leave(s);
    return r;
}

// ---- reading

// Decodes n bytes with the state kept in s. New Str.
Value textio_decode(Thread *th, TextIO *s, const uint8_t *p, size_t n, Value bytes, bool final) {
    Value text = NO_VALUE, errors = new_ref(th, s->errors);     // as in write
    if (s->native == NATIVE_NONE) {
        text = textio_call_coder(th, s->decoder, io_name_decode, (Value[]){bytes, value_bool(final)}, 2);
        if (text && !value_is_str(text)) {
            raise_type_error(th, "decoder should return a string result, not '%T'", text);
            clear_ref(th, &text);
        }
    } else if (s->native == NATIVE_LATIN1) text = str_from_latin1(th, p, n);
    else if (s->native == NATIVE_ASCII) text = ascii_codec_decode(th, p, n, text_of(errors));
    else {
        uint8_t *joined = NULL;
        if (s->nheld) {
            joined = mem_alloc(th, s->nheld + n + 1);
            if (!joined) {
                decref(th, errors);
                return NO_VALUE;
            }
            memcpy(joined, s->held, s->nheld);
            memcpy(joined + s->nheld, p, n);
            p = joined;
            n += s->nheld;
        }
        size_t used = n;
        text = utf8_codec_decode(th, p, n, text_of(errors), final ? NULL : &used);
        if (text) {
            s->nheld = (uint8_t)(n - used);
            memcpy(s->held, p + used, n - used);
        }
        mem_free(joined);
    }
    decref(th, errors);
    if (text && (s->mode == NL_UNIVERSAL || s->mode == NL_ANY)) {
        Value t = newline_decode(th, text, s->translate, final, &s->pending_cr, &s->seen);
        decref(th, text);
        text = t;
    }
    return text;
}

// getstate() of a decoder: a tuple of bytes and an int.
Value textio_decoder_state(Thread *th, Value decoder) {
    Value st = textio_call_coder(th, decoder, io_name_getstate, NULL, 0);
    if (!st) return NO_VALUE;
    if (!value_is_tuple(st) || AS(Tuple, st)->len < 2) raise_type_error(th, "illegal decoder state");
    else if (!value_is_bytes(AS(Tuple, st)->items[0])) {
        raise_type_error(th, "illegal decoder state: the first item should be a bytes object, not '%T'", AS(Tuple, st)->items[0]);
    } else if (!value_is_int(AS(Tuple, st)->items[1])) raise_type_error(th, "'%T' object cannot be interpreted as an integer", AS(Tuple, st)->items[1]);
    else return st;
    decref(th, st);
    return NO_VALUE;
}

// Reads and decodes one chunk into s->decoded. 1, 0 at the end, -1.
static int read_chunk(Thread *th, TextIO *s, size_t hint) {
    if (!s->reads) {
        io_unsupported(th, "not readable");
        return -1;
    }
    if (s->npending && textio_flush_pending(th, s) < 0) return -1;
    Value state = NO_VALUE;
    if (s->telling && s->decoder && !(state = textio_decoder_state(th, s->decoder))) return -1;
    size_t chunk = atomic_load_relaxed(&s->chunk), want = hint > chunk ? hint : chunk;
    Value in = textio_call_below(th, s, s->has_read1 ? io_name_read1 : io_name_read, (Value[]){value_imm_int((int64_t)want)}, 1);
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
    Value text = textio_decode(th, s, view.buf, view.len, in, eof);
    buffer_release(th, &view);
    if (!text) {
        decref(th, in);
        decref(th, state);
        return -1;
    }
    eof = eof && !AS(Str, text)->len;
    textio_set_decoded(th, s, text);
    if (s->telling) {
        memcpy(s->snap_held, held, 4);
        s->snap_nheld = nheld;
        s->snap_cr = cr;
        s->snapshot = true;
        set_ref(th, &s->snap_state, state);
        set_ref(th, &s->snap_input, value_is_bytes(in) ? new_ref(th, in) : bytes_from_object(th, in));
    } else decref(th, state);
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

Value textio_meth_read(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0 || textio_enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (textio_check_closed(th, s) < 0) goto out;
    if (!s->reads) {
        io_unsupported(th, "not readable");
        goto out;
    }
    if (textio_flush_pending(th, s) < 0) goto out;
    if (n < 0) {
        Value in = textio_call_below(th, s, io_name_read, NULL, 0);
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
        Value text = textio_decode(th, s, view.buf, view.len, in, true);
        buffer_release(th, &view);
        decref(th, in);
        if (!text) goto out;
        r = join(th, take_decoded(th, s, -1), text);
        if (r && s->snapshot) textio_drop_decoded(th, s);
        else textio_set_decoded(th, s, NO_VALUE);
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
    textio_leave(s);
    return r;
}

static Value readline(Thread *th, TextIO *s, intptr_t limit) {
    if (textio_flush_pending(th, s) < 0) return NO_VALUE;
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
                textio_drop_decoded(th, s);
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
Value textio_meth_readline(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0 || textio_enter(th, s) < 0) return NO_VALUE;
    Value r = textio_check_closed(th, s) < 0 ? NO_VALUE : readline(th, s, n);
    textio_leave(s);
    return r;
}
Value textio_slot_next(Thread *th, Value self) {
    IO_SELF(TextIO);
    if (!textio_attached(th, s) || textio_enter(th, s) < 0) return NO_VALUE;
    s->telling = 0;
    Value line;
    if (type_of(self) == &type_io_TextIOWrapper) line = textio_check_closed(th, s) < 0 ? NO_VALUE : readline(th, s, -1);
    else {
        textio_leave(s);   // a method of a subclass: anything may happen meanwhile
        line = call_method0(th, self, io_name_readline);
        if (line && !value_is_str(line)) {
            raise_error(th, &exc_OSError, "readline() should have returned a str object, not '%T'", line);
            clear_ref(th, &line);
        }
        if (!line) return NO_VALUE;
        if (textio_enter(th, s) < 0) {
            decref(th, line);
            return NO_VALUE;
        }
    }
    if (line && !AS(Str, line)->len) {
        clear_ref(th, &line);
        textio_drop_decoded(th, s);
        s->telling = s->seekable;
    }
    textio_leave(s);
    return line;
}
