// SPDX-License-Identifier: MIT
// The abstract syntax tree: plain structs in an arena, one per category of Python's `ast` module, a tagged
// union each. Names and order of fields are those of ast.def. Invariant: nodes belong to their AstArena
// and die with it; a tree is built and read by one thread at a time. Every node, of whatever category, begins
// with AST_HEAD, so a table walk (ast_kind_info) can read and build any node generically.
// Every node is allocated at its category's full size: a pass may change a node's kind in place.
#ifndef LADON_COMPILE_AST_H
#define LADON_COMPILE_AST_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The class of a node: AST_FUNCTION_DEF, AST_NAME, AST_ADD, AST_LOAD, ... 0 is none.
typedef enum AstKind {
    AST_NO_KIND,
#define AST_NODE(cat, Name, KIND, nfields) AST_##KIND,
#include "core/compile/ast.def"
    AST_KIND_COUNT
} AstKind;

// The category of a node: AST_CAT_STMT, ... The last four are no nodes but types of fields.
typedef enum AstCategory {
#define AST_CATEGORY(cat, CAT, n, pos) AST_CAT_##CAT,
#include "core/compile/ast.def"
    AST_CAT_IDENTIFIER, // AstName *
    AST_CAT_STRING,     // AstName *
    AST_CAT_CONSTANT,   // AstConst, in place
    AST_CAT_INT,        // int
    AST_CAT_COUNT,
    AST_NODE_CAT_COUNT = AST_CAT_IDENTIFIER
} AstCategory;

// What every node begins with. Lines count from 1; columns from 0, in bytes of the UTF-8 text.
// Categories marked NOPOS in ast.def leave the four numbers 0.
#define AST_HEAD        \
    AstKind kind;       \
    int     lineno;     \
    int     col_offset; \
    int     end_lineno; \
    int     end_col_offset

typedef struct AstNode {
    AST_HEAD;
} AstNode;

// An identifier or other short text, interned in its AstArena: equal texts are one pointer there.
typedef struct AstName {
    struct AstName *next;  // hash chain of the arena's table
    uint64_t        cache; // for the consumer: 0 at first (code generator: the runtime's string)
    uint32_t        hash;
    uint32_t        len;    // bytes
    char            text[]; // UTF-8 (surrogates allowed), NUL after the last byte
} AstName;

typedef enum AstConstKind {
    AST_CONST_NONE,
    AST_CONST_TRUE,
    AST_CONST_FALSE,
    AST_CONST_ELLIPSIS,
    AST_CONST_INT,    // value in i, or, when big, digits
    AST_CONST_FLOAT,  // value in f
    AST_CONST_IMAG,   // complex(0, f)
    AST_CONST_STR,    // len bytes of text: UTF-8, lone surrogates as three bytes each
    AST_CONST_BYTES,  // len bytes of text
    AST_CONST_OBJECT, // a runtime value (compile() of a tree made by the program), word in object
} AstConstKind;

// A literal's value.
typedef struct AstConst {
    uint8_t  kind; // AstConstKind
    uint8_t  base; // INT and big: 2, 8, 10, 16
    bool     big;  // INT: does not fit i
    uint32_t len;  // STR, BYTES: bytes in text; INT and big: digits in text
    union {
        int64_t     i;
        double      f;
        const char *text; // in the arena, NUL after the last byte; INT: no prefix, no underscores
        uint64_t    object;
    };
} AstConst;

// Sequences are held in place; items is NULL when n is 0. All have AstSeq's layout.
#define AST_SEQ(Name, Item)   \
    typedef struct Name {     \
        int   n;              \
        Item *items;          \
    } Name

AST_SEQ(AstSeq, AstNode *);
AST_SEQ(AstNameSeq, AstName *);
AST_SEQ(AstKindSeq, AstKind);

