// SPDX-License-Identifier: MIT
// re.Pattern: matching, searching, splitting. Patterns are constant, shared by all threads without locks.
#include <stdio.h>

#include "core/base/hash.h"
#include "stdlib/_sre/_sre_int.h"

#define ARGS_RANGE "(self, /, string, pos=0, endpos=sys.maxsize)"

static Value run_once(Thread *th, Value self, Value *args, bool search, bool full) {
    Pattern *p = AS(Pattern, self);
    Subject s;
    SreState st;
    size_t pos, end;
    if (subject_get_for(th, p, args[0], &s) < 0) return NO_VALUE;
    Value result = NO_VALUE;
    if (range_args(th, args[1], args[2], s.len, &pos, &end) == 0 && run_init(th, &st, p, &s, end) == 0) {
        st.full = full;
        int r = search ? run_search(th, &st, pos) : run_match(th, &st, pos);
        if (r == 1) result = match_new(th, self, args[0], &st, pos, end);
        else if (r == 0) result = VALUE_NONE;
        sre_state_free(&st);
    }
    subject_release(th, &s);
    return result;
}

static Value pattern_meth_match(Thread *th, Value self, Value *args) { return run_once(th, self, args, false, false); }
static Value pattern_meth_fullmatch(Thread *th, Value self, Value *args) { return run_once(th, self, args, false, true); }
static Value pattern_meth_search(Thread *th, Value self, Value *args) { return run_once(th, self, args, true, false); }

// Group g of a run that matched, dflt (borrowed) when it took no part.
static Value run_group(Thread *th, const SreState *st, const Subject *s, uint32_t g, Value dflt) {
    size_t a, b;
    if (!sre_group(st, g, &a, &b)) return new_ref(th, dflt);
    return subject_slice(th, s, a, b);
}

static Value pattern_meth_findall(Thread *th, Value self, Value *args) {
    Pattern *p = AS(Pattern, self);
    Subject s;
    SreState st;
    size_t pos, end;
    if (subject_get_for(th, p, args[0], &s) < 0) return NO_VALUE;
    if (range_args(th, args[1], args[2], s.len, &pos, &end) < 0 || run_init(th, &st, p, &s, end) < 0) {
        subject_release(th, &s);
        return NO_VALUE;
    }
    Value list = list_new(th, 0), empty = subject_slice(th, &s, 0, 0);
    bool ok = list && empty;
    while (ok && pos <= end) {
        int r = run_search(th, &st, pos);
        if (r <= 0) {
            ok = r == 0;
            break;
        }
        Value item;
        if (p->groups <= 1) {
            item = run_group(th, &st, &s, (uint32_t)p->groups, empty);
        } else {
            Tuple *t = tuple_new(th, (size_t)p->groups);
            item = t ? VALUE_OF(t) : NO_VALUE;
            for (int64_t g = 0; t && g < p->groups; g++) {
                t->items[g] = run_group(th, &st, &s, (uint32_t)g + 1, empty);
                if (!t->items[g]) {
                    decref(th, item);
                    item = NO_VALUE;
                    break;
                }
            }
        }
        ok = item && list_append_owned(th, AS(List, list), item) == 0;
        st.must_advance = st.match_end == st.match_start;
        pos = st.match_end;
    }
    sre_state_free(&st);
    subject_release(th, &s);
    decref(th, empty);
    if (ok) return list;
    decref(th, list);
    return NO_VALUE;
}

