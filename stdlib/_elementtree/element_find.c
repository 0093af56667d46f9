// SPDX-License-Identifier: MIT
// Searching the children of an element: by a tag here, by a path in xml.etree.ElementPath. No locks.
#include "core/object/bytes.h"
#include "stdlib/_elementtree/elementtree_int.h"

static uint32_t path_char(Value path, size_t i) { return value_is_str(path) ? str_char_at(AS(Str, path), i) : AS(Bytes, path)->data[i]; }

// More than a tag: ElementPath has to look at it.
static bool is_path(Value path) {
    if (!value_is_str(path) && !value_is_bytes(path)) return true;
    size_t n = value_is_str(path) ? AS(Str, path)->len : AS(Bytes, path)->len;
    // Any namespace, or none.
    if (n >= 3 && path_char(path, 0) == '{' && (path_char(path, 1) == '}' || (path_char(path, 1) == '*' && path_char(path, 2) == '}'))) return true;
    bool outside = true; // of {a namespace}
    for (size_t i = 0; i < n; i++) {
        uint32_t c = path_char(path, i);
        if (c == '{') outside = false;
        else if (c == '}') outside = true;
        else if (outside && (c == '/' || c == '*' || c == '[' || c == '@' || c == '.')) return true;
    }
    return false;
}
static Value call_path(Thread *th, Value name, const Value *args, size_t n) { return call_method(th, etree_path, name, args, n); }

// The next child from *i on whose tag equals path, new reference; NO_VALUE: there is none, or an exception is pending.
static Value next_match(Thread *th, Element *e, Value path, size_t *i) {
    for (;; (*i)++) {
        Value child = element_child(th, e, *i);
        if (child == NO_VALUE) return NO_VALUE;
        Value tag = element_field(th, ELEMENT(child), &ELEMENT(child)->tag);
        int same = value_equal(th, tag, path);
        decref(th, tag);
        if (same > 0) {
            (*i)++;
            return child;
        }
        decref(th, child);
        if (same < 0) return NO_VALUE;
    }
}
static Value given(Value v) { return v == NO_VALUE ? VALUE_NONE : v; }

Value element_meth_find(Thread *th, Value self, Value *args) {
    Value v[] = {self, args[0], given(args[1])};
    if (v[2] != VALUE_NONE || is_path(args[0])) return call_path(th, name_et_find, v, 3);
    size_t i = 0;
    Value r = next_match(th, ELEMENT(self), args[0], &i);
    return r == NO_VALUE && !error_pending(th) ? VALUE_NONE : r;
}
Value element_meth_findall(Thread *th, Value self, Value *args) {
    Value v[] = {self, args[0], given(args[1])};
    if (v[2] != VALUE_NONE || is_path(args[0])) return call_path(th, name_et_findall, v, 3);
    Value r = list_new(th, 0), child;
    for (size_t i = 0; r != NO_VALUE && (child = next_match(th, ELEMENT(self), args[0], &i)) != NO_VALUE;)
        if (list_append_owned(th, AS(List, r), child) < 0) break;
    if (r != NO_VALUE && error_pending(th)) clear_ref(th, &r);
    return r;
}
Value element_meth_findtext(Thread *th, Value self, Value *args) {
    Value v[] = {self, args[0], given(args[1]), given(args[2])};
    if (v[3] != VALUE_NONE || is_path(args[0])) return call_path(th, name_et_findtext, v, 4);
    size_t i = 0;
    Value child = next_match(th, ELEMENT(self), args[0], &i);
    if (child == NO_VALUE) return error_pending(th) ? NO_VALUE : new_ref(th, v[2]);
    Value text = element_field(th, ELEMENT(child), &ELEMENT(child)->text);
    decref(th, child);
    return text == VALUE_NONE ? name_empty : text;
}
Value element_meth_iterfind(Thread *th, Value self, Value *args) {
    Value v[] = {self, args[0], given(args[1])};
    return call_path(th, name_et_iterfind, v, 3);
}
