// SPDX-License-Identifier: MIT
// The module binascii: hexadecimal, base64, uuencode, quoted-printable, CRCs. Pure functions over buffers; no state but the two exceptions.
#include <string.h>
#include <zlib.h>

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/bytes_ops.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "gc/gc.h"

static Value error_type, incomplete_type; // [c] after the first import
#define raise_binascii(th, ...) raise_error((th), AS(Type, error_type), __VA_ARGS__)

// ASCII text or a buffer. 0 or -1; release b (a str has obj NO_VALUE).
static int ascii_arg(Thread *th, Value v, Buffer *b) {
    b->obj = NO_VALUE;
    if (value_is_str(v)) {
        const Str *s = AS(Str, v);
        if (!(s->flags & STR_ASCII)) {
            raise_value_error(th, "string argument should contain only ASCII characters");
            return -1;
        }
        b->buf = str_data(s);
        b->len = s->len;
        return 0;
    }
    if (!buffer_check(v)) {
        raise_type_error(th, "argument should be bytes, buffer or ASCII string, not '%T'", v);
        return -1;
    }
    return buffer_get(th, v, b, BUF_SIMPLE);
}

static int flag_arg(Thread *th, Value v, int dflt) { return v == NO_VALUE ? dflt : object_truth(th, v); }

// The bytes made in out, or the pending error. Takes out over.
static Value finish(Thread *th, Buffer *b, uint8_t *out, intptr_t n) {
    Value r = out && n >= 0 ? bytes_new(th, out, (size_t)n) : NO_VALUE;
    mem_free(out);
    buffer_release(th, b);
    return r;
}

// ---- hexadecimal ----------------------------------------------------------------------------------------------------------------------

static int hex_value(uint8_t c) {
    if ((uint8_t)(c - '0') < 10) return c - '0';
    c |= 32;
    return (uint8_t)(c - 'a') < 6 ? c - 'a' + 10 : -1;
}

static Value binascii_fn_b2a_hex(Thread *th, Value self, Value *args) {
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Value text = hex_text(th, b.buf, b.len, args[1], args[2]), r = NO_VALUE;
    buffer_release(th, &b);
    if (text != NO_VALUE) r = bytes_new(th, str_data(AS(Str, text)), AS(Str, text)->len);
    decref(th, text);
    return r;
}

