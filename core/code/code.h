// SPDX-License-Identifier: MIT
// Code objects: the contract between the code generator and the VM.
#ifndef LADON_CODE_H
#define LADON_CODE_H

#include "core/object/type.h"

typedef enum Opcode {
#define OP(name, caches, format) OP_##name,
#include "core/code/opcodes.def"
    OP_GENERIC_COUNT,   // specialised opcodes follow from here (core/vm/specialise.def)
} Opcode;

typedef uint64_t Instr;
ALWAYS_INLINE uint16_t instr_op(Instr i) { return (uint16_t)i; }
ALWAYS_INLINE uint16_t instr_a(Instr i) { return (uint16_t)(i >> 16); }
ALWAYS_INLINE uint16_t instr_b(Instr i) { return (uint16_t)(i >> 32); }
ALWAYS_INLINE uint16_t instr_c(Instr i) { return (uint16_t)(i >> 48); }
ALWAYS_INLINE int32_t instr_bc(Instr i) { return (int32_t)(i >> 32); }
ALWAYS_INLINE Instr instr_make(unsigned op, unsigned a, unsigned b, unsigned c) {
    return (Instr)(uint16_t)op | (Instr)(uint16_t)a << 16 | (Instr)(uint16_t)b << 32 | (Instr)(uint16_t)c << 48;
}
ALWAYS_INLINE Instr instr_make_bc(unsigned op, unsigned a, int32_t bc) { return (Instr)(uint16_t)op | (Instr)(uint16_t)a << 16 | (Instr)(uint32_t)bc << 32; }
extern const char *const opcode_names[OP_GENERIC_COUNT];
extern const uint8_t opcode_caches[OP_GENERIC_COUNT];     // words after the instruction word
extern const char *const opcode_formats[OP_GENERIC_COUNT];

// co_flags, the numbers of CPython's inspect module.
enum { CO_OPTIMIZED = 1, CO_NEWLOCALS = 2, CO_VARARGS = 4, CO_VARKEYWORDS = 8, CO_NESTED = 0x10, CO_GENERATOR = 0x20, CO_COROUTINE = 0x80,
       CO_ITERABLE_COROUTINE = 0x100, CO_ASYNC_GENERATOR = 0x200, CO_FUTURE_DIVISION = 0x20000, CO_FUTURE_ABSOLUTE_IMPORT = 0x40000, CO_FUTURE_WITH_STATEMENT = 0x80000, CO_FUTURE_PRINT_FUNCTION = 0x100000, CO_FUTURE_UNICODE_LITERALS = 0x200000, CO_FUTURE_BARRY_AS_BDFL = 0x400000, CO_FUTURE_GENERATOR_STOP = 0x800000,
       CO_FUTURE_ANNOTATIONS = 0x1000000, CO_HAS_DOCSTRING = 0x4000000, CO_METHOD = 0x8000000 };

// Exceptions raised in words [start, end) go to target: release owned temporaries from `depth` up, put the exception into exc_reg. The first row that
// contains the pc is the innermost.
typedef struct ExcRow { uint32_t start, end, target; uint16_t depth, exc_reg; } ExcRow;
// Source range of the instructions from word `start` to the next row's start. Lines 0: no position (None). Columns are UTF-8 byte offsets, -1 unknown.
typedef struct PosRow { uint32_t start; int32_t line, end_line; int16_t col, end_col; } PosRow;

// Up to so many items UNPACK may give straight to locals.
enum { UNPACK_LOCALS_MAX = 16 };
enum { LOCAL_PLAIN = 0, LOCAL_CELL = 1, LOCAL_HIDDEN = 2 /* comprehension variable, not shown by locals() */, LOCAL_ARG = 4 };

