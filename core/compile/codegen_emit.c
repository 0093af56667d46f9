// SPDX-License-Identifier: MIT
// The code generator's lower half: words, labels, position rows, exception rows, constants and names of the unit being made, and turning a
// finished unit into a Code. Errors are raised on th at once; after the first one nothing is emitted any more.
#include "core/compile/codegen_int.h"

#include "core/compile/ast_object.h"

#include "core/object/bytes.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"

#include <stdarg.h>
#include <stdio.h>

// ---- errors

// Offsets count bytes and the text is looked up in the file, as CPython does for what its parser lets pass.
static Value error_details(Gen *g, const AstNode *node) {
    Value text = compile_file_line(g->th, g->filename, node->lineno);
    Value items[6] = {new_ref(g->th, g->filename), value_imm_int(node->lineno), value_imm_int(node->col_offset + 1), text ? text : VALUE_NONE,
                      value_imm_int(node->end_lineno), value_imm_int(node->end_col_offset + 1)};
    return tuple_from_owned(g->th, items, 6);
}

bool gen_error(Gen *g, const void *node, const char *fmt, ...) {
    if (g->failed) return false;
    g->failed = true;
    Thread *th = g->th;
    if (error_pending(th)) return false;
    va_list ap;
    va_start(ap, fmt);
    Value msg = str_vformat(th, fmt, ap);
    va_end(ap);
    if (!msg) return false;
    Value details = node ? error_details(g, node) : VALUE_NONE;
    if (details) {
        Value args[2] = {msg, details};
        Value exc = object_call(th, VALUE_OF(&exc_SyntaxError), args, 2, NO_VALUE);
        if (exc) {
            raise_object(th, exc, NO_VALUE);
            decref(th, exc);
        }
    }
    decref(th, msg);
    decref(th, details);
    return false;
}

bool gen_too_deep(Gen *g) {
    if (g->failed) return true;
    if (LIKELY(thread_c_recursion(g->th, " during compilation") == 0)) return false;
    return g->failed = true;
}

int gen_warning(Gen *g, const void *node_, const char *fmt, ...) {
    if (g->failed) return -1;
    const AstNode *node = node_;
    Thread *th = g->th;
    va_list ap;
    va_start(ap, fmt);
    Value msg = str_vformat(th, fmt, ap);
    va_end(ap);
    if (!msg) {
        g->failed = true;
        return -1;
    }
    // warnings.warn_explicit(message, category, filename, lineno)
    Value fn = import_attr(th, "_warnings", "warn_explicit");
    if (!fn) {
        error_clear(th);
        decref(th, msg);
        return 0;
    }
    Value args[4] = {VALUE_OF(&exc_SyntaxWarning), msg, g->filename, value_imm_int(node->lineno)};
    Value order[4] = {args[1], args[0], args[2], args[3]};
    Value r = object_call(th, fn, order, 4, NO_VALUE);
    decref(th, fn);
    if (r) {
        decref(th, r);
        decref(th, msg);
        return 0;
    }
    if (error_matches(th, &exc_SyntaxWarning)) {
        // Turned into an error: reported as SyntaxError with its place.
        error_clear(th);
        gen_error(g, node, "%U", msg);
    }
    g->failed = true;
    decref(th, msg);
    return -1;
}

// ---- words

static void grow_code(Gen *g, Unit *u) {
    uint32_t cap = u->cap ? u->cap * 2 : 64;
    Instr *code = arena_alloc(&g->arena->mem, cap * sizeof *code);
    uint8_t *is = arena_alloc(&g->arena->mem, cap);
    if (u->n) {
        memcpy(code, u->code, u->n * sizeof *code);
        memcpy(is, u->is_instr, u->n);
    }
    u->code = code;
    u->is_instr = is;
    u->cap = cap;
}

static void push_word(Gen *g, uint64_t w, bool instr) {
    Unit *u = g->u;
    if (u->n == u->cap) grow_code(g, u);
    u->code[u->n] = w;
    u->is_instr[u->n++] = instr;
}

// Code that is never reached leaves no trace: what is reached again behind it goes on at the place before it.
void set_at(Gen *g, const void *node) {
    if (!g->u->dead) g->u->at = (AstNode *)node;
}

