// SPDX-License-Identifier: MIT
// The % operator of str, bytes and bytearray: one engine over a view of the format; what it makes are characters (bytes below 256 for bytes).
// May run Python.
#include <string.h>

#include "core/base/dtoa.h"
#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/str_int.h"
#include "core/object/str_percent.h"
#include "core/object/tuple.h"

typedef struct Percent {
    Thread *th;
    StrBuilder b;
    const void *fmt; int kind; size_t len, pos;
    bool is_bytes;
    Value args;          // borrowed; a Tuple, or the single argument
    size_t next, count;  // positional arguments used, and how many there are (1 for a single one)
    Value mapping;       // borrowed; the argument when it is a mapping
    bool used_mapping;
    Value key_args;      // owned: the value of the last %(key)
} Percent;

typedef struct Directive { bool left, plus, space, alt, zero; intptr_t width, precision; uint32_t type; } Directive;

static uint32_t fmt_at(const Percent *p, size_t i) {
    return p->kind == 1 ? ((const uint8_t *)p->fmt)[i] : p->kind == 2 ? ((const uint16_t *)p->fmt)[i] : ((const uint32_t *)p->fmt)[i];
}

// The next argument, borrowed.
static Value next_arg(Percent *p) {
    if (p->key_args != NO_VALUE) {
        if (p->used_mapping) return raise_type_error(p->th, "not enough arguments for format string");
        p->used_mapping = true;
        return p->key_args;
    }
    if (p->next < p->count) {
        size_t i = p->next++;
        return value_is_tuple(p->args) ? AS(Tuple, p->args)->items[i] : p->args;
    }
    return raise_type_error(p->th, "not enough arguments for format string");
}

// "(key)": fetches its value. pos is behind the '('.
static int take_key(Percent *p) {
    Thread *th = p->th;
    if (p->mapping == NO_VALUE) {
        raise_type_error(th, "format requires a mapping");
        return -1;
    }
    size_t start = p->pos;
    int depth = 1;
    while (p->pos < p->len && depth > 0) {
        uint32_t c = fmt_at(p, p->pos++);
        if (c == ')') depth--;
        else if (c == '(') depth++;
    }
    if (depth > 0) {
        raise_value_error(th, "incomplete format key");
        return -1;
    }
    const char *at = (const char *)p->fmt + start * (size_t)p->kind;
    size_t n = p->pos - 1 - start;
    Value key = p->is_bytes ? bytes_new(th, at, n) : str_from_chars(th, at, p->kind, n);
    if (key == NO_VALUE) return -1;
    clear_ref(th, &p->key_args);
    p->key_args = object_getitem(th, p->mapping, key);
    decref(th, key);
    p->used_mapping = false;
    return p->key_args == NO_VALUE ? -1 : 0;
}

// Digits or '*' at pos into *out. 0 or -1.
static int take_number(Percent *p, intptr_t *out, bool *negative, bool is_precision) {
    Thread *th = p->th;
    if (p->pos < p->len && fmt_at(p, p->pos) == '*') {
        p->pos++;
        Value v = next_arg(p);
        if (v == NO_VALUE) return -1;
        if (!value_is_int(v)) {
            raise_type_error(th, "* wants int");
            return -1;
        }
        int64_t i;
        if (is_precision) {
            int n;
            if (number_as_int(th, v, &n) < 0) return -1;
            *out = n < 0 ? 0 : n;
            return 0;
        }
        i = number_as_ssize(th, v, &exc_OverflowError);
        if (i == -1 && error_pending(th)) return -1;
        *negative = i < 0;
        *out = i < 0 ? -i : i;
        return 0;
    }
    intptr_t v = is_precision ? 0 : -1, max = is_precision ? INT32_MAX : INTPTR_MAX;
    while (p->pos < p->len) {
        uint32_t c = fmt_at(p, p->pos);
        if (c < '0' || c > '9') break;
        if (v < 0) v = 0;
        if (v > (max - (intptr_t)(c - '0')) / 10) {
            raise_value_error(th, is_precision ? "precision too big" : "width too big");
            return -1;
        }
        v = v * 10 + (intptr_t)(c - '0');
        p->pos++;
    }
    *out = v;
    return 0;
}

