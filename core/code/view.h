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

enum { VIEW_EXTENDED_ARG = OP_GENERIC_COUNT, VIEW_CACHE, VIEW_OPCODES };   // opcodes of co_code that no instruction has

typedef enum ViewArg { VIEW_NONE, VIEW_NUMBER, VIEW_NAME, VIEW_CONST, VIEW_JUMP, VIEW_LOCAL, VIEW_FREE } ViewArg;
ViewArg view_arg_kind(unsigned op);          // what the argument of an instruction is; VIEW_NONE: it has none
const char *view_name(unsigned op);          // the opcode's name: that of CPython's instruction where the argument means the same
// Operand number i (0-2) of an opcode: its name in *name (not terminated) with its length; returns its size in units, 0: there is none.
int view_operand(unsigned op, int i, const char **name, size_t *len);

Value view_code(Thread *th, Code *c);                    // co_code: bytes
Value view_linetable(Thread *th, Code *c);               // co_linetable: CPython's location table
Value view_exceptiontable(Thread *th, Code *c);          // co_exceptiontable
Value view_lnotab(Thread *th, Code *c);
Value view_branches(Thread *th, Code *c);                // list of (offset, left, right): to the left it goes on, or back into a loop
// The number that _varname_from_oparg() is asked about: a variable's name, or the text of a temporary. NO_VALUE: IndexError.
Value view_variable(Thread *th, const Code *c, int64_t i);
// Position rows (mem_alloc) from a location table for c, whose lines count from firstlineno. NULL with ValueError when it is not one.
PosRow *view_parse_linetable(Thread *th, Code *c, const uint8_t *p, size_t n, int firstlineno, uint32_t *nrows);

// Offset in co_code of the instruction at a word. 0, too, when there is no memory for the table of offsets.
uint32_t code_lasti(Thread *th, Code *c, uint32_t word);
// Where the units of a word begin (EXTENDED_ARG included); word ninstrs: the length of co_code.
uint32_t code_offset(Thread *th, Code *c, uint32_t word);
// The word of the instruction that an offset lies in; UINT32_MAX: the entry.
uint32_t code_word(Thread *th, Code *c, int64_t lasti);
uint32_t code_jump_target(const Code *c, uint32_t word);   // word that the jump at a word may lead to
uint32_t code_entry(const Code *c);          // length of the entry in bytes
#endif