struct Code {                  // uncounted, immutable but for the caches and opcodes in instrs
    Object   head;
    uint32_t flags;            // CO_*
    uint32_t argcount;         // positional parameters, posonlyargcount included
    uint32_t posonlyargcount, kwonlyargcount;
    uint32_t nlocals;          // local registers: parameters (positional, kw-only, *args, **kwargs), plain locals, cell variables
    uint32_t temp_base, nregs; // see opcodes.def
    uint32_t ninstrs;          // words
    Instr   *instrs;           // [a] opcode halves and cache words change
    Value   *consts;           // -> items of const_tuple
    Value    const_tuple;      // Tuple
    Value    names;            // Tuple of interned Str
    Value    local_names;      // Tuple of nlocals interned Str
    uint8_t *local_kinds;      // nlocals LOCAL_*
    Value    freevars;         // Tuple of Str
    ExcRow  *exc_rows;  uint32_t nexc;
    uint8_t *pos_table; uint32_t pos_size;  // npos rows, packed (positions.c)
    uint32_t npos;
    PosRow  *pos_rows;         // [a] unpacked when first asked for (malloc), then for good; NULL before
    int32_t  firstlineno;
    Value    name, qualname, filename;  // Str
    uint32_t fast_args;        // [c] number of arguments when the function takes exactly that many positionals and nothing else (no defaults looked at)
                               //     and is no generator; UINT32_MAX otherwise; derived
    uint32_t generator_args;   // [c] the same of a function that makes a generator or coroutine; UINT32_MAX otherwise; derived
    uint32_t star_args;        // [c] number of parameters before *args and **kwargs of a plain function that has either, and no keyword-only one; UINT32_MAX otherwise; derived
    void    *extra;            // [o?] VM's own (monitoring, counters)
    uint32_t *offsets;         // [a] where instructions begin in co_code (core/code/view.c); NULL until asked for
    uint32_t id;
};
Code *code_new(Thread *th);    // zeroed; the filler owns every block (mem_alloc) and Value it stores
void code_finish(Thread *th, Code *c);  // derives fast_args, generator_args, star_args, consts; makes it uncounted
// Where words come from in the source (positions.c). The rows are in the order of their words; one holds up to the next.
// Gives c, which is not finished and has its firstlineno, these rows; they are copied.
//   return  0, or -1 with MemoryError
int code_set_positions(Thread *th, Code *c, const PosRow *rows, uint32_t n);
// All rows, for as long as c lives; *n how many. None also when there was no memory to unpack them. May be called by any thread.
const PosRow *code_positions(const Code *c, uint32_t *n);
const PosRow *code_position(const Code *c, uint32_t word);   // row of a word; NULL: it has none
int code_last_line(const Code *c, uint32_t word);            // line of the word, or of the nearest one before it that has a line (implicit returns have none); 0: none at all
const ExcRow *code_handler(const Code *c, uint32_t word);   // innermost row that covers the word; NULL: no handler
// Does the word begin a module? Its first instruction belongs to line 0.
bool code_module_start(const Code *c, uint32_t word);
extern bool code_debug_ranges;                       // -X no_debug_ranges: columns are dropped when a code object is made
// Can no instruction touch a register, constant, name or word that is not there?
bool code_valid(const Code *c);
// More about opcodes than their formats say.
bool opcode_has_operand_word(unsigned op);   // the word behind is an operand, no cache
bool opcode_has_distance_word(unsigned op);  // and that is the distance of a jump
bool opcode_counts(unsigned op);             // its operand n is a number, not a name
bool opcode_is_free(unsigned op);            // its operand i is the number of a free variable
bool opcode_branches(unsigned op);           // goes on at one of two places
size_t opcode_base_extent(unsigned op, Instr i);   // registers from its base (of UNPACK*, CALL*, BUILD* ...) on
// Offsets into co_code as Python counts (f_lasti, tb_lasti, co_lines, co_positions): core/code/view.h.

enum { INTRINSIC_STOPITERATION_ERROR, INTRINSIC_ASYNC_GEN_WRAP, INTRINSIC_TYPEVAR, INTRINSIC_PARAMSPEC, INTRINSIC_TYPEVARTUPLE, INTRINSIC_SUBSCRIPT_GENERIC, INTRINSIC_TYPEALIAS,
       INTRINSIC_UNPACK_ALIAS /* *a in a subscript of types: iter once */ };
// (INTRINSIC1: TYPEVAR/PARAMSPEC/TYPEVARTUPLE take the name; SUBSCRIPT_GENERIC the tuple of type params; TYPEALIAS a tuple (name, type_params or None, evaluator))
enum { INTRINSIC2_TYPEVAR_WITH_BOUND, INTRINSIC2_TYPEVAR_WITH_CONSTRAINTS, INTRINSIC2_SET_FUNCTION_TYPE_PARAMS, INTRINSIC2_SET_TYPEPARAM_DEFAULT };

// marshal and cache files (core/code/marshal.c): the marshal module's format for plain values; our own form for code.
Value marshal_dumps(Thread *th, Value v, int version, bool allow_code);   // bytes
Value marshal_loads(Thread *th, const uint8_t *p, size_t n, bool allow_code); // EOFError, ValueError, TypeError "bad marshal data (...)" on damage; never crashes
Value code_disassemble(Thread *th, Code *c);                              // text, for tests and -X

// core/compile/compile.h: the front door.
typedef struct CompileOptions {
    Value filename;       // Str
    const char *mode;     // exec eval single func_type
    int flags;
    int optimize;         // -1: interpreter's
    bool dont_inherit;
    bool is_file;         // the text is that of the file, not one made from it: messages say so
} CompileOptions;
Value compile_source(Thread *th, const char *src, size_t n, const CompileOptions *opt);  // Code (or ast object with PyCF_ONLY_AST)

#endif
