// SPDX-License-Identifier: MIT
// The classes of the module _ast, made from ast.def: AST itself is a native type, the others are classes made when the module is first asked for (or a tree is).
#include "core/compile/ast_object_int.h"

#include <stdio.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/generic_alias.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/abstract.h"
#include "core/object/descr.h"
#include "gc/gc.h"

Value ast_cat_class[AST_NODE_CAT_COUNT], ast_kind_class[AST_KIND_COUNT], ast_kind_single[AST_KIND_COUNT];

Value ast_field_name(Thread *th, const char *name) { return str_intern_cstr(th, name); }

// ---- AST -------------------------------------------------------------------------------------------------------

// A Tuple attribute of the object's type: new reference; the empty tuple when there is none.
static Value names_of_type(Thread *th, Type *t, const char *name) {
    Value v;
    int r = object_getattr_optional(th, VALUE_OF(t), ast_field_name(th, name), &v);
    if (r < 0) return NO_VALUE;
    if (r == 0) return tuple_empty;
    if (value_is_exact_tuple(v)) return v;
    Value tuple = sequence_to_tuple(th, v);
    decref(th, v);
    return tuple;
}
static intptr_t tuple_index(Thread *th, Value t, Value key) { // -1 absent, -2 error
    for (size_t i = 0; i < AS(Tuple, t)->len; i++) {
        int r = object_equal(th, AS(Tuple, t)->items[i], key);
        if (r) return r < 0 ? -2 : (intptr_t)i;
    }
    return -1;
}

// A field that was not given: lists are empty, contexts Load, optional ones are left to the class; the rest is deprecated.
static int default_field(Thread *th, Value self, Value name, Value types) {
    Type *t = type_of(self);
    Value type;
    int r = value_is_dict(types) ? dict_get(th, AS(Dict, types), name, &type) : 0;
    if (r < 0) return -1;
    if (r == 0) return warn_format(th, &exc_DeprecationWarning, 1, "Field %R is missing from %.400s._field_types. This will become an error in Python 3.15.", name, t->name);
    if (value_is_exact(type, &type_union)) r = 0;
    else if (value_is_exact(type, &type_generic_alias)) {
        Value l = list_new(th, 0);
        r = l ? object_setattr(th, self, name, l) : -1;
        decref(th, l);
    } else if (type == ast_cat_class[AST_CAT_EXPR_CONTEXT]) r = object_setattr(th, self, name, ast_kind_single[AST_LOAD]);
    else r = warn_format(th, &exc_DeprecationWarning, 1, "%.400s.__init__ missing 1 required positional argument: %R. This will become an error in Python 3.15.", t->name, name);
    decref(th, type);
    return r;
}

static int node_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Type *t = type_of(self);
    Value fields = names_of_type(th, t, "_fields"), attributes = NO_VALUE, types = NO_VALUE;
    if (fields == tuple_empty) { // there may be none at all: then say so
        Value v = object_getattr(th, VALUE_OF(t), ast_field_name(th, "_fields"));
        if (!v) return -1;
        decref(th, v);
    }
    if (!fields) return -1;
    size_t n = AS(Tuple, fields)->len;
    int r = -1;
    uint8_t *given = mem_calloc(th, n + 1, 1);
    if (!given) goto out;
    if (nargs > n) {
        raise_type_error(th, "%.400s constructor takes at most %zu positional argument%s", type_short_name(t), n, n == 1 ? "" : "s");
        goto out;
    }
    for (size_t i = 0; i < nargs; i++) {
        given[i] = 1;
        if (object_setattr(th, self, AS(Tuple, fields)->items[i], args[i])) goto out;
    }
    for (size_t i = 0; i < kwnames_len(kwnames); i++) {
        Value key = AS(Tuple, kwnames)->items[i];
        intptr_t at = tuple_index(th, fields, key);
        if (at == -2) goto out;
        if (at >= 0) {
            if (given[at]) {
                raise_type_error(th, "%.400s got multiple values for argument %R", type_short_name(t), key);
                goto out;
            }
            given[at] = 1;
        } else {
            if (!attributes && !(attributes = names_of_type(th, t, "_attributes"))) goto out;
            at = tuple_index(th, attributes, key);
            if (at == -2) goto out;
            if (at < 0 && warn_format(th, &exc_DeprecationWarning, 1,
                                      "%.400s.__init__ got an unexpected keyword argument %R. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15.", t->name, key))
                goto out;
        }
        if (object_setattr(th, self, key, args[nargs + i])) goto out;
    }
    int has = object_getattr_optional(th, VALUE_OF(t), ast_field_name(th, "_field_types"), &types);
    if (has < 0) goto out;
    if (has == 0) types = NO_VALUE;
    for (size_t i = 0; types && i < n; i++)
        if (!given[i] && default_field(th, self, AS(Tuple, fields)->items[i], types)) goto out;
    r = 0;
