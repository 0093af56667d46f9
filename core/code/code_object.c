// SPDX-License-Identifier: MIT
// Code objects: making, finding positions and handlers, and everything Python sees of them. They never change once code_finish has run, but for the
// caches and specialised opcodes in instrs, so no locks. Uncounted: the cycle collector frees them.
#include "core/code/view.h"

#include <stdlib.h>

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/function.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/gc.h"

const char *const opcode_names[OP_GENERIC_COUNT] = {
#define OP(name, caches, format) #name,
#include "core/code/opcodes.def"
};
const uint8_t opcode_caches[OP_GENERIC_COUNT] = {
#define OP(name, caches, format) caches,
#include "core/code/opcodes.def"
};
const char *const opcode_formats[OP_GENERIC_COUNT] = {
#define OP(name, caches, format) format,
#include "core/code/opcodes.def"
};
unsigned vm_generic_opcode(unsigned op);   // core/vm/interp.c: specialised twins are the VM's
bool opcode_has_distance_word(unsigned op) { return op == OP_SEND || op == OP_FOR_ITER_LONG; }
bool opcode_has_operand_word(unsigned op) { return op == OP_CALL_KW || op == OP_CALL_METHOD_KW || opcode_has_distance_word(op); }
bool opcode_branches(unsigned op) {
    return op == OP_FOR_ITER || op == OP_FOR_ITER_LONG || (op >= OP_JLT_T && op < OP_IS) || (op >= OP_JUMP_IF_TRUE && op <= OP_JUMP_IF_NOT_NONE);
}
bool opcode_counts(unsigned op) {
    switch (op) {
    case OP_BUILD_SLICE: case OP_BUILD_TUPLE: case OP_BUILD_LIST: case OP_BUILD_SET: case OP_BUILD_MAP: case OP_BUILD_STRING: case OP_UNPACK:
    case OP_CALL: case OP_CALL_METHOD: case OP_CALL_KW: case OP_CALL_METHOD_KW: return true;
    default: return false;
    }
}
bool opcode_is_free(unsigned op) { return op == OP_LOAD_FREE || op == OP_STORE_FREE || op == OP_DELETE_FREE || op == OP_LOAD_FREE_CELL || op == OP_LOAD_FROM_DICT_OR_FREE; }

size_t opcode_base_extent(unsigned op, Instr i) {
    unsigned c = instr_c(i);
    switch (op) {
    case OP_BUILD_SLICE: case OP_BUILD_TUPLE: case OP_BUILD_LIST: case OP_BUILD_SET: case OP_BUILD_STRING: return c;
    case OP_BUILD_MAP: return 2 * (size_t)c;
    case OP_BUILD_INTERPOLATION: return c & 4 ? 3 : 2;
    case OP_BUILD_TEMPLATE: case OP_IMPORT_NAME: case OP_CHECK_EG_MATCH: case OP_INTRINSIC2: return 2;
    case OP_UNPACK: return c;
    case OP_UNPACK_EX: return (size_t)(c & 0xFF) + 1 + (c >> 8);
    case OP_CALL: case OP_CALL_KW: return 1 + (size_t)c;
    case OP_CALL_METHOD: case OP_CALL_METHOD_KW: return 2 + (size_t)c;
    case OP_GETSLICE: case OP_SETSLICE: case OP_CALL_EX: case OP_LOAD_SUPER_ATTR: case OP_LOAD_SUPER_METHOD: case OP_LOAD_SUPER2_ATTR: case OP_LOAD_SUPER2_METHOD: case OP_MATCH_CLASS: return 3;
    default: return 1;
    }
}


static void code_facts(const Code *c, CodeFacts *out) {
    Tuple *k = AS(Tuple, c->const_tuple), *free = AS(Tuple, c->freevars);
    bool doc = (c->flags & CO_HAS_DOCSTRING) && k && k->len && value_is_str(k->items[0]);
    *out = (CodeFacts){c->name, c->qualname, doc ? k->items[0] : NO_VALUE, free ? free->len : 0,
                       c->flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)};
}
__attribute__((constructor)) static void code_hooks_load(void) { code_facts_hook = code_facts; }

