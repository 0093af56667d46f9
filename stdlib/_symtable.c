// SPDX-License-Identifier: MIT
// The module _symtable: the compiler's scopes as objects, copied when the table is made. No state, no locks: entries never change.
#include "core/compile/compile.h"
#include "core/compile/scope.h"
#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"

enum { TYPE_FUNCTION_BLOCK, TYPE_CLASS_BLOCK, TYPE_MODULE_BLOCK, TYPE_ANNOTATION_BLOCK, TYPE_ALIAS_BLOCK, TYPE_PARAMETERS_BLOCK, TYPE_VARIABLE_BLOCK };

typedef struct Entry {
    Object head;
    Value id, name, symbols, varnames, children; // [c]
    int32_t type, nested, lineno;                // [c]
} Entry;

static void entry_dealloc(Thread *th, Object *o) {
    Entry *e = (Entry *)o;
    Value held[] = {e->id, e->name, e->symbols, e->varnames, e->children};
    object_release_attrs(th, o);
    object_free(th, o);
    for (size_t i = 0; i < ARRAY_LEN(held); i++) decref(th, held[i]);
}
static int entry_traverse(Object *o, VisitFn visit, void *arg) {
    Entry *e = (Entry *)o;
    Value held[] = {e->id, e->name, e->symbols, e->varnames, e->children};
    int r;
    for (size_t i = 0; i < ARRAY_LEN(held); i++)
        if (held[i] && (r = visit(held[i], arg))) return r;
    return 0;
}
static Value entry_repr(Thread *th, Value self) {
    Entry *e = AS(Entry, self);
    return str_format(th, "<symtable entry %U(%R), line %d>", e->name, e->id, (int)e->lineno);
}
#define V(f) (uint32_t)offsetof(Entry, f), MEMBER_VALUE | MEMBER_READONLY, NULL
#define N(f) (uint32_t)offsetof(Entry, f), MEMBER_INT32 | MEMBER_READONLY, NULL
static const MemberDef entry_members[] = {{"id", V(id)}, {"name", V(name)}, {"symbols", V(symbols)}, {"varnames", V(varnames)}, {"children", V(children)},
                                          {"nested", N(nested)}, {"type", N(type)}, {"lineno", N(lineno)}, {0}};
MODULE_TYPE_DEFINE(symtable_entry, "symtable entry", sizeof(Entry), TYPE_TRACED | TYPE_WEAKREFABLE | TYPE_NO_INSTANTIATE, .members = entry_members,
                   .slots = {.repr = entry_repr, .dealloc = entry_dealloc, .traverse = entry_traverse})

static int block_type(const Scope *s) {
    switch (s->kind) {
    case SCOPE_MODULE: return TYPE_MODULE_BLOCK;
    case SCOPE_CLASS: return TYPE_CLASS_BLOCK;
    case SCOPE_ANNOTATIONS: return TYPE_ANNOTATION_BLOCK;
    case SCOPE_TYPE_PARAMS: return TYPE_PARAMETERS_BLOCK;
    case SCOPE_TYPE_ALIAS: return TYPE_ALIAS_BLOCK;
    case SCOPE_TYPE_VAR: return TYPE_VARIABLE_BLOCK;
    default: return TYPE_FUNCTION_BLOCK;
    }
}
static int64_t symbol_flags(const Symbol *y) {
    static const uint8_t scopes[] = {[SYM_UNRESOLVED] = 0, [SYM_LOCAL] = 1, [SYM_CELL] = 5, [SYM_FREE] = 4, [SYM_GLOBAL_EXPLICIT] = 2, [SYM_GLOBAL_IMPLICIT] = 3};
    return (int64_t)(y->flags & 0xFFF) | (int64_t)scopes[y->kind] << 12;
}

static Value entry_make(Thread *th, const Scope *s);