static void note_position(Gen *g) {
    Unit *u = g->u;
    PosRow row = {.start = u->n, .col = -1, .end_col = -1};
    AstNode *a = u->at;
    if (a && a->lineno > 0) {
        row.line = a->lineno;
        row.end_line = a->end_lineno;
        row.col = a->col_offset > INT16_MAX ? -1 : (int16_t)a->col_offset;
        row.end_col = a->end_col_offset > INT16_MAX ? -1 : (int16_t)a->end_col_offset;
    } else if (a && a->lineno < 0) row.line = 0;
    if (u->npos) {
        PosRow *last = &u->pos[u->npos - 1];
        if (last->line == row.line && last->end_line == row.end_line && last->col == row.col && last->end_col == row.end_col) return;
        if (last->start == u->n) {
            *last = row;
            return;
        }
    }
    if (u->npos == u->cappos) {
        uint32_t cap = u->cappos ? u->cappos * 2 : 32;
        PosRow *rows = arena_alloc(&g->arena->mem, cap * sizeof *rows);
        if (u->npos) memcpy(rows, u->pos, u->npos * sizeof *rows);
        u->pos = rows;
        u->cappos = cap;
    }
    u->pos[u->npos++] = row;
}

static void emit_instr(Gen *g, Instr i) {
    Unit *u = g->u;
    if (u->dead || g->failed) return;
    note_position(g);
    push_word(g, i, true);
    for (int k = opcode_caches[instr_op(i)]; k > 0; k--) push_word(g, 0, false);
}
static bool ends_flow(unsigned op) { return op == OP_RETURN || op == OP_RETURN_CONST || op == OP_RAISE || op == OP_RERAISE || op == OP_JUMP || op == OP_JUMP_BACK; }

void emit(Gen *g, unsigned op, int a, int b, int c) {
    if (UNLIKELY((unsigned)a > 0xFFFF || (unsigned)b > 0xFFFF || (unsigned)c > 0xFFFF)) {
        gen_error(g, g->u->at, "too many names or values in one block");
        return;
    }
    emit_instr(g, instr_make(op, (unsigned)a, (unsigned)b, (unsigned)c));
    if (ends_flow(op)) g->u->dead = true;
}
void emit_bc(Gen *g, unsigned op, int a, int32_t bc) {
    emit_instr(g, instr_make_bc(op, (unsigned)a, bc));
    if (ends_flow(op)) g->u->dead = true;
}
// Fills the operand word of the instruction just emitted.
void emit_word(Gen *g, uint64_t w) {
    if (!g->u->dead && !g->failed) g->u->code[g->u->n - 1] = w;
}

void emit_const(Gen *g, int dst, Value v_owned) {
    if (!v_owned) {
        g->failed = true;
        return;
    }
    int k = const_add(g, v_owned);
    if (k >= 0) emit_bc(g, OP_LOAD_CONST, dst, k);
}
void emit_none(Gen *g, int dst) { emit_const(g, dst, VALUE_NONE); }

// Key under which equal constants share one entry: (type, value), with what == hides: -0.0, and nested values.
static Value const_key(Thread *th, Value v) {
    if (value_is_float(v)) {
        double d = float_value(v);
        uint64_t bits;
        memcpy(&bits, &d, 8);
        Value b = int_from_u64(th, bits);
        if (!b) return NO_VALUE;
        Value t = tuple_pack3(th, VALUE_OF(&type_float), v, b);
        decref(th, b);
        return t;
    }
    if (value_is_exact_tuple(v)) {
        Tuple *t = AS(Tuple, v);
        Tuple *k = tuple_new(th, t->len + 1);
        if (!k) return NO_VALUE;
        k->items[0] = VALUE_OF(&type_tuple);
        for (size_t i = 0; i < t->len; i++) {
            k->items[i + 1] = const_key(th, t->items[i]);
            if (!k->items[i + 1]) {
                decref(th, VALUE_OF(k));
                return NO_VALUE;
            }
        }
        return VALUE_OF(k);
    }
    Type *t = type_of(v);
    if (t == &type_str || t == &type_bytes || t == &type_int || t == &type_bool || t == &type_none || t == &type_ellipsis) return tuple_pack2(th, VALUE_OF(t), v);
    // Others (code, frozenset, complex) by identity.
    Value id = int_from_u64(th, v);
    if (!id) return NO_VALUE;
    Value k = tuple_pack2(th, VALUE_NOT_IMPLEMENTED, id);
    decref(th, id);
    return k;
}