Code *code_new(Thread *th) {
    Code *c = NEW(Code, th, &type_code);
    if (!c) return NULL;
    c->const_tuple = c->names = c->local_names = c->freevars = tuple_empty;
    return c;
}
bool code_debug_ranges = true;
void code_finish(Thread *th, Code *c) {
    static uint32_t next_id;
    c->consts = AS(Tuple, c->const_tuple)->items;
    // Constants are read without counting.
    for (size_t i = 0; i < AS(Tuple, c->const_tuple)->len; i++) {
        Value v = c->consts[i];
        if (value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) != &shape_code) object_make_immortal(value_object(v));
    }
    uint32_t exact = !(c->flags & (CO_VARARGS | CO_VARKEYWORDS)) && c->kwonlyargcount == 0 ? c->argcount : UINT32_MAX;
    bool generator = c->ninstrs && instr_op(atomic_load_relaxed(&c->instrs[0])) == OP_RETURN_GENERATOR;
    c->fast_args = generator ? UINT32_MAX : exact;
    c->generator_args = generator ? exact : UINT32_MAX;
    c->star_args = exact == UINT32_MAX && c->kwonlyargcount == 0 && !generator ? c->argcount : UINT32_MAX;
    c->id = atomic_add_relaxed(&next_id, 1u) + 1;
    object_make_uncounted(th, &c->head);
}
const ExcRow *code_handler(const Code *c, uint32_t word) {
    for (uint32_t i = 0; i < c->nexc; i++) if (word >= c->exc_rows[i].start && word < c->exc_rows[i].end) return &c->exc_rows[i];
    return NULL;
}

static void dealloc(Thread *th, Object *self) {
    Code *c = (Code *)self;
    Value held[] = {c->const_tuple, c->names, c->local_names, c->freevars, c->name, c->qualname, c->filename};
    mem_free(c->instrs); mem_free(c->local_kinds); mem_free(c->exc_rows); mem_free(c->pos_table); free(c->pos_rows); mem_free(c->extra); mem_free(c->offsets);
    object_release_attrs(th, self);
    object_free(th, self);
    for (size_t i = 0; i < ARRAY_LEN(held); i++) decref(th, held[i]);
}
static int traverse(Object *self, VisitFn visit, void *arg) {
    Code *c = (Code *)self;
    Value held[] = {c->const_tuple, c->names, c->local_names, c->freevars, c->name, c->qualname, c->filename};
    return gc_visit_values(held, ARRAY_LEN(held), 1, visit, arg);
}

