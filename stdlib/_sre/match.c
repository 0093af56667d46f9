// SPDX-License-Identifier: MIT
// re.Match: what a pattern found. Constant once made; shared by all threads without locks.
#include "stdlib/_sre/_sre_int.h"

Value match_new(Thread *th, Value pattern, Value string, const SreState *st, size_t pos, size_t endpos) {
    uint32_t groups = sre_program_groups(st->program) + 1;
    Match *m = object_new(th, &type_sre_match, groups);
    if (!m) return NO_VALUE;
    m->string = new_ref(th, string);
    m->pattern = new_ref(th, pattern);
    m->pos = (int64_t)pos, m->endpos = (int64_t)endpos;
    m->groups = groups;
    m->last_index = sre_last_index(st);
    for (uint32_t g = 0; g < groups; g++) {
        size_t a, b;
        bool found = sre_group(st, g, &a, &b);
        m->marks[2 * g] = found ? (intptr_t)a : -1;
        m->marks[2 * g + 1] = found ? (intptr_t)b : -1;
    }
    return VALUE_OF(m);
}

Value match_group(Thread *th, const Match *m, size_t g, Value dflt) {
    intptr_t a = m->marks[2 * g], b = m->marks[2 * g + 1];
    if (a < 0) return new_ref(th, dflt);
    if (value_is_str(m->string)) return str_substring(th, m->string, (size_t)a, (size_t)b);
    Subject s;
    if (subject_get(th, m->string, &s) < 0) return NO_VALUE;
    size_t end = (size_t)b < s.len ? (size_t)b : s.len, start = (size_t)a < end ? (size_t)a : end; // a bytearray may have shrunk
    Value v = subject_slice(th, &s, start, end);
    subject_release(th, &s);
    return v;
}

static intptr_t no_such_group(Thread *th) {
    if (!error_pending(th)) raise_error(th, &exc_IndexError, "no such group");
    return -1;
}

// The number of a group given by number or name; -1 with IndexError.
static intptr_t group_number(Thread *th, const Match *m, Value key) {
    if (!key) return 0;
    int64_t i = -1;
    if (LIKELY(value_is_imm_int(key))) {
        i = value_imm_int_get(key);
    } else if (index_check(key)) {
        i = number_as_ssize(th, key, NULL);
        if (i == -1 && error_pending(th)) return -1;
    } else {
        Value found;
        int r = dict_get(th, AS(Dict, AS(Pattern, m->pattern)->groupindex), key, &found);
        if (r < 0) return -1;
        if (r) {
            if (value_is_imm_int(found)) i = value_imm_int_get(found);
            decref(th, found);
        }
    }
    if (i < 0 || i >= (int64_t)m->groups) return no_such_group(th);
    return (intptr_t)i;
}

static Value group_by_key(Thread *th, const Match *m, Value key) {
    intptr_t g = group_number(th, m, key);
    return g < 0 ? NO_VALUE : match_group(th, m, (size_t)g, VALUE_NONE);
}

static Value match_meth_group(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Match *m = AS(Match, self);
    if (UNLIKELY(kwnames && AS(Tuple, kwnames)->len)) return raise_type_error(th, "Match.group() takes no keyword arguments");
    if (nargs <= 1) return group_by_key(th, m, nargs ? args[0] : NO_VALUE);
    Tuple *t = tuple_new(th, nargs);
    if (!t) return NO_VALUE;
    for (size_t i = 0; i < nargs; i++) {
        t->items[i] = group_by_key(th, m, args[i]);
        if (!t->items[i]) {
            decref(th, VALUE_OF(t));
            return NO_VALUE;
        }
    }
    return VALUE_OF(t);
}

static Value match_slot_getitem(Thread *th, Value self, Value key) { return group_by_key(th, AS(Match, self), key); }