static Value binascii_fn_a2b_hex(Thread *th, Value self, Value *args) {
    Buffer b;
    if (ascii_arg(th, args[0], &b) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (b.len & 1) {
        raise_binascii(th, "Odd-length string");
    } else if ((r = bytes_new(th, NULL, b.len / 2)) != NO_VALUE && b.len && hex_decode_pairs(b.buf, b.len / 2, AS(Bytes, r)->data) != b.len / 2) {
        decref(th, r);
        r = NO_VALUE;
        raise_binascii(th, "Non-hexadecimal digit found");
    }
    buffer_release(th, &b);
    return r;
}

// ---- base64 ---------------------------------------------------------------------------------------------------------------------------

static const char base64_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The value of each character + 64, or 0.
#define V4(c, v) [c] = 64 + (v), [c + 1] = 65 + (v), [c + 2] = 66 + (v), [c + 3] = 67 + (v)
#define V26(c, v) V4(c, v), V4(c + 4, v + 4), V4(c + 8, v + 8), V4(c + 12, v + 12), V4(c + 16, v + 16), V4(c + 20, v + 20), [c + 24] = 88 + (v), [c + 25] = 89 + (v)
static const uint8_t base64_values[256] = {
    V26('A', 0), V26('a', 26), V4('0', 52), V4('4', 56), ['8'] = 124, ['9'] = 125, ['+'] = 126, ['/'] = 127,
};
#undef V4
#undef V26

// Decodes into out; the number of bytes, or -1 with binascii.Error.
static intptr_t base64_decode(Thread *th, const uint8_t *p, size_t n, uint8_t *out, bool strict) {
    size_t k = 0;
    int quad = 0, pads = 0;
    uint32_t left = 0;
    const char *problem = NULL;
    for (size_t i = 0; i < n && !problem; i++) {
        // Groups of four characters at once where one begins.
        if (quad == 0 && (pads == 0 || !strict)) {
            for (; n - i >= 4; i += 4, k += 3, pads = 0) {
                uint32_t a = base64_values[p[i]], b = base64_values[p[i + 1]], c = base64_values[p[i + 2]], d = base64_values[p[i + 3]];
                if (!(a & b & c & d & 64)) break;
                uint32_t v = (a & 63) << 18 | (b & 63) << 12 | (c & 63) << 6 | (d & 63);
                out[k] = (uint8_t)(v >> 16);
                out[k + 1] = (uint8_t)(v >> 8);
                out[k + 2] = (uint8_t)v;
            }
            if (i == n) break;
        }
        if (p[i] == '=') {
            pads++;
            if (!strict) continue;
            if (quad == 0) problem = i == 0 ? "Leading padding not allowed" : "Excess padding not allowed";
            else if (quad == 1) break; // an error below
            else if (quad + pads > 4) problem = "Excess padding not allowed";
            continue;
        }
        uint32_t v = base64_values[p[i]];
        if (!v) {
            if (strict) problem = "Only base64 data is allowed";
            continue;
        }
        if (strict && pads) problem = quad + pads == 4 ? "Excess data after padding" : "Discontinuous padding not allowed";
        pads = 0;
        left = left << 6 | (v & 63);
        if (quad) out[k++] = (uint8_t)(left >> (6 - 2 * quad));
        quad = (quad + 1) & 3;
    }
    if (problem) {
        raise_binascii(th, "%s", problem);
    } else if (quad == 1) {
        raise_binascii(th, "Invalid base64-encoded string: number of data characters (%zd) cannot be 1 more than a multiple of 4", (intptr_t)k / 3 * 4 + 1);
    } else if (quad && quad + pads < 4) {
        raise_binascii(th, "Incorrect padding");
    } else {
        return (intptr_t)k;
    }
    return -1;
}

static Value binascii_fn_a2b_base64(Thread *th, Value self, Value *args) {
    Buffer b;
    int strict = flag_arg(th, args[1], 0);
    if (strict < 0 || ascii_arg(th, args[0], &b) < 0) return NO_VALUE;
    // Four characters make three bytes, whatever they are by the time they are looked at.
    size_t most = b.len / 4 * 3 + b.len % 4 * 3 / 4;
    Value r = bytes_new(th, NULL, most);
    intptr_t n = r == NO_VALUE ? -1 : base64_decode(th, b.buf, b.len, AS(Bytes, r)->data, strict);
    buffer_release(th, &b);
    if (r == NO_VALUE || (size_t)n == most) return r;
    if (n >= 0) return bytes_cut(th, r, (size_t)n);
    decref(th, r);
    return NO_VALUE;
}

static Value binascii_fn_b2a_base64(Thread *th, Value self, Value *args) {
    Buffer b;
    int newline = flag_arg(th, args[1], 1);
    if (newline < 0 || buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    size_t groups = (b.len + 2) / 3;
    Value r = NO_VALUE;
    if (groups > (size_t)INTPTR_MAX / 8) raise_binascii(th, "Too much data for base64 line");
    else if (groups * 4 + (size_t)newline == 0) r = bytes_empty;
    else r = bytes_new(th, NULL, groups * 4 + (size_t)newline);
    if (r != NO_VALUE && r != bytes_empty) {
        uint8_t *to = AS(Bytes, r)->data;
        const uint8_t *p = b.buf;
        size_t i = 0;
        for (; i + 3 <= b.len; i += 3) {
            uint32_t v = (uint32_t)p[i] << 16 | (uint32_t)p[i + 1] << 8 | p[i + 2];
            for (int s = 18; s >= 0; s -= 6) *to++ = (uint8_t)base64_chars[v >> s & 63];
        }
        if (i < b.len) {
            bool two = i + 2 == b.len;
            uint32_t v = (uint32_t)p[i] << 16 | (two ? (uint32_t)p[i + 1] << 8 : 0);
            *to++ = (uint8_t)base64_chars[v >> 18];
            *to++ = (uint8_t)base64_chars[v >> 12 & 63];
            *to++ = (uint8_t)(two ? base64_chars[v >> 6 & 63] : '=');
            *to++ = '=';
        }
        if (newline) *to = '\n';
    }
    buffer_release(th, &b);
    return r;
}

// ---- uuencode -------------------------------------------------------------------------------------------------------------------------

static intptr_t uu_decode(Thread *th, const uint8_t *p, size_t n, uint8_t *out) {
    size_t want = (size_t)((p[0] - ' ') & 63), k = 0, i = 1;
    uint32_t left = 0;
    int bits = 0;
    for (; k < want; i++) {
        uint32_t v = 0;
        if (i < n && p[i] != '\n' && p[i] != '\r') { // spaces at the end may have got lost
            if (p[i] < ' ' || p[i] > ' ' + 64) {
                raise_binascii(th, "Illegal char");
                return -1;
            }
            v = (uint32_t)(p[i] - ' ') & 63;
        }
        left = left << 6 | v;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[k++] = (uint8_t)(left >> bits);
        }
    }
    for (; i < n; i++)
        if (p[i] != ' ' && p[i] != ' ' + 64 && p[i] != '\n' && p[i] != '\r') {
            raise_binascii(th, "Trailing garbage");
            return -1;
        }
    return (intptr_t)k;
}

static Value binascii_fn_a2b_uu(Thread *th, Value self, Value *args) {
    Buffer b;
    if (ascii_arg(th, args[0], &b) < 0) return NO_VALUE;
    uint8_t *out = NULL;
    intptr_t n = -1;
    if (b.len == 0) raise_binascii(th, "Missing length byte");
    else if ((out = mem_alloc(th, 64))) n = uu_decode(th, b.buf, b.len, out);
    return finish(th, &b, out, n);
}

static Value binascii_fn_b2a_uu(Thread *th, Value self, Value *args) {
    Buffer b;
    int backtick = flag_arg(th, args[1], 0);
    if (backtick < 0 || buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    uint8_t out[80];
    size_t k = 0;
    Value r = NO_VALUE;
    if (b.len > 45) {
        raise_binascii(th, "At most 45 bytes at once");
    } else {
        out[k++] = backtick && b.len == 0 ? '`' : (uint8_t)(' ' + b.len);
        for (size_t i = 0; i < b.len; i += 3) {
            uint32_t v = 0;
            for (size_t j = 0; j < 3; j++) v = v << 8 | (i + j < b.len ? b.buf[i + j] : 0);
            for (int s = 18; s >= 0; s -= 6) {
                uint8_t c = v >> s & 63;
                out[k++] = backtick && c == 0 ? '`' : (uint8_t)(c + ' ');
            }
        }
        out[k++] = '\n';
        r = bytes_new(th, out, k);
    }
    buffer_release(th, &b);
    return r;
}

// ---- quoted-printable -----------------------------------------------------------------------------------------------------------------

static Value binascii_fn_a2b_qp(Thread *th, Value self, Value *args) {
    Buffer b;
    int header = flag_arg(th, args[1], 0);
    if (header < 0 || ascii_arg(th, args[0], &b) < 0) return NO_VALUE;
    uint8_t *out = mem_alloc(th, b.len + 1);
    const uint8_t *p = b.buf;
    size_t n = b.len, i = 0, k = 0;
    while (out && i < n) {
        if (p[i] == '=') {
            if (++i >= n) break;
            if (p[i] == '\n' || p[i] == '\r') { // a soft line break
                while (i < n && p[i] != '\n') i++;
                if (i < n) i++;
            } else if (p[i] == '=') {
                out[k++] = '=';
                i++;
            } else if (i + 1 < n && hex_value(p[i]) >= 0 && hex_value(p[i + 1]) >= 0) {
                out[k++] = (uint8_t)(hex_value(p[i]) << 4 | hex_value(p[i + 1]));
                i += 2;
            } else {
                out[k++] = '=';
            }
        } else {
            out[k++] = header && p[i] == '_' ? ' ' : p[i];
            i++;
        }
    }
    return finish(th, &b, out, (intptr_t)k);
}

typedef struct QpOut { uint8_t *p; size_t n, line; bool crlf; } QpOut;
static void qp_hex(QpOut *o, uint8_t c) {
    o->p[o->n++] = '=';
    o->p[o->n++] = (uint8_t)"0123456789ABCDEF"[c >> 4];
    o->p[o->n++] = (uint8_t)"0123456789ABCDEF"[c & 15];
}
static void qp_newline(QpOut *o) {
    if (o->crlf) o->p[o->n++] = '\r';
    o->p[o->n++] = '\n';
    o->line = 0;
}
static void qp_soft_break(QpOut *o) {
    o->p[o->n++] = '=';
    qp_newline(o);
}

static bool qp_must_quote(const uint8_t *p, size_t n, size_t i, size_t line, bool quotetabs, bool istext, bool header) {
    uint8_t c = p[i];
    bool last = i + 1 == n;
    if (c > 126 || c == '=' || (header && c == '_')) return true;
    if (c == '.' && line == 0 && (last || p[i + 1] == '\n' || p[i + 1] == '\r' || p[i + 1] == 0)) return true;
    if (c == '\r' || c == '\n') return !istext;
    if (c == '\t' || c == ' ') return last || quotetabs;
    return c < 33;
}

static Value binascii_fn_b2a_qp(Thread *th, Value self, Value *args) {
    enum { LINE = 76 };
    Buffer b;
    int quotetabs = flag_arg(th, args[1], 0), istext = flag_arg(th, args[2], 1), header = flag_arg(th, args[3], 0);
    if (quotetabs < 0 || istext < 0 || header < 0 || buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    const uint8_t *p = b.buf, *newline = b.len ? memchr(p, '\n', b.len) : NULL;
    // Each byte becomes at most "=XX" after a soft break "=\r\n".
    QpOut o = {b.len > (size_t)INTPTR_MAX / 8 ? NULL : mem_alloc(th, b.len * 6 + 8), 0, 0, newline && newline > p && newline[-1] == '\r'};
    if (!o.p && !error_pending(th)) raise_memory_error(th);
    for (size_t i = 0, n = b.len; o.p && i < n;) {
        if (qp_must_quote(p, n, i, o.line, quotetabs, istext, header)) {
            if (o.line + 3 >= LINE) qp_soft_break(&o);
            qp_hex(&o, p[i++]);
            o.line += 3;
        } else if (istext && (p[i] == '\n' || (p[i] == '\r' && i + 1 < n && p[i + 1] == '\n'))) {
            if (o.n && (o.p[o.n - 1] == ' ' || o.p[o.n - 1] == '\t')) qp_hex(&o, o.p[--o.n]);
            qp_newline(&o);
            i += p[i] == '\r' ? 2 : 1;
        } else {
            if (i + 1 != n && p[i + 1] != '\n' && o.line + 1 >= LINE) qp_soft_break(&o);
            o.line++;
            o.p[o.n++] = header && p[i] == ' ' ? '_' : p[i];
            i++;
        }
    }
    return finish(th, &b, o.p, (intptr_t)o.n);
}

// ---- checksums ------------------------------------------------------------------------------------------------------------------------

static int mask_arg(Thread *th, Value v, uint32_t *out) {
    Value n = number_index(th, v);
    if (n == NO_VALUE) return -1;
    *out = (uint32_t)int_as_u64_mask(n);
    decref(th, n);
    return 0;
}

static Value binascii_fn_crc32(Thread *th, Value self, Value *args) {
    uint32_t crc = 0;
    if (args[1] != NO_VALUE && mask_arg(th, args[1], &crc) < 0) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    if (b.len > 65536) {
        BLOCKING_BEGIN(th);
        crc = (uint32_t)crc32_z(crc, b.buf, b.len);
        BLOCKING_END;
    } else if (b.len) {
        crc = (uint32_t)crc32_z(crc, b.buf, b.len);
    }
    buffer_release(th, &b);
    return value_imm_int(crc);
}

static Value binascii_fn_crc_hqx(Thread *th, Value self, Value *args) {
    uint32_t crc;
    Buffer b;
    if (mask_arg(th, args[1], &crc) < 0 || buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    crc &= 0xFFFF;
    for (size_t i = 0; i < b.len; i++) { // CRC-CCITT, polynomial 0x1021
        crc ^= (uint32_t)b.buf[i] << 8;
        for (int k = 0; k < 8; k++) crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xFFFF;
    }
    buffer_release(th, &b);
    return value_imm_int(crc);
}

static const MethodDef binascii_functions[] = {
    {"a2b_uu", "(data, /)", binascii_fn_a2b_uu, "Decode a line of uuencoded data.", 0},
    {"b2a_uu", "(data, /, *, backtick=False)", binascii_fn_b2a_uu, "Uuencode line of data.", 0},
    {"a2b_base64", "(data, /, *, strict_mode=False)", binascii_fn_a2b_base64, "Decode a line of base64 data.", 0},
    {"b2a_base64", "(data, /, *, newline=True)", binascii_fn_b2a_base64, "Base64-code line of data.", 0},
    {"a2b_hex", "(hexstr, /)", binascii_fn_a2b_hex, "Binary data of hexadecimal representation.", 0},
    {"unhexlify", "(hexstr, /)", binascii_fn_a2b_hex, "Binary data of hexadecimal representation.", 0},
    {"b2a_hex", "(data, sep=None, bytes_per_sep=1)", binascii_fn_b2a_hex, "Hexadecimal representation of binary data.", 0},
    {"hexlify", "(data, sep=None, bytes_per_sep=1)", binascii_fn_b2a_hex, "Hexadecimal representation of binary data.", 0},
    {"a2b_qp", "(data, header=False)", binascii_fn_a2b_qp, "Decode a string of qp-encoded data.", 0},
    {"b2a_qp", "(data, quotetabs=False, istext=True, header=False)", binascii_fn_b2a_qp, "Encode a string using quoted-printable encoding.", 0},
    {"crc_hqx", "(data, crc, /)", binascii_fn_crc_hqx, "Compute CRC-CCITT incrementally.", 0},
    {"crc32", "(data, crc=0, /)", binascii_fn_crc32, "Compute CRC-32 incrementally.", 0},
    {0},
};

static int binascii_exec(Thread *th, Value module) {
    if (error_type == NO_VALUE) {
        error_type = exception_create_type(th, "binascii.Error", VALUE_OF(&exc_ValueError), NULL);
        incomplete_type = exception_create_type(th, "binascii.Incomplete", VALUE_OF(&exc_Exception), NULL);
        gc_add_root(&error_type);
        gc_add_root(&incomplete_type);
    }
    if (error_type == NO_VALUE || incomplete_type == NO_VALUE) return -1;
    return module_add(th, module, "Error", new_ref(th, error_type)) < 0 ? -1 : module_add(th, module, "Incomplete", new_ref(th, incomplete_type));
}

const ModuleDef module_binascii = {
    .name = "binascii", .doc = "Conversion between binary data and ASCII", .methods = binascii_functions, .exec = binascii_exec};
