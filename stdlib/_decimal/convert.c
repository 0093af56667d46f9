// SPDX-License-Identifier: MIT
// Decimals from and to other types: ints, floats, text, tuples; hash and comparison (decimal_int.h). No locks: all that is read is constant.
#include "stdlib/_decimal/decimal_int.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/hash.h"

static void num_from_int(Num *r, Value v) {
    IntView w;
    int_view(v, &w);
    u128 c = w.n > 1 ? (u128)w.d[1] << 64 | w.d[0] : w.n ? w.d[0] : 0;
    if (w.n <= 2 && c < num_pow10[SMALL_DIGITS]) {
        num_set_small(r, w.neg, c, 0);
        return;
    }
    mpz_t borrowed, z;
    w.neg = false;
    int_view_mpz(&w, borrowed);
    mpz_init_set(z, borrowed);
    int_view(v, &w);
    num_set_mpz(r, w.neg, z, 0);
}

bool operand_int(Value v, Operand *o) {
    if (!value_is_int(v)) return false;
    o->n = &o->own;
    num_from_int(&o->own, v);
    return true;
}
int operand_need(Thread *th, Value v, Operand *o) {
    if (operand_take(v, o)) return 0;
    raise_type_error(th, "conversion from %T to Decimal is not supported", v);
    return -1;
}

Value decimal_make(Thread *th, Type *type, Num *r) {
    if (type == &type_dec_decimal) return decimal_from_num(th, r);
    Decimal *d = NEW(Decimal, th, type);
    if (!d) {
        num_free(r);
        return NO_VALUE;
    }
    d->num = *r;
    return VALUE_OF(d);
}

void num_from_double(Num *r, double d) {
    if (isnan(d) || isinf(d)) {
        num_set_special(r, isnan(d) ? NUM_QNAN : NUM_INFINITE, signbit(d) != 0);
        return;
    }
    int e;
    double m = frexp(fabs(d), &e);
    uint64_t c = (uint64_t)ldexp(m, 53);
    e -= 53;
    if (c) {
        int twos = __builtin_ctzll(c);
        c >>= twos;
        e += twos;
    } else e = 0;
    mpz_t z, p;
    mpz_init_set_ui(z, c);
    mpz_init(p);
    if (e >= 0) mpz_mul_2exp(z, z, (mp_bitcnt_t)e);
    else {   // c / 2**n = c * 5**n / 10**n
        mpz_ui_pow_ui(p, 5, (unsigned long)-e);
        mpz_mul(z, z, p);
    }
    mpz_clear(p);
    num_set_mpz(r, signbit(d) != 0, z, e < 0 ? e : 0);
}

// ---- making -------------------------------------------------------------------------------------------------------------------------

// A number just made becomes a Decimal: checked against the largest context, or rounded to c.
static Value make_checked(Thread *th, Type *type, Num *r, DecContext *c, bool exact, uint32_t st) {
    Ctx x;
    context_load(c, &x);
    if (exact) {
        num_fit_exact(r, &st);
    } else if (num_is_nan(r) && r->digits > x.prec - x.clamp) {
        num_free(r);
        num_invalid(r, ST_CONVERSION_SYNTAX, &st);
    } else num_finish(r, &x, &st);
    if (context_raise(th, c, x.traps, st) < 0) {
        num_free(r);
        return NO_VALUE;
    }
    return decimal_make(th, type, r);
}

static Value from_text(Thread *th, Type *type, Value v, DecContext *c, bool exact) {
    char small[128];
    size_t n;
    char *text = number_text_ascii(th, v, small, sizeof small, &n), *s = text, *clean = NULL;
    if (!text) return NO_VALUE;
    if (exact) {   // white space around it, underscores anywhere
        while (n && (*s == ' ' || (*s >= '\t' && *s <= '\r') || (*s >= 28 && *s <= 31))) s++, n--;
        while (n && (s[n - 1] == ' ' || (s[n - 1] >= '\t' && s[n - 1] <= '\r') || (s[n - 1] >= 28 && s[n - 1] <= 31))) n--;
        if (memchr(s, '_', n)) {
            clean = mem_alloc(th, n);
            if (clean) {
                size_t k = 0;
                for (size_t i = 0; i < n; i++)
                    if (s[i] != '_') clean[k++] = s[i];
                s = clean;
                n = k;
            }
        }
    }
    Num r;
    uint32_t st = 0;
    Value d = NO_VALUE;
    if (!error_pending(th)) {
        num_parse(&r, s, n, &st);
        d = make_checked(th, type, &r, c, exact, st);
    }
    mem_free(clean);
    if (text != small && text != (char *)str_data(AS(Str, v))) mem_free(text);
    return d;
}