out:
    mem_free(given);
    decref(th, fields);
    decref(th, attributes);
    decref(th, types);
    return r;
}

static Value node_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Object *o = object_new(th, type, 0);
    return o ? VALUE_OF(o) : NO_VALUE;
}

static Value repr_node(Thread *th, Value self, int depth);

static Value repr_value(Thread *th, Value v, int depth) {
    if (value_is_instance(v, &type_ast_node)) return repr_node(th, v, depth);
    bool list = value_is_exact_list(v);
    if (!list && !value_is_exact_tuple(v)) return object_repr(th, v);
    // The first and the last of a sequence.
    Value items = sequence_to_tuple(th, v);
    if (!items) return NO_VALUE;
    size_t n = AS(Tuple, items)->len;
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, list ? '[' : '(');
    for (size_t i = 0; i < 2 && i < n; i++) {
        Value x = AS(Tuple, items)->items[i ? n - 1 : 0];
        Value s = value_is_instance(x, &type_ast_node) ? repr_node(th, x, depth) : object_repr(th, x);
        if (!s) {
            str_builder_abort(&b);
            decref(th, items);
            return NO_VALUE;
        }
        if (i) str_builder_cstr(&b, n > 2 ? ", ..., " : ", ");
        str_builder_str(&b, s);
        decref(th, s);
    }
    str_builder_char(&b, list ? ']' : ')');
    decref(th, items);
    return str_builder_finish(&b);
}

static Value repr_node(Thread *th, Value self, int depth) {
    const char *name = type_short_name(type_of(self));
    if (depth <= 0) return str_format(th, "%s(...)", name);
    if (thread_c_recursion(th, " during  ast construction")) return NO_VALUE;
    int busy = repr_enter(th, self);
    if (busy) return busy < 0 ? NO_VALUE : str_format(th, "%s(...)", name);
    Value fields = names_of_type(th, type_of(self), "_fields"), r = NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    bool ok = fields != NO_VALUE;
    str_builder_utf8(&b, name, strlen(name));
    str_builder_char(&b, '(');
    for (size_t i = 0; ok && i < AS(Tuple, fields)->len; i++) {
        Value key = AS(Tuple, fields)->items[i], v;
        ok = value_is_str(key);
        if (!ok) raise_type_error(th, "attribute name must be string, not '%T'", key);
        v = ok ? object_getattr(th, self, key) : NO_VALUE;
        Value s = v ? repr_value(th, v, depth - 1) : NO_VALUE;
        decref(th, v);
        ok = s != NO_VALUE;
        if (!ok) break;
        if (i) str_builder_cstr(&b, ", ");
        str_builder_str(&b, key);
        str_builder_char(&b, '=');
        str_builder_str(&b, s);
        decref(th, s);
    }
    if (ok) {
        str_builder_char(&b, ')');
        r = str_builder_finish(&b);
    } else str_builder_abort(&b);
    decref(th, fields);
    repr_leave(th, self);
    return r;
}
static Value node_repr(Thread *th, Value self) {
    Value r = repr_node(th, self, 3);
    if (!r && error_clear_if(th, &exc_AttributeError)) {
        // Incomplete nodes look like any object.
        return type_object.slots.repr(th, self);
    }
    return r;
}

static Value instance_dict(Thread *th, Value self) {
    Value d = object_getattr(th, self, name_d_dict);
    Value copy = d && value_is_dict(d) ? dict_copy(th, AS(Dict, d)) : NO_VALUE;
    if (d && !copy && !error_pending(th)) raise_type_error(th, "__dict__ is no dict");
    decref(th, d);
    return copy;
}

