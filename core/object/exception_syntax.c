// SPDX-License-Identifier: MIT
// SyntaxError and its subclasses.
#include "core/object/exception_int.h"

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

static void set_more(Thread *th, Value self, unsigned i, Value v) { slot_store(th, value_object(self), &(&AS(SyntaxExc, self)->end_offset)[i], new_ref(th, v)); }

int exc_init_SYNTAX(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (exception_slot_init(th, self, args, nargs, kwnames)) return -1;
    if (nargs >= 1) exception_set_field(th, self, EXC_SYN_MSG, args[0]);
    if (nargs != 2) return 0;
    Value info = sequence_to_tuple(th, args[1]);
    if (info == NO_VALUE) return -1;
    Tuple *t = AS(Tuple, info);
    int r = -1;
    if (t->len < 4) raise_type_error(th, "function takes at least 4 arguments (%zu given)", t->len);
    else if (t->len > 7) raise_type_error(th, "function takes at most 7 arguments (%zu given)", t->len);
    else if (t->len == 5) raise_type_error(th, "end_offset must be provided when end_lineno is provided");
    else {
        for (unsigned i = 0; i < 4; i++) exception_set_field(th, self, EXC_SYN_FILENAME + i, t->items[i]);
        exception_set_field(th, self, EXC_SYN_END_LINENO, t->len > 4 ? t->items[4] : NO_VALUE);
        set_more(th, self, 0, t->len > 5 ? t->items[5] : NO_VALUE);
        set_more(th, self, 2, t->len > 6 ? t->items[6] : NO_VALUE);
        r = 0;
    }
    decref(th, info);
    return r;
}

Value exc_str_SYNTAX(Thread *th, Value self) {
    Value msg = exception_field(th, self, EXC_SYN_MSG), file = exception_field(th, self, EXC_SYN_FILENAME), line = exception_field(th, self, EXC_SYN_LINENO), r;
    if (msg == NO_VALUE) msg = VALUE_NONE;
    int64_t n = 0;
    bool has_line = line && value_is_int(line) && !value_is_bool(line) && int_as_i64_overflow(line, &n) == 0;
    bool has_file = file && value_is_str(file);
    Value base = NO_VALUE;
    if (has_file) {
        Str *s = AS(Str, file);
        size_t start = s->len;
        while (start > 0 && str_char_at(s, start - 1) != '/') start--;
        base = str_substring(th, file, start, s->len);
    }
    if (has_file && base == NO_VALUE) r = NO_VALUE;
    else if (has_file && has_line) r = str_format(th, "%S (%U, line %lld)", msg, base, (long long)n);
    else if (has_file) r = str_format(th, "%S (%U)", msg, base);
    else if (has_line) r = str_format(th, "%S (line %lld)", msg, (long long)n);
    else r = object_str(th, msg);
    decref(th, base);
    decref(th, msg);
    decref(th, file);
    decref(th, line);
    return r;
}

#define MORE_OFFSET(f) (uint32_t)offsetof(SyntaxExc, f)
const MemberDef exc_members_SYNTAX[] = {
    {"msg", EXC_FIELD_OFFSET(EXC_SYN_MSG), MEMBER_VALUE, "exception msg"},
    {"filename", EXC_FIELD_OFFSET(EXC_SYN_FILENAME), MEMBER_VALUE, "exception filename"},
    {"lineno", EXC_FIELD_OFFSET(EXC_SYN_LINENO), MEMBER_VALUE, "exception lineno"},
    {"offset", EXC_FIELD_OFFSET(EXC_SYN_OFFSET), MEMBER_VALUE, "exception offset"},
    {"text", EXC_FIELD_OFFSET(EXC_SYN_TEXT), MEMBER_VALUE, "exception text"},
    {"end_lineno", EXC_FIELD_OFFSET(EXC_SYN_END_LINENO), MEMBER_VALUE, "exception end lineno"},
    {"end_offset", MORE_OFFSET(end_offset), MEMBER_VALUE, "exception end offset"},
    {"print_file_and_line", MORE_OFFSET(print_file_and_line), MEMBER_VALUE, "exception print_file_and_line"},
    {"_metadata", MORE_OFFSET(metadata), MEMBER_VALUE, "exception private metadata"},
    {0}};

Value raise_syntax_error_at(Thread *th, Type *type, Value msg, Value filename, int lineno, int offset, Value text, int end_lineno, int end_offset) {
    Value info[6] = {filename ? filename : VALUE_NONE, value_imm_int(lineno), value_imm_int(offset), text ? text : VALUE_NONE,
                     value_imm_int(end_lineno), value_imm_int(end_offset)};
    Value t = tuple_from_array(th, info, end_lineno ? 6 : 4);
    if (t == NO_VALUE) return NO_VALUE;
    Value exc = call2(th, VALUE_OF(type), msg, t);
    decref(th, t);
    if (exc) {
        raise_with_value(th, type, exc);
        decref(th, exc);
    }
    return NO_VALUE;
}