typedef struct AstMod AstMod;
typedef struct AstStmt AstStmt;
typedef struct AstExpr AstExpr;
typedef struct AstComprehension AstComprehension;
typedef struct AstExceptHandler AstExceptHandler;
typedef struct AstArguments AstArguments;
typedef struct AstArg AstArg;
typedef struct AstKeyword AstKeyword;
typedef struct AstAlias AstAlias;
typedef struct AstWithItem AstWithItem;
typedef struct AstMatchCase AstMatchCase;
typedef struct AstPattern AstPattern;
typedef struct AstTypeIgnore AstTypeIgnore;
typedef struct AstTypeParam AstTypeParam;
AST_SEQ(AstStmtSeq, AstStmt *);
AST_SEQ(AstExprSeq, AstExpr *);
AST_SEQ(AstComprehensionSeq, AstComprehension *);
AST_SEQ(AstExceptHandlerSeq, AstExceptHandler *);
AST_SEQ(AstArgumentsSeq, AstArguments *);
AST_SEQ(AstArgSeq, AstArg *);
AST_SEQ(AstKeywordSeq, AstKeyword *);
AST_SEQ(AstAliasSeq, AstAlias *);
AST_SEQ(AstWithItemSeq, AstWithItem *);
AST_SEQ(AstMatchCaseSeq, AstMatchCase *);
AST_SEQ(AstPatternSeq, AstPattern *);
AST_SEQ(AstTypeIgnoreSeq, AstTypeIgnore *);
AST_SEQ(AstTypeParamSeq, AstTypeParam *);

struct AstMod {
    AST_HEAD;
    union {
        struct {
            AstStmtSeq body;
            AstTypeIgnoreSeq type_ignores;
        } Module;
        struct {
            AstStmtSeq body;
        } Interactive;
        struct {
            AstExpr *body;
        } Expression;
        struct {
            AstExprSeq argtypes;
            AstExpr *returns;
        } FunctionType;
    };
};

struct AstStmt {
    AST_HEAD;
    union {
        struct {
            AstName *name;
            AstArguments *args;
            AstStmtSeq body;
            AstExprSeq decorator_list;
            AstExpr *returns; // may be NULL
            AstName *type_comment; // may be NULL
            AstTypeParamSeq type_params;
        } FunctionDef;
        struct {
            AstName *name;
            AstArguments *args;
            AstStmtSeq body;
            AstExprSeq decorator_list;
            AstExpr *returns; // may be NULL
            AstName *type_comment; // may be NULL
            AstTypeParamSeq type_params;
        } AsyncFunctionDef;
        struct {
            AstName *name;
            AstExprSeq bases;
            AstKeywordSeq keywords;
            AstStmtSeq body;
            AstExprSeq decorator_list;
            AstTypeParamSeq type_params;
        } ClassDef;
        struct {
            AstExpr *value; // may be NULL
        } Return;
        struct {
            AstExprSeq targets;
        } Delete;
        struct {
            AstExprSeq targets;
            AstExpr *value;
            AstName *type_comment; // may be NULL
        } Assign;
        struct {
            AstExpr *name;
            AstTypeParamSeq type_params;
            AstExpr *value;
        } TypeAlias;
        struct {
            AstExpr *target;
            AstKind op;
            AstExpr *value;
        } AugAssign;
        struct {
            AstExpr *target;
            AstExpr *annotation;
            AstExpr *value; // may be NULL
            int simple;
        } AnnAssign;
        struct {
            AstExpr *target;
            AstExpr *iter;
            AstStmtSeq body;
            AstStmtSeq orelse;
            AstName *type_comment; // may be NULL
        } For;
        struct {
            AstExpr *target;
            AstExpr *iter;
            AstStmtSeq body;
            AstStmtSeq orelse;
            AstName *type_comment; // may be NULL
        } AsyncFor;
        struct {
            AstExpr *test;
            AstStmtSeq body;
            AstStmtSeq orelse;
        } While;
        struct {
            AstExpr *test;
            AstStmtSeq body;
            AstStmtSeq orelse;
        } If;
        struct {
            AstWithItemSeq items;
            AstStmtSeq body;
            AstName *type_comment; // may be NULL
        } With;
        struct {
            AstWithItemSeq items;
            AstStmtSeq body;
            AstName *type_comment; // may be NULL
        } AsyncWith;
        struct {
            AstExpr *subject;
            AstMatchCaseSeq cases;
        } Match;
        struct {
            AstExpr *exc; // may be NULL
            AstExpr *cause; // may be NULL
        } Raise;
        struct {
            AstStmtSeq body;
            AstExceptHandlerSeq handlers;
            AstStmtSeq orelse;
            AstStmtSeq finalbody;
        } Try;
        struct {
            AstStmtSeq body;
            AstExceptHandlerSeq handlers;
            AstStmtSeq orelse;
            AstStmtSeq finalbody;
        } TryStar;
        struct {
            AstExpr *test;
            AstExpr *msg; // may be NULL
        } Assert;
        struct {
            AstAliasSeq names;
        } Import;
        struct {
            AstName *module; // may be NULL
            AstAliasSeq names;
            int level;
        } ImportFrom;
        struct {
            AstNameSeq names;
        } Global;
        struct {
            AstNameSeq names;
        } Nonlocal;
        struct {
            AstExpr *value;
        } Expr;
    };
};

