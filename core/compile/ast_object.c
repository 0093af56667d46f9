// SPDX-License-Identifier: MIT
// Trees to Python objects and back, by the tables of ast.def. Objects that come from a program may be anything: every attribute is checked, and what was read
// is kept alive until the tree is compiled.
#include "core/compile/ast_object_int.h"

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/container_inl.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/abstract.h"
#include "core/object/descr.h"

static const char *const positions[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};

// ---- to objects ------------------------------------------------------------------------------------------------

static Value node_object(Thread *th, const AstNode *n);

Value const_object(Thread *th, const AstConst *c) {
    switch (c->kind) {
    case AST_CONST_NONE: return VALUE_NONE;
    case AST_CONST_TRUE: return VALUE_TRUE;
    case AST_CONST_FALSE: return VALUE_FALSE;
    case AST_CONST_ELLIPSIS: return VALUE_ELLIPSIS;
    case AST_CONST_INT: return c->big ? int_from_text(th, c->text, c->len, c->base) : int_from_i64(th, c->i);
    case AST_CONST_FLOAT: return float_from_double(th, c->f);
    case AST_CONST_IMAG: return complex_new(th, 0.0, c->f);
    case AST_CONST_STR: return str_from_wtf8(th, c->text, c->len);
    case AST_CONST_BYTES: return bytes_new(th, c->text, c->len);
    default: return new_ref(th, c->object);
    }
}

static Value name_object(Thread *th, const AstName *n) { return n ? str_intern(th, str_from_wtf8(th, n->text, n->len)) : VALUE_NONE; }

static Value item_object(Thread *th, AstCategory type, const void *at) { // at: the place of one item
    if (type == AST_CAT_IDENTIFIER || type == AST_CAT_STRING) return name_object(th, *(AstName *const *)at);
    if (ast_category_is_enum(type)) return new_ref(th, ast_kind_single[*(const AstKind *)at]);
    const AstNode *n = *(AstNode *const *)at;
    return n ? node_object(th, n) : VALUE_NONE;
}

static Value field_object(Thread *th, const AstNode *n, const AstFieldInfo *f) {
    const char *at = (const char *)n + f->offset;
    if (f->quantity == AST_SEQUENCE || f->quantity == AST_OPTSEQUENCE) {
        const AstSeq *s = (const AstSeq *)at;
        size_t each = ast_category_is_enum(f->type) ? sizeof(AstKind) : sizeof(void *);
        Value l = list_new(th, (size_t)s->n);
        for (int i = 0; l && i < s->n; i++) {
            Value v = item_object(th, f->type, (const char *)s->items + (size_t)i * each);
            if (!v || list_append_owned(th, AS(List, l), v)) clear_ref(th, &l);
        }
        return l;
    }
    if (f->type == AST_CAT_CONSTANT) return const_object(th, (const AstConst *)at);
    if (f->type == AST_CAT_INT) return value_imm_int(*(const int *)at);
    return item_object(th, f->type, at);
}

static Value node_object(Thread *th, const AstNode *n) {
    if (thread_c_recursion(th, " during  ast construction")) return NO_VALUE;
    const AstKindInfo *k = &ast_kind_info[n->kind];
    Object *o = object_new(th, AS(Type, ast_kind_class[n->kind]), 0);
    if (!o) return NO_VALUE;
    Value self = VALUE_OF(o);
    for (unsigned i = 0; i < k->nfields; i++) {
        Value v = field_object(th, n, &k->fields[i]), key = v ? ast_field_name(th, k->fields[i].name) : NO_VALUE;
        int r = key ? object_setattr(th, self, key, v) : -1;
        decref(th, v);
        if (r) goto fail;
    }
    if (ast_category_info[k->category].has_pos) {
        const int p[4] = {n->lineno, n->col_offset, n->end_lineno, n->end_col_offset};
        for (int i = 0; i < 4; i++) {
            Value key = ast_field_name(th, positions[i]);
            if (!key || object_setattr(th, self, key, value_imm_int(p[i]))) goto fail;
        }
    }
    return self;
fail:
    decref(th, self);
    return NO_VALUE;
}

