// SPDX-License-Identifier: MIT
// How Python programs see the instructions of a code object: co_code, the offsets into it, co_linetable, co_exceptiontable, co_branches.
//
// co_code consists of code units of two bytes, as the dis module reads them. An instruction is one unit (opcode, argument), with EXTENDED_ARG units before it
// when the argument is over 255, and behind it, where dis expects inline caches, a unit for each of its operands (two for those of 32 bits) and four for each
// of its cache or operand words. The argument repeats the operand that says most: the index of the name (shifted as dis expects it of LOAD_GLOBAL, LOAD_ATTR
// and LOAD_SUPER_ATTR; bit 0 of the latter two: the method of a call is loaded) or of the constant, the place jumped to in units, a variable's register (free variables are numbered behind all registers), a number.
// Functions that begin without a RESUME show one that is not executed: the entry.
#ifndef LADON_CODE_VIEW_H
#define LADON_CODE_VIEW_H
#include "core/code/code.h"

enum { VIEW_ENTRY = 0xFFFF };   // operand of the RESUME that is not executed
enum { VIEW_EXTENDED_ARG = OP_GENERIC_COUNT, VIEW_CACHE, VIEW_OPCODES };   // opcodes of co_code that no instruction has

typedef enum ViewArg { VIEW_NONE, VIEW_NUMBER, VIEW_NAME, VIEW_CONST, VIEW_JUMP, VIEW_LOCAL, VIEW_FREE } ViewArg;
ViewArg view_arg_kind(unsigned op);          // what the argument of an instruction is; VIEW_NONE: it has none
const char *view_name(unsigned op);          // the opcode's name: that of CPython's instruction where the argument means the same
// Operand number i (0-2) of an opcode: its name in *name (not terminated) with its length; returns its size in units, 0: there is none.
int view_operand(unsigned op, int i, const char **name, size_t *len);

Value view_code(Thread *th, Code *c);                    // co_code: bytes
Value view_linetable(Thread *th, Code *c);               // co_linetable: CPython's location table
// co_exceptiontable: CPython's form; behind it, where needed, what only code_from_parts() reads: numbers of five bits, the least significant first, in bytes that
// have bit 6 (a number without end to all other readers, who leave it) and bit 5 when more follows. How many registers are borrowed; of each entry the register
// the exception goes to; the number of local registers, and the kind of each unless it is 0 (parameters, variables and cells follow each other).
Value view_exceptiontable(Thread *th, Code *c);
Value view_lnotab(Thread *th, Code *c);
Value view_branches(Thread *th, Code *c);                // list of (offset, left, right): to the left it goes on, or back into a loop
// The number that _varname_from_oparg() is asked about: a variable's name, or the text of a temporary. NO_VALUE: IndexError.
Value view_variable(Thread *th, const Code *c, int64_t i);
// Position rows (mem_alloc) from a location table for c, whose lines count from firstlineno. NULL with ValueError when it is not one.
PosRow *view_parse_linetable(Thread *th, Code *c, const uint8_t *p, size_t n, int firstlineno, uint32_t *nrows);

// What code() is given, borrowed: the attributes of a code object. The strings, tuples and bytes are of these exact types.
typedef struct CodeParts {
    uint32_t argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags;
    int32_t  firstlineno;
    Value    code, consts, names, varnames, filename, name, qualname, linetable, exceptiontable, freevars, cellvars;
} CodeParts;
// The code object that has these attributes. NULL with ValueError where no code object can: an instruction would touch what is not there.
Code *code_from_parts(Thread *th, const CodeParts *p);   // core/code/rebuild.c
// Tells the audit hooks of a code object that a program has made: 0, or -1 with what a hook raised. [c] set at load by what knows the hooks
extern int (*code_audit_hook)(Thread *th, Code *c);

// Offset in co_code of the instruction at a word. 0, too, when there is no memory for the table of offsets.
uint32_t code_lasti(Thread *th, Code *c, uint32_t word);
// Where the units of a word begin (EXTENDED_ARG included); word ninstrs: the length of co_code.
uint32_t code_offset(Thread *th, Code *c, uint32_t word);
// The word of the instruction that an offset lies in; UINT32_MAX: the entry.
uint32_t code_word(Thread *th, Code *c, int64_t lasti);
uint32_t code_jump_target(const Code *c, uint32_t word);   // word that the jump at a word may lead to
uint32_t code_entry(const Code *c);          // length of the entry in bytes
#endif