static int take_directive(Percent *p, Directive *d) {
    *d = (Directive){.width = -1, .precision = -1};
    Thread *th = p->th;
    if (p->pos < p->len && fmt_at(p, p->pos) == '(') {
        p->pos++;
        if (take_key(p) < 0) return -1;
    }
    for (; p->pos < p->len; p->pos++) {
        switch (fmt_at(p, p->pos)) {
        case '-': d->left = true; continue;
        case '+': d->plus = true; continue;
        case ' ': d->space = true; continue;
        case '#': d->alt = true; continue;
        case '0': d->zero = true; continue;
        }
        break;
    }
    bool negative = false;
    if (take_number(p, &d->width, &negative, false) < 0) return -1;
    if (negative) d->left = true;
    if (p->pos < p->len && fmt_at(p, p->pos) == '.') {
        p->pos++;
        if (take_number(p, &d->precision, &negative, true) < 0) return -1;
    }
    if (p->pos < p->len) {
        uint32_t c = fmt_at(p, p->pos);
        if (c == 'h' || c == 'l' || c == 'L') p->pos++;
    }
    if (p->pos >= p->len) {
        raise_value_error(th, "incomplete format");
        return -1;
    }
    d->type = fmt_at(p, p->pos++);
    return 0;
}

// ---- output ---------------------------------------------------------------------------------------------------------------------------

// Sign and digits of a number (ASCII), padded.
static void put_number(Percent *p, const Directive *d, char sign, const char *prefix, const char *body, size_t n, size_t zeros) {
    size_t len = (sign != 0) + strlen(prefix) + zeros + n;
    size_t pad = d->width > 0 && (size_t)d->width > len ? (size_t)d->width - len : 0;
    bool zero_pad = d->zero && !d->left;
    if (!d->left && !zero_pad) str_builder_fill(&p->b, ' ', pad);
    if (sign) str_builder_char(&p->b, (uint8_t)sign);
    str_builder_cstr(&p->b, prefix);
    str_builder_fill(&p->b, '0', zeros + (zero_pad ? pad : 0));
    str_builder_ascii(&p->b, body, n);
    if (d->left) str_builder_fill(&p->b, ' ', pad);
}

static void put_chars(Percent *p, const Directive *d, const void *chars, int kind, size_t n, uint32_t max) {
    if (d->precision >= 0 && (size_t)d->precision < n) {
        n = (size_t)d->precision;
        max = kind == 1 && max < 0x80 ? max : chars_max(chars, kind, n);
    }
    size_t pad = d->width > 0 && (size_t)d->width > n ? (size_t)d->width - n : 0;
    if (!d->left) str_builder_fill(&p->b, ' ', pad);
    str_builder_chars(&p->b, chars, kind, n, max);
    if (d->left) str_builder_fill(&p->b, ' ', pad);
}

static int put_str(Percent *p, const Directive *d, Value text_owned) {
    if (text_owned == NO_VALUE) return -1;
    const Str *s = STR(text_owned);
    put_chars(p, d, str_data(s), s->kind, s->len, str_max_char(s));
    decref(p->th, text_owned);
    return 0;
}

static char sign_of(const Directive *d, bool negative) { return negative ? '-' : d->plus ? '+' : d->space ? ' ' : 0; }

// The int a %d or %x stands for; new reference.
static Value int_arg(Percent *p, const Directive *d, Value v) {
    Thread *th = p->th;
    if (value_is_int(v)) return new_ref(th, v);
    bool real = d->type == 'd' || d->type == 'i' || d->type == 'u';
    Type *t = type_of(v);
    bool is_number = t->slots.index || t->slots.int_ || t->slots.float_ || (t->flags & TYPE_COMPLEX_SUBCLASS);
    if (is_number) {
        Value r = real ? number_long(th, v) : number_index(th, v);
        if (r != NO_VALUE) return r;
        if (!error_clear_if(th, &exc_TypeError)) return NO_VALUE;
    }
    if (real) return raise_type_error(th, "%%%c format: a real number is required, not %T", (int)d->type, v);
    return raise_type_error(th, "%%%c format: an integer is required, not %T", (int)d->type, v);
}