static Value match_meth_start(Thread *th, Value self, Value *args) {
    intptr_t g = group_number(th, AS(Match, self), args[0]);
    return g < 0 ? NO_VALUE : int_from_i64(th, AS(Match, self)->marks[2 * g]);
}

static Value match_meth_end(Thread *th, Value self, Value *args) {
    intptr_t g = group_number(th, AS(Match, self), args[0]);
    return g < 0 ? NO_VALUE : int_from_i64(th, AS(Match, self)->marks[2 * g + 1]);
}

static Value span_of(Thread *th, const Match *m, size_t g) {
    return tuple_pack2(th, value_imm_int(m->marks[2 * g]), value_imm_int(m->marks[2 * g + 1]));
}

static Value match_meth_span(Thread *th, Value self, Value *args) {
    intptr_t g = group_number(th, AS(Match, self), args[0]);
    return g < 0 ? NO_VALUE : span_of(th, AS(Match, self), (size_t)g);
}

static Value match_meth_groups(Thread *th, Value self, Value *args) {
    Match *m = AS(Match, self);
    Value dflt = args[0] ? args[0] : VALUE_NONE;
    if (m->groups == 1) return new_ref(th, tuple_empty);
    Tuple *t = tuple_new(th, m->groups - 1);
    if (!t) return NO_VALUE;
    for (size_t g = 1; g < m->groups; g++) {
        t->items[g - 1] = match_group(th, m, g, dflt);
        if (!t->items[g - 1]) {
            decref(th, VALUE_OF(t));
            return NO_VALUE;
        }
    }
    return VALUE_OF(t);
}

static Value match_meth_groupdict(Thread *th, Value self, Value *args) {
    Match *m = AS(Match, self);
    Value dflt = args[0] ? args[0] : VALUE_NONE, result = dict_new(th);
    if (!result) return NO_VALUE;
    Dict *names = AS(Dict, AS(Pattern, m->pattern)->groupindex);
    Value name, number;
    for (size_t pos = 0; dict_next(th, names, &pos, &name, &number);) {
        intptr_t g = group_number(th, m, number);
        Value text = g < 0 ? NO_VALUE : match_group(th, m, (size_t)g, dflt);
        int bad = !text || dict_set(th, AS(Dict, result), name, text) < 0;
        decref(th, name);
        decref(th, number);
        decref(th, text);
        if (bad) {
            decref(th, result);
            return NO_VALUE;
        }
    }
    return result;
}

static Value match_meth_expand(Thread *th, Value self, Value *args) {
    Match *m = AS(Match, self);
    Value compile = import_attr(th, "re", "_compile_template");
    if (!compile) return NO_VALUE;
    Value t = call2(th, compile, m->pattern, args[0]);
    decref(th, compile);
    if (!t) return NO_VALUE;
    Value result = NO_VALUE;
    if (value_is_exact(t, &type_sre_template)) result = template_expand(th, AS(Template, t), m);
    else raise_type_error(th, "_compile_template() must return a _sre.SRE_Template, not %T", t);
    decref(th, t);
    return result;
}

static Value match_get_lastindex(Thread *th, Value self) {
    uint32_t i = AS(Match, self)->last_index;
    return i ? value_imm_int(i) : VALUE_NONE;
}

static Value match_get_lastgroup(Thread *th, Value self) {
    Match *m = AS(Match, self);
    Tuple *names = AS(Tuple, AS(Pattern, m->pattern)->indexgroup);
    return m->last_index && m->last_index < names->len ? new_ref(th, names->items[m->last_index]) : VALUE_NONE;
}

static Value match_get_regs(Thread *th, Value self) {
    Match *m = AS(Match, self);
    Tuple *t = tuple_new(th, m->groups);
    if (!t) return NO_VALUE;
    for (size_t g = 0; g < m->groups; g++) {
        t->items[g] = span_of(th, m, g);
        if (!t->items[g]) {
            decref(th, VALUE_OF(t));
            return NO_VALUE;
        }
    }
    return VALUE_OF(t);
}

