// SPDX-License-Identifier: MIT
// The code generator's own declarations: units (code objects being made), labels, blocks, and the entry points of its files.
// Registers while generating: locals have their final numbers; borrowed temporaries are BORROW(i), owned ones TEMP(i); unit_finish renumbers
// them once the number of locals is known. Temporaries follow a stack discipline (u->top).
// Which locals are certainly bound is tracked along the way: the set only grows (names that are ever unbound again are never in it), so a label's
// set is the intersection over its jumps and a loop's head keeps the set of its entry.
#ifndef LADON_COMPILE_CODEGEN_INT_H
#define LADON_COMPILE_CODEGEN_INT_H

#include "core/code/code.h"
#include "core/compile/scope.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/error.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

enum { BORROW_BASE = 0x7000, TEMP_BASE = 0x8000, REG_NONE = -1 };
#define IS_TEMP(r) ((r) >= TEMP_BASE)

typedef struct Fixup { struct Fixup *next; uint32_t word; uint8_t kind; } Fixup;
enum { FIX_BC, FIX_C, FIX_WORD, FIX_ROW /* target of an exception row */ };
typedef struct Label { int64_t pos; Fixup *fixups; uint8_t *bound; uint32_t nbound; bool reached; } Label;

typedef enum BlockKind { BLOCK_LOOP, BLOCK_FOR, BLOCK_TRY, BLOCK_FINALLY, BLOCK_HANDLED /* inside a handler: POP_HANDLED */, BLOCK_WITH, BLOCK_ASYNC_WITH,
                         BLOCK_VALUE /* an owned temporary to drop */, BLOCK_NAME /* except ... as name */, BLOCK_STAR /* except*: no way out */ } BlockKind;
typedef struct Block {
    struct Block *up;
    BlockKind kind;
    Label *brk, *cont;       // loops
    int reg;                 // iterator, saved handled exception, exit function, value
    int reg2;                // HANDLED: exception register still to be released, or REG_NONE
    Label *handler;          // covered ranges go there; NULL: none
    int depth, exc_reg;      // of the handler
    uint32_t start;          // of the open range
    bool open;
    ExcRow *rows; uint32_t nrows, caprows;
    const AstStmtSeq *finalbody;
    AstName *name;           // BLOCK_NAME
    AstNode *node;
} Block;

typedef struct Unit {
    struct Unit *up;
    Scope *scope;            // innermost, may be an inlined comprehension
    Scope *host;             // scope of the code object
    Instr *code; uint32_t n, cap;
    uint8_t *is_instr;       // 1 where an instruction starts
    PosRow *pos; uint32_t npos, cappos;
    ExcRow *exc; uint32_t nexc, capexc;
    Value consts;            // List
    Value const_index;       // Dict: key -> index
    AstName **names; uint32_t nnames, capnames;
    AstName **locals; uint8_t *kinds; bool *hidden_used; uint32_t nlocals, caplocals;
    int top, max_top, borrow_max;
    Block *blocks;
    bool dead;
    uint32_t join;           // 1 + the word where a label that jumps reach was put last
    uint8_t *bound; uint32_t capbound;
    AstNode *at;
    Value qualname;
    AstName *name;
    int firstlineno;
    uint32_t flags;
    bool is_class_level;     // functions made here are uncounted
    bool star;               // compiling an except* body
    int class_cell_reg, classdict_cell_reg, cond_cell_reg;
    uint32_t argcount, posonly, kwonly;
    Value static_attrs;      // of a class: Dict of the names, or no value
    bool interactive;
} Unit;

typedef struct Gen {
    Thread *th;
    AstArena *arena;
    ScopeTable st;
    Unit *u;
    Value filename;
    int optimize;
    uint32_t future;         // CO_FUTURE_*
    bool failed;
    bool long_jumps, need_long;
    AstName *n_class, *n_classdict, *n_iter0, *n_format, *n_annotations, *n_annotate, *n_annotate_func, *n_cond, *n_type_params, *n_generic_base, *n_super, *n_debug, *n_defaults, *n_kwdefaults;
} Gen;

// codegen_emit.c
bool gen_error(Gen *g, const void *node, const char *fmt, ...);   // SyntaxError at node; false
// Warns about return, break and continue in finally blocks. False: one became an error.
bool async_check(Gen *g, const AstNode *n);
bool finally_warnings(Gen *g, const AstStmtSeq *body);
bool gen_too_deep(Gen *g);                                       // the C stack is used up: RecursionError is set
int gen_warning(Gen *g, const void *node, const char *fmt, ...);  // SyntaxWarning; -1: turned into an error
void emit(Gen *g, unsigned op, int a, int b, int c);
void emit_bc(Gen *g, unsigned op, int a, int32_t bc);
void emit_word(Gen *g, uint64_t w);
void emit_const(Gen *g, int dst, Value v_owned);
void emit_none(Gen *g, int dst);
int const_add(Gen *g, Value v_owned);          // -1 on error
int name_add(Gen *g, AstName *name);           // index in names
void label_init(Label *l);
void label_here(Gen *g, Label *l);
void label_join(Gen *g, Label *l);             // the state here reaches l (primes the head of a loop)
void jump(Gen *g, unsigned op, int a, Label *l);               // BC form
// What ends a statement or a part of one belongs to no line behind a place that several ways lead to, so that tracing shows none again.
void at_join(Gen *g);
void jump_end(Gen *g, unsigned op, Label *l);
void jump_c(Gen *g, unsigned op, int a, int b, Label *l);      // C form
void jump_word(Gen *g, unsigned op, int a, int b, int c, Label *l); // operand word form
int temp_alloc(Gen *g, int n);                 // first of n new temporaries
void set_at(Gen *g, const void *node);
void mark_bound(Gen *g, int reg);
bool is_bound(Gen *g, int reg);
uint8_t *bound_copy(Gen *g);
void bound_set(Gen *g, const uint8_t *set, uint32_t n);
Block *block_push(Gen *g, Block *b, BlockKind kind);
void block_open(Gen *g, Block *b, Label *handler, int depth, int exc_reg);
void block_close(Gen *g, Block *b);            // ends the open range
void block_reopen(Gen *g, Block *b);
void block_pop(Gen *g, Block *b);              // appends its rows
int local_add(Gen *g, AstName *name, uint8_t kind);
bool unit_enter(Gen *g, Unit *u, Scope *s, AstName *name, int firstlineno, const void *node);
Value unit_leave(Gen *g);                      // finishes: Code, or NO_VALUE
Value name_str(Gen *g, AstName *name);         // borrowed interned Str
Value const_value(Gen *g, const AstConst *c);  // new reference
uint8_t opcode_reg_mask(unsigned op);