static int put_int(Percent *p, const Directive *d, Value v) {
    Thread *th = p->th;
    Value i = int_arg(p, d, v);
    if (i == NO_VALUE) return -1;
    int base = d->type == 'x' || d->type == 'X' ? 16 : d->type == 'o' ? 8 : 10;
    char small[INT_TEXT_MAX];
    char *text;
    size_t n;
    Value digits = NO_VALUE;
    if (value_is_imm_int(i) && base == 10) {
        n = int_text_i64(value_imm_int_get(i), small);
        text = small;
    } else {
        digits = int_to_str(th, i, base, false);
        if (digits == NO_VALUE) {
            decref(th, i);
            return -1;
        }
        n = STR(digits)->len;
        text = str_data(STR(digits));
    }
    bool negative = n && *text == '-';
    text += negative, n -= negative;
    char upper[64], *body = text;
    if (d->type == 'X') {
        body = n <= sizeof upper ? upper : mem_alloc(th, n);
        if (!body) goto failed;
        for (size_t k = 0; k < n; k++) body[k] = (char)(text[k] >= 'a' ? text[k] - 32 : text[k]);
    }
    const char *prefix = !d->alt ? "" : d->type == 'x' ? "0x" : d->type == 'X' ? "0X" : d->type == 'o' ? "0o" : "";
    size_t zeros = d->precision > 0 && (size_t)d->precision > n ? (size_t)d->precision - n : 0;
    put_number(p, d, sign_of(d, negative), prefix, body, n, zeros);
    if (body != text && body != upper) mem_free(body);
    decref(th, digits);
    decref(th, i);
    return 0;
failed:
    decref(th, digits);
    decref(th, i);
    return -1;
}

static int put_float(Percent *p, const Directive *d, Value v) {
    Thread *th = p->th;
    double x;
    if (value_is_float(v)) x = float_value(v);
    else if (number_as_double(th, v, &x) < 0) {
        if (p->is_bytes && error_clear_if(th, &exc_TypeError)) raise_type_error(th, "float argument required, not %T", v);
        return -1;
    }
    int precision = d->precision < 0 ? 6 : (int)d->precision;
    char small[128], *buf = small;
    unsigned flags = d->alt ? DOUBLE_ALT : 0;
    size_t n = double_format(x, (char)d->type, precision, flags, buf, sizeof small);
    if (n >= sizeof small && n != SIZE_MAX) {
        buf = mem_alloc(th, n + 1);
        if (!buf) return -1;
        n = double_format(x, (char)d->type, precision, flags, buf, n + 1);
    }
    if (n == SIZE_MAX) {
        raise_memory_error(th);
        return -1;
    }
    bool negative = n && *buf == '-';
    put_number(p, d, sign_of(d, negative), "", buf + negative, n - negative, 0);
    if (buf != small) mem_free(buf);
    return 0;
}

static int char_range_error(Percent *p) {
    raise_error(p->th, &exc_OverflowError, p->is_bytes ? "%%c arg not in range(256)" : "%%c arg not in range(0x110000)");
    return -1;
}