Value ast_object_parse(Thread *th, const char *src, size_t n, const CompileOptions *opt, int feature_version) {
    if (ast_classes_init(th)) return NO_VALUE;
    AstArena arena;
    ast_arena_init(&arena);
    AstMod *mod = parse_tree(th, &arena, src, n, opt, feature_version < 0 ? 0 : feature_version);
    Value keep = mod ? list_new(th, 0) : NO_VALUE;
    Value v = keep && ast_fold(th, &arena, mod, opt, keep) == 0 ? node_object(th, (AstNode *)mod) : NO_VALUE;
    decref(th, keep);
    ast_arena_free(&arena);
    return v;
}

// ---- from objects ----------------------------------------------------------------------------------------------

typedef struct Reader { Thread *th; AstArena *arena; Value keep; } Reader;

static void *node_read(Reader *r, AstCategory cat, Value v);

static int keep(Reader *r, Value v) { return value_is_object(v) ? list_append(r->th, AS(List, r->keep), v) : 0; }

// The UTF-8 (surrogates allowed) of a str, in the arena.
static const char *text_read(Reader *r, Value s, size_t *n) {
    Thread *th = r->th;
    Value b = codec_encode_text(th, s, "utf-8", "surrogatepass");
    if (!b) return NULL;
    *n = AS(Bytes, b)->len;
    char *p = arena_alloc(&r->arena->mem, *n + 1);
    memcpy(p, AS(Bytes, b)->data, *n + 1);
    decref(th, b);
    return p;
}

static int text_name_read(Reader *r, Value v, bool identifier, AstName **out) {
    if (v == VALUE_NONE) {
        *out = NULL;
        return 0;
    }
    if (identifier ? !value_is_exact_str(v) : !(value_is_exact_str(v) || value_is_exact_bytes(v))) {
        raise_type_error(r->th, identifier ? "AST identifier must be of type str" : "AST string must be of type str");
        return -1;
    }
    if (!identifier && value_is_exact_bytes(v)) {
        *out = ast_name(r->arena, (const char *)AS(Bytes, v)->data, AS(Bytes, v)->len);
        return 0;
    }
    size_t n;
    const char *p = text_read(r, v, &n);
    if (!p) return -1;
    *out = ast_name(r->arena, p, n);
    return 0;
}

static int int_read(Reader *r, Value v, int *out) {
    if (!value_is_int(v)) {
        raise_value_error(r->th, "invalid integer value: %R", v);
        return -1;
    }
    return number_as_int(r->th, v, out);
}

static int const_read(Reader *r, Value v, AstConst *c) {
    *c = (AstConst){.kind = AST_CONST_OBJECT, .object = v};
    int64_t i;
    size_t n;
    if (v == VALUE_NONE) c->kind = AST_CONST_NONE;
    else if (v == VALUE_TRUE) c->kind = AST_CONST_TRUE;
    else if (v == VALUE_FALSE) c->kind = AST_CONST_FALSE;
    else if (v == VALUE_ELLIPSIS) c->kind = AST_CONST_ELLIPSIS;
    else if (type_of(v) == &type_int && int_as_i64_overflow(v, &i) == 0) {
        c->kind = AST_CONST_INT;
        c->base = 10;
        c->i = i;
    } else if (type_of(v) == &type_float) {
        c->kind = AST_CONST_FLOAT;
        c->f = float_value(v);
    } else if (value_is_exact_str(v)) {
        if (!(c->text = text_read(r, v, &n))) return -1;
        c->kind = AST_CONST_STR;
        c->len = (uint32_t)n;
    } else if (value_is_exact_bytes(v)) {
        char *p = arena_alloc(&r->arena->mem, AS(Bytes, v)->len + 1);
        memcpy(p, AS(Bytes, v)->data, AS(Bytes, v)->len + 1);
        c->kind = AST_CONST_BYTES;
        c->text = p;
        c->len = (uint32_t)AS(Bytes, v)->len;
    } else return keep(r, v);
    return 0;
}