static Value pattern_meth_split(Thread *th, Value self, Value *args) {
    Pattern *p = AS(Pattern, self);
    Subject s;
    SreState st;
    int64_t max, n = 0;
    if (size_arg(th, args[1], 0, &max) < 0) return NO_VALUE;
    if (subject_get_for(th, p, args[0], &s) < 0) return NO_VALUE;
    if (run_init(th, &st, p, &s, s.len) < 0) {
        subject_release(th, &s);
        return NO_VALUE;
    }
    Value list = list_new(th, 0);
    bool ok = list != NO_VALUE;
    size_t last = 0;
    while (ok && (max == 0 || n < max)) {
        int r = run_search(th, &st, last);
        if (r <= 0) {
            ok = r == 0;
            break;
        }
        Value item = subject_slice(th, &s, last, st.match_start);
        ok = item && list_append_owned(th, AS(List, list), item) == 0;
        for (int64_t g = 1; ok && g <= p->groups; g++) {
            item = run_group(th, &st, &s, (uint32_t)g, VALUE_NONE);
            ok = item && list_append_owned(th, AS(List, list), item) == 0;
        }
        n++;
        st.must_advance = st.match_end == st.match_start;
        last = st.match_end;
    }
    if (ok) {
        Value item = subject_slice(th, &s, last, s.len);
        ok = item && list_append_owned(th, AS(List, list), item) == 0;
    }
    sre_state_free(&st);
    subject_release(th, &s);
    if (ok) return list;
    decref(th, list);
    return NO_VALUE;
}

static Value pattern_meth_finditer(Thread *th, Value self, Value *args) {
    return scanner_new(th, &type_sre_iterator, self, args[0], args[1], args[2]);
}

static Value pattern_meth_scanner(Thread *th, Value self, Value *args) {
    return scanner_new(th, &type_sre_scanner, self, args[0], args[1], args[2]);
}

Value sre_meth_copy(Thread *th, Value self, Value *args) { return new_ref(th, self); }

static Value pattern_get_groupindex(Thread *th, Value self) { return mappingproxy_new(th, AS(Pattern, self)->groupindex); }

static Value pattern_slot_repr(Thread *th, Value self) {
    static const struct { const char *name; int flag; } names[] = {
        {"re.IGNORECASE", 2}, {"re.LOCALE", 4}, {"re.MULTILINE", 8}, {"re.DOTALL", 16},
        {"re.UNICODE", 32},   {"re.VERBOSE", 64}, {"re.DEBUG", 128}, {"re.ASCII", 256}};
    Pattern *p = AS(Pattern, self);
    int32_t flags = p->flags;
    if (p->is_bytes == 0 && (flags & (SRE_FLAG_LOCALE | SRE_FLAG_UNICODE | SRE_FLAG_ASCII)) == SRE_FLAG_UNICODE)
        flags &= ~SRE_FLAG_UNICODE;
    Value text = object_repr(th, p->pattern);
    if (!text) return NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_cstr(&b, "re.compile(");
    size_t len = AS(Str, text)->len;
    str_builder_sub(&b, text, 0, len < 200 ? len : 200);
    decref(th, text);
    const char *between = ", ";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!(flags & names[i].flag)) continue;
        str_builder_cstr(&b, between);
        str_builder_cstr(&b, names[i].name);
        flags &= ~names[i].flag;
        between = "|";
    }
    if (flags) {
        char hex[16];
        snprintf(hex, sizeof hex, "0x%x", (unsigned)flags);
        str_builder_cstr(&b, between);
        str_builder_cstr(&b, hex);
    }
    str_builder_char(&b, ')');
    return str_builder_finish(&b);
}

static int64_t pattern_slot_hash(Thread *th, Value self) {
    Pattern *p = AS(Pattern, self);
    int64_t h = object_hash(th, p->pattern);
    if (h == -1) return -1;
    uint64_t mixed = (uint64_t)h ^ siphash13(hash_key, p->code, p->code_len * sizeof *p->code);
    mixed ^= (uint64_t)(uint32_t)p->flags ^ (uint64_t)(p->is_bytes & 3) << 32 ^ (uint64_t)p->groups << 34;
    return hash_fix(mixed);
}

