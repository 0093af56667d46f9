// SPDX-License-Identifier: MIT
// _csv: dialects, reader and writer. A dialect is constant once made. A reader's parse and a writer's line live on the C stack of the call, so objects
// shared by threads keep no half-done state; the reader's line counter is atomic. The table of dialects is a dict.
#include "core/object/abstract.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "gc/gc.h"

enum { QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE, QUOTE_STRINGS, QUOTE_NOTNULL };
#define NOT_SET UINT32_MAX

typedef struct Dialect {
    Object   head;
    uint32_t delimiter, quotechar, escapechar;  // [c] NOT_SET: none
    int32_t  quoting;                           // [c]
    bool     doublequote, skipinitialspace, strict; // [c]
    Value    lineterminator;                    // [c] Str
} Dialect;
typedef struct Reader {
    Object   head;
    Value    input, dialect; // [c]
    int64_t  line_num;       // [a]
    uint64_t last_start;     // [a] the thread that began a record last (high half) and how many were begun: tells a re-entered call
} Reader;
typedef struct Writer { Object head; Value write, dialect; } Writer;                    // [c]

static Type type_csv_dialect;
static Value csv_error, dialects;        // roots
static int64_t field_limit = 128 * 1024; // [a]

static Value raise_csv(Thread *th, const char *text) { return raise_error(th, AS(Type, csv_error), "%s", text); }

// ---- dialects

static int char_arg(Thread *th, const char *name, Value v, uint32_t dflt, bool none_ok, uint32_t *out) {
    *out = dflt;
    if (!v) return 0;
    if (none_ok && v == VALUE_NONE) {
        *out = NOT_SET;
        return 0;
    }
    const char *kind = none_ok ? "a unicode character or None" : "a unicode character";
    if (!value_is_str(v)) {
        raise_type_error(th, "\"%s\" must be %s, not %T", name, kind, v);
        return -1;
    }
    if (AS(Str, v)->len != 1) {
        raise_type_error(th, "\"%s\" must be %s, not a string of length %zd", name, kind, AS(Str, v)->len);
        return -1;
    }
    *out = str_char_at(AS(Str, v), 0);
    return 0;
}

static int bool_of(Thread *th, Value v, bool dflt, bool *out) {
    int t = v ? object_truth(th, v) : dflt;
    *out = t > 0;
    return t < 0 ? -1 : 0;
}

static bool text_has(Value s, uint32_t c) {
    for (size_t i = 0; i < AS(Str, s)->len; i++)
        if (str_char_at(AS(Str, s), i) == c) return true;
    return false;
}

static int check_char(Thread *th, const char *name, uint32_t c, const Dialect *d, bool space_ok) {
    if (c == NOT_SET) return 0;
    if (c == '\r' || c == '\n' || (c == ' ' && !space_ok)) {
        raise_value_error(th, "bad %s value", name);
        return -1;
    }
    if (text_has(d->lineterminator, c)) {
        raise_value_error(th, "bad %s or lineterminator value", name);
        return -1;
    }
    return 0;
}
static int check_pair(Thread *th, const char *n1, const char *n2, uint32_t a, uint32_t b) {
    if (a != b || a == NOT_SET) return 0;
    raise_value_error(th, "bad %s or %s value", n1, n2);
    return -1;
}

static Value find_dialect(Thread *th, Value name) {
    Value v = NO_VALUE;
    int r = dict_get(th, AS(Dict, dialects), name, &v);
    return r > 0 ? v : r < 0 ? NO_VALUE : raise_csv(th, "unknown dialect");
}

enum { A_DIALECT, A_DELIMITER, A_DOUBLEQUOTE, A_ESCAPECHAR, A_LINETERMINATOR, A_QUOTECHAR, A_QUOTING, A_SKIPINITIALSPACE, A_STRICT, A_COUNT };
static const char *const arg_names[A_COUNT] = {"dialect", "delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict"};