// ---- iterators over lines and positions -----------------------------------------------------------------
typedef struct PosIter { Object head; Code *code; uint32_t next; } PosIter;   // next [a]
static Value pos_iter(Thread *th, Type *t, Value code) {
    PosIter *it = NEW(PosIter, th, t);
    if (!it) return NO_VALUE;
    it->code = (Code *)(uintptr_t)new_ref(th, code);
    return VALUE_OF(it);
}
static void pos_iter_dealloc(Thread *th, Object *self) {
    Value c = VALUE_OF(((PosIter *)self)->code);
    object_free(th, self);
    decref(th, c);
}
static int pos_iter_traverse(Object *self, VisitFn visit, void *arg) { return visit(VALUE_OF(((PosIter *)self)->code), arg); }
static Value slot_self(Thread *th, Value self) { return new_ref(th, self); }
static Value int_or_none(int64_t v, bool known) { return known ? value_imm_int(v) : VALUE_NONE; }
bool code_module_start(const Code *c, uint32_t word) { return word == 0 && c->ninstrs && instr_op(atomic_load_relaxed(&c->instrs[0])) == OP_RESUME && code_position(c, 0) && code_position(c, 0)->line <= 0; }
// One item for each unit of co_code; `next` counts them.
static Value positions_next(Thread *th, Value self) {
    PosIter *it = AS(PosIter, self);
    Code *c = it->code;
    uint32_t offset = 2 * atomic_add_relaxed(&it->next, 1u), length = code_offset(th, c, c->ninstrs);
    if (offset >= length) { atomic_store_relaxed(&it->next, length / 2); return NO_VALUE; }
    uint32_t w = code_word(th, c, offset);
    if (w == UINT32_MAX) {
        Value n = value_imm_int(c->firstlineno), column = code_debug_ranges ? value_imm_int(0) : VALUE_NONE;
        return c->npos ? tuple_from_array(th, (Value[]){n, n, column, column}, 4) : tuple_from_array(th, (Value[]){VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE}, 4);
    }
    const PosRow *p = code_position(c, w);
    bool known = p && p->line > 0;
    if (!known && code_module_start(c, w)) return tuple_from_array(th, (Value[]){value_imm_int(0), value_imm_int(1), value_imm_int(0), value_imm_int(0)}, 4);
    Value v[4] = {int_or_none(known ? p->line : 0, known), int_or_none(known ? p->end_line : 0, known && p->end_line > 0),
                  int_or_none(known ? p->col : 0, known && p->col >= 0), int_or_none(known ? p->end_col : 0, known && p->end_col >= 0)};
    return tuple_from_array(th, v, 4);
}
// Rows that share a line are one range, and so is the entry with those of its line; `next` is 1 + the row to begin with.
static Value lines_next(Thread *th, Value self) {
    PosIter *it = AS(PosIter, self);
    Code *c = it->code;
    uint32_t row = atomic_load_relaxed(&it->next), entry = code_entry(c), npos;
    const PosRow *rows = code_positions(c, &npos);
    if (npos == 0) return NO_VALUE;
    if (row == 0 && rows[0].line != c->firstlineno) {
        atomic_store_relaxed(&it->next, 1u);
        if (entry) return tuple_pack3(th, value_imm_int(0), value_imm_int(entry), value_imm_int(c->firstlineno));
        row = 1;
    }
    bool first = row == 0;
    if (!first) row--;
    if (row >= npos) return NO_VALUE;
    const PosRow *p = &rows[row];
    uint32_t end = row + 1;
    while (end < npos && rows[end].line == p->line) end++;
    atomic_store_relaxed(&it->next, end + 1);
    uint32_t stop = end < npos ? rows[end].start : c->ninstrs;
    return tuple_pack3(th, value_imm_int(first ? 0 : code_offset(th, c, p->start)), value_imm_int(code_offset(th, c, stop)),
                       int_or_none(p->line > 0 ? p->line : 0, p->line > 0 || code_module_start(c, p->start)));
}
TYPE_DEFINE(positions_iterator, "positions_iterator", sizeof(PosIter), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = { .iter = slot_self, .next = positions_next, .dealloc = pos_iter_dealloc, .traverse = pos_iter_traverse })
TYPE_DEFINE(line_iterator, "line_iterator", sizeof(PosIter), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = { .iter = slot_self, .next = lines_next, .dealloc = pos_iter_dealloc, .traverse = pos_iter_traverse })