static Value bad_tuple(Thread *th, const char *what) { return raise_value_error(th, "%s", what); }

// (sign, digits, exponent)
static Value from_tuple(Thread *th, Type *type, Value v, DecContext *c, bool exact) {
    Value t = sequence_to_tuple(th, v), digits = NO_VALUE, result = NO_VALUE;
    if (!t) return NO_VALUE;
    Value *item = AS(Tuple, t)->items;
    char *text = NULL, *p;
    int64_t sign, exp = 0;
    char special = 0;
    if (AS(Tuple, t)->len != 3) {
        bad_tuple(th, "argument must be a sequence of length 3");
        goto done;
    }
    if (!value_is_int(item[0]) || int_as_i64_overflow(item[0], &sign) || sign < 0 || sign > 1) {
        bad_tuple(th, "sign must be an integer with the value 0 or 1");
        goto done;
    }
    if (value_is_str(item[2])) {
        const Str *s = AS(Str, item[2]);
        uint32_t k = s->len == 1 ? str_char_at(s, 0) : 0;
        if (k != 'F' && k != 'n' && k != 'N') {
            bad_tuple(th, "string argument in the third position must be 'F', 'n' or 'N'");
            goto done;
        }
        special = (char)k;
    } else if (!value_is_int(item[2])) {
        bad_tuple(th, "exponent must be an integer");
        goto done;
    } else if (int_as_i64(th, item[2], &exp) < 0) goto done;
    if (!value_is_tuple(item[1]) && !value_is_list(item[1])) {
        bad_tuple(th, "coefficient must be a tuple of digits");
        goto done;
    }
    if (!(digits = sequence_to_tuple(th, item[1]))) goto done;
    size_t n = AS(Tuple, digits)->len;
    if (!(text = mem_alloc(th, n + 64))) goto done;
    p = text;
    *p++ = sign ? '-' : '+';
    if (special) p = stpcpy(p, special == 'F' ? "Inf" : special == 'n' ? "NaN" : "sNaN");
    else if (n == 0) *p++ = '0';
    for (size_t i = 0; i < n; i++) {
        int64_t d;
        if (!value_is_int(AS(Tuple, digits)->items[i]) || int_as_i64_overflow(AS(Tuple, digits)->items[i], &d) || d < 0 || d > 9) {
            bad_tuple(th, "coefficient must be a tuple of digits");
            goto done;
        }
        if (special != 'F') *p++ = (char)('0' + d);
    }
    if (!special) {
        *p++ = 'E';
        p += int_text_i64(exp, p);
    }
    Num r;
    uint32_t st = 0;
    num_parse(&r, text, (size_t)(p - text), &st);
    result = make_checked(th, type, &r, c, exact, st);
done:
    mem_free(text);
    decref(th, digits);
    decref(th, t);
    return result;
}

Value decimal_from_float(Thread *th, Type *type, Value v, DecContext *c, bool exact) {
    Num r;
    if (value_is_int(v)) num_from_int(&r, v);
    else if (value_is_float(v)) num_from_double(&r, float_value(v));
    else return raise_type_error(th, "argument must be int or float");
    return make_checked(th, type, &r, c, exact, 0);
}

Value decimal_from_value(Thread *th, Type *type, Value v, DecContext *c, bool exact) {
    if (is_decimal(v)) {
        if (exact && type == &type_dec_decimal && value_is_exact(v, &type_dec_decimal)) return new_ref(th, v);
        Num r;
        num_copy(&r, &DECIMAL(v)->num);
        return make_checked(th, type, &r, c, exact, 0);
    }
    if (value_is_str(v)) return from_text(th, type, v, c, exact);
    if (value_is_int(v)) return decimal_from_float(th, type, v, c, exact);
    if (value_is_tuple(v) || value_is_list(v)) return from_tuple(th, type, v, c, exact);
    if (value_is_float(v)) {
        if (context_raise(th, c, atomic_load_relaxed(&c->traps->word), ST_FLOAT_OPERATION) < 0) return NO_VALUE;
        return decimal_from_float(th, type, v, c, exact);
    }
    return raise_type_error(th, "conversion from %T to Decimal is not supported", v);
}

// ---- to other types -----------------------------------------------------------------------------------------------------------------

Value decimal_text(Thread *th, const Num *a, int flags) {
    char small[NUM_TEXT_SMALL];
    size_t n;
    char *text = num_text(a, flags, small, sizeof small, &n);
    if (!text) return raise_memory_error(th);
    Value s = str_from_ascii(th, text, n);
    if (text != small) free(text);
    return s;
}