static int dialect_fill(Thread *th, Dialect *d, Value *v) {
    d->lineterminator = NO_VALUE;
    if (char_arg(th, "delimiter", v[A_DELIMITER], ',', false, &d->delimiter) || bool_of(th, v[A_DOUBLEQUOTE], true, &d->doublequote) ||
        char_arg(th, "escapechar", v[A_ESCAPECHAR], NOT_SET, true, &d->escapechar))
        return -1;
    Value lt = v[A_LINETERMINATOR];
    if (lt && !value_is_str(lt)) {
        raise_type_error(th, "\"lineterminator\" must be a string, not %T", lt);
        return -1;
    }
    d->lineterminator = lt ? new_ref(th, lt) : str_from_cstr(th, "\r\n");
    if (!d->lineterminator || char_arg(th, "quotechar", v[A_QUOTECHAR], '"', true, &d->quotechar)) return -1;
    d->quoting = QUOTE_MINIMAL;
    if (v[A_QUOTING]) {
        int64_t q;
        if (!value_is_exact(v[A_QUOTING], &type_int)) {
            raise_type_error(th, "\"quoting\" must be an integer, not %T", v[A_QUOTING]);
            return -1;
        }
        if (int_as_i64(th, v[A_QUOTING], &q)) return -1;
        if (q < QUOTE_MINIMAL || q > QUOTE_NOTNULL) {
            raise_type_error(th, "bad \"quoting\" value");
            return -1;
        }
        d->quoting = (int32_t)q;
    }
    if (bool_of(th, v[A_SKIPINITIALSPACE], false, &d->skipinitialspace) || bool_of(th, v[A_STRICT], false, &d->strict)) return -1;
    if (v[A_QUOTECHAR] == VALUE_NONE && !v[A_QUOTING]) d->quoting = QUOTE_NONE;
    if (d->quoting != QUOTE_NONE && d->quotechar == NOT_SET) {
        raise_type_error(th, "quotechar must be set if quoting enabled");
        return -1;
    }
    return check_char(th, "delimiter", d->delimiter, d, true) || check_char(th, "escapechar", d->escapechar, d, !d->skipinitialspace) ||
           check_char(th, "quotechar", d->quotechar, d, !d->skipinitialspace) || check_pair(th, "delimiter", "escapechar", d->delimiter, d->escapechar) ||
           check_pair(th, "delimiter", "quotechar", d->delimiter, d->quotechar) || check_pair(th, "escapechar", "quotechar", d->escapechar, d->quotechar) ? -1 : 0;
}

static Value dialect_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[A_COUNT], held[A_COUNT] = {0}, base = NO_VALUE, r = NO_VALUE;
    if (native_args_bind(th, &sig, "Dialect",
                         "(dialect=None, delimiter=<unrepresentable>, doublequote=<unrepresentable>, escapechar=<unrepresentable>, lineterminator=<unrepresentable>, "
                         "quotechar=<unrepresentable>, quoting=<unrepresentable>, skipinitialspace=<unrepresentable>, strict=<unrepresentable>)", args, nargs, kwnames, v))
        return NO_VALUE;
    if (v[A_DIALECT] && v[A_DIALECT] != VALUE_NONE) {
        base = value_is_str(v[A_DIALECT]) ? find_dialect(th, v[A_DIALECT]) : new_ref(th, v[A_DIALECT]);
        if (!base) return NO_VALUE;
        bool plain = value_is_exact(base, &type_csv_dialect) && type == &type_csv_dialect;
        for (int i = 1; i < A_COUNT; i++) plain &= !v[i];
        if (plain) return base;
        for (int i = 1; i < A_COUNT; i++) {
            if (v[i]) continue;
            Value name = str_intern_cstr(th, arg_names[i]);
            if (!name || object_getattr_optional(th, base, name, &held[i]) < 0) goto out;
            v[i] = held[i];
        }
    }
    Dialect *d = NEW(Dialect, th, type);
    if (!d) goto out;
    r = VALUE_OF(d);
    if (dialect_fill(th, d, v)) clear_ref(th, &r);