// ---- attributes -----------------------------------------------------------------------------------------
// The instructions with generic opcodes and empty caches.
static Value generic_instrs(Thread *th, const Code *c) {
    Value b = bytes_new(th, NULL, c->ninstrs * sizeof(Instr));
    if (b == NO_VALUE) return b;
    uint8_t *out = AS(Bytes, b)->data;
    for (uint32_t i = 0; i < c->ninstrs;) {
        Instr insn = atomic_load_relaxed(&c->instrs[i]);
        unsigned op = vm_generic_opcode(instr_op(insn));
        insn = (insn & ~(Instr)0xFFFF) | op;
        memcpy(out + i * sizeof insn, &insn, sizeof insn);
        i++;
        bool operand = opcode_has_operand_word(op);
        for (unsigned k = 0; k < opcode_caches[op] && i < c->ninstrs; k++, i++) {
            Instr w = operand ? c->instrs[i] : 0;
            memcpy(out + i * sizeof w, &w, sizeof w);
        }
    }
    return b;
}
static Value names_where(Thread *th, const Code *c, bool cells) {
    Value l = list_new(th, c->nlocals);
    for (uint32_t i = 0; l != NO_VALUE && i < c->nlocals; i++) {
        uint8_t k = c->local_kinds[i];
        bool take = cells ? (k & LOCAL_CELL) != 0 : !(k & LOCAL_CELL) || (k & LOCAL_ARG);
        if (take && list_append(th, AS(List, l), AS(Tuple, c->local_names)->items[i]) < 0) { decref(th, l); return NO_VALUE; }
    }
    if (l == NO_VALUE) return l;
    Value t = list_to_tuple(th, AS(List, l));
    decref(th, l);
    return t;
}
#define GET(name, expr) static Value get_##name(Thread *th, Value self) { Code *c = AS(Code, self); (void)c; return expr; }
GET(argcount, value_imm_int(c->argcount))
GET(posonly, value_imm_int(c->posonlyargcount))
GET(kwonly, value_imm_int(c->kwonlyargcount))
GET(stacksize, value_imm_int(c->nregs - c->nlocals))
GET(flags, value_imm_int(c->flags))
GET(code, view_code(th, c))
GET(consts, new_ref(th, c->const_tuple))
GET(names, new_ref(th, c->names))
GET(varnames, names_where(th, c, false))
GET(cellvars, names_where(th, c, true))
GET(freevars, new_ref(th, c->freevars))
GET(filename, new_ref(th, c->filename))
GET(name, new_ref(th, c->name))
GET(qualname, new_ref(th, c->qualname))
GET(firstlineno, value_imm_int(c->firstlineno))
static Value get_lnotab(Thread *th, Value self) {
    if (warn_format(th, &exc_DeprecationWarning, 1, "co_lnotab is deprecated, use co_lines instead.") < 0) return NO_VALUE;
    return view_lnotab(th, AS(Code, self));
}
GET(linetable, view_linetable(th, c))
GET(exctable, view_exceptiontable(th, c))
static Value get_nlocals(Thread *th, Value self) {
    Value t = names_where(th, AS(Code, self), false);
    if (t == NO_VALUE) return t;
    Value n = value_imm_int((int64_t)AS(Tuple, t)->len);
    decref(th, t);
    return n;
}
static Value meth_positions(Thread *th, Value self, Value *a) { return pos_iter(th, &type_positions_iterator, self); }
static Value meth_lines(Thread *th, Value self, Value *a) { return pos_iter(th, &type_line_iterator, self); }
static Value meth_branches(Thread *th, Value self, Value *a) {
    Value l = view_branches(th, AS(Code, self)), it = l != NO_VALUE ? object_iter(th, l) : NO_VALUE;
    decref(th, l);
    return it;
}
static Value meth_varname(Thread *th, Value self, Value *a) {
    int64_t i;
    return int_as_i64(th, a[0], &i) < 0 ? NO_VALUE : view_variable(th, AS(Code, self), i);
}
static void *copy_block(Thread *th, const void *p, size_t n) {
    void *q = mem_alloc(th, n ? n : 1);
    if (q && n) memcpy(q, p, n);
    return q;
}
static Code *code_copy(Thread *th, const Code *c) {
    Code *n = code_new(th);
    if (!n) return NULL;
    n->flags = c->flags; n->argcount = c->argcount; n->posonlyargcount = c->posonlyargcount; n->kwonlyargcount = c->kwonlyargcount;
    n->nlocals = c->nlocals; n->temp_base = c->temp_base; n->nregs = c->nregs; n->ninstrs = c->ninstrs; n->nexc = c->nexc; n->npos = c->npos; n->pos_size = c->pos_size;
    n->firstlineno = c->firstlineno;
    n->const_tuple = new_ref(th, c->const_tuple); n->names = new_ref(th, c->names); n->local_names = new_ref(th, c->local_names);
    n->freevars = new_ref(th, c->freevars); n->name = new_ref(th, c->name); n->qualname = new_ref(th, c->qualname); n->filename = new_ref(th, c->filename);
    n->instrs = mem_calloc(th, c->ninstrs ? c->ninstrs : 1, sizeof(Instr));
    n->local_kinds = copy_block(th, c->local_kinds, c->nlocals);
    n->exc_rows = copy_block(th, c->exc_rows, c->nexc * sizeof(ExcRow));
    n->pos_table = copy_block(th, c->pos_table, c->pos_size);
    Value b = n->instrs && n->local_kinds && n->exc_rows && n->pos_table ? generic_instrs(th, c) : NO_VALUE;
    if (b == NO_VALUE) { decref(th, VALUE_OF(n)); return NULL; }
    memcpy(n->instrs, AS(Bytes, b)->data, c->ninstrs * sizeof(Instr));
    decref(th, b);
    return n;
}
static int replace_text(Thread *th, Value *slot, Value v, const char *what) {
    if (v == NO_VALUE) return 0;
    if (!value_is_str(v)) { raise_type_error(th, "replace() argument '%s' must be str, not %T", what, v); return -1; }
    set_ref(th, slot, new_ref(th, v));
    return 0;
}
static int replace_number(Thread *th, void *slot, Value v, const char *what) {
    int64_t i;
    if (v == NO_VALUE) return 0;
    if (number_as_i64(th, v, &i) < 0) return -1;
    if (i < 0) { raise_value_error(th, "co_%s must be a positive integer", what); return -1; }
    *(uint32_t *)slot = (uint32_t)i;
    return 0;
}
// code() and replace() of what the instructions and registers follow from. a: the eighteen values in the order of replace(); those not given are c's.
static bool part_number(Thread *th, Value v, uint32_t *out, const char *what, bool replacing) {
    int64_t i;
    if (v == NO_VALUE) return true;
    if (number_as_i64(th, v, &i) < 0) return false;
    if (i < 0 || i > INT32_MAX) {
        if (i < 0) raise_value_error(th, replacing ? "co_%s must be a positive integer" : "code: %s must not be negative", what);
        else raise_error(th, &exc_OverflowError, "signed integer is greater than maximum");
        return false;
    }
    *out = (uint32_t)i;
    return true;
}
static bool part_value(Thread *th, Value v, Value own_owned, Value *out, Type *type, const char *function, const char *what) {
    *out = own_owned;
    if (v == NO_VALUE) return own_owned != NO_VALUE;
    set_ref(th, out, new_ref(th, v));
    if (value_is_exact(v, type)) return true;
    const char *wanted = type == &type_bytes ? "bytes" : type == &type_str ? "str" : "tuple";
    if (v == VALUE_NONE) raise_type_error(th, "%s argument %s must be %s, not None", function, what, wanted);
    else raise_type_error(th, "%s argument %s must be %s, not %T", function, what, wanted, v);
    return false;
}
int (*code_audit_hook)(Thread *th, Code *c);
static Value audited(Thread *th, Code *n) {
    if (!n || !code_audit_hook || code_audit_hook(th, n) == 0) return n ? VALUE_OF(n) : NO_VALUE;
    decref(th, VALUE_OF(n));
    return NO_VALUE;
}
static Value rebuild(Thread *th, Code *c, const Value *a, const char *function, const char *const *what) {
    CodeParts p = {0};
    Value self = c ? VALUE_OF(c) : NO_VALUE;
    uint32_t firstlineno = 0, ignored;
    if (c) {
        p = (CodeParts){.argcount = c->argcount, .posonlyargcount = c->posonlyargcount, .kwonlyargcount = c->kwonlyargcount,
                        .stacksize = c->nregs - c->nlocals, .flags = c->flags};
        firstlineno = (uint32_t)c->firstlineno;
        for (uint32_t i = 0; i < c->nlocals; i++) p.nlocals += !(c->local_kinds[i] & LOCAL_CELL) || (c->local_kinds[i] & LOCAL_ARG);
    }
    struct { int at; Type *type; Value (*own)(Thread *, Value); Value *out; } parts[] = {
        {7, &type_bytes, get_code, &p.code}, {8, &type_tuple, get_consts, &p.consts}, {9, &type_tuple, get_names, &p.names},
        {10, &type_tuple, get_varnames, &p.varnames}, {11, &type_tuple, get_freevars, &p.freevars}, {12, &type_tuple, get_cellvars, &p.cellvars},
        {13, &type_str, get_filename, &p.filename}, {14, &type_str, get_name, &p.name}, {15, &type_str, get_qualname, &p.qualname},
        {16, &type_bytes, get_linetable, &p.linetable}, {17, &type_bytes, get_exctable, &p.exceptiontable},
    };
    bool ok = part_number(th, a[0], &p.argcount, "argcount", c) && part_number(th, a[1], &p.posonlyargcount, "posonlyargcount", c) &&
              part_number(th, a[2], &p.kwonlyargcount, "kwonlyargcount", c) && part_number(th, a[3], &p.nlocals, "nlocals", c) &&
              part_number(th, a[4], c ? &ignored : &p.stacksize, "stacksize", c) && part_number(th, a[5], &p.flags, "flags", c) &&
              part_number(th, a[6], &firstlineno, "firstlineno", c);
    p.firstlineno = (int32_t)firstlineno;
    for (size_t i = 0; ok && i < ARRAY_LEN(parts); i++)
        ok = part_value(th, a[parts[i].at], c && a[parts[i].at] == NO_VALUE ? parts[i].own(th, self) : NO_VALUE, parts[i].out, parts[i].type, function, what[parts[i].at]);
    Code *n = ok ? code_from_parts(th, &p) : NULL;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) decref(th, *parts[i].out);
    return audited(th, n);
}
static Value meth_replace(Thread *th, Value self, Value *a) {
    static const char *const names[] = {[7] = "'co_code'", "'co_consts'", "'co_names'", "'co_varnames'", "'co_freevars'", "'co_cellvars'", "'co_filename'", "'co_name'",
                                        "'co_qualname'", "'co_linetable'", "'co_exceptiontable'"};
    Code *c = AS(Code, self);
    if (a[3] != NO_VALUE || a[4] != NO_VALUE || a[7] != NO_VALUE || a[12] != NO_VALUE || a[17] != NO_VALUE) return rebuild(th, c, a, "replace()", names);
    Code *n = code_copy(th, c);
    if (!n) return NO_VALUE;
    if (replace_number(th, &n->argcount, a[0], "argcount") < 0 || replace_number(th, &n->posonlyargcount, a[1], "posonlyargcount") < 0 ||
        replace_number(th, &n->kwonlyargcount, a[2], "kwonlyargcount") < 0 || replace_number(th, &n->flags, a[5], "flags") < 0 ||
        replace_number(th, &n->firstlineno, a[6], "firstlineno") < 0 || replace_text(th, &n->filename, a[13], "co_filename") < 0 ||
        replace_text(th, &n->name, a[14], "co_name") < 0 || replace_text(th, &n->qualname, a[15], "co_qualname") < 0) goto fail;
    if (a[8] != NO_VALUE) {
        if (!value_is_tuple(a[8])) { raise_type_error(th, "replace() argument 'co_consts' must be tuple, not %T", a[8]); goto fail; }
        if (AS(Tuple, a[8])->len < AS(Tuple, c->const_tuple)->len) { raise_value_error(th, "code: co_consts is too small"); goto fail; }
        set_ref(th, &n->const_tuple, new_ref(th, a[8]));
    }
    if (a[9] != NO_VALUE) {
        if (!value_is_tuple(a[9])) { raise_type_error(th, "replace() argument 'co_names' must be tuple, not %T", a[9]); goto fail; }
        Tuple *old = AS(Tuple, c->names);
        if (AS(Tuple, a[9])->len < old->len) { raise_value_error(th, "code: co_names is too small"); goto fail; }
        Tuple *t = tuple_new(th, AS(Tuple, a[9])->len);
        if (!t) goto fail;
        for (size_t i = 0; i < t->len; i++) {
            Value s = AS(Tuple, a[9])->items[i];
            if (!value_is_str(s)) { decref(th, VALUE_OF(t)); raise_type_error(th, "name tuples must contain only strings, not '%T'", s); goto fail; }
            t->items[i] = str_intern(th, new_ref(th, s));
        }
        set_ref(th, &n->names, VALUE_OF(t));
    }
    if (a[10] != NO_VALUE) {
        // Renaming locals keeps their number.
        Value now = names_where(th, c, false);
        if (now == NO_VALUE) goto fail;
        if (!value_is_tuple(a[10])) { decref(th, now); raise_type_error(th, "replace() argument 'co_varnames' must be tuple, not %T", a[10]); goto fail; }
        if (AS(Tuple, a[10])->len != AS(Tuple, now)->len) { decref(th, now); raise_value_error(th, "code: co_varnames is too small"); goto fail; }
        decref(th, now);
        Tuple *t = tuple_new(th, c->nlocals);
        if (!t) goto fail;
        for (uint32_t i = 0, k = 0; i < c->nlocals; i++) {
            bool mine = !(c->local_kinds[i] & LOCAL_CELL) || (c->local_kinds[i] & LOCAL_ARG);
            t->items[i] = mine ? str_intern(th, new_ref(th, AS(Tuple, a[10])->items[k++])) : new_ref(th, AS(Tuple, c->local_names)->items[i]);
        }
        set_ref(th, &n->local_names, VALUE_OF(t));
    }
    if (a[11] != NO_VALUE) {
        if (!value_is_tuple(a[11])) { raise_type_error(th, "replace() argument 'co_freevars' must be tuple, not %T", a[11]); goto fail; }
        for (size_t i = 0; i < AS(Tuple, a[11])->len; i++)
            if (!value_is_str(AS(Tuple, a[11])->items[i])) { raise_type_error(th, "name tuples must contain only strings, not '%T'", AS(Tuple, a[11])->items[i]); goto fail; }
        set_ref(th, &n->freevars, new_ref(th, a[11]));
    }
    if (a[16] != NO_VALUE) {
        if (!value_is_bytes(a[16])) { raise_type_error(th, "replace() argument 'co_linetable' must be bytes, not %T", a[16]); goto fail; }
        uint32_t rows;
        PosRow *table = view_parse_linetable(th, c, AS(Bytes, a[16])->data, AS(Bytes, a[16])->len, n->firstlineno, &rows);
        int r = table ? code_set_positions(th, n, table, rows) : -1;
        mem_free(table);
        if (r) goto fail;
    }       // else lines count from the first one, as before
    if (!code_valid(n)) { raise_value_error(th, "code: the new values do not fit the instructions"); goto fail; }
    code_finish(th, n);
    return audited(th, n);
fail:
    decref(th, VALUE_OF(n));
    return NO_VALUE;
}
static Value slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    // Where replace() has the values of code(): freevars and cellvars may be left out.
    static const uint8_t places[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 14, 15, 6, 16, 17, 11, 12};
    static const char *const names[] = {[7] = "7", "8", "9", "10", "17", "18", "11", "12", "13", "15", "16"};
    if (kwnames != NO_VALUE && AS(Tuple, kwnames)->len) return raise_type_error(th, "code() takes no keyword arguments");
    if (nargs < 16) return raise_type_error(th, "code expected at least 16 arguments, got %zu", nargs);
    if (nargs > 18) return raise_type_error(th, "code expected at most 18 arguments, got %zu", nargs);
    Value a[18] = {[11] = tuple_empty, [12] = tuple_empty};
    for (size_t i = 0; i < nargs; i++) a[places[i]] = args[i];
    return rebuild(th, NULL, a, "code()", names);
}
static Value slot_repr(Thread *th, Value self) {
    Code *c = AS(Code, self);
    return str_format(th, "<code object %U at %p, file \"%U\", line %d>", c->name, (void *)c, c->filename, c->firstlineno);
}
// Constants are the same only when their types are, all the way down: 1, 1.0 and True differ here.
static int const_equal(Thread *th, Value a, Value b) {
    if (a == b) return 1;
    if (type_of(a) != type_of(b)) return 0;
    if (value_is_exact_tuple(a)) {
        Tuple *x = AS(Tuple, a), *y = AS(Tuple, b);
        if (x->len != y->len) return 0;
        for (size_t i = 0; i < x->len; i++) { int r = const_equal(th, x->items[i], y->items[i]); if (r <= 0) return r; }
        return 1;
    }
    if (type_of(a) == &type_float || type_of(a) == &type_complex) {
        Value x = object_repr(th, a), y = object_repr(th, b);    // tells -0.0 from 0.0
        int r = x == NO_VALUE || y == NO_VALUE ? -1 : object_equal(th, x, y);
        decref(th, x); decref(th, y);
        return r;
    }
    return object_equal(th, a, b);
}
static int equal_owned(Thread *th, Value a, Value b) {
    int r = a == NO_VALUE || b == NO_VALUE ? -1 : object_equal(th, a, b);
    decref(th, a); decref(th, b);
    return r;
}
static Value slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(a, &type_code) || !value_is_exact(b, &type_code)) return VALUE_NOT_IMPLEMENTED;
    Code *x = AS(Code, a), *y = AS(Code, b);
    bool eq = x == y;
    if (!eq && x->flags == y->flags && x->argcount == y->argcount && x->posonlyargcount == y->posonlyargcount && x->kwonlyargcount == y->kwonlyargcount &&
        x->nlocals == y->nlocals && x->nregs == y->nregs && x->ninstrs == y->ninstrs && x->firstlineno == y->firstlineno &&
        memcmp(x->local_kinds, y->local_kinds, x->nlocals) == 0) {
        int r = 1;
        Value p[] = {x->name, x->const_tuple, x->names, x->local_names, x->freevars, x->qualname}, q[] = {y->name, y->const_tuple, y->names, y->local_names, y->freevars, y->qualname};
        for (size_t i = 0; r > 0 && i < ARRAY_LEN(p); i++) r = const_equal(th, p[i], q[i]);
        if (r > 0) {
            Value s = generic_instrs(th, x), t = generic_instrs(th, y);
            r = equal_owned(th, s, t);
        }
        // Rows may be cut differently and say the same.
        bool rows = x->nexc == y->nexc && x->firstlineno == y->firstlineno && x->pos_size == y->pos_size && memcmp(x->pos_table, y->pos_table, x->pos_size) == 0 &&
                    memcmp(x->exc_rows, y->exc_rows, x->nexc * sizeof(ExcRow)) == 0;
        if (r > 0 && !rows) r = equal_owned(th, view_exceptiontable(th, x), view_exceptiontable(th, y));
        if (r > 0 && !rows) r = equal_owned(th, view_linetable(th, x), view_linetable(th, y));
        if (r < 0) return NO_VALUE;
        eq = r;
    }
    return value_bool(eq == (op == CMP_EQ));
}
static int64_t slot_hash(Thread *th, Value self) {
    Code *c = AS(Code, self);
    uint64_t h = 1469598103934665603u;
    Value p[] = {c->name, c->names, c->local_names, c->freevars};
    for (size_t i = 0; i < ARRAY_LEN(p); i++) {
        int64_t x = object_hash(th, p[i]);
        if (x == -1) return -1;
        h = (h ^ (uint64_t)x) * 1099511628211u;
    }
    h = (h ^ c->firstlineno ^ ((uint64_t)c->ninstrs << 32)) * 1099511628211u;
    h = (h ^ c->argcount ^ ((uint64_t)c->posonlyargcount << 20) ^ ((uint64_t)c->kwonlyargcount << 40)) * 1099511628211u;
    for (uint32_t i = 0; i < c->ninstrs;) {
        Instr insn = atomic_load_relaxed(&c->instrs[i]);
        unsigned op = vm_generic_opcode(instr_op(insn));
        h = (h ^ (insn & ~(Instr)0xFFFF) ^ op) * 1099511628211u;
        i += 1 + opcode_caches[op];
    }
    return h == (uint64_t)-1 ? -2 : (int64_t)h;
}
static Value meth_sizeof(Thread *th, Value self, Value *a) {
    Code *c = AS(Code, self);
    return value_imm_int((int64_t)(sizeof *c + c->ninstrs * sizeof(Instr) + c->pos_size + c->nexc * sizeof(ExcRow) + c->nlocals));
}
#define REPLACE_SIG "(self, /, *, co_argcount=None, co_posonlyargcount=None, co_kwonlyargcount=None, co_nlocals=None, co_stacksize=None, co_flags=None, co_firstlineno=None, " \
    "co_code=None, co_consts=None, co_names=None, co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, co_qualname=None, " \
    "co_linetable=None, co_exceptiontable=None)"
