// SPDX-License-Identifier: MIT
// str.format and str.format_map: the parser of replacement fields (also behind the module _string) and the substitution. May run Python.
#include "core/object/str_dotformat.h"

#include "core/base/search.h"
#include "core/base/unicode.h"
#include "core/object/abstract.h"
#include "core/object/dict.h"
#include "core/object/str_int.h"
#include "core/object/tuple.h"

// ---- parsing --------------------------------------------------------------------------------------------------------------------------

// s[start:end] as a decimal index; -1 when it isn't one, -2 with ValueError when too large.
static intptr_t parse_index(Thread *th, const Str *s, size_t start, size_t end) {
    intptr_t v = 0;
    if (start >= end) return -1;
    for (size_t i = start; i < end; i++) {
        int d = unicode_decimal_value(str_char_at(s, i));
        if (d < 0) return -1;
        if (v > (INTPTR_MAX - d) / 10) {
            raise_value_error(th, "Too many decimal digits in format string");
            return -2;
        }
        v = v * 10 + d;
    }
    return v;
}

// The field behind '{' at *pos: name, conversion, spec. 0 or -1.
static int parse_field(Thread *th, const Str *s, size_t *pos, size_t end, FormatField *f) {
    size_t i = *pos;
    uint32_t c = 0;
    f->name_start = i;
    while (i < end) {
        c = str_char_at(s, i++);
        if (c == '{') {
            raise_value_error(th, "unexpected '{' in field name");
            return -1;
        }
        if (c == '[') {
            while (i < end && str_char_at(s, i) != ']') i++;
            continue;
        }
        if (c == '}' || c == ':' || c == '!') break;
    }
    f->name_end = i - 1;
    f->spec_start = f->spec_end = 0;
    if (c != '!' && c != ':') {
        if (c != '}') {
            raise_value_error(th, "expected '}' before end of string");
            return -1;
        }
        *pos = i;
        return 0;
    }
    if (c == '!') {
        if (i >= end) {
            raise_value_error(th, "end of string while looking for conversion specifier");
            return -1;
        }
        f->conversion = str_char_at(s, i++);
        if (i < end) {
            c = str_char_at(s, i++);
            if (c == '}') {
                *pos = i;
                return 0;
            }
            if (c != ':') {
                raise_value_error(th, "expected ':' after conversion specifier");
                return -1;
            }
        }
    }
    f->spec_start = i;
    for (int depth = 1; i < end;) {
        c = str_char_at(s, i++);
        if (c == '{') {
            f->spec_nested = true;
            depth++;
        } else if (c == '}' && --depth == 0) {
            f->spec_end = i - 1;
            *pos = i;
            return 0;
        }
    }
    raise_value_error(th, "unmatched '{' in format spec");
    return -1;
}

static size_t find_brace(const Str *s, size_t from, size_t end) {
    if (s->kind == 1) {
        const uint8_t *p = str_data(s);
        while (from < end && p[from] != '{' && p[from] != '}') from++;
        return from;
    }
    while (from < end) {
        uint32_t c = str_char_at(s, from);
        if (c == '{' || c == '}') return from;
        from++;
    }
    return end;
}

int format_next(Thread *th, const Str *s, size_t *pos, size_t end, FormatField *f) {
    if (*pos >= end) return 0;
    *f = (FormatField){.lit_start = *pos};
    size_t i = find_brace(s, *pos, end);
    if (i == end) {
        f->lit_end = *pos = end;
        return 1;
    }
    uint32_t c = str_char_at(s, i++);
    bool at_end = i >= end, doubled = !at_end && str_char_at(s, i) == c;
    if (c == '}' && !doubled) {
        raise_value_error(th, "Single '}' encountered in format string");
        return -1;
    }
    if (at_end) {
        raise_value_error(th, "Single '{' encountered in format string");
        return -1;
    }
    if (doubled) {
        f->lit_end = i; // with one of the two
        *pos = i + 1;
        return 1;
    }
    f->lit_end = i - 1;
    f->present = true;
    *pos = i;
    return parse_field(th, s, pos, end, f) < 0 ? -1 : 1;
}

int format_name_first(Thread *th, const Str *s, size_t start, size_t end, size_t *first_end, intptr_t *index) {
    size_t i = start;
    while (i < end) {
        uint32_t c = str_char_at(s, i);
        if (c == '[' || c == '.') break;
        i++;
    }
    *first_end = i;
    *index = parse_index(th, s, start, i);
    return *index == -2 ? -1 : 0;
}

int format_name_next(Thread *th, const Str *s, size_t *pos, size_t end, FormatStep *step) {
    if (*pos >= end) return 0;
    uint32_t c = str_char_at(s, (*pos)++);
    step->index = -1;
    step->start = *pos;
    if (c == '.') {
        step->is_attr = true;
        while (*pos < end && str_char_at(s, *pos) != '[' && str_char_at(s, *pos) != '.') ++*pos;
        step->end = *pos;
    } else if (c == '[') {
        step->is_attr = false;
        while (*pos < end && str_char_at(s, *pos) != ']') ++*pos;
        if (*pos >= end) {
            raise_value_error(th, "Missing ']' in format string");
            return -1;
        }
        step->end = (*pos)++;
        step->index = parse_index(th, s, step->start, step->end);
        if (step->index == -2) return -1;
    } else {
        raise_value_error(th, "Only '.' or '[' may follow ']' in format field specifier");
        return -1;
    }
    if (step->start == step->end) {
        raise_value_error(th, "Empty attribute in format string");
        return -1;
    }
    return 1;
}

// ---- substitution ---------------------------------------------------------------------------------------------------------------------

