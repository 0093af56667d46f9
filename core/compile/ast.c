// SPDX-License-Identifier: MIT
// Tables made from ast.def, node allocation and the names of a tree. See ast.h.
#include "core/compile/ast.h"

#include <stdlib.h>

// Field types of the structs as ast.def implies them; each AST_FIELD row is checked against its member.
#define C_stmt_ONE AstStmt *
#define C_expr_ONE AstExpr *
#define C_comprehension_ONE AstComprehension *
#define C_excepthandler_ONE AstExceptHandler *
#define C_arguments_ONE AstArguments *
#define C_arg_ONE AstArg *
#define C_keyword_ONE AstKeyword *
#define C_alias_ONE AstAlias *
#define C_withitem_ONE AstWithItem *
#define C_match_case_ONE AstMatchCase *
#define C_pattern_ONE AstPattern *
#define C_type_ignore_ONE AstTypeIgnore *
#define C_type_param_ONE AstTypeParam *
#define C_identifier_ONE AstName *
#define C_string_ONE AstName *
#define C_constant_ONE AstConst
#define C_int_ONE int
#define C_expr_context_ONE AstKind
#define C_boolop_ONE AstKind
#define C_operator_ONE AstKind
#define C_unaryop_ONE AstKind
#define C_cmpop_ONE AstKind
#define C_expr_OPT AstExpr *
#define C_arg_OPT AstArg *
#define C_pattern_OPT AstPattern *
#define C_identifier_OPT AstName *
#define C_string_OPT AstName *
#define C_int_OPT int
#define C_stmt_SEQ AstStmtSeq
#define C_expr_SEQ AstExprSeq
#define C_expr_OPTSEQ AstExprSeq
#define C_comprehension_SEQ AstComprehensionSeq
#define C_excepthandler_SEQ AstExceptHandlerSeq
#define C_arg_SEQ AstArgSeq
#define C_keyword_SEQ AstKeywordSeq
#define C_alias_SEQ AstAliasSeq
#define C_withitem_SEQ AstWithItemSeq
#define C_match_case_SEQ AstMatchCaseSeq
#define C_pattern_SEQ AstPatternSeq
#define C_type_ignore_SEQ AstTypeIgnoreSeq
#define C_type_param_SEQ AstTypeParamSeq
#define C_identifier_SEQ AstNameSeq
#define C_cmpop_SEQ AstKindSeq