int const_add(Gen *g, Value v) {
    Thread *th = g->th;
    Unit *u = g->u;
    if (g->failed) {
        decref(th, v);
        return -1;
    }
    // A folded string that looks like an identifier is interned, as one in the source is.
    if (value_is_exact_str(v) && !str_is_interned(v) && AS(Str, v)->len <= 64 && (AS(Str, v)->flags & STR_ASCII)) {
        const char *p = str_data(AS(Str, v));
        size_t n = AS(Str, v)->len, i = 0;
        while (i < n && ((unsigned)(p[i] | 32) - 'a' < 26 || (unsigned)p[i] - '0' < 10 || p[i] == '_')) i++;
        if (i == n && !(v = str_intern(th, v))) return -1;
    }
    Value key = const_key(th, v), idx = NO_VALUE;
    int r = -1;
    if (key) {
        int found = dict_get(th, AS(Dict, u->const_index), key, &idx);
        if (found == 1) r = (int)value_imm_int_get(idx);
        else if (found == 0) {
            r = (int)list_len(AS(List, u->consts));
            if (list_append(th, AS(List, u->consts), v) < 0 || dict_set(th, AS(Dict, u->const_index), key, value_imm_int(r)) < 0) r = -1;
        }
        decref(th, key);
    }
    decref(th, v);
    if (r < 0) g->failed = true;
    return r;
}

int name_add(Gen *g, AstName *name) {
    Unit *u = g->u;
    for (uint32_t i = u->nnames; i-- > 0;)
        if (u->names[i] == name) return (int)i;
    if (u->nnames == u->capnames) {
        uint32_t cap = u->capnames ? u->capnames * 2 : 16;
        AstName **names = arena_alloc(&g->arena->mem, cap * sizeof *names);
        if (u->nnames) memcpy(names, u->names, u->nnames * sizeof *names);
        u->names = names;
        u->capnames = cap;
    }
    u->names[u->nnames] = name;
    return (int)u->nnames++;
}

Value name_str(Gen *g, AstName *name) {
    if (!name->cache) {
        Value s = str_from_wtf8(g->th, name->text, name->len);
        if (s) s = str_intern(g->th, s);
        if (!s) {
            g->failed = true;
            return name_empty;
        }
        name->cache = s;
    }
    return name->cache;
}