static Value node_meth_reduce(Thread *th, Value self, Value *args) {
    Value d = instance_dict(th, self), fields = d ? names_of_type(th, type_of(self), "_fields") : NO_VALUE, r = NO_VALUE;
    if (fields) {
        // As many positional arguments as the leading fields that are set: the state says what they are.
        size_t n = 0;
        while (n < AS(Tuple, fields)->len && dict_contains(th, AS(Dict, d), AS(Tuple, fields)->items[n]) > 0) n++;
        Value *nones = mem_alloc(th, (n + 1) * sizeof(Value));
        if (nones) {
            for (size_t i = 0; i < n; i++) nones[i] = VALUE_NONE;
            Value a = tuple_from_array(th, nones, n);
            if (a) r = tuple_pack3(th, VALUE_OF(type_of(self)), a, d);
            decref(th, a);
        }
        mem_free(nones);
    }
    decref(th, fields);
    decref(th, d);
    return r;
}

// Moves what `from` has of names to `to`. 0 or -1.
static int copy_named(Thread *th, Value names, Dict *from, Dict *to) {
    int r = 0;
    for (size_t i = 0; r == 0 && i < AS(Tuple, names)->len; i++) {
        Value key = AS(Tuple, names)->items[i], v;
        r = dict_get(th, from, key, &v);
        if (r > 0) {
            r = dict_set(th, to, key, v);
            decref(th, v);
        }
    }
    return r < 0 ? -1 : 0;
}
// The state of a node without what is neither field nor attribute.
static Value known_state(Thread *th, Value self, Value fields, Value attributes) {
    Value all = instance_dict(th, self), d = all ? dict_new(th) : NO_VALUE;
    if (d && (copy_named(th, fields, AS(Dict, all), AS(Dict, d)) || copy_named(th, attributes, AS(Dict, all), AS(Dict, d)))) clear_ref(th, &d);
    decref(th, all);
    return d;
}
static Value node_meth_replace(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs) return raise_type_error(th, "__replace__() takes no positional arguments");
    Type *t = type_of(self);
    Value fields = names_of_type(th, t, "_fields"), attributes = fields ? names_of_type(th, t, "_attributes") : NO_VALUE, d = attributes ? known_state(th, self, fields, attributes) : NO_VALUE, r = NO_VALUE;
    bool ok = d != NO_VALUE;
    for (size_t i = 0; ok && i < kwnames_len(kwnames); i++) {
        Value key = AS(Tuple, kwnames)->items[i];
        intptr_t a = tuple_index(th, fields, key), b = a == -1 ? tuple_index(th, attributes, key) : 0;
        ok = a > -2 && b > -2;
        if (ok && a < 0 && b < 0) {
            raise_type_error(th, "%.400s.__replace__ got an unexpected keyword argument %R.", type_short_name(t), key);
            ok = false;
        }
        ok = ok && dict_set(th, AS(Dict, d), key, args[i]) == 0;
    }
    // Fields that neither the node nor its class has a value for.
    Value missing = ok ? list_new(th, 0) : NO_VALUE;
    for (size_t i = 0; missing && ok && i < AS(Tuple, fields)->len; i++) {
        Value key = AS(Tuple, fields)->items[i], v;
        int has = dict_contains(th, AS(Dict, d), key);
        if (has == 0) {
            has = object_getattr_optional(th, VALUE_OF(t), key, &v);
            if (has > 0) decref(th, v);
        }
        if (has == 0) {
            Value s = object_repr(th, key);
            has = s ? list_append_owned(th, AS(List, missing), s) : -1;
        }
        ok = has >= 0;
    }
    if (ok && missing && list_len(AS(List, missing))) {
        size_t n = list_len(AS(List, missing));
        Value sep = str_from_cstr(th, ", "), names = sep ? str_join(th, sep, missing) : NO_VALUE;
        if (names) raise_type_error(th, "%.400s.__replace__ missing %zu keyword argument%s: %U.", type_short_name(t), n, n == 1 ? "" : "s", names);
        decref(th, sep);
        decref(th, names);
    } else if (ok && missing) r = object_call_ex(th, VALUE_OF(t), tuple_empty, d);
    decref(th, missing);
    decref(th, fields);
    decref(th, attributes);
    decref(th, d);
    return r;
}

static int node_traverse(Object *o, VisitFn visit, void *arg) { return 0; } // all it holds is in the attribute area
static const MethodDef node_methods[] = {
    {"__reduce__", "(self, /)", node_meth_reduce, NULL},
    {"__replace__", "(self, /, **fields)", node_meth_replace, "Return a copy of the AST node with new values for the specified fields.", METH_RAW},
    {0}
};
static Shape shape_ast_node;
Type type_ast_node = {.head = OBJECT_STATIC(&shape_type), .name = "ast.AST", .base = &type_object, .flags = TYPE_BASETYPE | TYPE_HAS_DICT | TYPE_TRACED | TYPE_WEAKREFABLE, .basic_size = sizeof(Object),
                      .shape = &shape_ast_node, .methods = node_methods, .slots = {.new_ = node_new, .init = node_init, .repr = node_repr, .traverse = node_traverse}};