typedef struct Formatter {
    Thread *th;
    Value fmt;
    Value args;             // Tuple or NO_VALUE (format_map)
    Value kwargs;           // any mapping or NO_VALUE
    intptr_t next_index;
    enum { NUMBERS_UNKNOWN, NUMBERS_AUTO, NUMBERS_MANUAL } numbering;
} Formatter;

static Value first_object(Formatter *x, size_t start, size_t end, intptr_t index) {
    Thread *th = x->th;
    bool empty = start >= end;
    if (empty || index >= 0) {
        if (x->numbering == NUMBERS_UNKNOWN) x->numbering = empty ? NUMBERS_AUTO : NUMBERS_MANUAL;
        if (x->numbering == NUMBERS_MANUAL && empty)
            return raise_value_error(th, "cannot switch from manual field specification to automatic field numbering");
        if (x->numbering == NUMBERS_AUTO && !empty)
            return raise_value_error(th, "cannot switch from automatic field numbering to manual field specification");
        if (empty) index = x->next_index++;
        if (x->args == NO_VALUE) return raise_value_error(th, "Format string contains positional fields");
        const Tuple *t = AS(Tuple, x->args);
        if ((size_t)index >= t->len)
            return raise_error(th, &exc_IndexError, "Replacement index %zd out of range for positional args tuple", index);
        return new_ref(th, t->items[index]);
    }
    Value key = str_substring(th, x->fmt, start, end);
    if (key == NO_VALUE) return NO_VALUE;
    Value r = x->kwargs == NO_VALUE ? raise_key_error(th, key) : object_getitem(th, x->kwargs, key);
    decref(th, key);
    return r;
}

static Value field_object(Formatter *x, const FormatField *f) {
    Thread *th = x->th;
    const Str *s = STR(x->fmt);
    size_t pos;
    intptr_t index;
    if (format_name_first(th, s, f->name_start, f->name_end, &pos, &index) < 0) return NO_VALUE;
    Value v = first_object(x, f->name_start, pos, index);
    FormatStep step;
    int r = 0;
    while (v != NO_VALUE && (r = format_name_next(th, s, &pos, f->name_end, &step)) > 0) {
        Value next = NO_VALUE;
        if (!step.is_attr && step.index >= 0) {
            next = object_getitem(th, v, value_imm_int(step.index));
        } else {
            Value name = str_substring(th, x->fmt, step.start, step.end);
            if (name != NO_VALUE) next = step.is_attr ? object_getattr(th, v, name) : object_getitem(th, v, name);
            decref(th, name);
        }
        decref(th, v);
        v = next;
    }
    if (r < 0) clear_ref(th, &v);
    return v;
}

static Value convert(Thread *th, Value v, uint32_t conversion) {
    switch (conversion) {
    case 'r': return object_repr(th, v);
    case 's': return object_str(th, v);
    case 'a': return object_ascii(th, v);
    }
    if (conversion > 32 && conversion < 127) return raise_value_error(th, "Unknown conversion specifier %c", (int)conversion);
    return raise_value_error(th, "Unknown conversion specifier \\x%x", conversion);
}

static Value build(Formatter *x, size_t start, size_t end, int depth);

// Adds one field's text. 0 or -1.
static int add_field(Formatter *x, StrBuilder *b, const FormatField *f, int depth) {
    Thread *th = x->th;
    Value v = field_object(x, f), spec = NO_VALUE, text = NO_VALUE;
    if (v == NO_VALUE) return -1;
    if (f->spec_start == f->spec_end && (value_is_exact_str(v) || value_is_imm_int(v)) && (!f->conversion || f->conversion == 's')) {
        if (value_is_imm_int(v)) str_builder_int(b, value_imm_int_get(v));
        else { str_builder_str(b, v); decref(th, v); }
        return 0;
    }
    if (f->conversion) {
        Value converted = convert(th, v, f->conversion);
        decref(th, v);
        if (converted == NO_VALUE) return -1;
        v = converted;
    }
    if (f->spec_nested) spec = build(x, f->spec_start, f->spec_end, depth - 1);
    else spec = str_substring(th, x->fmt, f->spec_start, f->spec_end);
    if (spec != NO_VALUE) text = object_format(th, v, spec);
    if (text != NO_VALUE) str_builder_str(b, text);
    int r = text == NO_VALUE ? -1 : 0;
    decref(th, text);
    decref(th, spec);
    decref(th, v);
    return r;
}

static Value build(Formatter *x, size_t start, size_t end, int depth) {
    if (depth <= 0) return raise_value_error(x->th, "Max string recursion exceeded");
    StrBuilder b;
    str_builder_init(&b, x->th);
    FormatField f;
    size_t pos = start;
    int r;
    while ((r = format_next(x->th, STR(x->fmt), &pos, end, &f)) > 0) {
        str_builder_sub(&b, x->fmt, f.lit_start, f.lit_end);
        if (f.present && (r = add_field(x, &b, &f, depth)) < 0) break;
    }
    if (r < 0) {
        str_builder_abort(&b);
        return NO_VALUE;
    }
    return str_builder_finish(&b);
}

Value str_meth_format(Thread *th, Value self, Value *args) {
    Formatter x = {.th = th, .fmt = self, .args = args[0] == NO_VALUE ? tuple_empty : args[0], .kwargs = args[1]};
    return build(&x, 0, STR(self)->len, 2);
}

Value str_meth_format_map(Thread *th, Value self, Value *args) {
    Formatter x = {.th = th, .fmt = self, .args = NO_VALUE, .kwargs = args[0]};
    return build(&x, 0, STR(self)->len, 2);
}
