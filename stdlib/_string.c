// SPDX-License-Identifier: MIT
// The module _string: str.format's parser for string.Formatter. Iterators keep their position atomically; threads may share them.
#include "core/object/abstract.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/str_dotformat.h"
#include "core/object/tuple.h"

typedef struct TextIter { Object head; Value str; size_t pos; } TextIter; // str [c]; pos [a]

static void text_iter_dealloc(Thread *th, Object *o) {
    decref(th, ((TextIter *)o)->str);
    object_free(th, o);
}
static Value text_iter_iter(Thread *th, Value self) { return new_ref(th, self); }

// (literal, field_name, format_spec, conversion)
static Value formatter_next(Thread *th, Value self) {
    TextIter *it = AS(TextIter, self);
    Value s = it->str;
    FormatField f;
    size_t pos = atomic_load_relaxed(&it->pos);
    int r = format_next(th, AS(Str, s), &pos, AS(Str, s)->len, &f);
    atomic_store_relaxed(&it->pos, pos);
    if (r <= 0) return NO_VALUE;
    Value items[4] = {str_substring(th, s, f.lit_start, f.lit_end), VALUE_NONE, VALUE_NONE, VALUE_NONE};
    if (f.present) {
        items[1] = str_substring(th, s, f.name_start, f.name_end);
        items[2] = str_substring(th, s, f.spec_start, f.spec_end);
        if (f.conversion) items[3] = str_from_char(th, f.conversion);
    }
    for (int i = 0; i < 4; i++)
        if (items[i] == NO_VALUE) {
            for (int k = 0; k < 4; k++) decref(th, items[k]);
            return NO_VALUE;
        }
    return tuple_from_owned(th, items, 4);
}
MODULE_TYPE_DEFINE(formatteriterator, "formatteriterator", sizeof(TextIter), TYPE_NO_INSTANTIATE,
                   .slots = {.iter = text_iter_iter, .next = formatter_next, .dealloc = text_iter_dealloc})

// (is_attr, name or index)
static Value fieldname_next(Thread *th, Value self) {
    TextIter *it = AS(TextIter, self);
    FormatStep step;
    size_t pos = atomic_load_relaxed(&it->pos);
    int r = format_name_next(th, AS(Str, it->str), &pos, AS(Str, it->str)->len, &step);
    atomic_store_relaxed(&it->pos, pos);
    if (r <= 0) return NO_VALUE;
    Value name = step.index >= 0 ? value_imm_int(step.index) : str_substring(th, it->str, step.start, step.end);
    if (name == NO_VALUE) return NO_VALUE;
    Value t = tuple_pack2(th, value_bool(step.is_attr), name);
    decref(th, name);
    return t;
}
MODULE_TYPE_DEFINE(fieldnameiterator, "fieldnameiterator", sizeof(TextIter), TYPE_NO_INSTANTIATE,
                   .slots = {.iter = text_iter_iter, .next = fieldname_next, .dealloc = text_iter_dealloc})

static Value text_iter_new(Thread *th, Type *type, Value s, size_t pos) {
    TextIter *it = NEW(TextIter, th, type);
    if (!it) return NO_VALUE;
    it->str = new_ref(th, s);
    it->pos = pos;
    return VALUE_OF(it);
}

static Value string_fn_formatter_parser(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "expected str, got %T", args[0]);
    return text_iter_new(th, &type_formatteriterator, args[0], 0);
}

static Value string_fn_formatter_field_name_split(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "expected str, got %T", args[0]);
    size_t end;
    intptr_t index;
    if (format_name_first(th, AS(Str, args[0]), 0, AS(Str, args[0])->len, &end, &index) < 0) return NO_VALUE;
    Value it = text_iter_new(th, &type_fieldnameiterator, args[0], end);
    if (it == NO_VALUE) return NO_VALUE;
    Value first = index >= 0 ? value_imm_int(index) : str_substring(th, args[0], 0, end), r = NO_VALUE;
    if (first != NO_VALUE) r = tuple_pack2(th, first, it);
    decref(th, first);
    decref(th, it);
    return r;
}

static int string_exec(Thread *th, Value module) {
    return type_ready(th, &type_formatteriterator) < 0 || type_ready(th, &type_fieldnameiterator) < 0 ? -1 : 0;
}

static const MethodDef string_functions[] = {
    {"formatter_field_name_split", "(string, /)", string_fn_formatter_field_name_split, "split the argument as a field name", 0},
    {"formatter_parser", "(string, /)", string_fn_formatter_parser, "parse the argument as a format string", 0},
    {0},
};
const ModuleDef module__string = {.name = "_string", .doc = "string helper module", .methods = string_functions, .exec = string_exec};
