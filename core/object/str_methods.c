// SPDX-License-Identifier: MIT
// The method table of str, argument helpers shared by str, bytes and bytearray, and the small methods.
#include <string.h>

#include "core/object/container_inl.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/format.h"
#include "core/object/module.h"
#include "core/object/str_int.h"
#include "core/object/tuple.h"

int text_index_arg(Thread *th, Value v, intptr_t *out) {
    if (v == NO_VALUE || v == VALUE_NONE) return 0;
    if (LIKELY(value_is_imm_int(v))) {
        *out = value_imm_int_get(v);
        return 0;
    }
    if (!index_check(v)) {
        raise_type_error(th, "slice indices must be integers or None or have an __index__ method");
        return -1;
    }
    intptr_t i = number_as_ssize(th, v, NULL);
    if (i == -1 && error_pending(th)) return -1;
    *out = i;
    return 0;
}

int text_ssize_arg(Thread *th, Value v, intptr_t dflt, intptr_t *out) {
    *out = dflt;
    if (v == NO_VALUE) return 0;
    if (LIKELY(value_is_imm_int(v))) {
        *out = value_imm_int_get(v);
        return 0;
    }
    intptr_t i = number_as_ssize(th, v, &exc_OverflowError);
    if (i == -1 && error_pending(th)) return -1;
    *out = i;
    return 0;
}

Value text_iter_reduce(Thread *th, Value iter_owned, Value seq, intptr_t index, Value empty) {
    if (index < 0) return reduce_make2(th, iter_owned, tuple_pack1(th, empty));
    return reduce_make(th, iter_owned, tuple_pack1(th, seq), value_imm_int(index));
}

Value str_meth_encode(Thread *th, Value self, Value *args) {
    const char *encoding, *errors;
    Value hold1, hold2, r;
    if (text_cstr_arg(th, args[0], &encoding, &hold1, "encode() argument 'encoding'") < 0) return NO_VALUE;
    if (text_cstr_arg(th, args[1], &errors, &hold2, "encode() argument 'errors'") < 0) r = NO_VALUE;
    else r = codec_encode_text(th, self, encoding, errors);
    decref(th, hold1);
    decref(th, hold2);
    return r;
}

Value str_meth_format_spec(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "__format__() argument must be str, not %B", args[0]);
    return str_format_spec(th, self, args[0]);
}

Value str_meth_sizeof(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    return value_imm_int((int64_t)(STR_SIZE(s->len, s->kind) + s->spare));
}

Value str_meth_getnewargs(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    Str *copy = str_new_raw(th, s->len, str_max_char(s)); // not self: pickle's memo would never end
    if (!copy) return NO_VALUE;
    memcpy(str_data(copy), str_data(s), s->len * s->kind);
    Value r = tuple_pack1(th, VALUE_OF(copy));
    decref(th, VALUE_OF(copy));
    return r;
}