static Value pattern_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(b, &type_sre_pattern) || !value_is_exact(a, &type_sre_pattern))
        return VALUE_NOT_IMPLEMENTED;
    if (a == b) return value_bool(op == CMP_EQ);
    Pattern *p = AS(Pattern, a), *q = AS(Pattern, b);
    // Equal code from different text (the same set of letters in another order) is another pattern.
    int same = p->flags == q->flags && p->is_bytes == q->is_bytes && p->groups == q->groups && p->code_len == q->code_len &&
               memcmp(p->code, q->code, p->code_len * sizeof *p->code) == 0;
    if (same) same = object_equal(th, p->pattern, q->pattern);
    if (same < 0) return NO_VALUE;
    return value_bool(same == (op == CMP_EQ));
}

static void pattern_dealloc(Thread *th, Object *self) {
    Pattern *p = (Pattern *)self;
    decref(th, p->pattern);
    decref(th, p->groupindex);
    decref(th, p->indexgroup);
    sre_program_free(p->program);
    mem_free(p->code);
    object_release_attrs(th, self);
    object_free(th, self);
}

static int pattern_traverse(Object *self, VisitFn visit, void *arg) {
    Pattern *p = (Pattern *)self;
    int r = visit(p->pattern, arg);
    if (!r) r = visit(p->groupindex, arg);
    return r ? r : visit(p->indexgroup, arg);
}

static const MethodDef pattern_methods[] = {
    {"match", ARGS_RANGE, pattern_meth_match, "Matches zero or more characters at the beginning of the string.", 0},
    {"fullmatch", ARGS_RANGE, pattern_meth_fullmatch, "Matches against all of the string.", 0},
    {"search", ARGS_RANGE, pattern_meth_search,
     "Scan through string looking for a match, and return a corresponding match object instance.\n\nReturn None if no position in the "
     "string matches.", 0},
    {"sub", "(self, /, repl, string, count=0)", pattern_meth_sub,
     "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.", 0},
    {"subn", "(self, /, repl, string, count=0)", pattern_meth_subn,
     "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the "
     "replacement repl.", 0},
    {"findall", ARGS_RANGE, pattern_meth_findall, "Return a list of all non-overlapping matches of pattern in string.", 0},
    {"split", "(self, /, string, maxsplit=0)", pattern_meth_split, "Split string by the occurrences of pattern.", 0},
    {"finditer", ARGS_RANGE, pattern_meth_finditer,
     "Return an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, the iterator returns a match "
     "object.", 0},
    {"scanner", ARGS_RANGE, pattern_meth_scanner, NULL, 0},
    {"__copy__", "(self, /)", sre_meth_copy, NULL, 0},
    {"__deepcopy__", "(self, memo, /)", sre_meth_copy, NULL, 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem,
     "Patterns are generic over the type of string they handle (str or bytes)", METH_CLASS},
    {0}};

static const MemberDef pattern_members[] = {
    {"pattern", offsetof(Pattern, pattern), MEMBER_VALUE | MEMBER_READONLY, "The pattern string from which the RE object was compiled."},
    {"flags", offsetof(Pattern, flags), MEMBER_INT32 | MEMBER_READONLY, "The regex matching flags."},
    {"groups", offsetof(Pattern, groups), MEMBER_INT64 | MEMBER_READONLY, "The number of capturing groups in the pattern."},
    {0}};

static const GetSetDef pattern_getsets[] = {
    {"groupindex", pattern_get_groupindex, NULL, "A dictionary mapping group names to group numbers."}, {0}};

TYPE_DEFINE(sre_pattern, "re.Pattern", sizeof(Pattern), TYPE_TRACED | TYPE_NO_INSTANTIATE | TYPE_WEAKREFABLE, .methods = pattern_methods,
            .members = pattern_members, .getsets = pattern_getsets, .doc = "Compiled regular expression object.",
            .slots = {.dealloc = pattern_dealloc, .traverse = pattern_traverse, .repr = pattern_slot_repr, .hash = pattern_slot_hash,
                      .compare = pattern_slot_compare})