struct AstExpr {
    AST_HEAD;
    union {
        struct {
            AstKind op;
            AstExprSeq values;
        } BoolOp;
        struct {
            AstExpr *target;
            AstExpr *value;
        } NamedExpr;
        struct {
            AstExpr *left;
            AstKind op;
            AstExpr *right;
        } BinOp;
        struct {
            AstKind op;
            AstExpr *operand;
        } UnaryOp;
        struct {
            AstArguments *args;
            AstExpr *body;
        } Lambda;
        struct {
            AstExpr *test;
            AstExpr *body;
            AstExpr *orelse;
        } IfExp;
        struct {
            AstExprSeq keys; // items may be NULL
            AstExprSeq values;
        } Dict;
        struct {
            AstExprSeq elts;
        } Set;
        struct {
            AstExpr *elt;
            AstComprehensionSeq generators;
        } ListComp;
        struct {
            AstExpr *elt;
            AstComprehensionSeq generators;
        } SetComp;
        struct {
            AstExpr *key;
            AstExpr *value;
            AstComprehensionSeq generators;
        } DictComp;
        struct {
            AstExpr *elt;
            AstComprehensionSeq generators;
        } GeneratorExp;
        struct {
            AstExpr *value;
        } Await;
        struct {
            AstExpr *value; // may be NULL
        } Yield;
        struct {
            AstExpr *value;
        } YieldFrom;
        struct {
            AstExpr *left;
            AstKindSeq ops;
            AstExprSeq comparators;
        } Compare;
        struct {
            AstExpr *func;
            AstExprSeq args;
            AstKeywordSeq keywords;
        } Call;
        struct {
            AstExpr *value;
            int conversion;
            AstExpr *format_spec; // may be NULL
        } FormattedValue;
        struct {
            AstExpr *value;
            AstConst str;
            int conversion;
            AstExpr *format_spec; // may be NULL
        } Interpolation;
        struct {
            AstExprSeq values;
        } JoinedStr;
        struct {
            AstExprSeq values;
        } TemplateStr;
        struct {
            AstConst value;
            AstName *kind; // may be NULL
        } Constant;
        struct {
            AstExpr *value;
            AstName *attr;
            AstKind ctx;
        } Attribute;
        struct {
            AstExpr *value;
            AstExpr *slice;
            AstKind ctx;
        } Subscript;
        struct {
            AstExpr *value;
            AstKind ctx;
        } Starred;
        struct {
            AstName *id;
            AstKind ctx;
        } Name;
        struct {
            AstExprSeq elts;
            AstKind ctx;
        } List;
        struct {
            AstExprSeq elts;
            AstKind ctx;
        } Tuple;
        struct {
            AstExpr *lower; // may be NULL
            AstExpr *upper; // may be NULL
            AstExpr *step; // may be NULL
        } Slice;
    };
};

struct AstComprehension {
    AST_HEAD;
    AstExpr *target;
    AstExpr *iter;
    AstExprSeq ifs;
    int is_async;
};

struct AstExceptHandler {
    AST_HEAD;
    AstExpr *type; // may be NULL
    AstName *name; // may be NULL
    AstStmtSeq body;
};

struct AstArguments {
    AST_HEAD;
    AstArgSeq posonlyargs;
    AstArgSeq args;
    AstArg *vararg; // may be NULL
    AstArgSeq kwonlyargs;
    AstExprSeq kw_defaults; // items may be NULL
    AstArg *kwarg; // may be NULL
    AstExprSeq defaults;
};

struct AstArg {
    AST_HEAD;
    AstName *arg;
    AstExpr *annotation; // may be NULL
    AstName *type_comment; // may be NULL
};

struct AstKeyword {
    AST_HEAD;
    AstName *arg; // may be NULL
    AstExpr *value;
};