#define AST_FIELD(Name, Struct, member, name, type, quantity)                                                \
    _Static_assert(__builtin_types_compatible_p(C_##type##_##quantity, __typeof__(((Struct *)0)->member)), \
                   #Name "." name " in ast.h differs from ast.def");
#include "core/compile/ast.def"

#define SAME_LAYOUT(A, B, last)                                                                    \
    _Static_assert(offsetof(AstStmt, A.last) == offsetof(AstStmt, B.last) &&                       \
                       sizeof(((AstStmt *)0)->A) == sizeof(((AstStmt *)0)->B),                     \
                   #A " and " #B " differ")
SAME_LAYOUT(FunctionDef, AsyncFunctionDef, type_params);
SAME_LAYOUT(For, AsyncFor, type_comment);
SAME_LAYOUT(With, AsyncWith, type_comment);
SAME_LAYOUT(Try, TryStar, finalbody);

// One field table per node class: the rows of a class stand between two class markers, so a flat array
// and the index of each class's first row are enough.
static const AstFieldInfo ast_fields[] = {
#define Q_ONE AST_ONE
#define Q_OPT AST_OPT
#define Q_SEQ AST_SEQUENCE
#define Q_OPTSEQ AST_OPTSEQUENCE
#define T_stmt AST_CAT_STMT
#define T_expr AST_CAT_EXPR
#define T_comprehension AST_CAT_COMPREHENSION
#define T_excepthandler AST_CAT_EXCEPTHANDLER
#define T_arguments AST_CAT_ARGUMENTS
#define T_arg AST_CAT_ARG
#define T_keyword AST_CAT_KEYWORD
#define T_alias AST_CAT_ALIAS
#define T_withitem AST_CAT_WITHITEM
#define T_match_case AST_CAT_MATCH_CASE
#define T_pattern AST_CAT_PATTERN
#define T_type_ignore AST_CAT_TYPE_IGNORE
#define T_type_param AST_CAT_TYPE_PARAM
#define T_identifier AST_CAT_IDENTIFIER
#define T_string AST_CAT_STRING
#define T_constant AST_CAT_CONSTANT
#define T_int AST_CAT_INT
#define T_expr_context AST_CAT_EXPR_CONTEXT
#define T_boolop AST_CAT_BOOLOP
#define T_operator AST_CAT_OPERATOR
#define T_unaryop AST_CAT_UNARYOP
#define T_cmpop AST_CAT_CMPOP
#define T_mod AST_CAT_MOD
#define AST_FIELD(Name, Struct, member, name, type, quantity) \
    {name, offsetof(Struct, member), T_##type, Q_##quantity},
#include "core/compile/ast.def"
};

// FIRST_<Name> is the number of Name's first row above.
enum {
#define AST_NODE(cat, Name, KIND, n) FIRST_##Name, LAST_##Name = FIRST_##Name + (n) - 1,
#include "core/compile/ast.def"
    ROW_COUNT
};
_Static_assert(ROW_COUNT == sizeof ast_fields / sizeof ast_fields[0], "a field count in ast.def is wrong");

const AstKindInfo ast_kind_info[AST_KIND_COUNT] = {
#define AST_NODE(cat, Name, KIND, n) [AST_##KIND] = {#Name, T_##cat, n, ast_fields + FIRST_##Name},
#include "core/compile/ast.def"
};

#define SIZE_mod sizeof(AstMod)
#define SIZE_stmt sizeof(AstStmt)
#define SIZE_expr sizeof(AstExpr)
#define SIZE_expr_context 0
#define SIZE_boolop 0
#define SIZE_operator 0
#define SIZE_unaryop 0
#define SIZE_cmpop 0
#define SIZE_comprehension sizeof(AstComprehension)
#define SIZE_excepthandler sizeof(AstExceptHandler)
#define SIZE_arguments sizeof(AstArguments)
#define SIZE_arg sizeof(AstArg)
#define SIZE_keyword sizeof(AstKeyword)
#define SIZE_alias sizeof(AstAlias)
#define SIZE_withitem sizeof(AstWithItem)
#define SIZE_match_case sizeof(AstMatchCase)
#define SIZE_pattern sizeof(AstPattern)
#define SIZE_type_ignore sizeof(AstTypeIgnore)
#define SIZE_type_param sizeof(AstTypeParam)
#define HAS_POS 1
#define HAS_NOPOS 0

// FIRSTKIND_<cat> is the AstKind of the category's first node.
enum {
    KIND_START,
#define AST_CATEGORY(cat, CAT, n, pos) \
    FIRSTKIND_##cat, LASTKIND_##cat = FIRSTKIND_##cat + ((n) ? (n) : 1) - 1,
#include "core/compile/ast.def"
    KIND_END
};
_Static_assert((int)KIND_END == (int)AST_KIND_COUNT, "a node count in ast.def is wrong");

const AstCategoryInfo ast_category_info[AST_CAT_COUNT] = {
#define AST_CATEGORY(cat, CAT, n, pos) \
    [AST_CAT_##CAT] = {#cat, SIZE_##cat, HAS_##pos, (n) > 0, FIRSTKIND_##cat, (n) ? (n) : 1},
#include "core/compile/ast.def"
    [AST_CAT_IDENTIFIER] = {"identifier", 0, false, false, 0, 0},
    [AST_CAT_STRING] = {"string", 0, false, false, 0, 0},
    [AST_CAT_CONSTANT] = {"constant", 0, false, false, 0, 0},
    [AST_CAT_INT] = {"int", 0, false, false, 0, 0},
};

void ast_arena_init(AstArena *arena) {
    arena_init(&arena->mem);
    arena->names = NULL;
    arena->name_buckets = 0;
    arena->name_count = 0;
}

void ast_arena_free(AstArena *arena) {
    free(arena->names);
    arena_free(&arena->mem);
    ast_arena_init(arena);
}

static void names_grow(AstArena *arena) {
    uint32_t n = arena->name_buckets ? arena->name_buckets * 4 : 256;
    AstName **table = calloc(n, sizeof *table);
    if (!table) {
        if (arena->name_buckets) return; // longer chains only
        abort();
    }
    for (uint32_t i = 0; i < arena->name_buckets; i++) {
        AstName *name = arena->names[i];
        while (name) {
            AstName *next = name->next;
            name->next = table[name->hash & (n - 1)];
            table[name->hash & (n - 1)] = name;
            name = next;
        }
    }
    free(arena->names);
    arena->names = table;
    arena->name_buckets = n;
}

AstName *ast_name(AstArena *arena, const char *text, size_t len) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    hash ^= hash >> 15;
    if (arena->name_count >= arena->name_buckets) names_grow(arena);
    AstName **slot = &arena->names[hash & (arena->name_buckets - 1)];
    for (AstName *name = *slot; name; name = name->next)
        if (name->hash == hash && name->len == len && memcmp(name->text, text, len) == 0) return name;
    AstName *name = arena_alloc(&arena->mem, sizeof *name + len + 1);
    name->next = *slot;
    name->cache = 0;
    name->hash = hash;
    name->len = (uint32_t)len;
    if (len) memcpy(name->text, text, len);
    name->text[len] = 0;
    *slot = name;
    arena->name_count++;
    return name;
}

AstName *ast_name_z(AstArena *arena, const char *text) {
    return ast_name(arena, text, strlen(text));
}

void *ast_node_new(AstArena *arena, AstKind kind) {
    AstNode *node = arena_zalloc(&arena->mem, ast_category_info[ast_kind_info[kind].category].size);
    node->kind = kind;
    return node;
}