Value decimal_to_int(Thread *th, const Num *a, int round) {
    if (num_is_nan(a)) return raise_value_error(th, "cannot convert NaN to integer");
    if (a->kind == NUM_INFINITE) return raise_error(th, &exc_OverflowError, "cannot convert Infinity to integer");
    Ctx x = ctx_max;
    Num r;
    uint32_t st = 0;
    x.round = (uint8_t)round;
    num_rescale(&r, a, 0, &x, &st);
    if (st & ST_MEMORY) return raise_memory_error(th);
    Value v;
    if (num_is_big(&r)) v = int_from_limbs(th, (const uint64_t *)mpz_limbs_read(r.z), mpz_size(r.z), r.neg);
    else {
        uint64_t d[2] = {(uint64_t)r.c, (uint64_t)(r.c >> 64)};
        v = !d[1] && d[0] <= (uint64_t)INT_IMM_MAX ? value_imm_int(r.neg ? -(int64_t)d[0] : (int64_t)d[0]) : int_from_limbs(th, d, 2, r.neg);
    }
    num_free(&r);
    return v;
}

Value decimal_to_float(Thread *th, Value self) {
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const Num *a = &DECIMAL(self)->num;
    if (num_is_nan(a)) {
        if (a->kind == NUM_SNAN) return raise_value_error(th, "cannot convert signaling NaN to float");
        return float_from_double(th, a->neg ? -(double)NAN : (double)NAN);
    }
    // Both exact as doubles: one operation rounds correctly.
    if (a->kind == NUM_FINITE && a->digits <= 15 && a->exp >= -22 && a->exp <= 22) {
        double d = (double)(uint64_t)a->c;
        d = a->exp < 0 ? d / tens[-a->exp] : d * tens[a->exp];
        return float_from_double(th, a->neg ? -d : d);
    }
    Value s = decimal_text(th, a, 0), f = s ? float_from_text(th, s) : NO_VALUE;
    decref(th, s);
    return f;
}

Value decimal_ratio(Thread *th, Value self) {
    const Num *a = &DECIMAL(self)->num;
    if (num_is_special(a)) {
        if (num_is_nan(a)) return raise_value_error(th, "cannot convert NaN to integer ratio");
        return raise_error(th, &exc_OverflowError, "cannot convert Infinity to integer ratio");
    }
    if (num_is_zero(a)) return tuple_pack2(th, value_imm_int(0), value_imm_int(1));
    Num bare;
    uint32_t st = 0;
    if (!num_room(&bare, a->digits + (a->exp < 0 ? -a->exp : a->exp), &st)) return raise_memory_error(th);
    NumView v;
    mpz_t n, d, g;
    mpz_init_set(n, num_view(a, &v));
    mpz_inits(d, g, NULL);
    mpz_pow10(d, (uint64_t)(a->exp < 0 ? -a->exp : a->exp));
    if (a->exp >= 0) {
        mpz_mul(n, n, d);
        mpz_set_ui(d, 1);
    } else {
        mpz_gcd(g, n, d);
        mpz_divexact(n, n, g);
        mpz_divexact(d, d, g);
    }
    if (a->neg) mpz_neg(n, n);
    Value pair[2] = {int_from_mpz(th, n), int_from_mpz(th, d)};
    mpz_clears(n, d, g, NULL);
    if (pair[0] && pair[1]) return tuple_from_owned(th, pair, 2);
    decref(th, pair[0]);
    decref(th, pair[1]);
    return NO_VALUE;
}

Value decimal_tuple(Thread *th, Value self) {
    const Num *a = &DECIMAL(self)->num;
    Value digits, exp;
    if (a->kind == NUM_INFINITE) digits = tuple_pack1(th, value_imm_int(0));
    else {
        char *text = mem_alloc(th, (size_t)a->digits + 1);
        Tuple *t = text ? tuple_new(th, (size_t)a->digits) : NULL;
        if (t) {
            if (a->digits) num_digits_text(a, text);
            for (int64_t i = 0; i < a->digits; i++) t->items[i] = value_imm_int(text[i] - '0');
        }
        mem_free(text);
        digits = VALUE_OF(t);
    }
    static const char letters[] = {0, 'F', 'n', 'N'};
    exp = a->kind == NUM_FINITE ? int_from_i64(th, a->exp) : str_latin1_char((uint8_t)letters[a->kind]);
    Value t = digits && exp ? call3(th, dec_tuple_type, value_imm_int(a->neg), digits, exp) : NO_VALUE;
    decref(th, digits);
    decref(th, exp);
    return t;
}

// ---- hash and comparison ------------------------------------------------------------------------------------------------------------

#define TENTH_MODULO 2075258708292324556ull // 1 / 10 modulo the prime that hashes of numbers are taken by

static uint64_t power_modulo(uint64_t base, uint64_t e) {
    uint64_t r = 1;
    for (; e; e >>= 1, base = hash_mulmod(base, base))
        if (e & 1) r = hash_mulmod(r, base);
    return r;
}