out:
    for (int i = 1; i < A_COUNT; i++) decref(th, held[i]);
    decref(th, base);
    return r;
}
static void dialect_slot_dealloc(Thread *th, Object *self) {
    decref(th, ((Dialect *)self)->lineterminator);
    object_release_attrs(th, self);
    object_free(th, self);
}
static Value char_value(Thread *th, uint32_t c) {
    if (c == NOT_SET) return VALUE_NONE;
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, c);
    return str_builder_finish(&b);
}
static Value dialect_get_delimiter(Thread *th, Value self) { return char_value(th, AS(Dialect, self)->delimiter); }
static Value dialect_get_escapechar(Thread *th, Value self) { return char_value(th, AS(Dialect, self)->escapechar); }
static Value dialect_get_quotechar(Thread *th, Value self) { return char_value(th, AS(Dialect, self)->quotechar); }
static Value dialect_get_lineterminator(Thread *th, Value self) { return new_ref(th, AS(Dialect, self)->lineterminator); }
static Value dialect_get_quoting(Thread *th, Value self) { return value_imm_int(AS(Dialect, self)->quoting); }
static Value dialect_meth_reduce(Thread *th, Value self, Value *a) { return raise_type_error(th, "cannot pickle %R instances", VALUE_OF(type_of(self))); }
static const MethodDef dialect_methods[] = {
    {"__reduce__", "(self, /, *args)", dialect_meth_reduce, "raises an exception to avoid pickling", METH_NO_TEXT_SIG},
    {"__reduce_ex__", "(self, /, *args)", dialect_meth_reduce, "raises an exception to avoid pickling", METH_NO_TEXT_SIG},
    {0}
};
static const GetSetDef dialect_getsets[] = {
    {"delimiter", dialect_get_delimiter, NULL, NULL}, {"escapechar", dialect_get_escapechar, NULL, NULL}, {"lineterminator", dialect_get_lineterminator, NULL, NULL},
    {"quotechar", dialect_get_quotechar, NULL, NULL}, {"quoting", dialect_get_quoting, NULL, NULL}, {0}};
static const MemberDef dialect_members[] = {
    {"skipinitialspace", offsetof(Dialect, skipinitialspace), MEMBER_BOOL8 | MEMBER_READONLY, NULL},
    {"doublequote", offsetof(Dialect, doublequote), MEMBER_BOOL8 | MEMBER_READONLY, NULL}, {"strict", offsetof(Dialect, strict), MEMBER_BOOL8 | MEMBER_READONLY, NULL}, {0}};
MODULE_TYPE_DEFINE(csv_dialect, "_csv.Dialect", sizeof(Dialect), TYPE_BASETYPE, .methods = dialect_methods, .getsets = dialect_getsets, .members = dialect_members,
                   .doc = "CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n",
                   .slots = {.new_ = dialect_slot_new, .dealloc = dialect_slot_dealloc})

// Dialect(dialect, **params). New reference.
static Value make_dialect(Thread *th, Value dialect, Value params) {
    Value pos = dialect ? tuple_pack1(th, dialect) : new_ref(th, tuple_empty);
    Value r = pos ? object_call_ex(th, VALUE_OF(&type_csv_dialect), pos, params) : NO_VALUE;
    decref(th, pos);
    return r;
}

// ---- reading

typedef enum { START_RECORD, START_FIELD, ESCAPED_CHAR, IN_FIELD, IN_QUOTED_FIELD, ESCAPE_IN_QUOTED_FIELD, QUOTE_IN_QUOTED_FIELD, EAT_CRNL, AFTER_ESCAPED_CRNL } State;
#define EOL (UINT32_MAX - 1)
typedef struct Parse { Thread *th; const Dialect *d; Value fields; StrBuilder field; State state; bool unquoted; } Parse;

