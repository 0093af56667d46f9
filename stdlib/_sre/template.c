// SPDX-License-Identifier: MIT
// Replacement templates and Pattern.sub / subn. Templates are constant; the work areas here belong to one call. No locks.
#include "stdlib/_sre/_sre_int.h"

// ---- output: str or bytes, and how many parts it was made of (for error messages) --------------------------------------

typedef struct Out {
    Thread *th;
    bool is_bytes, failed;
    size_t parts;
    StrBuilder text;
    uint8_t *bytes;
    size_t len, cap;
} Out;

static void out_init(Out *o, Thread *th, bool is_bytes) {
    o->th = th, o->is_bytes = is_bytes, o->failed = false, o->parts = 0;
    o->bytes = NULL, o->len = o->cap = 0;
    if (!is_bytes) str_builder_init(&o->text, th);
}

static void out_abort(Out *o) {
    if (o->is_bytes) mem_free(o->bytes);
    else str_builder_abort(&o->text);
}

static Value out_finish(Out *o) {
    if (o->failed) return out_abort(o), NO_VALUE;
    if (!o->is_bytes) return str_builder_finish(&o->text);
    Value v = bytes_new(o->th, o->bytes ? (const void *)o->bytes : "", o->len);
    mem_free(o->bytes);
    return v;
}

static void out_bytes(Out *o, const void *p, size_t n) {
    if (o->failed || !n) return;
    if (n > o->cap - o->len) {
        size_t cap = o->len + n > SIZE_MAX / 2 ? SIZE_MAX : (o->len + n) * 3 / 2 + 64;
        uint8_t *fresh = mem_realloc(o->th, o->bytes, cap);
        if (!fresh) {
            o->failed = true;
            return;
        }
        o->bytes = fresh, o->cap = cap;
    }
    memcpy(o->bytes + o->len, p, n);
    o->len += n;
}

// Part of the text searched.
static void out_slice(Out *o, const Subject *s, size_t a, size_t b) {
    o->parts++;
    if (o->is_bytes) out_bytes(o, (const char *)s->data + a, b - a);
    else if (a < b) str_builder_sub(&o->text, s->string, a, b);
}

// A str or bytes-like value, as sep.join() takes it.
static void out_value(Out *o, Value v) {
    Thread *th = o->th;
    if (o->failed) return;
    if (!o->is_bytes) {
        if (LIKELY(value_is_str(v))) {
            str_builder_str(&o->text, v);
        } else {
            raise_type_error(th, "sequence item %zu: expected str instance, %T found", o->parts, v);
            o->failed = true;
        }
    } else if (value_is_bytes(v)) {
        out_bytes(o, AS(Bytes, v)->data, AS(Bytes, v)->len);
    } else {
        Buffer b;
        if (value_is_str(v) || buffer_get(th, v, &b, BUF_SIMPLE) < 0) {
            error_clear(th);
            raise_type_error(th, "sequence item %zu: expected a bytes-like object, %T found", o->parts, v);
            o->failed = true;
            return;
        }
        out_bytes(o, b.buf, b.len);
        buffer_release(th, &b);
    }
    o->parts++;
}

// ---- templates ---------------------------------------------------------------------------------------------------------

Value sre_fn_template(Thread *th, Value self, Value *args) {
    Value list = args[1];
    if (!value_is_list(list)) return raise_type_error(th, "template() argument 2 must be list, not %T", list);
    size_t n = list_len(AS(List, list));
    if (n % 2 == 0) return raise_type_error(th, "invalid template");
    Template *t = object_new(th, &type_sre_template, n / 2);
    if (!t) return NO_VALUE;
    t->count = 0;
    t->literal = list_get(th, AS(List, list), 0);
    bool ok = t->literal != NO_VALUE;
    for (size_t i = 0; ok && i < n / 2; i++) {
        Value number = list_get(th, AS(List, list), (intptr_t)(2 * i + 1));
        Value literal = number ? list_get(th, AS(List, list), (intptr_t)(2 * i + 2)) : NO_VALUE;
        int64_t g = -1;
        if (!literal) ok = false;
        else if (!value_is_int(number)) ok = false, raise_type_error(th, "an integer is required");
        else if (int_as_i64_overflow(number, &g) != 0)
            ok = false, raise_error(th, &exc_OverflowError, "Python int too large to convert to C ssize_t");
        else if (g < 0) ok = false, raise_type_error(th, "invalid template");
        decref(th, number);
        if (ok) {
            // An empty literal is left out, so that nothing is joined for it.
            bool empty = (value_is_str(literal) && AS(Str, literal)->len == 0) || (value_is_bytes(literal) && AS(Bytes, literal)->len == 0);
            t->items[i].group = (intptr_t)g;
            t->items[i].literal = empty ? NO_VALUE : new_ref(th, literal);
            t->count = i + 1;
        }
        decref(th, literal);
    }
    if (ok) return VALUE_OF(t);
    decref(th, VALUE_OF(t));
    return NO_VALUE;
}