int64_t decimal_hash(Thread *th, Value self) {
    const Num *a = &DECIMAL(self)->num;
    if (num_is_nan(a)) {
        if (a->kind == NUM_QNAN) return hash_pointer(value_object(self));
        raise_type_error(th, "Cannot hash a signaling NaN value");
        return -1;
    }
    if (a->kind == NUM_INFINITE) return a->neg ? -HASH_INF : HASH_INF;
    // coefficient * 10**exp modulo the prime; the powers of ten repeat after one less.
    uint64_t c, e = (uint64_t)(a->exp < 0 ? -a->exp : a->exp) % (HASH_MODULUS - 1);
    if (num_is_big(a)) c = mpz_fdiv_ui(a->z, HASH_MODULUS);
    else {
        c = (uint64_t)(a->c & HASH_MODULUS) + (uint64_t)(a->c >> HASH_BITS & HASH_MODULUS) + (uint64_t)(a->c >> 2 * HASH_BITS);
        c = (c & HASH_MODULUS) + (c >> HASH_BITS);
        if (c >= HASH_MODULUS) c -= HASH_MODULUS;
    }
    int64_t h = (int64_t)(e ? hash_mulmod(c, power_modulo(a->exp < 0 ? TENTH_MODULO : 10, e)) : c);
    if (a->neg) h = -h;
    return h == -1 ? -2 : h;
}

// The other side of a comparison. 1, 0: not comparable, -1: an exception. *a may be replaced (by *scaled) where b is a fraction.
static int compare_operand(Thread *th, Value b, int op, DecContext *c, Operand *o, const Num **a, Num *scaled) {
    if (operand_take(b, o)) return 1;
    bool equality = op == CMP_EQ || op == CMP_NE;
    double d;
    if (value_is_complex(b) && equality) {
        if (AS(Complex, b)->imag != 0.0) return 0;
        d = AS(Complex, b)->real;
    } else if (value_is_float(b)) d = float_value(b);
    else {
        int r = object_isinstance(th, b, dec_rational);
        if (r <= 0) return r;
        Value n = object_getattr_cstr(th, b, "numerator"), den = n ? object_getattr_cstr(th, b, "denominator") : NO_VALUE;
        r = -1;
        if (den && value_is_int(n) && value_is_int(den)) {
            Num factor;
            uint32_t st = 0;
            num_from_int(&factor, den);
            num_mul(scaled, *a, &factor, &ctx_max, &st);   // a NaN stays one
            num_free(&factor);
            if (st & ST_MEMORY) raise_memory_error(th);
            else {
                operand_int(n, o);
                if (!num_is_nan(*a)) *a = scaled;
                r = 1;
            }
        } else if (den) raise_type_error(th, "numerator and denominator must be integers");
        decref(th, n);
        decref(th, den);
        return r;
    }
    // Equality with a float sets the flag and never raises.
    uint32_t traps = equality ? 0 : atomic_load_relaxed(&c->traps->word);
    if (context_raise(th, c, traps, ST_FLOAT_OPERATION) < 0) return -1;
    o->n = &o->own;
    num_from_double(&o->own, d);
    return 1;
}

Value decimal_compare(Thread *th, Value self, Value other, int op) {
    const Num *a = &DECIMAL(self)->num;
    Operand b;
    // The common case needs no context.
    if (LIKELY(operand_take(other, &b))) {
        bool numbers = !num_is_nan(a) && !num_is_nan(b.n);
        int order = numbers ? num_order(a, b.n) : 0;
        operand_free(&b);
        if (numbers) return compare_result(op, order);
    }
    DecContext *c = context_now(th);
    if (!c) return NO_VALUE;
    Value keep = new_ref(th, VALUE_OF(c)), result = NO_VALUE;   // a fraction's attributes are Python code
    Num scaled;
    num_set_small(&scaled, false, 0, 0);
    int r = compare_operand(th, other, op, c, &b, &a, &scaled);
    if (r == 0) result = VALUE_NOT_IMPLEMENTED;
    else if (r > 0) {
        if (num_is_nan(a) || num_is_nan(b.n)) {
            // A signalling NaN always signals, a quiet one in an order only.
            uint32_t st = 0;
            if ((op != CMP_EQ && op != CMP_NE) || a->kind == NUM_SNAN || b.n->kind == NUM_SNAN) st = ST_INVALID | ST_PLAIN_INVALID;
            if (context_raise(th, c, atomic_load_relaxed(&c->traps->word), st) == 0) result = value_bool(op == CMP_NE);
        } else result = compare_result(op, num_order(a, b.n));
        operand_free(&b);
    }
    num_free(&scaled);
    decref(th, keep);
    return result;
}