static int put_char(Percent *p, const Directive *d, Value v) {
    Thread *th = p->th;
    Directive one = *d;
    one.precision = -1;
    if (!p->is_bytes && value_is_str(v)) {
        if (STR(v)->len != 1) {
            raise_type_error(th, "%%c requires an int or a unicode character, not a string of length %zu", STR(v)->len);
            return -1;
        }
        put_chars(p, &one, str_data(STR(v)), STR(v)->kind, 1, str_max_char(STR(v)));
        return 0;
    }
    if (p->is_bytes && (value_is_bytes(v) || value_is_instance(v, &type_bytearray))) {
        bool is_array = !value_is_bytes(v);
        Buffer view;
        if (buffer_get_stable(th, v, &view) < 0) return -1;
        size_t n = view.len;
        uint8_t c = n ? view.buf[0] : 0;
        buffer_release(th, &view);
        if (n != 1) {
            raise_type_error(th, "%%c requires an integer in range(256) or a single byte, not a %s of length %zu", is_array ? "bytearray object" : "bytes object", n);
            return -1;
        }
        put_chars(p, &one, &c, 1, 1, c);
        return 0;
    }
    if (!value_is_int(v) && !(type_of(v)->slots.index)) {
        if (p->is_bytes) raise_type_error(th, "%%c requires an integer in range(256) or a single byte, not %Q", v);
        else raise_type_error(th, "%%c requires an int or a unicode character, not %Q", v);
        return -1;
    }
    Value i = number_index(th, v);
    if (i == NO_VALUE) return -1;
    int64_t cp;
    int bad = int_as_i64_overflow(i, &cp);
    decref(th, i);
    if (bad || cp < 0 || cp > (p->is_bytes ? 255 : 0x10FFFF)) return char_range_error(p);
    uint32_t c = (uint32_t)cp;
    put_chars(p, &one, &c, 4, 1, c);
    return 0;
}

// %b and %s of bytes.
static int put_bytes(Percent *p, const Directive *d, Value v) {
    Thread *th = p->th;
    if (value_is_exact_bytes(v)) {
        put_chars(p, d, AS(Bytes, v)->data, 1, AS(Bytes, v)->len, 0xFF);
        return 0;
    }
    bool found = false;
    Value made = special_call(th, v, name_d_bytes, NULL, 0, &found);
    if (found || error_pending(th)) {
        if (made == NO_VALUE) return -1;
        if (!value_is_bytes(made)) {
            raise_type_error(th, "__bytes__ returned non-bytes (type %T)", made);
            decref(th, made);
            return -1;
        }
        put_chars(p, d, AS(Bytes, made)->data, 1, AS(Bytes, made)->len, 0xFF);
        decref(th, made);
        return 0;
    }
    if (!buffer_check(v)) {
        raise_type_error(th, "%%b requires a bytes-like object, or an object that implements __bytes__, not '%T'", v);
        return -1;
    }
    Buffer view;
    if (buffer_get(th, v, &view, BUF_FULL_RO) < 0) return -1;
    Value flat = buffer_to_bytes(th, &view);
    buffer_release(th, &view);
    if (flat == NO_VALUE) return -1;
    put_chars(p, d, AS(Bytes, flat)->data, 1, AS(Bytes, flat)->len, 0xFF);
    decref(th, flat);
    return 0;
}

static int put_directive(Percent *p, const Directive *d) {
    Thread *th = p->th;
    Value v = next_arg(p);
    if (v == NO_VALUE) return -1;
    switch (d->type) {
    case 's':
        if (p->is_bytes) return put_bytes(p, d, v);
        if (value_is_exact_str(v)) return put_str(p, d, new_ref(th, v));
        return put_str(p, d, object_str(th, v));
    case 'b':
        if (p->is_bytes) return put_bytes(p, d, v);
        break;
    case 'r': return put_str(p, d, p->is_bytes ? object_ascii(th, v) : object_repr(th, v));
    case 'a': return put_str(p, d, object_ascii(th, v));
    case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': return put_int(p, d, v);
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': return put_float(p, d, v);
    case 'c': return put_char(p, d, v);
    }
    uint32_t shown = p->is_bytes || (d->type > 31 && d->type < 128) ? d->type : '?';
    raise_value_error(th, "unsupported format character '%c' (0x%x) at index %zd", (int)shown, d->type, (intptr_t)p->pos - 1);
    return -1;
}