static Shape shape_ast_node = {.type = &type_ast_node, .flags = TYPE_BASETYPE | TYPE_HAS_DICT | TYPE_TRACED | TYPE_WEAKREFABLE};

// ---- the classes -----------------------------------------------------------------------------------------------

static const char *const positions[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};

static Value names_tuple(Thread *th, const char *const *names, size_t n) {
    Value items[16];
    for (size_t i = 0; i < n; i++)
        if (!(items[i] = ast_field_name(th, names[i]))) return NO_VALUE;
    return tuple_from_array(th, items, n);
}

static int set_own(Thread *th, Value ns, const char *name, Value v_owned) {
    if (!v_owned) return -1;
    int r = dict_set_str(th, AS(Dict, ns), name, v_owned);
    decref(th, v_owned);
    return r;
}

// "Name(identifier id, expr_context ctx)".
static void doc_append(StrBuilder *b, const AstKindInfo *k) {
    static const char *const mark[] = {"", "?", "*", "?*"};
    str_builder_cstr(b, k->name);
    for (unsigned i = 0; i < k->nfields; i++) {
        str_builder_cstr(b, i ? ", " : "(");
        str_builder_cstr(b, ast_category_info[k->fields[i].type].name);
        str_builder_cstr(b, mark[k->fields[i].quantity]);
        str_builder_char(b, ' ');
        str_builder_cstr(b, k->fields[i].name);
    }
    if (k->nfields) str_builder_char(b, ')');
}

static Value make_class(Thread *th, const char *name, Value base, const AstKindInfo *kind, const AstCategoryInfo *cat) {
    Value ns = dict_new(th);
    if (!ns) return NO_VALUE;
    char full[64];
    snprintf(full, sizeof full, "ast.%s", name);
    const char *names[16];
    unsigned n = kind ? kind->nfields : 0;
    for (unsigned i = 0; i < n; i++) names[i] = kind->fields[i].name;
    Value fields = names_tuple(th, names, n), r = NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    if (kind) doc_append(&b, kind);
    else {
        str_builder_cstr(&b, name);
        for (unsigned i = 0; i < cat->n; i++) {
            if (i == 0) str_builder_cstr(&b, " = ");
            else if (ast_category_is_enum((AstCategory)(cat - ast_category_info))) str_builder_cstr(&b, " | ");
            else {
                str_builder_char(&b, '\n');
                str_builder_fill(&b, ' ', strlen(name) + 1);
                str_builder_cstr(&b, "| ");
            }
            doc_append(&b, &ast_kind_info[cat->first + i]);
        }
    }
    Value doc = str_builder_finish(&b);
    bool ok = fields && doc && dict_set_str(th, AS(Dict, ns), "_fields", fields) == 0 && dict_set_str(th, AS(Dict, ns), "__match_args__", fields) == 0 &&
              dict_set(th, AS(Dict, ns), name_d_doc, doc) == 0;
    // Optional fields and ends of positions read as None where they were not set.
    for (unsigned i = 0; ok && i < n; i++)
        if (kind->fields[i].quantity == AST_OPT) ok = set_own(th, ns, names[i], VALUE_NONE) == 0;
    if (ok && cat) {
        ok = set_own(th, ns, "_attributes", names_tuple(th, positions, cat->has_pos ? 4 : 0)) == 0;
        AstCategory c = (AstCategory)(cat - ast_category_info);
        if (ok && cat->has_pos && c != AST_CAT_PATTERN && c != AST_CAT_TYPE_PARAM) ok = set_own(th, ns, "end_lineno", VALUE_NONE) == 0 && set_own(th, ns, "end_col_offset", VALUE_NONE) == 0;
    }
    if (ok) {
        Value bases = tuple_pack1(th, base);
        r = bases ? type_create_simple(th, full, bases, ns) : NO_VALUE;
        decref(th, bases);
    }
    decref(th, doc);
    decref(th, fields);
    decref(th, ns);
    if (r) object_make_immortal(value_object(r));
    return r;
}

