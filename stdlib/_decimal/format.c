// SPDX-License-Identifier: MIT
// Decimal.__format__: the format mini-language with decimal's own meanings (no type: that of str; precision rounds by the context). decimal_int.h.
#include "stdlib/_decimal/decimal_int.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/unicode.h"
#include "core/object/dict.h"

#define STR(v) AS(Str, v)
enum { WIDTH_MAX_BITS = 40 };   // greater widths and precisions are refused

typedef struct Spec {
    uint32_t fill;
    char align;           // '<' '>' '=' '^'
    char sign;            // '+' '-' ' '
    bool no_negative_zero, alternate, zero_pad;
    int64_t width, precision;      // precision -1: none
    char separator, fraction_separator;
    char type;            // e E f F g G % n N
} Spec;

// How digits are grouped and what the point looks like; texts borrowed.
typedef struct Style { Value point, separator; const char *groups; } Style; // groups: sizes as in struct lconv; separator NO_VALUE: none

static int bad(Thread *th) {
    raise_value_error(th, "invalid format string");
    return -1;
}

// A decimal number at *i. 1, 0: none, -1: too great.
static int parse_number(Thread *th, const Str *s, size_t *i, int64_t *out) {
    size_t start = *i;
    for (*out = 0; *i < s->len; ++*i) {
        int d = unicode_decimal_value(str_char_at(s, *i));
        if (d < 0) break;
        *out = *out * 10 + d;
        if (*out >> WIDTH_MAX_BITS) {
            raise_value_error(th, "format specification exceeds internal limits of _decimal");
            return -1;
        }
    }
    return *i > start;
}
static bool is_align(uint32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

static int parse_spec(Thread *th, const Str *s, bool capitals, Spec *f) {
    size_t i = 0, n = s->len;
    uint32_t c;
#define PEEK() (i < n ? str_char_at(s, i) : 0)
    *f = (Spec){.fill = ' ', .align = '>', .sign = '-', .precision = -1, .type = capitals ? 'G' : 'g'};
    bool aligned = true;
    if (n >= 2 && is_align(str_char_at(s, 1))) {
        f->fill = str_char_at(s, 0);
        f->align = (char)str_char_at(s, 1);
        i = 2;
    } else if (is_align(PEEK())) f->align = (char)str_char_at(s, i++);
    else aligned = false;
    c = PEEK();
    if (c == '+' || c == '-' || c == ' ') f->sign = (char)c, i++;
    if (PEEK() == 'z') f->no_negative_zero = true, i++;
    if (PEEK() == '#') f->alternate = true, i++;
    if (PEEK() == '0') {
        if (aligned) return bad(th);   // would align twice
        f->zero_pad = true;
        i++;
    }
    if (parse_number(th, s, &i, &f->width) < 0) return -1;
    c = PEEK();
    if (c == ',' || c == '_') f->separator = (char)c, i++;
    if (PEEK() == '.') {
        i++;
        int r = parse_number(th, s, &i, &f->precision);
        if (r < 0) return -1;
        if (!r) f->precision = -1;
        c = PEEK();
        if (c == ',' || c == '_') f->fraction_separator = (char)c, i++;
        else if (!r) return bad(th);
    }
    c = PEEK();
    if (c) {
        if (c > 127 || !strchr("eEfFgGnN%", (int)c)) return bad(th);
        f->type = (char)c;
        i++;
    }
    if (i < n) return bad(th);
    if ((f->type == 'n' || f->type == 'N') && f->separator) return bad(th);
    if (f->type == 'N') return warn_format(th, &exc_DeprecationWarning, 1, "Format specifier 'N' is deprecated and slated for removal in Python 3.18");
    return 0;
#undef PEEK
}

// ---- digits -------------------------------------------------------------------------------------------------------------------------

// r = a rounded to n digits; a has more.
static void round_to_digits(Num *r, const Num *a, int64_t n, const Ctx *x, uint32_t *st) {
    Ctx c = ctx_max;
    c.prec = n;
    c.round = x->round;
    num_copy(r, a);
    num_finish(r, &c, st);
}

// The number as the type and the precision want it.
static void shape_number(Num *r, const Num *a, const Spec *f, const Ctx *x, uint32_t *st) {
    Num n;
    num_copy(&n, a);
    if (f->type == '%') n.exp += 2;
    int64_t p = f->precision;
    bool done = false;
    if (p >= 0) {
        switch (f->type) {
        case 'e': case 'E':
            if (!num_is_zero(&n)) {
                if (n.digits > p + 1) round_to_digits(r, &n, p + 1, x, st);
                else {
                    if (!num_room(r, p + 1, st)) break;
                    num_shift_left(r, &n, p + 1 - n.digits);
                }
                done = true;
            }
            break;
        case 'f': case 'F': case '%':
            num_rescale(r, &n, -p, x, st);
            done = true;
            break;
        default:
            if (p == 0) p = 1;
            if (n.digits > p) {
                round_to_digits(r, &n, p, x, st);
                done = true;
            }
        }
    }
    if (*st & ST_MEMORY) {
        num_free(&n);
        return;
    }
    if (!done) *r = n;
    else num_free(&n);
    if (num_is_zero(r) && r->exp > 0 && strchr("fF%", f->type)) r->exp = 0;
}

static void add_grouped_fraction(StrBuilder *b, const char *digits, int64_t n, char separator) {
    for (int64_t i = 0; i < n; i += 3) {
        if (i) str_builder_char(b, (uint32_t)separator);
        str_builder_ascii(b, digits + i, (size_t)(n - i < 3 ? n - i : 3));
    }
}

// The next group's size: the last one repeats, CHAR_MAX ends.
static int next_group(const char **groups, int *size) {
    if (**groups == CHAR_MAX || (signed char)**groups < 0) return *size = 0;
    if (**groups) *size = *(*groups)++;
    return *size;
}

// n digits with separators, and zeros in front up to width characters in all.
static void add_grouped(StrBuilder *b, const char *digits, int64_t n, int64_t width, const Style *style) {
    const char *groups = style->separator ? style->groups : "";
    int64_t separator = style->separator ? (int64_t)STR(style->separator)->len : 0, total = 0, taken = 0;
    int64_t *starts = NULL;
    size_t count = 0, cap = 0;
    int size = 0;
    // From the right: where separators stand (digits behind them), until all digits are out and the width is reached.
    while (next_group(&groups, &size) > 0) {
        int64_t left = n - taken, more = total + size + separator;
        if (left <= size && width <= total + (left > size ? left : size)) break;
        if (left <= 0 && total >= width) break;
        taken += size;
        total = more;
        if (count == cap) {
            cap = cap ? cap * 2 : 16;
            int64_t *wider = realloc(starts, cap * sizeof *starts);
            if (!wider) break;
            starts = wider;
        }
        starts[count++] = taken;
        if (n - taken <= 0 && total >= width) break;
    }
    // What stands before the first separator: the digits left, at least one character, zeros up to the width.
    int64_t digits_now = n > taken ? n - taken : 0, head = width - total > digits_now ? width - total : digits_now;
    if (head < 1) head = 1;
    int64_t all = taken + head, zeros = all - n;
    for (int64_t i = 0; i < all; i++) {
        if (count && all - i == starts[count - 1]) {
            str_builder_str(b, style->separator);
            count--;
        }
        str_builder_char(b, i < zeros ? '0' : (uint32_t)digits[i - zeros]);
    }
    free(starts);
}

// ---- the whole ----------------------------------------------------------------------------------------------------------------------

// body (a Str) with its sign in the field. Takes over body.
static Value pad(Thread *th, const Spec *f, const char *sign, Value body) {
    StrBuilder b;
    if (!body) return NO_VALUE;
    int64_t len = (int64_t)(STR(body)->len + strlen(sign)), fill = f->width > len ? f->width - len : 0;
    int64_t left = f->align == '<' ? 0 : f->align == '^' ? fill / 2 : fill;
    if (!fill && !*sign) return body;
    str_builder_init(&b, th);
    if (f->align == '=') str_builder_ascii(&b, sign, strlen(sign));
    str_builder_fill(&b, f->fill, (size_t)left);
    if (f->align != '=') str_builder_ascii(&b, sign, strlen(sign));
    str_builder_str(&b, body);
    str_builder_fill(&b, f->fill, (size_t)(fill - left));
    decref(th, body);
    return str_builder_finish(&b);
}

static const char *sign_text(const Spec *f, bool neg) { return neg ? "-" : f->sign == '+' ? "+" : f->sign == ' ' ? " " : ""; }

static Value format_special(Thread *th, const Num *a, const Spec *f) {
    Num plain = *a;   // borrowed
    plain.neg = false;
    Value body = decimal_text(th, &plain, 0);
    if (body && f->type == '%') {
        Value s = str_format(th, "%U%%", body);
        decref(th, body);
        body = s;
    }
    return pad(th, f, sign_text(f, a->neg), body);
}

static Value format_finite(Thread *th, const Num *a, const Spec *f, const Style *style) {
    int64_t len = a->digits, left = a->exp + len, place = 1;
    bool scientific = f->type == 'e' || f->type == 'E', fixed = f->type == 'f' || f->type == 'F' || f->type == '%';
    if (scientific) {
        if (num_is_zero(a) && f->precision >= 0) place = 1 - f->precision;
    } else if (fixed || (a->exp <= 0 && left > -6)) place = left;
    int64_t exp = left - place, before = place <= 0 ? 0 : place < len ? place : len, zeros_after = place < 0 ? -place : 0;
    int64_t zeros_before = place > len ? place - len : 0;
    char small[128];
    size_t need = (size_t)(len + zeros_before + zeros_after + 2);
    char *digits = need <= sizeof small ? small : mem_alloc(th, need), tail[40];
    if (!digits) return NO_VALUE;
    memset(digits, '0', need);
    num_digits_text(a, digits + zeros_after);   // zeros_before or zeros_after is 0
    int64_t whole = before + zeros_before, fraction = place <= 0 ? zeros_after + len : len - before;
    size_t n = 0;
    if (exp || scientific) n = (size_t)snprintf(tail, sizeof tail, "%c%+lld", f->type == 'E' || f->type == 'G' ? 'E' : 'e', (long long)exp);
    if (f->type == '%') tail[n++] = '%';
    bool point = fraction || f->alternate;
    const char *sign = sign_text(f, a->neg && !(f->no_negative_zero && num_is_zero(a)));
    int64_t behind = (int64_t)n + (point ? (int64_t)STR(style->point)->len : 0) + fraction + (fraction && f->fraction_separator ? (fraction - 1) / 3 : 0);
    StrBuilder b;
    str_builder_init(&b, th);
    add_grouped(&b, whole ? digits : "0", whole ? whole : 1, f->zero_pad ? f->width - behind - (int64_t)strlen(sign) : 0, style);
    const char *rest = digits + (place <= 0 ? 0 : before);
    if (point) str_builder_str(&b, style->point);
    if (f->fraction_separator) add_grouped_fraction(&b, rest, fraction, f->fraction_separator);
    else str_builder_ascii(&b, rest, (size_t)fraction);
    str_builder_ascii(&b, tail, n);
    if (digits != small) mem_free(digits);
    return pad(th, f, sign, str_builder_finish(&b));
}

// A str of the override dict: of one character at most, where it has no more bytes than that. 1, 0: not there, -1: an exception.
static int override_text(Thread *th, Value dict, const char *name, Value *out) {
    Value key = str_intern_cstr(th, name);
    int r = dict_get(th, AS(Dict, dict), key, out);
    if (r > 0 && !value_is_str(*out)) {
        clear_ref(th, out);
        raise_value_error(th, "invalid override dict");
        return -1;
    }
    return r;
}

typedef struct OwnStyle { Value point, separator, groups_text; char groups[16]; } OwnStyle; // owned

// The locale's conventions, or what override says instead. 0 or -1.
static int load_style(Thread *th, Value override, bool of_locale, OwnStyle *o) {
    const struct lconv *l = localeconv();
    if (of_locale) {
        o->point = str_from_fs(th, l->decimal_point, strlen(l->decimal_point));
        o->separator = str_from_fs(th, l->thousands_sep, strlen(l->thousands_sep));
        strncpy(o->groups, l->grouping, sizeof o->groups - 1);
    }
    if (override) {
        if (!value_is_dict(override)) {
            raise_type_error(th, "optional argument must be a dict");
            return -1;
        }
        Value groups = NO_VALUE, v;
        int r = override_text(th, override, "decimal_point", &v);
        if (r > 0) set_ref(th, &o->point, v);
        if (r >= 0 && (r = override_text(th, override, "thousands_sep", &v)) > 0) set_ref(th, &o->separator, v);
        if (r >= 0) r = override_text(th, override, "grouping", &groups);
        if (r < 0) return -1;
        if (r > 0) {
            const Str *s = STR(groups);
            memset(o->groups, 0, sizeof o->groups);
            for (size_t i = 0; i < s->len && i < sizeof o->groups - 1; i++) {
                uint32_t c = str_char_at(s, i);
                if (c > CHAR_MAX) r = -1;
                o->groups[i] = (char)(c > CHAR_MAX ? CHAR_MAX : c);
            }
            decref(th, groups);
        }
        // Each is one character: four bytes of UTF-8 at most.
        if (r < 0 || (o->point && (STR(o->point)->len > 4 || STR(o->point)->len == 0)) || (o->separator && STR(o->separator)->len > 4)) {
            raise_value_error(th, "invalid override dict");
            return -1;
        }
    }
    return error_pending(th) ? -1 : 0;
}

Value decimal_format(Thread *th, Value self, Value spec, Value override) {
    if (!value_is_str(spec)) return raise_type_error(th, "format arg must be str");
    DecContext *c = context_now(th);
    if (!c) return NO_VALUE;
    const Num *a = &DECIMAL(self)->num;
    Ctx x;
    Spec f;
    context_load(c, &x);
    if (STR(spec)->len == 0 && !override) return decimal_text(th, a, x.capitals ? TEXT_CAPITALS : 0);
    if (parse_spec(th, STR(spec), x.capitals, &f) < 0) return NO_VALUE;
    if (num_is_special(a)) return format_special(th, a, &f);
    OwnStyle own = {0};
    bool of_locale = f.type == 'n' || f.type == 'N';
    if (of_locale) f.type = f.type == 'n' ? 'g' : 'G';
    Value result = NO_VALUE;
    if (load_style(th, override, of_locale, &own) == 0) {
        Style style = {own.point ? own.point : str_latin1_char('.'), own.separator, own.groups};
        if (f.separator && !own.separator) style = (Style){style.point, str_latin1_char((uint8_t)f.separator), "\3"};
        if (f.zero_pad) f.fill = '0', f.align = '=';
        Num n;
        uint32_t st = 0;
        shape_number(&n, a, &f, &x, &st);
        if (st & ST_MEMORY) raise_memory_error(th);
        else {
            result = format_finite(th, &n, &f, &style);
            num_free(&n);
        }
    }
    decref(th, own.point);
    decref(th, own.separator);
    return result;
}
