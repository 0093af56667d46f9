// SPDX-License-Identifier: MIT
// The format mini-language: parser, padding, digit grouping, str.__format__ (format.h). No state, no locks.
#include "core/object/format.h"

#include <locale.h>
#include <string.h>

#include "core/base/unicode.h"
#include "core/object/str_int.h"

static bool is_align(uint32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

// Decimal digits from *pos on. 1: a number, 0: none, -1: too large (exception set).
static int parse_count(Thread *th, const Str *s, size_t *pos, intptr_t *out) {
    intptr_t v = 0;
    size_t start = *pos;
    for (; *pos < s->len; ++*pos) {
        int d = unicode_decimal_value(str_char_at(s, *pos));
        if (d < 0) break;
        if (v > (INTPTR_MAX - d) / 10) {
            raise_value_error(th, "Too many decimal digits in format string");
            return -1;
        }
        v = v * 10 + d;
    }
    if (*pos == start) return 0;
    *out = v;
    return 1;
}

// ',' and '_' at *pos, into *sep. 0, or -1: both.
static int parse_grouping(Thread *th, const Str *s, size_t *pos, char *sep) {
    *sep = 0;
    for (int i = 0; i < 2 && *pos < s->len; i++) {
        uint32_t c = str_char_at(s, *pos);
        if (c != (i == 0 ? ',' : '_')) continue;
        if (*sep) goto both;
        *sep = (char)c;
        ++*pos;
    }
    if (*sep == '_' && *pos < s->len && str_char_at(s, *pos) == ',') goto both;
    return 0;
both:
    raise_value_error(th, "Cannot specify both ',' and '_'.");
    return -1;
}

static int bad_grouping(Thread *th, char sep, uint32_t type) {
    if (type > 32 && type < 128) raise_value_error(th, "Cannot specify '%c' with '%c'.", sep, (int)type);
    else raise_value_error(th, "Cannot specify '%c' with '\\x%x'.", sep, type);
    return -1;
}

int format_parse_spec(Thread *th, Value spec, Value for_value, uint32_t default_type, char default_align, FormatSpec *f) {
    const Str *s = STR(spec);
    size_t pos = 0, n = s->len;
#define PEEK() (pos < n ? str_char_at(s, pos) : 0)
    *f = (FormatSpec){.fill = ' ', .align = default_align, .width = -1, .precision = -1, .type = default_type};
    if (n >= 2 && is_align(str_char_at(s, 1))) {
        f->fill = str_char_at(s, 0);
        f->align = (char)str_char_at(s, 1);
        f->fill_given = f->align_given = true;
        pos = 2;
    } else if (is_align(PEEK())) {
        f->align = (char)str_char_at(s, pos++);
        f->align_given = true;
    }
    uint32_t c = PEEK();
    if (c == '+' || c == '-' || c == ' ') f->sign = (char)c, pos++;
    if (PEEK() == 'z') f->no_neg_0 = true, pos++;
    if (PEEK() == '#') f->alternate = true, pos++;
    if (!f->fill_given && PEEK() == '0') {
        f->fill = '0';
        if (!f->align_given && default_align == '>') f->align = '=';
        pos++;
    }
    if (parse_count(th, s, &pos, &f->width) < 0) return -1;
    if (parse_grouping(th, s, &pos, &f->grouping) < 0) return -1;
    if (PEEK() == '.') {
        pos++;
        int r = parse_count(th, s, &pos, &f->precision);
        if (r < 0 || parse_grouping(th, s, &pos, &f->frac_grouping) < 0) return -1;
        if (r == 0 && !f->frac_grouping) {
            raise_value_error(th, "Format specifier missing precision");
            return -1;
        }
    }
    if (n - pos > 1) {
        raise_value_error(th, "Invalid format specifier '%U' for object of type '%T'", spec, for_value);
        return -1;
    }
    if (pos < n) f->type = str_char_at(s, pos);
#undef PEEK
    if (f->grouping) {
        switch (f->type) {
        case 'd': case 'e': case 'f': case 'g': case 'E': case 'G': case '%': case 'F': case 0: break;
        case 'b': case 'o': case 'x': case 'X':
            if (f->grouping == '_') break;
            return bad_grouping(th, f->grouping, f->type);
        default: return bad_grouping(th, f->grouping, f->type);
        }
    }
    if (f->frac_grouping && f->type == 'n') return bad_grouping(th, f->frac_grouping, f->type);
    return 0;
}

Value format_unknown_code(Thread *th, uint32_t type, Value for_value) {
    if (type > 32 && type < 128) return raise_value_error(th, "Unknown format code '%c' for object of type '%T'", (int)type, for_value);
    return raise_value_error(th, "Unknown format code '\\x%x' for object of type '%T'", type, for_value);
}

// Splits width over both sides for `len` characters.
static void pad_sides(const FormatSpec *f, size_t len, size_t *left, size_t *right) {
    size_t pad = f->width > 0 && (size_t)f->width > len ? (size_t)f->width - len : 0;
    *left = f->align == '<' ? 0 : f->align == '^' ? pad / 2 : pad;
    *right = pad - *left;
}

Value format_pad(Thread *th, const FormatSpec *f, Value text) {
    size_t left, right;
    pad_sides(f, STR(text)->len, &left, &right);
    return str_pad(th, text, (intptr_t)left, (intptr_t)right, f->fill);
}

// ---- numbers --------------------------------------------------------------------------------------------------------------------------

// Sizes of digit groups from the right: one size for ever, or the locale's list.
typedef struct Groups { const char *list; int size; const char *sep; } Groups;

static int groups_next(Groups *g) {
    if (!g->list) return g->size;
    if (*g->list == 0) return g->size;                     // the last size repeats
    if (*g->list == 127 || (signed char)*g->list < 0) return g->size = 0; // no more grouping
    return g->size = *g->list++;
}

// Digits with separators, at least min_width characters by adding zeros. Written backwards into buf (cap bytes); the start is returned.
// Separators are single characters here; add_grouped puts the locale's text in their place.
static char *group_digits(char *buf, size_t cap, const char *digits, size_t n, intptr_t min_width, Groups g, char sep, size_t sep_width) {
    char *to = buf + cap;
    intptr_t remaining = (intptr_t)n;
    bool first = true;
    for (;;) {
        int size = sep ? groups_next(&g) : 0;
        intptr_t want = remaining > min_width ? remaining : min_width;
        if (want < 1) want = 1;
        bool last = size <= 0;
        intptr_t len = last || size > want ? want : size;
        intptr_t take = remaining < len ? remaining : len;
        if (!first) *--to = sep;
        first = false;
        for (intptr_t i = 0; i < take; i++) *--to = digits[--remaining];
        for (intptr_t i = take; i < len; i++) *--to = '0';
        min_width -= len;
        if (last || (remaining <= 0 && min_width <= 0)) return to;
        min_width -= (intptr_t)sep_width;
    }
}

static size_t utf8_chars(const char *p) {
    size_t n = 0;
    for (; *p; p++) n += ((uint8_t)*p & 0xC0) != 0x80;
    return n;
}

Value format_number(Thread *th, const FormatSpec *f, const FormatNumber *num, bool locale_group) {
    char sign = num->negative ? '-' : f->sign == '+' ? '+' : f->sign == ' ' ? ' ' : 0;
    const char *point = ".";
    Groups g = {NULL, num->group, NULL};
    char sep = f->grouping == ',' || f->grouping == '_' ? f->grouping : 0;
    size_t sep_width = sep ? 1 : 0;
    char locale_grouping[16] = "";
    if (locale_group) {
        struct lconv *lc = localeconv();
        point = lc->decimal_point;
        strncpy(locale_grouping, lc->grouping, sizeof locale_grouping - 1);
        sep_width = utf8_chars(lc->thousands_sep);
        if (*lc->thousands_sep && *locale_grouping) {
            sep = '\1';
            g = (Groups){locale_grouping, 0, lc->thousands_sep};
        } else {
            sep = 0;
        }
    }
    size_t prefix_len = strlen(num->prefix);
    if (LIKELY(!locale_group) && LIKELY(!sep) && LIKELY(!f->frac_grouping) && LIKELY(f->fill < 0x80)) {
        size_t n = (sign != 0) + prefix_len + num->n_digits + num->n_rest, left, right, inside = 0;
        pad_sides(f, n, &left, &right);
        if (f->align == '=') inside = left, left = 0;
        if (n + left + right > 1 && left + right + inside < SIZE_MAX / 16) {
            Str *s = str_new_raw(th, n + left + right + inside, 0x7F);
            if (!s) return NO_VALUE;
            char *p = str_data(s);
#define FILL(count) do { if (count) { memset(p, (int)f->fill, (count)); p += (count); } } while (0)
#define COPY(from, count) do { if (count) { memcpy(p, (from), (count)); p += (count); } } while (0)
            FILL(left);
            if (sign) *p++ = sign;
            COPY(num->prefix, prefix_len);
            FILL(inside);
            COPY(num->digits, num->n_digits);
            COPY(num->rest, num->n_rest);
            FILL(right);
#undef FILL
#undef COPY
            return VALUE_OF(s);
        }
    }
    size_t point_chars = utf8_chars(point);
    bool has_point = num->n_rest && num->rest[0] == '.';
    size_t n_frac_seps = f->frac_grouping && has_point && num->n_frac ? (num->n_frac - 1) / 3 : 0;
    size_t other = (sign != 0) + prefix_len + num->n_rest - (has_point ? 1 - point_chars : 0) + n_frac_seps;
    intptr_t min_width = 0;
    if (f->fill == '0' && f->align == '=' && f->width > 0) min_width = f->width > (intptr_t)other ? f->width - (intptr_t)other : 0;
    if ((size_t)min_width > SIZE_MAX / 16) return raise_memory_error(th);

    size_t cap = 2 * (num->n_digits > (size_t)min_width ? num->n_digits : (size_t)min_width) + 4;
    char small[256], *buf = cap <= sizeof small ? small : mem_alloc(th, cap);
    if (!buf) return NO_VALUE;
    size_t len = 0, shown = 0;
    char *grouped = buf;
    if (num->n_digits) {
        grouped = group_digits(buf, cap, num->digits, num->n_digits, min_width, g, sep, sep_width);
        len = (size_t)(buf + cap - grouped);
        shown = len;
        if (sep == '\1' && sep_width != 1)
            for (size_t i = 0; i < len; i++) shown += grouped[i] == sep ? sep_width - 1 : 0;
    }
    size_t left, right, inside = 0;
    pad_sides(f, shown + other, &left, &right);
    if (f->align == '=') inside = left, left = 0;

    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_fill(&b, f->fill, left);
    if (sign) str_builder_char(&b, (uint8_t)sign);
    str_builder_ascii(&b, num->prefix, prefix_len);
    str_builder_fill(&b, f->fill, inside);
    if (sep == '\1') {
        for (size_t i = 0; i < len; i++) {
            if (grouped[i] == sep) str_builder_utf8(&b, g.sep, strlen(g.sep));
            else str_builder_char(&b, (uint8_t)grouped[i]);
        }
    } else {
        str_builder_ascii(&b, grouped, len);
    }
    if (buf != small) mem_free(buf);
    const char *rest = num->rest;
    size_t n_rest = num->n_rest;
    if (has_point) {
        str_builder_utf8(&b, point, strlen(point));
        rest++, n_rest--;
        if (n_frac_seps) {
            for (size_t i = 0; i < num->n_frac; i++) {
                if (i && i % 3 == 0) str_builder_char(&b, (uint8_t)f->frac_grouping);
                str_builder_char(&b, (uint8_t)rest[i]);
            }
            rest += num->n_frac, n_rest -= num->n_frac;
        }
    }
    str_builder_ascii(&b, rest, n_rest);
    str_builder_fill(&b, f->fill, right);
    return str_builder_finish(&b);
}

// ---- str ------------------------------------------------------------------------------------------------------------------------------

Value str_format_spec(Thread *th, Value self, Value spec) {
    if (STR(spec)->len == 0) return value_is_exact_str(self) ? new_ref(th, self) : object_str(th, self);
    FormatSpec f;
    if (format_parse_spec(th, spec, self, 's', '<', &f) < 0) return NO_VALUE;
    if (f.type != 's') return format_unknown_code(th, f.type, self);
    if (f.sign) {
        if (f.sign == ' ') return raise_value_error(th, "Space not allowed in string format specifier");
        return raise_value_error(th, "Sign not allowed in string format specifier");
    }
    if (f.no_neg_0) return raise_value_error(th, "Negative zero coercion (z) not allowed in string format specifier");
    if (f.alternate) return raise_value_error(th, "Alternate form (#) not allowed in string format specifier");
    if (f.align == '=') return raise_value_error(th, "'=' alignment not allowed in string format specifier");
    size_t len = STR(self)->len;
    if (f.precision >= 0 && (size_t)f.precision < len) {
        Value cut = str_substring(th, self, 0, (size_t)f.precision);
        if (cut == NO_VALUE) return NO_VALUE;
        Value r = format_pad(th, &f, cut);
        decref(th, cut);
        return r;
    }
    return format_pad(th, &f, self);
}
