// SPDX-License-Identifier: MIT
// The virtual machine on code assembled by hand, without the compiler: arithmetic, loops, calls, exceptions, generators.
#include "core/object/abstract.h"
#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/runtime.h"
#include "core/vm/vm.h"
#include "tests/unit/unit.h"

static Thread *th;
static Value globals;

static void start(void) {
    th = runtime_init();
    ASSERT(th);
    globals = dict_new(th);
    Value b = dict_new(th);
    dict_set_str(th, AS(Dict, b), "ValueError", VALUE_OF(&exc_ValueError));
    dict_set_str(th, AS(Dict, globals), "__builtins__", b);
}
static Code *assemble(const char *name, const Instr *ins, size_t n, unsigned nlocals, unsigned nregs, unsigned argcount, const Value *consts, size_t nconsts,
                      const Value *names, size_t nnames) {
    Code *c = code_new(th);
    c->flags = CO_OPTIMIZED | CO_NEWLOCALS;
    c->argcount = argcount;
    c->nlocals = nlocals;
    c->temp_base = nlocals;
    c->nregs = nregs;
    c->ninstrs = (uint32_t)n;
    c->instrs = mem_calloc(th, n, sizeof *ins);
    memcpy(c->instrs, ins, n * sizeof *ins);
    c->const_tuple = tuple_from_array(th, consts, nconsts);
    c->names = tuple_from_array(th, names, nnames);
    Value locals[8];
    for (unsigned i = 0; i < nlocals; i++) locals[i] = str_intern_cstr(th, (char[]){(char)('a' + i), 0});
    c->local_names = tuple_from_array(th, locals, nlocals);
    c->local_kinds = mem_calloc(th, nlocals + 1, 1);
    c->name = c->qualname = str_intern_cstr(th, name);
    c->filename = str_intern_cstr(th, "test");
    return c;
}
#define I(op, a, b, c) instr_make(OP_##op, (a), (b), (c))
#define IBC(op, a, bc) instr_make_bc(OP_##op, (a), (bc))
static Value K(int64_t i) { return value_imm_int(i); }

TEST(vm_loop_sums) {
    start();
    // locals a = i, b = s; while i < 1000: s += i; i += 1
    Value consts[] = {K(0), K(1000), K(1)};
    Instr ins[] = {IBC(LOAD_CONST, 0, 0), IBC(LOAD_CONST, 1, 0), I(ADD, 1, 1, 0), I(ADD_RK, 0, 0, 2), I(JLT_T_RK, 0, 1, (uint16_t)-3), I(RETURN, 1, 0, 0)};
    Code *c = assemble("loop", ins, ARRAY_LEN(ins), 2, 2, 0, consts, 3, NULL, 0);
    code_finish(th, c);
    Value f = function_new(th, c, AS(Dict, globals));
    ASSERT_EQ(call0(th, f), K(499500));
}
TEST(vm_recursive_calls) {
    start();
    Value consts[] = {K(2), K(1)}, names[] = {str_intern_cstr(th, "fib")};
    Instr ins[] = {I(JLT_F_RK, 0, 0, 1), I(RETURN, 0, 0, 0), I(LOAD_GLOBAL, 2, 0, 0), 0, 0, I(SUB_RK, 3, 0, 1), I(CALL, 1, 2, 1), 0,
                   I(LOAD_GLOBAL, 3, 0, 0), 0, 0, I(SUB_RK, 4, 0, 0), I(CALL, 2, 3, 1), 0, I(ADD, 1, 1, 2), I(RETURN, 1, 0, 0)};
    Code *c = assemble("fib", ins, ARRAY_LEN(ins), 1, 5, 1, consts, 2, names, 1);
    code_finish(th, c);
    Value f = function_new(th, c, AS(Dict, globals));
    dict_set_str(th, AS(Dict, globals), "fib", f);
    ASSERT_EQ(call1(th, f, K(20)), K(6765));
    ASSERT_EQ(call0(th, f), NO_VALUE);
    ASSERT(error_clear_if(th, &exc_TypeError));
}
TEST(vm_handler_gets_exception) {
    start();
    // try: raise ValueError  except: return the exception
    Value names[] = {str_intern_cstr(th, "ValueError")};
    Instr ins[] = {I(LOAD_GLOBAL, 0, 0, 0), 0, 0, I(RAISE, 0, 0, 1), I(PUSH_HANDLED, 1, 2, 0), I(POP_HANDLED, 1, 0, 0), I(RETURN, 2, 0, 0)};
    Code *c = assemble("handler", ins, ARRAY_LEN(ins), 0, 3, 0, NULL, 0, names, 1);
    c->exc_rows = mem_calloc(th, 1, sizeof *c->exc_rows);
    c->exc_rows[0] = (ExcRow){.start = 0, .end = 4, .target = 4, .depth = 0, .exc_reg = 2};
    c->nexc = 1;
    code_finish(th, c);
    Value v = call0(th, function_new(th, c, AS(Dict, globals)));
    ASSERT(v && exception_is(v, &exc_ValueError));
    ASSERT(AS(Exception, v)->traceback != NO_VALUE);
    ASSERT_EQ(th->handled, NO_VALUE);
}
TEST(vm_generator_yields) {
    start();
    Value consts[] = {K(7), K(8)};
    Instr ins[] = {I(RETURN_GENERATOR, 0, 0, 0), I(RESUME, 0, 0, 0), IBC(LOAD_CONST, 0, 0), I(YIELD, 0, 0, 0), IBC(LOAD_CONST, 0, 1), I(YIELD, 0, 0, 0), I(RETURN, 0, 0, 0)};
    Code *c = assemble("gen", ins, ARRAY_LEN(ins), 0, 1, 0, consts, 2, NULL, 0);
    c->flags |= CO_GENERATOR;
    code_finish(th, c);
    Value g = call0(th, function_new(th, c, AS(Dict, globals)));
    ASSERT(g);
    ASSERT_EQ(iter_next(th, g), K(7));
    ASSERT_EQ(iter_next(th, g), K(8));
    ASSERT_EQ(iter_next(th, g), NO_VALUE);
    ASSERT(!error_pending(th));
    decref(th, g);
}
TEST(vm_recursion_is_limited) {
    start();
    Value names[] = {str_intern_cstr(th, "f")};
    Instr ins[] = {I(LOAD_GLOBAL, 0, 0, 0), 0, 0, I(CALL, 0, 0, 0), 0, I(RETURN, 0, 0, 0)};
    Code *c = assemble("f", ins, ARRAY_LEN(ins), 0, 2, 0, NULL, 0, names, 1);
    code_finish(th, c);
    Value f = function_new(th, c, AS(Dict, globals));
    dict_set_str(th, AS(Dict, globals), "f", f);
    ASSERT_EQ(call0(th, f), NO_VALUE);
    ASSERT(error_clear_if(th, &exc_RecursionError));
    ASSERT(th->frame == NULL);
}
