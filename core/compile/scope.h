// SPDX-License-Identifier: MIT
// Scopes: which name of a tree lives where (Language Reference, "Naming and binding"; PEP 227, 572, 649, 695, 709).
// One Scope per block (module, class, function, lambda, comprehension, annotation scope...), found again by its node and role.
// Invariant: after scope_build every symbol is resolved. Built and read by one thread; lives in the arena of the tree.
#ifndef LADON_COMPILE_SCOPE_H
#define LADON_COMPILE_SCOPE_H

#include "core/compile/ast.h"

typedef enum ScopeKind {
    SCOPE_MODULE, SCOPE_CLASS, SCOPE_FUNCTION, SCOPE_LAMBDA, SCOPE_COMPREHENSION /* list, set, dict */, SCOPE_GENEXP,
    SCOPE_ANNOTATIONS, SCOPE_TYPE_PARAMS, SCOPE_TYPE_ALIAS, SCOPE_TYPE_VAR,
} ScopeKind;

// Which scope of a node: several can hang on one.
typedef enum ScopeRole { ROLE_MAIN, ROLE_TYPE_PARAMS, ROLE_ANNOTATIONS, ROLE_BOUND, ROLE_DEFAULT } ScopeRole;

// How a name was seen in a scope. The first row's numbers are also what the symtable module shows.
enum {
    DEF_GLOBAL = 1, DEF_LOCAL = 2, DEF_PARAM = 4, DEF_NONLOCAL = 8, SYM_USE = 16, DEF_FREE_CLASS = 64, DEF_IMPORT = 128, DEF_ANNOT = 256,
    DEF_COMP_ITER = 512, DEF_TYPE_PARAM = 1024, DEF_COMP_CELL = 2048,
    SYM_WALRUS = 1 << 16,   // bound by := somewhere: its register may change between operands
    SYM_DELETED = 1 << 17,  // unbound somewhere (del, end of an except clause): never known to be bound
    DEF_BOUND = DEF_LOCAL | DEF_PARAM | DEF_IMPORT | DEF_TYPE_PARAM,
};

typedef enum SymKind {
    SYM_UNRESOLVED, SYM_LOCAL /* register; in module and class: the namespace */, SYM_CELL /* register holding a cell */, SYM_FREE /* closure */,
    SYM_GLOBAL_EXPLICIT, SYM_GLOBAL_IMPLICIT,
} SymKind;

typedef struct Symbol {
    AstName       *name;
    struct Symbol *next;     // hash chain
    struct Symbol *order;    // in order of first appearance
    uint32_t       flags;
    uint8_t        kind;     // SymKind
    int32_t        reg;      // register (LOCAL, CELL) or index in freevars (FREE); -1
    AstNode       *where;    // first place seen, for messages
    AstNode       *directive; // global/nonlocal statement
} Symbol;

typedef struct Scope {
    ScopeKind kind;
    ScopeRole role;
    struct Scope *parent;
    AstNode *node;
    AstName *name;           // for the code object
    AstName *private_name;   // innermost class name, for mangling
    const AstTypeParamSeq *mangled; // around a generic class: only the names of its type parameters are mangled; NULL: all are
    Symbol **buckets; uint32_t nbuckets, nsymbols;
    Symbol *first, *last;
    AstNameSeq free;         // names of the closure, in order
    int free_cap;
    struct Scope *first_child, *last_child, *sibling;
    bool nested;             // inside a function
    bool inlined;            // comprehension that runs in its host's frame
    bool is_generator, is_coroutine, is_async_comp; // contains yield; async def; needs await
    bool has_return_value;
    bool needs_class_cell, needs_classdict;         // class scopes
    bool can_see_class;      // annotation scope directly in a class
    bool in_conditional;     // while building: inside if/for/while/try/with/match of this scope
    bool has_annotations;    // module, class: annotated simple names exist
    bool conditional_annotations;
    bool in_comp_iter;       // while building: the iterable of a comprehension
    bool has_docstring;
    bool star_import, has_exec;
    bool varargs, varkw;
    struct Scope *annotations; // module, class: the scope of __annotate__
} Scope;

typedef struct ScopeMapEntry { const void *node; int role; Scope *scope; } ScopeMapEntry;
typedef struct ScopeTable {
    AstArena *arena;
    Scope *top;
    ScopeMapEntry *map; size_t cap, n;
    bool future_annotations;
    const char *stack_limit;
    // First error: message formatted, position.
    bool failed; bool recursion;
    char *message; AstNode *where; int where_col_end_extra;
} ScopeTable;

// Builds and resolves the scopes of a whole tree. stack_limit: address below which the C stack must not grow. False: t->message (UTF-8, in the arena) at t->where, or t->recursion.
bool scope_build(ScopeTable *t, AstArena *arena, AstMod *mod, bool future_annotations, const char *stack_limit);
// The scope of a node in a role; NULL when there is none.
Scope *scope_of(const ScopeTable *t, const void *node, ScopeRole role);
Symbol *scope_find(const Scope *s, const AstName *name);   // of a mangled name in this scope alone; NULL: not there
// A private name as seen in scope s: __x -> _Class__x. Returns name itself when nothing is to be done.
AstName *scope_mangle(AstArena *arena, const Scope *s, AstName *name);

static inline bool scope_is_function_like(const Scope *s) { return s->kind != SCOPE_MODULE && s->kind != SCOPE_CLASS; }

#endif