static const MethodDef methods[] = {
    {"replace", REPLACE_SIG, meth_replace, "Return a copy of the code object with new values for the specified fields.", 0},
    {"__replace__", REPLACE_SIG, meth_replace, "The same as replace().", 0},
    {"co_positions", "(self, /)", meth_positions, NULL, 0}, {"co_lines", "(self, /)", meth_lines, NULL, 0}, {"co_branches", "(self, /)", meth_branches, NULL, 0},
    {"_varname_from_oparg", "(self, oparg)", meth_varname, "(internal-only) Return the local variable name for the given oparg.", 0},
    {"__sizeof__", "(self, /)", meth_sizeof, "Size of object in memory, in bytes.", 0}, {0}
};
static const GetSetDef getsets[] = {
    {"co_argcount", get_argcount, NULL, NULL}, {"co_posonlyargcount", get_posonly, NULL, NULL}, {"co_kwonlyargcount", get_kwonly, NULL, NULL},
    {"co_nlocals", get_nlocals, NULL, NULL}, {"co_stacksize", get_stacksize, NULL, NULL}, {"co_flags", get_flags, NULL, NULL}, {"co_code", get_code, NULL, NULL},
    {"_co_code_adaptive", get_code, NULL, NULL}, {"co_consts", get_consts, NULL, NULL}, {"co_names", get_names, NULL, NULL}, {"co_varnames", get_varnames, NULL, NULL},
    {"co_cellvars", get_cellvars, NULL, NULL}, {"co_freevars", get_freevars, NULL, NULL}, {"co_filename", get_filename, NULL, NULL}, {"co_name", get_name, NULL, NULL},
    {"co_qualname", get_qualname, NULL, NULL}, {"co_firstlineno", get_firstlineno, NULL, NULL}, {"co_linetable", get_linetable, NULL, NULL},
    {"co_lnotab", get_lnotab, NULL, NULL}, {"co_exceptiontable", get_exctable, NULL, NULL}, {0}
};
TYPE_DEFINE(code, "code", sizeof(Code), TYPE_TRACED | TYPE_WEAKREFABLE, .methods = methods, .getsets = getsets, .doc = "Create a code object.  Not for mere mortals.",
            .slots = { .new_ = slot_new, .repr = slot_repr, .compare = slot_compare, .hash = slot_hash, .dealloc = dealloc, .traverse = traverse })