static int field_too_long(Parse *p) {
    int64_t limit = atomic_load_relaxed(&field_limit);
    if ((int64_t)p->field.len <= limit) return 0;
    raise_error(p->th, AS(Type, csv_error), "field larger than field limit (%lld)", (long long)limit);
    return -1;
}
static int add_char(Parse *p, uint32_t c) {
    if ((int64_t)p->field.len >= atomic_load_relaxed(&field_limit)) {
        raise_error(p->th, AS(Type, csv_error), "field larger than field limit (%lld)", (long long)atomic_load_relaxed(&field_limit));
        return -1;
    }
    str_builder_char(&p->field, c);
    return 0;
}
static int save_field(Parse *p) {
    Thread *th = p->th;
    int q = p->d->quoting;
    size_t len = p->field.len;
    Value v;
    if (p->unquoted && len == 0 && (q == QUOTE_NOTNULL || q == QUOTE_STRINGS)) {
        str_builder_abort(&p->field);
        v = VALUE_NONE;
    } else {
        v = str_builder_finish(&p->field);
        if (v && p->unquoted && len && (q == QUOTE_NONNUMERIC || q == QUOTE_STRINGS)) {
            Value f = number_float(th, v);
            decref(th, v);
            v = f;
        }
    }
    str_builder_init(&p->field, th);
    p->unquoted = true;
    return v ? list_append_owned(th, AS(List, p->fields), v) : -1;
}

static bool is_newline(uint32_t c) { return c == '\n' || c == '\r'; }

static int end_field(Parse *p, uint32_t c) {
    if (save_field(p)) return -1;
    p->state = c == EOL ? START_RECORD : EAT_CRNL;
    return 0;
}

static int step(Parse *p, uint32_t c) {
    const Dialect *d = p->d;
    switch (p->state) {
    case START_RECORD:
        if (c == EOL) return 0;
        if (is_newline(c)) {
            p->state = EAT_CRNL;
            return 0;
        }
        p->state = START_FIELD;
        // fall through
    case START_FIELD:
        if (is_newline(c) || c == EOL) return end_field(p, c);
        if (c == d->quotechar && d->quoting != QUOTE_NONE) {
            p->unquoted = false;
            p->state = IN_QUOTED_FIELD;
        } else if (c == d->escapechar) p->state = ESCAPED_CHAR;
        else if (c == ' ' && d->skipinitialspace) ;
        else if (c == d->delimiter) return save_field(p);
        else {
            p->state = IN_FIELD;
            return add_char(p, c);
        }
        return 0;
    case ESCAPED_CHAR:
        if (is_newline(c)) {
            p->state = AFTER_ESCAPED_CRNL;
            return add_char(p, c);
        }
        p->state = IN_FIELD;
        return add_char(p, c == EOL ? '\n' : c);
    case AFTER_ESCAPED_CRNL:
        if (c == EOL) return 0;
        // fall through
    case IN_FIELD:
        if (is_newline(c) || c == EOL) return end_field(p, c);
        if (c == d->escapechar) p->state = ESCAPED_CHAR;
        else if (c == d->delimiter) {
            p->state = START_FIELD;
            return save_field(p);
        } else return add_char(p, c);
        return 0;
    case IN_QUOTED_FIELD:
        if (c == EOL) return 0;
        if (c == d->escapechar) p->state = ESCAPE_IN_QUOTED_FIELD;
        else if (c == d->quotechar && d->quoting != QUOTE_NONE) p->state = d->doublequote ? QUOTE_IN_QUOTED_FIELD : IN_FIELD;
        else return add_char(p, c);
        return 0;
    case ESCAPE_IN_QUOTED_FIELD:
        p->state = IN_QUOTED_FIELD;
        return add_char(p, c == EOL ? '\n' : c);
    case QUOTE_IN_QUOTED_FIELD:
        if (d->quoting != QUOTE_NONE && c == d->quotechar) {
            p->state = IN_QUOTED_FIELD;
            return add_char(p, c);
        }
        if (c == d->delimiter) {
            p->state = START_FIELD;
            return save_field(p);
        }
        if (is_newline(c) || c == EOL) return end_field(p, c);
        if (!d->strict) {
            p->state = IN_FIELD;
            return add_char(p, c);
        } else {
            Value a = char_value(p->th, d->delimiter), b = char_value(p->th, d->quotechar);
            if (a && b) raise_error(p->th, AS(Type, csv_error), "'%U' expected after '%U'", a, b);
            decref(p->th, a);
            decref(p->th, b);
            return -1;
        }
    case EAT_CRNL:
        if (is_newline(c)) return 0;
        if (c == EOL) {
            p->state = START_RECORD;
            return 0;
        }
        raise_csv(p->th, "new-line character seen in unquoted field - do you need to open the file with newline=''?");
        return -1;
    }
    return 0;
}

