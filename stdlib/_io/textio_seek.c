// SPDX-License-Identifier: MIT
// TextIOWrapper: positions. tell() works out the byte position from a snapshot: the decoder's state before the chunk that the decoded text came from, and
// that chunk's bytes. A position is a cookie: start | decoder flags << 64 | bytes to feed << 128 | characters to skip << 192 | need_eof << 256. Under ->lock.
#include "stdlib/_io/textio_int.h"

static Value cookie_pack(Thread *th, int64_t start, uint64_t flags, uint64_t feed, uint64_t skip, bool need_eof) {
    uint8_t b[33] = {0};
    memcpy(b, &start, 8);
    memcpy(b + 8, &flags, 8);
    memcpy(b + 16, &feed, 8);
    memcpy(b + 24, &skip, 8);
    b[32] = need_eof;
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

Value textio_meth_tell(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (textio_enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE, saved = NO_VALUE, input = NO_VALUE, decoder = NO_VALUE, state = NO_VALUE;
    if (textio_check_closed(th, s) < 0) goto out;
    if (!s->seekable) {
        io_unsupported(th, "underlying stream is not seekable");
        goto out;
    }
    if (!s->telling) {
        raise_error(th, &exc_OSError, "telling position disabled by next() call");
        goto out;
    }
    if (textio_flush_pending(th, s) < 0) goto out;
    Value f = call_method0(th, self, io_name_flush);
    if (!f) goto out;
    decref(th, f);
    Value res = textio_call_below(th, s, io_name_tell, NULL, 0);
    if (!res) goto out;
    if (!s->snapshot || !s->snap_input || !(s->native || s->snap_state)) {
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
        r = cookie_pack(th, pos - s->snap_nheld + (int64_t)used, 0, 0, 0, false);
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
        Value st = textio_decoder_state(th, decoder);
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
    // What is missing came out at the end of the input.
    bool need_eof = chars < skip;
    if (need_eof) {
        Value none = bytes_new(th, "", 0), text = none ? textio_call_coder(th, decoder, io_name_decode, (Value[]){none, VALUE_TRUE}, 2) : NO_VALUE;
        decref(th, none);
        if (text && value_is_str(text)) chars += AS(Str, text)->len;
        decref(th, text);
        if (chars < skip) {
            if (!error_pending(th)) raise_error(th, &exc_OSError, "can't reconstruct logical file position");
            goto out;
        }
        feed = (uint64_t)(pos + (int64_t)in->len - start);
    }
    r = cookie_pack(th, start, flags, skip > safe_chars ? feed : 0, skip - safe_chars, need_eof);
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
    textio_leave(s);
    return r;
}

static Value buffer_seek(Thread *th, TextIO *s, Value pos, int whence) { return textio_call_below(th, s, io_name_seek, (Value[]){pos, value_imm_int(whence)}, 2); }
static int encoder_start(Thread *th, TextIO *s, bool at_zero) {
    if (!s->encoder) return 0;
    Value r = at_zero ? textio_call_coder(th, s->encoder, io_name_reset, NULL, 0) : textio_call_coder(th, s->encoder, io_name_setstate, (Value[]){value_imm_int(0)}, 1);
    decref(th, r);
    return r ? 0 : -1;
}

Value textio_meth_seek(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    int whence = 0;
    if ((args[1] && number_as_int(th, args[1], &whence) < 0) || textio_enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE, cookie = new_ref(th, args[0]);
    if (textio_check_closed(th, s) < 0) goto out;
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
        textio_drop_decoded(th, s);
        if (textio_reset_decoder(th, s) < 0) goto out;
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
    textio_drop_decoded(th, s);
    s->nheld = 0;
    s->pending_cr = false;
    if (s->decoder) {
        Value d;
        if (start == 0 && !flags) d = textio_call_coder(th, s->decoder, io_name_reset, NULL, 0);
        else {
            Value st[2] = {bytes_new(th, "", 0), int_from_u64(th, flags)}, tup = tuple_from_owned(th, st, 2);
            d = tup ? textio_call_coder(th, s->decoder, io_name_setstate, (Value[]){tup}, 1) : NO_VALUE;
            decref(th, tup);
        }
        if (!d) goto out;
        decref(th, d);
        if (skip) {
            Value in = textio_call_below(th, s, io_name_read, (Value[]){value_imm_int((int64_t)feed)}, 1);
            if (!in) goto out;
            Value text = value_is_bytes(in) ? textio_decode(th, s, AS(Bytes, in)->data, AS(Bytes, in)->len, in, raw[32] != 0) : raise_type_error(th, "underlying read() should have returned a bytes object, not '%T'", in);
            decref(th, in);
            if (!text) goto out;
            bool enough = AS(Str, text)->len >= skip;
            textio_set_decoded(th, s, text);
            if (!enough) {
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
    textio_leave(s);
    return r;
}
Value textio_meth_truncate(Thread *th, Value self, Value *args) {
    IO_SELF(TextIO);
    if (!textio_attached(th, s)) return NO_VALUE;
    Value f = call_method0(th, self, io_name_flush);
    if (!f) return NO_VALUE;
    decref(th, f);
    // At the text position, not where the buffer has read to.
    Value pos = args[0] && args[0] != VALUE_NONE ? new_ref(th, args[0]) : call_method0(th, self, io_name_tell);
    Value b = pos ? textio_buffer(th, s) : NO_VALUE, r = b ? call_method1(th, b, io_name_truncate, pos) : NO_VALUE;
    decref(th, b);
    decref(th, pos);
    return r;
}