Value template_expand(Thread *th, const Template *t, const Match *m) {
    if (t->count == 0) return new_ref(th, t->literal);
    Out o;
    out_init(&o, th, !value_is_str(t->literal));
    out_value(&o, t->literal);
    for (size_t i = 0; i < t->count && !o.failed; i++) {
        size_t g = (size_t)t->items[i].group;
        if (g >= m->groups) {
            raise_error(th, &exc_IndexError, "no such group");
            o.failed = true;
            break;
        }
        Value text = match_group(th, m, g, VALUE_NONE);
        if (!text) o.failed = true;
        else if (text != VALUE_NONE) out_value(&o, text);
        decref(th, text);
        if (t->items[i].literal) out_value(&o, t->items[i].literal);
    }
    return out_finish(&o);
}

static void template_dealloc(Thread *th, Object *self) {
    Template *t = (Template *)self;
    decref(th, t->literal);
    for (size_t i = 0; i < t->count; i++) decref(th, t->items[i].literal);
    object_free(th, self);
}

static int template_traverse(Object *self, VisitFn visit, void *arg) {
    Template *t = (Template *)self;
    int r = t->literal ? visit(t->literal, arg) : 0;
    for (size_t i = 0; !r && i < t->count; i++)
        if (t->items[i].literal) r = visit(t->items[i].literal, arg);
    return r;
}

TYPE_DEFINE(sre_template, "_sre.SRE_Template", offsetof(Template, items), TYPE_TRACED | TYPE_NO_INSTANTIATE | TYPE_VARSIZE,
            .item_size = sizeof(TemplateItem), .slots = {.dealloc = template_dealloc, .traverse = template_traverse})

// ---- sub, subn ---------------------------------------------------------------------------------------------------------

// What to put in place of each match. FILTER_TEMPLATE's texts are all of the subject's kind.
typedef enum FilterKind { FILTER_LITERAL, FILTER_TEMPLATE, FILTER_TEMPLATE_MIXED, FILTER_CALL } FilterKind;

static bool has_backslash(const Subject *s) {
    if (s->width == 1) return s->len && memchr(s->data, '\\', s->len) != NULL;
    for (size_t i = 0; i < s->len; i++)
        if ((s->width == 2 ? ((const uint16_t *)s->data)[i] : ((const uint32_t *)s->data)[i]) == '\\') return true;
    return false;
}

static bool same_kind(Value v, bool is_bytes) { return !v || (is_bytes ? value_is_bytes(v) : value_is_str(v)); }