Value const_value(Gen *g, const AstConst *c) {
    Value v = const_object(g->th, c);
    if (!v || c->kind != AST_CONST_STR || c->len > 64) return v;
    // Constants that look like identifiers are interned: attribute names, dictionary keys.
    for (uint32_t i = 0; i < c->len; i++) {
        char ch = c->text[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' || (ch >= '0' && ch <= '9'))) return v;
    }
    return str_intern(g->th, v);
}

// ---- bound locals

static void bound_reserve(Gen *g, uint32_t n) {
    Unit *u = g->u;
    if (n <= u->capbound) return;
    uint32_t cap = u->capbound ? u->capbound : 32;
    while (cap < n) cap *= 2;
    uint8_t *b = arena_zalloc(&g->arena->mem, cap);
    if (u->capbound) memcpy(b, u->bound, u->capbound);
    u->bound = b;
    u->capbound = cap;
}
void mark_bound(Gen *g, int reg) {
    if (reg >= BORROW_BASE) return;
    bound_reserve(g, (uint32_t)reg + 1);
    g->u->bound[reg] = 1;
}
bool is_bound(Gen *g, int reg) { return g->u->dead || ((uint32_t)reg < g->u->capbound && g->u->bound[reg]); }
uint8_t *bound_copy(Gen *g) {
    Unit *u = g->u;
    uint8_t *b = arena_alloc(&g->arena->mem, u->capbound + 1);
    if (u->capbound) memcpy(b, u->bound, u->capbound);
    return b;
}
void bound_set(Gen *g, const uint8_t *set, uint32_t n) {
    Unit *u = g->u;
    bound_reserve(g, n);
    if (u->capbound) memset(u->bound, 0, u->capbound);
    if (n) memcpy(u->bound, set, n);
}

// ---- labels and jumps

void label_init(Label *l) { *l = (Label){.pos = -1}; }

void label_join(Gen *g, Label *l) {
    Unit *u = g->u;
    if (!l->reached) {
        l->bound = bound_copy(g);
        l->nbound = u->capbound;
        l->reached = true;
        return;
    }
    for (uint32_t i = 0; i < l->nbound; i++) l->bound[i] &= i < u->capbound ? u->bound[i] : 0;
}

static void patch(Gen *g, uint32_t word, int kind, int64_t pos) {
    Unit *u = g->u;
    if (kind == FIX_ROW) {
        u->exc[word].target = (uint32_t)pos;
        return;
    }
    Instr i = u->code[word];
    int64_t d = pos - (int64_t)(word + 1 + opcode_caches[instr_op(i)]);
    if (kind == FIX_BC) u->code[word] = instr_make_bc(instr_op(i), instr_a(i), (int32_t)d);
    else if (kind == FIX_WORD) u->code[word + opcode_caches[instr_op(i)]] = (uint64_t)d;
    else {
        if (d < INT16_MIN || d > INT16_MAX) g->need_long = true;
        u->code[word] = (i & 0xFFFFFFFFFFFFu) | (uint64_t)(uint16_t)(int16_t)d << 48;
    }
}

void label_here(Gen *g, Label *l) {
    Unit *u = g->u;
    if (g->failed) return;
    if (!u->dead) label_join(g, l);
    l->pos = u->n;
    if (l->fixups) u->join = u->n + 1;
    for (Fixup *f = l->fixups; f; f = f->next) patch(g, f->word, f->kind, u->n);
    if (l->reached) {
        u->dead = false;
        bound_set(g, l->bound, l->nbound);
    }
}

static void jump_fix(Gen *g, Label *l, uint32_t word, int kind) {
    label_join(g, l);
    if (l->pos >= 0) patch(g, word, kind, l->pos);
    else {
        Fixup *f = arena_alloc(&g->arena->mem, sizeof *f);
        *f = (Fixup){l->fixups, word, (uint8_t)kind};
        l->fixups = f;
    }
}
void jump(Gen *g, unsigned op, int a, Label *l) {
    if (g->u->dead || g->failed) return;
    uint32_t w = g->u->n;
    emit_instr(g, instr_make_bc(op, (unsigned)a, 0));
    jump_fix(g, l, w, FIX_BC);
    if (ends_flow(op)) g->u->dead = true;
}
void at_join(Gen *g) {
    if (g->u->join == g->u->n + 1) set_at(g, NULL);
}
void jump_end(Gen *g, unsigned op, Label *l) {
    at_join(g);
    jump(g, op, 0, l);
}
void jump_c(Gen *g, unsigned op, int a, int b, Label *l) {
    if (g->u->dead || g->failed) return;
    uint32_t w = g->u->n;
    emit_instr(g, instr_make(op, (unsigned)a, (unsigned)b, 0));
    jump_fix(g, l, w, FIX_C);
}
void jump_word(Gen *g, unsigned op, int a, int b, int c, Label *l) {
    if (g->u->dead || g->failed) return;
    uint32_t w = g->u->n;
    emit_instr(g, instr_make(op, (unsigned)a, (unsigned)b, (unsigned)c));
    jump_fix(g, l, w, FIX_WORD);
}

int temp_alloc(Gen *g, int n) {
    Unit *u = g->u;
    int r = u->top;
    u->top += n;
    if (u->top > u->max_top) u->max_top = u->top;
    if (u->top > 0x7000) gen_error(g, u->at, "expression needs too many temporaries");
    return TEMP_BASE + r;
}

// ---- blocks

Block *block_push(Gen *g, Block *b, BlockKind kind) {
    *b = (Block){.up = g->u->blocks, .kind = kind, .reg = REG_NONE, .reg2 = REG_NONE};
    g->u->blocks = b;
    return b;
}
void block_open(Gen *g, Block *b, Label *handler, int depth, int exc_reg) {
    b->handler = handler;
    b->depth = depth;
    b->exc_reg = exc_reg;
    b->start = g->u->n;
    b->open = true;
    // Nothing becomes unbound, so what is bound at the start still is wherever the exception comes from.
    if (!g->u->dead) label_join(g, handler);
}
static void add_row(Gen *g, ExcRow **rows, uint32_t *n, uint32_t *cap, ExcRow row) {
    if (*n == *cap) {
        uint32_t c = *cap ? *cap * 2 : 4;
        ExcRow *r = arena_alloc(&g->arena->mem, c * sizeof *r);
        if (*n) memcpy(r, *rows, *n * sizeof *r);
        *rows = r;
        *cap = c;
    }
    (*rows)[(*n)++] = row;
}
void block_close(Gen *g, Block *b) {
    if (!b->handler || !b->open) return;
    b->open = false;
    if (g->u->n > b->start) add_row(g, &b->rows, &b->nrows, &b->caprows, (ExcRow){b->start, g->u->n, 0, (uint16_t)b->depth, (uint16_t)b->exc_reg});
}
void block_reopen(Gen *g, Block *b) {
    if (!b->handler) return;
    b->start = g->u->n;
    b->open = true;
}
// Appends the block's rows to the unit's. The handler's place must be known: blocks are popped after label_here, or the target is set by
// block_target once it is.
void block_pop(Gen *g, Block *b) {
    block_close(g, b);
    Unit *u = g->u;
    u->blocks = b->up;
    for (uint32_t i = 0; i < b->nrows; i++) {
        add_row(g, &u->exc, &u->nexc, &u->capexc, b->rows[i]);
        if (b->handler->pos >= 0) {
            u->exc[u->nexc - 1].target = (uint32_t)b->handler->pos;
            continue;
        }
        Fixup *f = arena_alloc(&g->arena->mem, sizeof *f);
        *f = (Fixup){b->handler->fixups, u->nexc - 1, FIX_ROW};
        b->handler->fixups = f;
    }
}

// ---- units

int local_add(Gen *g, AstName *name, uint8_t kind) {
    Unit *u = g->u;
    if (u->nlocals == u->caplocals) {
        uint32_t cap = u->caplocals ? u->caplocals * 2 : 16;
        AstName **names = arena_alloc(&g->arena->mem, cap * sizeof *names);
        uint8_t *kinds = arena_alloc(&g->arena->mem, cap);
        bool *used = arena_zalloc(&g->arena->mem, cap);
        if (u->nlocals) {
            memcpy(names, u->locals, u->nlocals * sizeof *names);
            memcpy(kinds, u->kinds, u->nlocals);
            memcpy(used, u->hidden_used, u->nlocals);
        }
        u->locals = names;
        u->kinds = kinds;
        u->hidden_used = used;
        u->caplocals = cap;
    }
    if (u->nlocals >= BORROW_BASE - 1) gen_error(g, u->at, "too many local variables");
    u->locals[u->nlocals] = name;
    u->kinds[u->nlocals] = kind;
    return (int)u->nlocals++;
}

uint8_t opcode_reg_mask(unsigned op) {
    static uint8_t masks[OP_GENERIC_COUNT];
    static uint8_t known[OP_GENERIC_COUNT];
    if (atomic_load_acquire(&known[op])) return masks[op];
    uint8_t m = 0;
    int field = 0;
    for (const char *p = opcode_formats[op]; *p;) {
        size_t n = strcspn(p, " ");
        if ((n == 3 && !memcmp(p, "dst", 3)) || (n == 4 && !memcmp(p, "base", 4)) || ((*p == 'a' || *p == 'b' || *p == 'c') && (n == 1 || (n == 2 && p[1] == '!')))) m |= (uint8_t)(1 << field);
        field++;
        p += n;
        while (*p == ' ') p++;
    }
    masks[op] = m;
    atomic_store_release(&known[op], 1); // idempotent: every thread computes the same mask
    return m;
}

static Value names_tuple(Gen *g, AstName **names, uint32_t n) {
    Tuple *t = tuple_new(g->th, n);
    if (!t) return NO_VALUE;
    for (uint32_t i = 0; i < n; i++) t->items[i] = new_ref(g->th, name_str(g, names[i]));
    return VALUE_OF(t);
}

bool unit_enter(Gen *g, Unit *u, Scope *s, AstName *name, int firstlineno, const void *node) {
    Thread *th = g->th;
    memset(u, 0, sizeof *u);
    u->up = g->u;
    u->scope = u->host = s;
    u->name = name;
    u->firstlineno = firstlineno;
    u->class_cell_reg = u->classdict_cell_reg = u->cond_cell_reg = REG_NONE;
    u->consts = list_new(th, 0);
    u->const_index = dict_new(th);
    // Qualified name: enclosing functions contribute "<locals>", globals nothing. Type parameter and annotation scopes are looked through.
    Unit *p = u->up;
    while (p && p->host->kind == SCOPE_TYPE_PARAMS) p = p->up;
    Value own = name_str(g, name);
    if (!p || p->host->kind == SCOPE_MODULE) u->qualname = new_ref(th, own);
    else {
        Symbol *y = s->kind == SCOPE_FUNCTION || s->kind == SCOPE_CLASS ? scope_find(p->host, scope_mangle(g->arena, p->host, name)) : NULL;
        if (y && y->kind == SYM_GLOBAL_EXPLICIT) u->qualname = new_ref(th, own);
        else u->qualname = str_format(th, p->host->kind == SCOPE_CLASS ? "%U.%U" : "%U.<locals>.%U", p->qualname, own);
    }
    g->u = u;
    u->at = (AstNode *)node;
    if (!u->consts || !u->const_index || !u->qualname) g->failed = true;
    return !g->failed;
}

static void unit_drop(Gen *g) {
    Unit *u = g->u;
    decref(g->th, u->consts);
    decref(g->th, u->const_index);
    decref(g->th, u->static_attrs);
    decref(g->th, u->qualname);
    g->u = u->up;
}

static void *copy_block(Thread *th, const void *p, size_t n) {
    void *q = mem_alloc(th, n ? n : 1);
    if (q && n) memcpy(q, p, n);
    return q;
}

// The implicit return at the end belongs to no line of its own: it shows the line that led there. So each jump to it gets a copy with the jump's
// place (an unconditional one becomes the return itself), and the one that is fallen into takes the place of what stands before it.
static void spread_return(Gen *g) {
    Unit *u = g->u;
    uint32_t last = u->n - 1;
    if (!u->n || !u->is_instr[last] || instr_op(u->code[last]) != OP_RETURN_CONST || !u->npos) return;
    PosRow *row = &u->pos[u->npos - 1];
    if (row->start != last || row->line != 0 || u->npos < 2) return;
    u->npos--;
    int32_t k = instr_bc(u->code[last]);
    for (uint32_t i = 0; i < last && !g->failed; i++) {
        if (!u->is_instr[i]) continue;
        Instr in = u->code[i];
        unsigned op = instr_op(in);
        const char *j = strchr(opcode_formats[op], 'j');
        if (!j || op == OP_FOR_ITER) continue;
        bool wide = j[1] == 'B';
        uint32_t next = i + 1 + opcode_caches[op];
        if (next + (wide ? instr_bc(in) : (int16_t)instr_c(in)) != last) continue;
        if (op == OP_JUMP) {
            u->code[i] = instr_make_bc(OP_RETURN_CONST, 0, k);
            continue;
        }
        if (!wide && u->n - next > INT16_MAX) continue;
        const PosRow *at = NULL;
        for (uint32_t lo = 0, hi = u->npos; lo < hi;) {
            uint32_t mid = (lo + hi) / 2;
            if (u->pos[mid].start <= i) { at = &u->pos[mid]; lo = mid + 1; }
            else hi = mid;
        }
        AstNode node = {.lineno = at && at->line > 0 ? at->line : -1, .end_lineno = at ? at->end_line : 0, .col_offset = at ? at->col : -1, .end_col_offset = at ? at->end_col : -1};
        u->dead = false;
        set_at(g, &node);
        uint32_t copy = u->n;
        emit_bc(g, OP_RETURN_CONST, 0, k);
        if (g->failed) break;
        int32_t d = (int32_t)(copy - next);
        u->code[i] = wide ? instr_make_bc(op, instr_a(in), d) : instr_make(op, instr_a(in), instr_b(in), (uint16_t)d);
    }
    g->u->at = NULL;
}

Value unit_leave(Gen *g) {
    Thread *th = g->th;
    Unit *u = g->u;
    if (g->failed) {
        unit_drop(g);
        return NO_VALUE;
    }
    if (!u->n) { // never empty: a handler row or position look-up needs one word
        u->dead = false;
        emit_bc(g, OP_RETURN_CONST, 0, const_add(g, VALUE_NONE));
    }
    spread_return(g);
    if (g->failed) {
        unit_drop(g);
        return NO_VALUE;
    }
    uint32_t nborrow = (uint32_t)u->borrow_max, nlocals = u->nlocals, tbase = nlocals + nborrow;
    for (uint32_t i = 0; i < u->n; i++) {
        if (!u->is_instr[i]) continue;
        Instr in = u->code[i];
        uint8_t m = opcode_reg_mask(instr_op(in));
        uint16_t f[3] = {instr_a(in), instr_b(in), instr_c(in)};
        for (int k = 0; k < 3; k++) {
            if (!(m & (1 << k))) continue;
            if (f[k] >= TEMP_BASE) f[k] = (uint16_t)(f[k] - TEMP_BASE + tbase);
            else if (f[k] >= BORROW_BASE) f[k] = (uint16_t)(f[k] - BORROW_BASE + nlocals);
        }
        u->code[i] = instr_make(instr_op(in), f[0], f[1], f[2]);
    }
    Code *c = code_new(th);
    if (!c) {
        unit_drop(g);
        g->failed = true;
        return NO_VALUE;
    }
    c->flags = u->flags | g->future;
    c->argcount = u->argcount;
    c->posonlyargcount = u->posonly;
    c->kwonlyargcount = u->kwonly;
    c->nlocals = nlocals;
    c->temp_base = tbase;
    c->nregs = tbase + (uint32_t)u->max_top;
    c->ninstrs = u->n;
    c->instrs = copy_block(th, u->code, u->n * sizeof *u->code);
    if (list_len(AS(List, u->consts)) == 0 && list_append(th, AS(List, u->consts), VALUE_NONE) < 0) g->failed = true;   // never empty, as CPython's
    c->const_tuple = list_to_tuple(th, AS(List, u->consts));
    c->names = names_tuple(g, u->names, u->nnames);
    c->local_names = names_tuple(g, u->locals, nlocals);
    c->local_kinds = copy_block(th, u->kinds, nlocals);
    c->freevars = names_tuple(g, u->host->free.items, (uint32_t)u->host->free.n);
    for (uint32_t i = 0; i < u->nexc; i++) {
        u->exc[i].depth = (uint16_t)(u->exc[i].depth + tbase);
        u->exc[i].exc_reg = (uint16_t)(u->exc[i].exc_reg - TEMP_BASE + tbase);
    }
    c->exc_rows = copy_block(th, u->exc, u->nexc * sizeof *u->exc);
    c->nexc = u->nexc;
    c->firstlineno = u->firstlineno;
    c->name = new_ref(th, name_str(g, u->name));
    c->qualname = new_ref(th, u->qualname);
    c->filename = new_ref(th, g->filename);
    bool ok = c->instrs && c->const_tuple && c->names && c->local_names && c->local_kinds && c->freevars && c->exc_rows && !g->failed && code_set_positions(th, c, u->pos, u->npos) == 0;
    if (ok) code_finish(th, c);
    else g->failed = true;
    unit_drop(g);
    if (!ok) {
        decref(th, VALUE_OF(c));
        return NO_VALUE;
    }
    return VALUE_OF(c);
}