static Value match_slot_repr(Thread *th, Value self) {
    Match *m = AS(Match, self);
    Value text = match_group(th, m, 0, VALUE_NONE);
    Value repr = text ? object_repr(th, text) : NO_VALUE;
    decref(th, text);
    if (!repr) return NO_VALUE;
    size_t len = AS(Str, repr)->len;
    Value part = str_substring(th, repr, 0, len < 50 ? len : 50);
    decref(th, repr);
    if (!part) return NO_VALUE;
    Value result = str_format(th, "<re.Match object; span=(%zd, %zd), match=%U>", m->marks[0], m->marks[1], part);
    decref(th, part);
    return result;
}

static void match_dealloc(Thread *th, Object *self) {
    decref(th, ((Match *)self)->string);
    decref(th, ((Match *)self)->pattern);
    object_free(th, self);
}

static int match_traverse(Object *self, VisitFn visit, void *arg) {
    int r = visit(((Match *)self)->string, arg);
    return r ? r : visit(((Match *)self)->pattern, arg);
}

static const MethodDef match_methods[] = {
    {"group", "(self, /, *args)", match_meth_group,
     "group([group1, ...]) -> str or tuple.\n    Return subgroup(s) of the match by indices or names.\n    For 0 returns the entire match.",
     METH_RAW | METH_NO_TEXT_SIG},
    {"start", "(self, group=0, /)", match_meth_start, "Return index of the start of the substring matched by group.", 0},
    {"end", "(self, group=0, /)", match_meth_end, "Return index of the end of the substring matched by group.", 0},
    {"span", "(self, group=0, /)", match_meth_span, "For match object m, return the 2-tuple (m.start(group), m.end(group)).", 0},
    {"groups", "(self, /, default=None)", match_meth_groups,
     "Return a tuple containing all the subgroups of the match, from 1.\n\n  default\n    Is used for groups that did not participate in "
     "the match.", 0},
    {"groupdict", "(self, /, default=None)", match_meth_groupdict,
     "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.\n\n  default\n    Is used for groups "
     "that did not participate in the match.", 0},
    {"expand", "(self, /, template)", match_meth_expand,
     "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.", 0},
    {"__copy__", "(self, /)", sre_meth_copy, NULL, 0},
    {"__deepcopy__", "(self, memo, /)", sre_meth_copy, NULL, 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem,
     "Matches are generic over the type of string which was matched (str or bytes)", METH_CLASS},
    {0}};

static const MemberDef match_members[] = {
    {"string", offsetof(Match, string), MEMBER_VALUE | MEMBER_READONLY, "The string passed to match() or search()."},
    {"re", offsetof(Match, pattern), MEMBER_VALUE | MEMBER_READONLY, "The regular expression object."},
    {"pos", offsetof(Match, pos), MEMBER_INT64 | MEMBER_READONLY,
     "The index into the string at which the RE engine started looking for a match."},
    {"endpos", offsetof(Match, endpos), MEMBER_INT64 | MEMBER_READONLY,
     "The index into the string beyond which the RE engine will not go."},
    {0}};

static const GetSetDef match_getsets[] = {
    {"lastindex", match_get_lastindex, NULL, "The integer index of the last matched capturing group."},
    {"lastgroup", match_get_lastgroup, NULL, "The name of the last matched capturing group."},
    {"regs", match_get_regs, NULL, NULL},
    {0}};

TYPE_DEFINE(sre_match, "re.Match", offsetof(Match, marks), TYPE_TRACED | TYPE_NO_INSTANTIATE | TYPE_VARSIZE, .item_size = 2 * sizeof(intptr_t),
            .methods = match_methods, .members = match_members, .getsets = match_getsets,
            .doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
            .slots = {.dealloc = match_dealloc, .traverse = match_traverse, .repr = match_slot_repr, .getitem = match_slot_getitem})