static Value field_type(Thread *th, const AstFieldInfo *f) {
    Value t;
    switch (f->type) {
    case AST_CAT_IDENTIFIER: case AST_CAT_STRING: t = VALUE_OF(&type_str); break;
    case AST_CAT_CONSTANT: t = VALUE_OF(&type_object); break;
    case AST_CAT_INT: t = VALUE_OF(&type_int); break;
    default: t = ast_cat_class[f->type];
    }
    if (f->quantity == AST_SEQUENCE || f->quantity == AST_OPTSEQUENCE) return generic_alias_new(th, VALUE_OF(&type_list), t);
    if (f->quantity == AST_OPT) return union_type_or(th, t, VALUE_NONE);
    return new_ref(th, t);
}

static int add_types(Thread *th, AstKind kind) {
    const AstKindInfo *k = &ast_kind_info[kind];
    Value d = dict_new(th);
    for (unsigned i = 0; d && i < k->nfields; i++) {
        Value t = field_type(th, &k->fields[i]);
        if (!t || dict_set_str(th, AS(Dict, d), k->fields[i].name, t)) clear_ref(th, &d);
        decref(th, t);
    }
    Value copy = d ? dict_copy(th, AS(Dict, d)) : NO_VALUE;
    int r = copy && object_setattr(th, ast_kind_class[kind], ast_field_name(th, "_field_types"), d) == 0 && object_setattr(th, ast_kind_class[kind], name_d_annotations, copy) == 0 ? 0 : -1;
    decref(th, d);
    decref(th, copy);
    return r;
}

static int make_all(Thread *th) {
    if (type_ready(th, &type_ast_node)) return -1;
    Value base = VALUE_OF(&type_ast_node);
    Value empty_names[] = {ast_field_name(th, "_fields"), ast_field_name(th, "_attributes"), ast_field_name(th, "__match_args__")};
    for (size_t i = 0; i < 3; i++)
        if (!empty_names[i] || object_setattr(th, base, empty_names[i], tuple_empty)) return -1;
    for (unsigned c = 0; c < AST_NODE_CAT_COUNT; c++) {
        const AstCategoryInfo *cat = &ast_category_info[c];
        if (cat->is_sum) {
            if (!(ast_cat_class[c] = make_class(th, cat->name, base, NULL, cat))) return -1;
            for (unsigned i = 0; i < cat->n; i++)
                if (!(ast_kind_class[cat->first + i] = make_class(th, ast_kind_info[cat->first + i].name, ast_cat_class[c], &ast_kind_info[cat->first + i], NULL))) return -1;
        } else if (!(ast_cat_class[c] = ast_kind_class[cat->first] = make_class(th, cat->name, base, &ast_kind_info[cat->first], cat))) return -1;
    }
    for (unsigned k = 1; k < AST_KIND_COUNT; k++) {
        if (add_types(th, (AstKind)k)) return -1;
        if (ast_category_is_enum(ast_kind_info[k].category)) {
            Object *o = object_new(th, AS(Type, ast_kind_class[k]), 0);
            if (!o) return -1;
            object_make_immortal(o);
            ast_kind_single[k] = VALUE_OF(o);
        }
    }
    return 0;
}

int ast_classes_init(Thread *th) {
    static uint8_t word, ready;
    if (LIKELY(atomic_load_acquire(&ready))) return 0;
    fork_postpone(th);
    word_lock(th, &word, -1, false);
    int r = ready ? 0 : make_all(th);
    if (r == 0) atomic_store_release(&ready, (uint8_t)1);
    word_unlock(&word);
    fork_allow(th);
    return r;
}

int ast_object_module_exec(Thread *th, Value m) {
    if (ast_classes_init(th) || module_add(th, m, "AST", VALUE_OF(&type_ast_node))) return -1;
    for (unsigned c = 0; c < AST_NODE_CAT_COUNT; c++)
        if (module_add(th, m, ast_category_info[c].name, new_ref(th, ast_cat_class[c]))) return -1;
    for (unsigned k = 1; k < AST_KIND_COUNT; k++)
        if (module_add(th, m, ast_kind_info[k].name, new_ref(th, ast_kind_class[k]))) return -1;
    return module_add_int(th, m, "PyCF_ONLY_AST", PYCF_ONLY_AST) || module_add_int(th, m, "PyCF_OPTIMIZED_AST", PYCF_OPTIMIZED_AST) ||
                   module_add_int(th, m, "PyCF_TYPE_COMMENTS", PYCF_TYPE_COMMENTS) || module_add_int(th, m, "PyCF_ALLOW_TOP_LEVEL_AWAIT", PYCF_ALLOW_TOP_LEVEL_AWAIT)
               ? -1 : 0;
}