// codegen_name.c
void name_load(Gen *g, AstName *name, int dst);
// Register of the plain local variable that name means here; -1: it is none.
int name_local(Gen *g, AstName *name);
void name_store(Gen *g, AstName *name, int src);
void name_delete(Gen *g, AstName *name);
int name_local_reg(Gen *g, AstName *name);     // register of a plain local, REG_NONE otherwise
Symbol *name_symbol(Gen *g, AstName *mangled, Scope **where);
AstName *mangle(Gen *g, AstName *name);
// Makes a function object from a finished code value: closure, flags. Result in dst.
void make_function(Gen *g, Value code_owned, Scope *s, int dst);
bool module_level(Gen *g);

// codegen_expr.c
void expr_to(Gen *g, AstExpr *e, int dst);
int expr_operand(Gen *g, AstExpr *e);          // local register or a new temporary
int expr_operand_borrow(Gen *g, AstExpr *e);   // may be a borrowed temporary: the next instruction must read it
void expr_effect(Gen *g, AstExpr *e);          // value not needed
void expr_jump(Gen *g, AstExpr *e, Label *l, bool when);
void target_store(Gen *g, AstExpr *target, int src);  // consumes src when a temporary
enum { AWAIT_ITERATOR = 3 };                        // a kind of emit_await: reg holds what __await__ returned already, as GET_ANEXT leaves it
void emit_await(Gen *g, int reg, int dst, int kind);  // reg: temporary with the awaitable's source
// At the head of a loop's body: the register FOR_ITER is to leave the item in: the target's own when it is a plain local,
// else the next temporary, which is stored into the target here.
int for_target_enter(Gen *g, AstExpr *target);
// codegen_const.c
int binop_of(AstKind op);                      // BINOP_* of an operator's node
bool expr_const(Gen *g, AstExpr *e, Value *out); // folded constant: new reference
// Index of a constant operand (16 bits), or -1 when e is none. Keeps the expression's value out of registers.
int const_operand(Gen *g, AstExpr *e);
// The same for the right side of `x in [..]` and `x in {..}` with constant items: a constant tuple or frozenset.
int const_container(Gen *g, AstExpr *e);
const char *literal_type(AstExpr *e);          // name of the type of a literal's value, NULL for other expressions
// codegen_display.c
bool has_star(const AstExprSeq *q);
void build_growing(Gen *g, const AstExprSeq *q, int t, bool set); // items (with stars) into a list or set in temporary t
void sequence_to(Gen *g, AstExpr *e, const AstExprSeq *q, int dst);
void dict_to(Gen *g, AstExpr *e, int dst);
void formatted_to(Gen *g, AstExpr *e, int dst);
void joined_to(Gen *g, AstExpr *e, int dst);
void template_to(Gen *g, AstExpr *e, int dst);
// codegen_call.c
void attribute_to(Gen *g, AstExpr *e, int dst);
void call_to(Gen *g, AstExpr *e, int dst);
// codegen_comprehension.c
void comprehension_to(Gen *g, AstExpr *e, int dst); // list, set and dict comprehensions
// Clause i of a comprehension and all within it. iter0: register of the first iterator; result: of the container.
void comprehension_loop(Gen *g, AstExpr *e, AstComprehensionSeq *gens, int i, int iter0, AstExpr *elt, AstExpr *value, int result);

// codegen_stmt.c
void stmts(Gen *g, const AstStmtSeq *q);
void stmt(Gen *g, AstStmt *s);
void unwind_to(Gen *g, Block *stop);           // code for leaving all blocks above stop
Value annotation_text(Gen *g, AstExpr *e);      // source text of an annotation (from __future__ import annotations): new Str
int annotation_index(Gen *g, AstStmt *s);      // number of a simple annotated assignment in its module or class
// codegen_try.c
void stmt_try(Gen *g, AstStmt *s);
void stmt_try_star(Gen *g, AstStmt *s);
void stmt_with(Gen *g, AstStmt *s, int item);
void emit_with_exit(Gen *g, int reg, bool async);
// codegen_function.c
void stmt_function(Gen *g, AstStmt *s);
void stmt_class(Gen *g, AstStmt *s);
void stmt_type_alias(Gen *g, AstStmt *s);
void expr_lambda(Gen *g, AstExpr *e, int dst);
void expr_genexp(Gen *g, AstExpr *e, int dst); // also comprehensions that are not inlined
void emit_annotations(Gen *g, const AstStmtSeq *body, Scope *ann, const void *owner); // module and class level: defines __annotate__
Value clean_docstring(Gen *g, const AstConst *c); // compile.c: indentation removed as inspect.cleandoc does; new Str
Value ast_unparse(Thread *th, const AstExpr *e);  // ast_unparse.c: the text of an expression; new Str
// codegen_match.c
void stmt_match(Gen *g, AstStmt *s);

#endif