static int add_symbol(Thread *th, Entry *e, Value name_owned, int64_t flags) {
    int r = !name_owned || dict_set(th, AS(Dict, e->symbols), name_owned, value_imm_int(flags)) ? -1 : 0;
    if (!r && (flags & DEF_PARAM)) r = list_append(th, AS(List, e->varnames), name_owned);
    decref(th, name_owned);
    return r;
}
// The symbols of a scope, and of the comprehensions that run in it what it has not itself.
static int add_symbols(Thread *th, Entry *e, const Scope *s) {
    for (const Symbol *y = s->first; y; y = y->order) {
        Value name = str_intern(th, str_from_wtf8(th, y->name->text, y->name->len)), old = NO_VALUE;
        if (!name) return -1;
        int found = s->inlined ? dict_get(th, AS(Dict, e->symbols), name, &old) : 0;
        decref(th, old);
        bool cell = s->inlined && y->kind == SYM_CELL;
        if (found) decref(th, name);
        else if (add_symbol(th, e, name, symbol_flags(y) | (cell ? DEF_COMP_CELL : 0))) return -1;
        if (found < 0) return -1;
    }
    for (const Scope *c = s->first_child; c; c = c->sibling)
        if (c->inlined && add_symbols(th, e, c)) return -1;
    return 0;
}
// Every function has a scope of annotations before it. The compiler makes none without annotations.
static Value empty_annotations(Thread *th, const Scope *of) {
    Scope s = {.kind = SCOPE_ANNOTATIONS, .role = ROLE_ANNOTATIONS, .node = of->node, .nested = of->nested};
    Value v = entry_make(th, &s);
    if (!v) return NO_VALUE;
    Entry *e = AS(Entry, v);
    set_ref(th, &e->name, str_from_cstr(th, "__annotate__"));
    if (!e->name || add_symbol(th, e, str_intern_cstr(th, ".format"), DEF_PARAM | SYM_USE | 1 << 12)) clear_ref(th, &v);
    return v;
}
static bool is_annotated(const Scope *first, const Scope *function) {
    for (const Scope *c = first; c; c = c->sibling)
        if (c->kind == SCOPE_ANNOTATIONS && c->node == function->node) return true;
    return false;
}

// Comprehensions that run inside their host are no entries of their own: what is in them belongs to the host.
static int add_children(Thread *th, Value list, const Scope *s) {
    for (const Scope *c = s->first_child; c; c = c->sibling) {
        if (c->inlined) {
            if (add_children(th, list, c)) return -1;
            continue;
        }
        if (c->kind == SCOPE_FUNCTION && c->node->kind != AST_LAMBDA && !is_annotated(s->first_child, c)) {
            Value e = empty_annotations(th, c);
            if (!e || list_append_owned(th, AS(List, list), e)) return -1;
        }
        Value e = entry_make(th, c);
        if (!e || list_append_owned(th, AS(List, list), e)) return -1;
    }
    return 0;
}

static Value entry_make(Thread *th, const Scope *s) {
    if (thread_c_recursion(th, " while building a symbol table")) return NO_VALUE;
    Entry *e = NEW(Entry, th, &type_symtable_entry);
    if (!e) return NO_VALUE;
    e->id = int_from_u64(th, (uint64_t)(uintptr_t)s->node ^ (uint64_t)s->role << 60 >> 8);
    const AstName *own = s->kind == SCOPE_TYPE_VAR ? ((const AstTypeParam *)s->node)->TypeVar.name : s->name;    // the first member of all kinds
    size_t bare = own && own->len > 2 && own->text[0] == '<';  // <lambda>, <genexpr>: here without
    e->name = s->kind == SCOPE_MODULE ? str_from_cstr(th, "top") : own ? str_from_wtf8(th, own->text + bare, own->len - 2 * bare) : str_empty;
    e->symbols = dict_new(th);
    e->varnames = list_new(th, 0);
    e->children = list_new(th, 0);
    e->type = block_type(s);
    e->nested = s->nested;
    e->lineno = s->kind == SCOPE_MODULE ? 0 : s->node ? s->node->lineno : 0;
    bool ok = e->id && e->name && e->symbols && e->varnames && e->children;
    ok = ok && add_symbols(th, e, s) == 0 && add_children(th, e->children, s) == 0;
    if (!ok) {
        object_decref(th, &e->head);
        return NO_VALUE;
    }
    return VALUE_OF(e);
}