// %s and %d without anything between, of a str or a small int that comes next: the common ones. False: nothing was done.
static bool put_plain(Percent *p) {
    uint32_t c = p->pos < p->len ? fmt_at(p, p->pos) : 0;
    if ((c != 's' && c != 'd') || p->is_bytes || p->key_args != NO_VALUE || p->next >= p->count) return false;
    Value v = value_is_tuple(p->args) ? AS(Tuple, p->args)->items[p->next] : p->args;
    if (value_is_imm_int(v)) str_builder_int(&p->b, value_imm_int_get(v));
    else if (c == 's' && value_is_exact_str(v)) str_builder_str(&p->b, v);
    else return false;
    p->next++;
    p->pos++;
    return true;
}

static size_t find_percent(const Percent *p, size_t from) {
    if (p->kind == 1) {
        const char *at = (const char *)p->fmt, *found = from < p->len ? memchr(at + from, '%', p->len - from) : NULL;
        return found ? (size_t)(found - at) : p->len;
    }
    while (from < p->len && fmt_at(p, from) != '%') from++;
    return from;
}

static int run(Percent *p) {
    while (p->pos < p->len && !p->b.failed) {
        size_t next = find_percent(p, p->pos);
        if (next > p->pos) {
            const char *at = (const char *)p->fmt + p->pos * (size_t)p->kind;
            str_builder_chars(&p->b, at, p->kind, next - p->pos, chars_max(at, p->kind, next - p->pos));
        }
        p->pos = next + 1;
        if (next >= p->len) break;
        if (p->pos < p->len && fmt_at(p, p->pos) == '%') { // "%%" and nothing between
            str_builder_char(&p->b, '%');
            p->pos++;
            continue;
        }
        if (put_plain(p)) continue;
        Directive d;
        if (take_directive(p, &d) < 0 || put_directive(p, &d) < 0) return -1;
    }
    if (p->mapping == NO_VALUE && p->next < p->count) {
        raise_type_error(p->th, "not all arguments converted during %s formatting", p->is_bytes ? "bytes" : "string");
        return -1;
    }
    return 0;
}

// All but the builder, whose buffer nobody needs empty.
static void percent_init(Percent *p, Thread *th, const void *fmt, int kind, size_t len, bool is_bytes) {
    p->th = th;
    p->fmt = fmt;
    p->kind = kind;
    p->len = len;
    p->pos = p->next = 0;
    p->is_bytes = is_bytes;
    p->mapping = p->key_args = NO_VALUE;
    p->used_mapping = false;
}
static int percent(Percent *p, Value args) {
    p->args = args;
    p->count = value_is_tuple(args) ? AS(Tuple, args)->len : 1;
    bool text = value_is_str(args) && !p->is_bytes;
    bool binary = p->is_bytes && (value_is_bytes(args) || value_is_instance(args, &type_bytearray));
    if (!value_is_tuple(args) && !text && !binary && mapping_check(args)) p->mapping = args;
    str_builder_init(&p->b, p->th);
    int r = run(p);
    clear_ref(p->th, &p->key_args);
    if (r < 0) str_builder_abort(&p->b);
    return r;
}

Value str_slot_mod(Thread *th, Value a, Value b) {
    if (!value_is_str(a)) return VALUE_NOT_IMPLEMENTED;
    const Str *s = STR(a);
    Percent p;
    percent_init(&p, th, str_data(s), s->kind, s->len, false);
    if (percent(&p, b) < 0) return NO_VALUE;
    return str_builder_finish(&p.b);
}

Value bytes_percent(Thread *th, const uint8_t *fmt, size_t n, Value args, bool to_bytearray) {
    Percent p;
    percent_init(&p, th, fmt, 1, n, true);
    if (percent(&p, args) < 0) return NO_VALUE;
    Value r = p.b.failed ? NO_VALUE : to_bytearray ? bytearray_new(th, p.b.buf, p.b.len) : bytes_new(th, p.b.buf, p.b.len);
    str_builder_abort(&p.b);
    return r;
}