#define M(name, sig, doc) {#name, sig, str_meth_##name, doc, 0}
const MethodDef str_methods[] = {
    M(encode, "(self, /, encoding='utf-8', errors='strict')", "Encode the string using the codec registered for encoding."),
    M(replace, "(self, old, new, /, count=-1)", "Return a copy with occurrences of substring old replaced by new, at most count of them when count is not negative."),
    M(split, "(self, /, sep=None, maxsplit=-1)", "Return a list of the substrings between separators (white space when sep is None), split at most maxsplit times."),
    M(rsplit, "(self, /, sep=None, maxsplit=-1)", "Like split, but working from the end of the string."),
    M(join, "(self, iterable, /)", "Concatenate any number of strings, with this string between each two."),
    M(capitalize, "(self, /)", "Return a capitalized version of the string: first character in title case, the rest in lower case."),
    M(casefold, "(self, /)", "Return a version of the string suitable for caseless comparisons."),
    M(title, "(self, /)", "Return a version of the string where each word is titlecased."),
    M(center, "(self, width, fillchar=' ', /)", "Return a centered string of length width, padded with fillchar."),
    M(count, "(self, sub, start=None, end=None, /)", "Return the number of non-overlapping occurrences of substring sub in string S[start:end]."),
    M(expandtabs, "(self, /, tabsize=8)", "Return a copy where all tab characters are expanded using spaces."),
    M(find, "(self, sub, start=None, end=None, /)", "Return the lowest index where substring sub is found within S[start:end], or -1."),
    M(partition, "(self, sep, /)", "Split at the first occurrence of sep: a tuple of the part before it, sep, and the part after it."),
    M(index, "(self, sub, start=None, end=None, /)", "Like find, but raise ValueError when the substring is not found."),
    M(ljust, "(self, width, fillchar=' ', /)", "Return a left-justified string of length width, padded with fillchar."),
    M(lower, "(self, /)", "Return a copy of the string converted to lowercase."),
    M(lstrip, "(self, chars=None, /)", "Return a copy with leading white space (or characters in chars) removed."),
    M(rfind, "(self, sub, start=None, end=None, /)", "Return the highest index where substring sub is found within S[start:end], or -1."),
    M(rindex, "(self, sub, start=None, end=None, /)", "Like rfind, but raise ValueError when the substring is not found."),
    M(rjust, "(self, width, fillchar=' ', /)", "Return a right-justified string of length width, padded with fillchar."),
    M(rstrip, "(self, chars=None, /)", "Return a copy with trailing white space (or characters in chars) removed."),
    M(rpartition, "(self, sep, /)", "Split at the last occurrence of sep: a tuple of the part before it, sep, and the part after it."),
    M(splitlines, "(self, /, keepends=False)", "Return a list of the lines in the string, with their line breaks if keepends."),
    M(strip, "(self, chars=None, /)", "Return a copy with leading and trailing white space (or characters in chars) removed."),
    M(swapcase, "(self, /)", "Convert uppercase characters to lowercase and lowercase characters to uppercase."),
    M(translate, "(self, table, /)", "Replace each character using the table, a mapping of code points to code points, strings, or None (delete)."),
    M(upper, "(self, /)", "Return a copy of the string converted to uppercase."),
    M(startswith, "(self, prefix, start=None, end=None, /)", "Return True if the string (from start to end) starts with prefix, a string or a tuple of strings."),
    M(endswith, "(self, suffix, start=None, end=None, /)", "Return True if the string (from start to end) ends with suffix, a string or a tuple of strings."),
    M(removeprefix, "(self, prefix, /)", "Return a str with the given prefix string removed if present."),
    M(removesuffix, "(self, suffix, /)", "Return a str with the given suffix string removed if present."),
    M(isascii, "(self, /)", "Return True if all characters in the string are ASCII."),
    M(islower, "(self, /)", "Return True if the string has cased characters, and all of them are lowercase."),
    M(isupper, "(self, /)", "Return True if the string has cased characters, and all of them are uppercase."),
    M(istitle, "(self, /)", "Return True if the string is a title-cased string."),
    M(isspace, "(self, /)", "Return True if the string is not empty and all of it is white space."),
    M(isdecimal, "(self, /)", "Return True if the string is not empty and all its characters are decimals."),
    M(isdigit, "(self, /)", "Return True if the string is not empty and all its characters are digits."),
    M(isnumeric, "(self, /)", "Return True if the string is not empty and all its characters are numeric."),
    M(isalpha, "(self, /)", "Return True if the string is not empty and all its characters are alphabetic."),
    M(isalnum, "(self, /)", "Return True if the string is not empty and all its characters are alphanumeric."),
    M(isidentifier, "(self, /)", "Return True if the string is a valid Python identifier."),
    M(isprintable, "(self, /)", "Return True if all characters in the string are printable."),
    M(zfill, "(self, width, /)", "Pad a numeric string with zeros on the left, to fill a field of the given width."),
    {"format", "(self, /, *args, **kwargs)", str_meth_format, "Return a formatted version of the string, using substitutions from args and kwargs.", 0},
    {"format_map", "(self, mapping, /)", str_meth_format_map, "Return a formatted version of the string, using substitutions from mapping.", 0},
    {"__format__", "(self, format_spec, /)", str_meth_format_spec, "Return a formatted version of the string as described by format_spec.", 0},
    {"maketrans", "(x, y='', z='', /)", str_meth_maketrans, "Return a translation table usable for str.translate().", METH_STATIC},
    {"__sizeof__", "(self, /)", str_meth_sizeof, "Return the size of the string in memory, in bytes.", 0},
    {"__getnewargs__", "(self, /)", str_meth_getnewargs, NULL, 0},
    {0},
};