// Characters of a run that the state takes as they are go over in one piece.
static int feed(Parse *p, Value line) {
    const Str *s = AS(Str, line);
    const Dialect *d = p->d;
    size_t n = s->len;
    for (size_t i = 0; i < n; i++) {
        if (p->state == IN_FIELD || p->state == IN_QUOTED_FIELD) {
            size_t j = i;
            uint32_t c = 0;
            bool quoted = p->state == IN_QUOTED_FIELD;
            while (j < n) {
                c = str_char_at(s, j);
                if (c == d->escapechar || (quoted ? c == d->quotechar : c == d->delimiter || is_newline(c))) break;
                j++;
            }
            if (j > i) {
                str_builder_sub(&p->field, line, i, j);
                if (field_too_long(p)) return -1;
                i = j;
                if (i >= n) break;
            }
        }
        if (step(p, str_char_at(s, i))) return -1;
    }
    return step(p, EOL);
}

static Value reader_slot_next(Thread *th, Value self) {
    Reader *r = AS(Reader, self);
    Parse p = {.th = th, .d = AS(Dialect, r->dialect), .fields = list_new(th, 0), .state = START_RECORD, .unquoted = true};
    if (!p.fields) return NO_VALUE;
    str_builder_init(&p.field, th);
    uint64_t mine = (uint64_t)th->tid << 32 | (uint32_t)(atomic_load_relaxed(&r->last_start) + 1);
    atomic_store_relaxed(&r->last_start, mine);
    do {
        Value line = iter_next(th, r->input);
        uint64_t last = atomic_load_relaxed(&r->last_start);
        if (last != mine && last >> 32 == th->tid) { // the iterator called the reader itself
            if (!error_pending(th)) raise_csv(th, "iterator has already advanced the reader");
            decref(th, line);
            goto fail;
        }
        if (!line) {
            if (!error_pending(th) && (p.field.len || p.state == IN_QUOTED_FIELD)) {
                if (p.d->strict) raise_csv(th, "unexpected end of data");
                else if (save_field(&p) == 0) break;
            }
            goto fail;
        }
        int bad;
        if (!value_is_str(line)) {
            raise_error(th, AS(Type, csv_error), "iterator should return strings, not %T (the file should be opened in text mode)", line);
            bad = -1;
        } else {
            atomic_add_relaxed(&r->line_num, 1);
            bad = feed(&p, line);
        }
        decref(th, line);
        if (bad) goto fail;
    } while (p.state != START_RECORD);
    str_builder_abort(&p.field);
    return p.fields;
fail:
    str_builder_abort(&p.field);
    decref(th, p.fields);
    return NO_VALUE;
}
static int reader_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Reader *r = (Reader *)self;
    int x = r->input ? visit(r->input, arg) : 0;
    return x ? x : r->dialect ? visit(r->dialect, arg) : 0;
}
static void reader_slot_dealloc(Thread *th, Object *self) {
    Reader *r = (Reader *)self;
    decref(th, r->input);
    decref(th, r->dialect);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const MemberDef reader_members[] = {
    {"dialect", offsetof(Reader, dialect), MEMBER_VALUE | MEMBER_READONLY, NULL}, {"line_num", offsetof(Reader, line_num), MEMBER_INT64 | MEMBER_READONLY, NULL}, {0}};
MODULE_TYPE_DEFINE(csv_reader, "_csv.reader", sizeof(Reader), TYPE_TRACED | TYPE_NO_INSTANTIATE | TYPE_ITERATOR, .members = reader_members,
                   .doc = "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n",
                   .slots = {.iter = iter_self, .next = reader_slot_next, .traverse = reader_slot_traverse, .dealloc = reader_slot_dealloc})

// ---- writing

static int put_field(Thread *th, StrBuilder *b, const Dialect *d, Value text, bool is_null, bool quoted, bool first) {
    const Str *s = AS(Str, text);
    size_t n = s->len;
    if (n == 0 && d->delimiter == ' ' && d->skipinitialspace) {
        if (d->quoting == QUOTE_NONE || (is_null && (d->quoting == QUOTE_STRINGS || d->quoting == QUOTE_NOTNULL))) {
            raise_csv(th, "empty field must be quoted if delimiter is a space and skipinitialspace is true");
            return -1;
        }
        quoted = true;
    }
    // Does anything in the text need care?
    bool special = false;
    for (size_t i = 0; i < n && !special; i++) {
        uint32_t c = str_char_at(s, i);
        special = c == d->delimiter || c == d->escapechar || c == d->quotechar || is_newline(c) || text_has(d->lineterminator, c);
    }
    if (special && !quoted && d->quoting != QUOTE_NONE)
        for (size_t i = 0; i < n && !quoted; i++) {
            uint32_t c = str_char_at(s, i);
            bool escaped = c == d->quotechar ? !d->doublequote : c == d->escapechar;
            quoted = !escaped && (c == d->delimiter || c == d->escapechar || c == d->quotechar || is_newline(c) || text_has(d->lineterminator, c));
        }
    if (!first) str_builder_char(b, d->delimiter);
    if (quoted) str_builder_char(b, d->quotechar);
    if (!special) str_builder_str(b, text);
    else
        for (size_t i = 0; i < n; i++) {
            uint32_t c = str_char_at(s, i);
            if (c == d->delimiter || c == d->escapechar || c == d->quotechar || is_newline(c) || text_has(d->lineterminator, c)) {
                bool escape = d->quoting == QUOTE_NONE;
                if (!escape) {
                    if (c == d->quotechar) {
                        if (d->doublequote) str_builder_char(b, c);
                        else escape = true;
                    } else if (c == d->escapechar) escape = true;
                }
                if (escape) {
                    if (d->escapechar == NOT_SET) {
                        raise_csv(th, "need to escape, but no escapechar set");
                        return -1;
                    }
                    str_builder_char(b, d->escapechar);
                }
            }
            str_builder_char(b, c);
        }
    if (quoted) str_builder_char(b, d->quotechar);
    return 0;
}

static bool is_number(Value v) {
    if (value_is_int(v) || value_is_float(v) || value_is_complex(v)) return true;
    Type *t = type_of(v);
    return t->slots.index || t->slots.int_ || t->slots.float_;
}

static Value write_row(Thread *th, Writer *w, Value row) {
    const Dialect *d = AS(Dialect, w->dialect);
    Value it = object_iter(th, row);
    if (!it) {
        if (error_clear_if(th, &exc_TypeError)) raise_error(th, AS(Type, csv_error), "iterable expected, not %T", row);
        return NO_VALUE;
    }
    StrBuilder b;
    str_builder_init(&b, th);
    size_t n = 0;
    bool null_field = false;
    Value field, r = NO_VALUE;
    while ((field = iter_next(th, it))) {
        bool quoted = false;
        switch (d->quoting) {
        case QUOTE_NONNUMERIC: quoted = !is_number(field); break;
        case QUOTE_ALL: quoted = true; break;
        case QUOTE_STRINGS: quoted = value_is_str(field); break;
        case QUOTE_NOTNULL: quoted = field != VALUE_NONE; break;
        default: break;
        }
        null_field = field == VALUE_NONE;
        Value text = null_field ? name_empty : value_is_str(field) ? new_ref(th, field) : object_str(th, field);
        decref(th, field);
        int bad = !text || put_field(th, &b, d, text, null_field, quoted, n == 0);
        n++;
        decref(th, text);
        if (bad) goto out;
    }
    if (error_pending(th)) goto out;
    if (n > 0 && b.len == 0) {
        if (d->quoting == QUOTE_NONE || (null_field && (d->quoting == QUOTE_STRINGS || d->quoting == QUOTE_NOTNULL))) {
            raise_csv(th, "single empty field record must be quoted");
            goto out;
        }
        if (put_field(th, &b, d, name_empty, null_field, true, true)) goto out;
    }
    str_builder_str(&b, d->lineterminator);
    decref(th, it);
    Value line = str_builder_finish(&b);
    if (!line) return NO_VALUE;
    r = call1(th, w->write, line);
    decref(th, line);
    return r;
out:
    str_builder_abort(&b);
    decref(th, it);
    return r;
}

static Value writer_meth_writerow(Thread *th, Value self, Value *a) { return write_row(th, AS(Writer, self), a[0]); }
static Value writer_meth_writerows(Thread *th, Value self, Value *a) {
    Value it = object_iter(th, a[0]), row;
    if (!it) return NO_VALUE;
    while ((row = iter_next(th, it))) {
        Value r = write_row(th, AS(Writer, self), row);
        decref(th, row);
        decref(th, r);
        if (!r) break;
    }
    decref(th, it);
    return error_pending(th) ? NO_VALUE : VALUE_NONE;
}
static int writer_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Writer *w = (Writer *)self;
    int x = w->write ? visit(w->write, arg) : 0;
    return x ? x : w->dialect ? visit(w->dialect, arg) : 0;
}
static void writer_slot_dealloc(Thread *th, Object *self) {
    Writer *w = (Writer *)self;
    decref(th, w->write);
    decref(th, w->dialect);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const MethodDef writer_methods[] = {
    {"writerow", "(self, row, /)", writer_meth_writerow, "Construct and write a CSV record from an iterable of fields.\n\nNon-string elements will be converted to string.", 0},
    {"writerows", "(self, rows, /)", writer_meth_writerows, "Construct and write a series of iterables to a csv file.\n\nNon-string elements will be converted to string.", 0},
    {0}
};
static const MemberDef writer_members[] = {{"dialect", offsetof(Writer, dialect), MEMBER_VALUE | MEMBER_READONLY, NULL}, {0}};
MODULE_TYPE_DEFINE(csv_writer, "_csv.writer", sizeof(Writer), TYPE_TRACED | TYPE_NO_INSTANTIATE, .methods = writer_methods, .members = writer_members,
                   .doc = "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n",
                   .slots = {.traverse = writer_slot_traverse, .dealloc = writer_slot_dealloc})

// ---- the module

static Value csv_fn_reader(Thread *th, Value self, Value *a) {
    Value it = object_iter(th, a[0]);
    if (!it) return NO_VALUE;
    Value d = make_dialect(th, a[1], a[2]);
    Reader *r = d ? NEW(Reader, th, &type_csv_reader) : NULL;
    if (!r) {
        decref(th, it);
        decref(th, d);
        return NO_VALUE;
    }
    r->input = it;
    r->dialect = d;
    return VALUE_OF(r);
}
static Value csv_fn_writer(Thread *th, Value self, Value *a) {
    Value d = make_dialect(th, a[1], a[2]), write = NO_VALUE;
    if (!d) return NO_VALUE;
    int has = object_getattr_optional(th, a[0], name_write, &write);
    if (has == 0 || (has > 0 && !object_callable(write))) raise_type_error(th, "argument 1 must have a \"write\" method");
    Writer *w = error_pending(th) ? NULL : NEW(Writer, th, &type_csv_writer);
    if (!w) {
        decref(th, write);
        decref(th, d);
        return NO_VALUE;
    }
    w->write = write;
    w->dialect = d;
    return VALUE_OF(w);
}
static Value csv_fn_list_dialects(Thread *th, Value self, Value *a) { return dict_keys_list(th, AS(Dict, dialects)); }
static Value csv_fn_register_dialect(Thread *th, Value self, Value *a) {
    if (!value_is_str(a[0])) return raise_type_error(th, "dialect name must be a string");
    Value d = make_dialect(th, a[1], a[2]);
    int r = d ? dict_set(th, AS(Dict, dialects), a[0], d) : -1;
    decref(th, d);
    return r ? NO_VALUE : VALUE_NONE;
}
static Value csv_fn_unregister_dialect(Thread *th, Value self, Value *a) {
    int r = dict_delete(th, AS(Dict, dialects), a[0]);
    return r > 0 ? VALUE_NONE : r < 0 ? NO_VALUE : raise_csv(th, "unknown dialect");
}
static Value csv_fn_get_dialect(Thread *th, Value self, Value *a) { return find_dialect(th, a[0]); }
static Value csv_fn_field_size_limit(Thread *th, Value self, Value *a) {
    int64_t old = atomic_load_relaxed(&field_limit), n;
    if (a[0]) {
        if (!value_is_exact(a[0], &type_int)) return raise_type_error(th, "limit must be an integer");
        if (int_as_i64(th, a[0], &n)) return NO_VALUE;
        atomic_store_relaxed(&field_limit, n);
    }
    return int_from_i64(th, old);
}

static const MethodDef methods[] = {
    {"reader", "(iterable, /, dialect='excel', **fmtparams)", csv_fn_reader,
     "Return a reader object that will process lines from the given iterable.\n\nThe \"iterable\" argument can be any object that returns a line\nof input for each iteration, such as a file object or a list.", 0},
    {"writer", "(fileobj, /, dialect='excel', **fmtparams)", csv_fn_writer, "Return a writer object that will write user data on the given file object.", 0},
    {"list_dialects", "()", csv_fn_list_dialects, "Return a list of all known dialect names.", 0},
    {"register_dialect", "(name, /, dialect='excel', **fmtparams)", csv_fn_register_dialect, "Create a mapping from a string name to a CVS dialect.", 0},
    {"unregister_dialect", "(name)", csv_fn_unregister_dialect, "Delete the name/dialect mapping associated with a string name.", 0},
    {"get_dialect", "(name)", csv_fn_get_dialect, "Return the dialect instance associated with name.", 0},
    {"field_size_limit", "(new_limit=<unrepresentable>)", csv_fn_field_size_limit,
     "Sets an upper limit on parsed fields.\n\nReturns old limit. If limit is not given, no new limit is set and\nthe old limit is returned", 0},
    {0}
};
static int csv_exec(Thread *th, Value m) {
    if (!csv_error) {
        if (!(dialects = dict_new(th)) || !(csv_error = exception_create_type(th, "_csv.Error", VALUE_NONE, NULL))) return -1;
        gc_add_root(&csv_error);
        gc_add_root(&dialects);
    }
    if (type_ready(th, &type_csv_reader) || type_ready(th, &type_csv_writer) || module_add_type(th, m, &type_csv_dialect) || module_add(th, m, "Reader", VALUE_OF(&type_csv_reader)) ||
        module_add(th, m, "Writer", VALUE_OF(&type_csv_writer)) || module_add(th, m, "Error", new_ref(th, csv_error)) || module_add(th, m, "_dialects", new_ref(th, dialects)))
        return -1;
    static const char *const names[] = {"QUOTE_MINIMAL", "QUOTE_ALL", "QUOTE_NONNUMERIC", "QUOTE_NONE", "QUOTE_STRINGS", "QUOTE_NOTNULL"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (module_add_int(th, m, names[i], (int64_t)i)) return -1;
    return 0;
}
const ModuleDef module__csv = {"_csv", "CSV parsing and writing.\n", methods, csv_exec};