// Decides what repl is; *filter is a new reference. 0 or -1.
static int filter_get(Thread *th, Value pattern, Value repl, bool is_bytes, FilterKind *kind, Value *filter) {
    *kind = FILTER_CALL, *filter = NO_VALUE;
    if (!value_is_str(repl) && object_callable(repl)) return *filter = new_ref(th, repl), 0;
    Subject s;
    if (subject_get(th, repl, &s) < 0) {
        error_clear(th);
    } else {
        bool literal = !has_backslash(&s);
        subject_release(th, &s);
        if (literal) {
            *kind = FILTER_LITERAL, *filter = new_ref(th, repl);
            return 0;
        }
    }
    Value compile = import_attr(th, "re", "_compile_template");
    if (!compile) return -1;
    Value t = call2(th, compile, pattern, repl);
    decref(th, compile);
    if (!t) return -1;
    if (!value_is_exact(t, &type_sre_template)) {
        raise_type_error(th, "_compile_template() must return a _sre.SRE_Template, not %T", t);
        decref(th, t);
        return -1;
    }
    Template *template = AS(Template, t);
    if (template->count == 0) {
        *kind = FILTER_LITERAL, *filter = new_ref(th, template->literal);
        decref(th, t);
        return 0;
    }
    *kind = FILTER_TEMPLATE, *filter = t;
    if (!same_kind(template->literal, is_bytes)) *kind = FILTER_TEMPLATE_MIXED;
    for (size_t i = 0; i < template->count; i++)
        if (!same_kind(template->items[i].literal, is_bytes) || template->items[i].group > (intptr_t)AS(Pattern, pattern)->groups)
            *kind = FILTER_TEMPLATE_MIXED;
    return 0;
}

static void out_template(Out *o, const Template *t, const SreState *st, const Subject *s) {
    size_t parts = o->parts; // a template's text counts as one part
    out_value(o, t->literal);
    for (size_t i = 0; i < t->count; i++) {
        size_t a, b;
        if (sre_group(st, (uint32_t)t->items[i].group, &a, &b)) out_slice(o, s, a, b);
        if (t->items[i].literal) out_value(o, t->items[i].literal);
    }
    o->parts = parts + 1;
}

// *count becomes the number of replacements.
static Value substitute(Thread *th, Value self, Value *args, int64_t *count) {
    Pattern *p = AS(Pattern, self);
    Subject s;
    SreState st;
    FilterKind kind;
    Value filter;
    int64_t max, n = 0;
    if (size_arg(th, args[2], 0, &max) < 0) return NO_VALUE;
    if (subject_get_for(th, p, args[1], &s) < 0) return NO_VALUE;
    if (filter_get(th, self, args[0], s.is_bytes, &kind, &filter) < 0) {
        subject_release(th, &s);
        return NO_VALUE;
    }
    if (run_init(th, &st, p, &s, s.len) < 0) {
        subject_release(th, &s);
        decref(th, filter);
        return NO_VALUE;
    }
    Out o;
    out_init(&o, th, s.is_bytes);
    size_t at = 0, done = 0; // where to search, what has been copied
    while ((max == 0 || n < max) && !o.failed) {
        int r = run_search(th, &st, at);
        if (r <= 0) {
            o.failed = r < 0;
            break;
        }
        size_t start = st.match_start, end = st.match_end;
        if (done < start) out_slice(&o, &s, done, start);
        if (kind == FILTER_LITERAL) {
            out_value(&o, filter);
        } else if (kind == FILTER_TEMPLATE) {
            out_template(&o, AS(Template, filter), &st, &s);
        } else {
            Value m = match_new(th, self, args[1], &st, 0, s.len), item = NO_VALUE;
            if (m) item = kind == FILTER_CALL ? call1(th, filter, m) : template_expand(th, AS(Template, filter), AS(Match, m));
            decref(th, m);
            if (!item) o.failed = true;
            else if (item != VALUE_NONE) out_value(&o, item);
            decref(th, item);
        }
        n++;
        st.must_advance = start == end;
        at = done = end;
    }
    sre_state_free(&st);
    decref(th, filter);
    Value result = NO_VALUE;
    if (o.failed) {
        out_abort(&o);
    } else if (n == 0) {
        out_abort(&o);
        result = subject_slice(th, &s, 0, s.len);
    } else {
        if (done < s.len) out_slice(&o, &s, done, s.len);
        result = out_finish(&o);
    }
    subject_release(th, &s);
    *count = n;
    return result;
}

Value pattern_meth_sub(Thread *th, Value self, Value *args) {
    int64_t n;
    return substitute(th, self, args, &n);
}

Value pattern_meth_subn(Thread *th, Value self, Value *args) {
    int64_t n;
    Value text = substitute(th, self, args, &n);
    if (!text) return NO_VALUE;
    Value result = tuple_pack2(th, text, value_imm_int(n));
    decref(th, text);
    return result;
}