static Value symtable_fn_symtable(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[2])) return raise_type_error(th, "symtable() argument 3 must be str, not %T", args[2]);
    Value hold = NO_VALUE, filename = NO_VALUE, r = NO_VALUE;
    size_t n;
    if (value_is_str(args[1])) filename = new_ref(th, args[1]);
    else {
        const char *p = str_fs_path(th, args[1], &n, &hold);
        if (p) filename = str_from_fs(th, p, n);
        decref(th, hold);
        hold = NO_VALUE;
        if (!filename) return NO_VALUE;
    }
    static const char *const modes[] = {"exec", "eval", "single"};
    CompileOptions opt = {filename, NULL, 0, -1, true};
    for (size_t i = 0; i < ARRAY_LEN(modes); i++)
        if (str_equal_cstr(args[2], modes[i])) opt.mode = modes[i];
    const char *src = NULL;
    if (!opt.mode) raise_value_error(th, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
    else if (value_is_str(args[0])) {
        src = str_utf8(th, args[0], &n, &hold);
        opt.flags = PYCF_SOURCE_IS_UTF8;
    } else if (buffer_check(args[0])) {
        Buffer b;
        if (buffer_get(th, args[0], &b, BUF_SIMPLE) == 0) {
            hold = buffer_to_bytes(th, &b);
            buffer_release(th, &b);
            if (hold) {
                src = (const char *)AS(Bytes, hold)->data;
                n = AS(Bytes, hold)->len;
            }
        }
    } else raise_type_error(th, "symtable() arg 1 must be a string or bytes object");
    if (src && memchr(src, 0, n)) {
        raise_error(th, &exc_SyntaxError, "source code string cannot contain null bytes");
        src = NULL;
    }
    if (src) {
        AstArena arena;
        ast_arena_init(&arena);
        AstMod *mod = parse_tree(th, &arena, src, n, &opt, 0);
        ScopeTable t = {0};
        if (mod && compile_scopes(th, &arena, mod, &opt, &t) == 0) r = entry_make(th, t.top);
        ast_arena_free(&arena);
    }
    decref(th, hold);
    decref(th, filename);
    return r;
}

static const MethodDef symtable_fns[] = {
    {"symtable", "(source, filename, startstr, /)", symtable_fn_symtable, "The symbol table of a text."},
    {0}
};
static int symtable_exec(Thread *th, Value m) {
    static const struct { const char *name; int value; } rows[] = {
        {"USE", SYM_USE}, {"DEF_GLOBAL", DEF_GLOBAL}, {"DEF_NONLOCAL", DEF_NONLOCAL}, {"DEF_LOCAL", DEF_LOCAL}, {"DEF_PARAM", DEF_PARAM}, {"DEF_TYPE_PARAM", DEF_TYPE_PARAM},
        {"DEF_FREE_CLASS", DEF_FREE_CLASS}, {"DEF_IMPORT", DEF_IMPORT}, {"DEF_BOUND", DEF_LOCAL | DEF_PARAM | DEF_IMPORT}, {"DEF_ANNOT", DEF_ANNOT}, {"DEF_COMP_ITER", DEF_COMP_ITER},
        {"DEF_COMP_CELL", DEF_COMP_CELL}, {"TYPE_FUNCTION", TYPE_FUNCTION_BLOCK}, {"TYPE_CLASS", TYPE_CLASS_BLOCK}, {"TYPE_MODULE", TYPE_MODULE_BLOCK},
        {"TYPE_ANNOTATION", TYPE_ANNOTATION_BLOCK}, {"TYPE_TYPE_ALIAS", TYPE_ALIAS_BLOCK}, {"TYPE_TYPE_PARAMETERS", TYPE_PARAMETERS_BLOCK}, {"TYPE_TYPE_VARIABLE", TYPE_VARIABLE_BLOCK},
        {"LOCAL", 1}, {"GLOBAL_EXPLICIT", 2}, {"GLOBAL_IMPLICIT", 3}, {"FREE", 4}, {"CELL", 5}, {"SCOPE_OFF", 12}, {"SCOPE_MASK", 15}};
    if (type_ready(th, &type_symtable_entry)) return -1;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (module_add_int(th, m, rows[i].name, rows[i].value)) return -1;
    return 0;
}
const ModuleDef module__symtable = { "_symtable", NULL, symtable_fns, symtable_exec };