static int enum_read(Reader *r, AstCategory cat, Value v, AstKind *out) {
    const AstCategoryInfo *c = &ast_category_info[cat];
    for (unsigned i = 0; i < c->n; i++)
        if (ast_kind_single[c->first + i] == v || value_is_instance(v, AS(Type, ast_kind_class[c->first + i]))) {
            *out = (AstKind)(c->first + i);
            return 0;
        }
    raise_type_error(r->th, "expected some sort of %s, but got %R", c->name, v);
    return -1;
}

static int item_read(Reader *r, AstCategory cat, Value v, void *at) {
    if (cat == AST_CAT_IDENTIFIER || cat == AST_CAT_STRING) return text_name_read(r, v, cat == AST_CAT_IDENTIFIER, (AstName **)at);
    if (ast_category_is_enum(cat)) return enum_read(r, cat, v, (AstKind *)at);
    if (v == VALUE_NONE) {
        *(void **)at = NULL;
        return 0;
    }
    void *n = node_read(r, cat, v);
    if (!n) return -1;
    *(void **)at = n;
    return 0;
}

static int seq_read(Reader *r, const AstKindInfo *k, const AstFieldInfo *f, Value v, AstSeq *out) {
    Thread *th = r->th;
    if (!value_is_list(v)) {
        raise_type_error(th, "%s field \"%s\" must be a list, not a %s", k->name, f->name, type_of(v)->name);
        return -1;
    }
    size_t n = list_len(AS(List, v)), each = ast_category_is_enum(f->type) ? sizeof(AstKind) : sizeof(void *);
    if (n > INT32_MAX / 16) {
        raise_memory_error(th);
        return -1;
    }
    out->n = (int)n;
    out->items = n ? arena_zalloc(&r->arena->mem, n * each) : NULL;
    for (size_t i = 0; i < n; i++) {
        Value item = list_get(th, AS(List, v), (intptr_t)i);
        int bad = item ? item_read(r, f->type, item, (char *)out->items + i * each) : -1;
        if (!bad && item) bad = keep(r, item);
        decref(th, item);
        if (bad) {
            if (item || !error_matches(th, &exc_IndexError)) return -1;
            error_clear(th);
        }
        if (bad || list_len(AS(List, v)) != n) {
            raise_error(th, &exc_RuntimeError, "%s field \"%s\" changed size during iteration", k->name, f->name);
            return -1;
        }
    }
    return 0;
}

static int field_read(Reader *r, const AstKindInfo *k, const AstFieldInfo *f, Value obj, AstNode *n) {
    Thread *th = r->th;
    char *at = (char *)n + f->offset;
    Value v;
    int has = object_getattr_optional(th, obj, ast_field_name(th, f->name), &v);
    if (has < 0) return -1;
    bool seq = f->quantity == AST_SEQUENCE || f->quantity == AST_OPTSEQUENCE;
    if (!has) {
        if (seq || f->quantity == AST_OPT) return 0;
        if (f->type == AST_CAT_EXPR_CONTEXT) {
            *(AstKind *)at = AST_LOAD;
            return 0;
        }
        raise_type_error(th, "required field \"%s\" missing from %s", f->name, k->name);
        return -1;
    }
    int bad;
    if (seq) bad = seq_read(r, k, f, v, (AstSeq *)at);
    else if (v == VALUE_NONE && f->quantity == AST_OPT) bad = 0;
    else if (f->type == AST_CAT_CONSTANT) bad = const_read(r, v, (AstConst *)at);
    else if (f->type == AST_CAT_INT) bad = int_read(r, v, (int *)at);
    else if (v == VALUE_NONE) {
        raise_value_error(th, "field '%s' is required for %s", f->name, k->name);
        bad = -1;
    } else bad = item_read(r, f->type, v, at);
    if (!bad) bad = keep(r, v);
    decref(th, v);
    return bad;
}