struct AstAlias {
    AST_HEAD;
    AstName *name;
    AstName *asname; // may be NULL
};

struct AstWithItem {
    AST_HEAD;
    AstExpr *context_expr;
    AstExpr *optional_vars; // may be NULL
};

struct AstMatchCase {
    AST_HEAD;
    AstPattern *pattern;
    AstExpr *guard; // may be NULL
    AstStmtSeq body;
};

struct AstPattern {
    AST_HEAD;
    union {
        struct {
            AstExpr *value;
        } MatchValue;
        struct {
            AstConst value;
        } MatchSingleton;
        struct {
            AstPatternSeq patterns;
        } MatchSequence;
        struct {
            AstExprSeq keys;
            AstPatternSeq patterns;
            AstName *rest; // may be NULL
        } MatchMapping;
        struct {
            AstExpr *cls;
            AstPatternSeq patterns;
            AstNameSeq kwd_attrs;
            AstPatternSeq kwd_patterns;
        } MatchClass;
        struct {
            AstName *name; // may be NULL
        } MatchStar;
        struct {
            AstPattern *pattern; // may be NULL
            AstName *name; // may be NULL
        } MatchAs;
        struct {
            AstPatternSeq patterns;
        } MatchOr;
    };
};

struct AstTypeIgnore {
    AST_HEAD;
    int ignore_lineno;
    AstName *tag;
};

struct AstTypeParam {
    AST_HEAD;
    union {
        struct {
            AstName *name;
            AstExpr *bound; // may be NULL
            AstExpr *default_value; // may be NULL
        } TypeVar;
        struct {
            AstName *name;
            AstExpr *default_value; // may be NULL
        } ParamSpec;
        struct {
            AstName *name;
            AstExpr *default_value; // may be NULL
        } TypeVarTuple;
    };
};

// The async twins (AsyncFunctionDef, AsyncFor, AsyncWith), and TryStar beside Try, have the same layout as their
// plain forms: node->FunctionDef may be used for both.

// An arena for nodes, with the table of the names interned in it.
typedef struct AstArena {
    Arena     mem;
    AstName **names; // name_buckets chains
    uint32_t  name_buckets;
    uint32_t  name_count;
} AstArena;

// Makes an empty tree arena. Free with ast_arena_free.
void ast_arena_init(AstArena *arena);

// Frees all nodes, names and texts.
void ast_arena_free(AstArena *arena);

// Returns the one AstName with this text (len bytes of UTF-8). Never NULL.
AstName *ast_name(AstArena *arena, const char *text, size_t len);

// As ast_name, for a C string.
AstName *ast_name_z(AstArena *arena, const char *text);

// How a field may be filled.
typedef enum AstQuantity { AST_ONE, AST_OPT, AST_SEQUENCE, AST_OPTSEQUENCE } AstQuantity;

typedef struct AstFieldInfo {
    const char *name;
    uint16_t    offset;   // in the node's struct
    uint8_t     type;     // AstCategory
    uint8_t     quantity; // AstQuantity
} AstFieldInfo;

typedef struct AstKindInfo {
    const char         *name;     // Python's class name
    uint8_t             category; // AstCategory
    uint8_t             nfields;
    const AstFieldInfo *fields;
} AstKindInfo;

typedef struct AstCategoryInfo {
    const char *name;
    uint16_t    size;     // bytes of a node's struct; 0 for enumerations (boolop, operator, ...) and field types
    bool        has_pos;  // lineno and so on are attributes of its nodes
    bool        is_sum;   // has constructors; otherwise the category is the node class
    uint8_t     first, n; // AstKinds of its nodes
} AstCategoryInfo;

extern const AstKindInfo     ast_kind_info[AST_KIND_COUNT];
extern const AstCategoryInfo ast_category_info[AST_CAT_COUNT];

// Makes a cleared node of the given kind (not one of an enumeration), positions 0.
void *ast_node_new(AstArena *arena, AstKind kind);

// True for a category whose members are bare AstKinds and not nodes: expr_context, boolop, operator, unaryop, cmpop.
static inline bool ast_category_is_enum(AstCategory cat) {
    return cat >= AST_CAT_EXPR_CONTEXT && cat <= AST_CAT_CMPOP;
}

#endif