static int position_read(Reader *r, const AstCategoryInfo *c, Value obj, AstNode *n) {
    Thread *th = r->th;
    int p[4] = {0, 0, 0, 0};
    for (int i = 0; i < 4; i++) {
        Value v;
        int has = object_getattr_optional(th, obj, ast_field_name(th, positions[i]), &v);
        if (has < 0) return -1;
        if (has && v == VALUE_NONE && i >= 2) has = 0;
        if (!has) {
            if (i < 2) {
                raise_type_error(th, "required field \"%s\" missing from %s", positions[i], c->name);
                return -1;
            }
            p[i] = p[i - 2];
            continue;
        }
        int bad = int_read(r, v, &p[i]);
        decref(th, v);
        if (bad) return -1;
    }
    n->lineno = p[0], n->col_offset = p[1], n->end_lineno = p[2], n->end_col_offset = p[3];
    return 0;
}

static void *node_read(Reader *r, AstCategory cat, Value v) {
    Thread *th = r->th;
    const AstCategoryInfo *c = &ast_category_info[cat];
    if (thread_c_recursion(th, " during  ast construction")) return NULL;
    AstNode pos = {0};
    if (c->has_pos && position_read(r, c, v, &pos)) return NULL;
    AstKind kind = AST_NO_KIND;
    if (!c->is_sum) kind = (AstKind)c->first;
    else
        for (unsigned i = 0; i < c->n && !kind; i++) {
            int is = object_isinstance(th, v, ast_kind_class[c->first + i]);
            if (is < 0) return NULL;
            if (is) kind = (AstKind)(c->first + i);
        }
    if (!kind) {
        raise_type_error(th, "expected some sort of %s, but got %R", c->name, v);
        return NULL;
    }
    AstNode *n = ast_node_new(r->arena, kind);
    n->lineno = pos.lineno, n->col_offset = pos.col_offset, n->end_lineno = pos.end_lineno, n->end_col_offset = pos.end_col_offset;
    const AstKindInfo *k = &ast_kind_info[kind];
    for (unsigned i = 0; i < k->nfields; i++)
        if (field_read(r, k, &k->fields[i], v, n)) return NULL;
    return n;
}

int ast_object_check(Thread *th, Value v) {
    if (!(type_ast_node.flags & TYPE_READY)) return 0;
    return value_is_instance(v, &type_ast_node);
}

Value ast_object_compile(Thread *th, Value tree, const CompileOptions *opt) {
    if (ast_classes_init(th)) return NO_VALUE;
    static const struct { const char *mode; AstKind kind; } modes[] = {{"exec", AST_MODULE}, {"eval", AST_EXPRESSION}, {"single", AST_INTERACTIVE}, {"func_type", AST_FUNCTION_TYPE}};
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        if (strcmp(modes[i].mode, opt->mode)) continue;
        int is = object_isinstance(th, tree, ast_kind_class[modes[i].kind]);
        if (is < 0) return NO_VALUE;
        if (!is) return raise_type_error(th, "expected %s node, got %.400s", ast_kind_info[modes[i].kind].name, type_short_name(type_of(tree)));
    }
    AstArena arena;
    ast_arena_init(&arena);
    Reader r = {th, &arena, list_new(th, 0)};
    Value v = NO_VALUE;
    AstMod *mod = r.keep ? node_read(&r, AST_CAT_MOD, tree) : NULL;
    if (mod && ast_validate(th, mod) == 0) {
        if ((opt->flags & PYCF_OPTIMIZED_AST) == PYCF_OPTIMIZED_AST) v = ast_fold(th, &arena, mod, opt, r.keep) == 0 ? node_object(th, (AstNode *)mod) : NO_VALUE;
        else if (opt->flags & PYCF_ONLY_AST) v = new_ref(th, tree);
        else v = compile_tree(th, &arena, mod, opt);
    }
    decref(th, r.keep);
    ast_arena_free(&arena);
    return v;
}
