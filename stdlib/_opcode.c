// SPDX-License-Identifier: MIT
// _opcode and _opcode_metadata: what the opcode and dis modules ask when they are imported. They describe Ladon's own instructions (core/code/opcodes.def)
// in the form in which co_code shows them (core/code/view.h). Names of CPython's instructions that other modules mention when they are imported, and that no
// instruction here has, get numbers that no code unit can have. disassemble() gives the text of the instructions with all operands.
#include "core/code/view.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

// The argument as an opcode of co_code; false: it is none (or an error is pending).
static bool opcode_arg(Thread *th, Value v, unsigned *op) {
    int n;
    if (number_as_int(th, v, &n) < 0 || n < 0 || n >= VIEW_OPCODES) return false;
    *op = (unsigned)n;
    return true;
}
// There is no stack: instructions work on registers.
static Value opcode_fn_stack_effect(Thread *th, Value self, Value *a) {
    unsigned op;
    if (a[2] != NO_VALUE && a[2] != VALUE_NONE && !value_is_bool(a[2])) return raise_value_error(th, "stack_effect: jump must be False, True or None");
    bool known = opcode_arg(th, a[0], &op), arg = a[1] != NO_VALUE && a[1] != VALUE_NONE;
    int n;
    if (error_pending(th) || (arg && number_as_int(th, a[1], &n) < 0)) return NO_VALUE;
    return known ? value_imm_int(0) : raise_value_error(th, "invalid opcode or oparg");
}
static Value has_kind(Thread *th, Value v, ViewArg kind) {
    unsigned op;
    bool known = opcode_arg(th, v, &op);
    return error_pending(th) ? NO_VALUE : value_bool(known && view_arg_kind(op) == kind);
}
static Value opcode_fn_is_valid(Thread *th, Value self, Value *a) {
    unsigned op;
    bool known = opcode_arg(th, a[0], &op);
    return error_pending(th) ? NO_VALUE : value_bool(known);
}
static Value opcode_fn_has_arg(Thread *th, Value self, Value *a) {
    unsigned op;
    bool known = opcode_arg(th, a[0], &op);
    return error_pending(th) ? NO_VALUE : value_bool(known && view_arg_kind(op) != VIEW_NONE);
}
static Value opcode_fn_has_const(Thread *th, Value self, Value *a) { return has_kind(th, a[0], VIEW_CONST); }
static Value opcode_fn_has_name(Thread *th, Value self, Value *a) { return has_kind(th, a[0], VIEW_NAME); }
static Value opcode_fn_has_jump(Thread *th, Value self, Value *a) { return has_kind(th, a[0], VIEW_JUMP); }
static Value opcode_fn_has_free(Thread *th, Value self, Value *a) { return has_kind(th, a[0], VIEW_FREE); }
static Value opcode_fn_has_local(Thread *th, Value self, Value *a) { return has_kind(th, a[0], VIEW_LOCAL); }
static Value opcode_fn_has_exc(Thread *th, Value self, Value *a) {   // handlers are set up by the exception table alone
    int op;
    return number_as_int(th, a[0], &op) < 0 ? NO_VALUE : VALUE_FALSE;
}
static Value names_list(Thread *th, const char *const *names, size_t n) {
    Value l = list_new(th, n);
    for (size_t i = 0; l != NO_VALUE && i < n; i++) {
        Value s = str_intern_cstr(th, names[i]);
        if (s == NO_VALUE || list_append_owned(th, AS(List, l), s) < 0) { decref(th, l); return NO_VALUE; }
    }
    return l;
}
static Value opcode_fn_nb_ops(Thread *th, Value self, Value *a) {
    static const char *const ops[][2] = {
        {"NB_ADD", "+"}, {"NB_AND", "&"}, {"NB_FLOOR_DIVIDE", "//"}, {"NB_LSHIFT", "<<"}, {"NB_MATRIX_MULTIPLY", "@"}, {"NB_MULTIPLY", "*"}, {"NB_REMAINDER", "%"},
        {"NB_OR", "|"}, {"NB_POWER", "**"}, {"NB_RSHIFT", ">>"}, {"NB_SUBTRACT", "-"}, {"NB_TRUE_DIVIDE", "/"}, {"NB_XOR", "^"}, {"NB_INPLACE_ADD", "+="},
        {"NB_INPLACE_AND", "&="}, {"NB_INPLACE_FLOOR_DIVIDE", "//="}, {"NB_INPLACE_LSHIFT", "<<="}, {"NB_INPLACE_MATRIX_MULTIPLY", "@="},
        {"NB_INPLACE_MULTIPLY", "*="}, {"NB_INPLACE_REMAINDER", "%="}, {"NB_INPLACE_OR", "|="}, {"NB_INPLACE_POWER", "**="}, {"NB_INPLACE_RSHIFT", ">>="},
        {"NB_INPLACE_SUBTRACT", "-="}, {"NB_INPLACE_TRUE_DIVIDE", "/="}, {"NB_INPLACE_XOR", "^="}, {"NB_SUBSCR", "[]"},
    };
    Value l = list_new(th, ARRAY_LEN(ops));
    for (size_t i = 0; l != NO_VALUE && i < ARRAY_LEN(ops); i++) {
        Value x = str_from_cstr(th, ops[i][0]), y = str_from_cstr(th, ops[i][1]);
        Value p = x && y ? tuple_pack2(th, x, y) : NO_VALUE;
        decref(th, x);
        decref(th, y);
        if (p == NO_VALUE || list_append_owned(th, AS(List, l), p) < 0) { decref(th, l); return NO_VALUE; }
    }
    return l;
}
static Value opcode_fn_intrinsic1(Thread *th, Value self, Value *a) {
    static const char *const n[] = {"INTRINSIC_STOPITERATION_ERROR", "INTRINSIC_ASYNC_GEN_WRAP", "INTRINSIC_TYPEVAR", "INTRINSIC_PARAMSPEC", "INTRINSIC_TYPEVARTUPLE",
        "INTRINSIC_SUBSCRIPT_GENERIC", "INTRINSIC_TYPEALIAS", "INTRINSIC_UNPACK_ALIAS"};
    return names_list(th, n, ARRAY_LEN(n));
}
static Value opcode_fn_intrinsic2(Thread *th, Value self, Value *a) {
    static const char *const n[] = {"INTRINSIC_TYPEVAR_WITH_BOUND", "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS", "INTRINSIC_SET_FUNCTION_TYPE_PARAMS", "INTRINSIC_SET_TYPEPARAM_DEFAULT"};
    return names_list(th, n, ARRAY_LEN(n));
}
static Value opcode_fn_special(Thread *th, Value self, Value *a) {
    static const char *const n[] = {"__enter__", "__exit__", "__aenter__", "__aexit__"};
    return names_list(th, n, ARRAY_LEN(n));
}
static Value opcode_fn_none(Thread *th, Value self, Value *a) { return VALUE_NONE; }
static Value opcode_fn_executor(Thread *th, Value self, Value *a) {
    return value_is_exact(a[0], &type_code) ? raise_value_error(th, "no executor exists at that offset")
                                            : raise_type_error(th, "expected a code object, not '%.100s'", type_of(a[0])->name);
}
static Value opcode_fn_disassemble(Thread *th, Value self, Value *a) {
    if (!value_is_exact(a[0], &type_code)) return raise_type_error(th, "expected a code object, not '%.100s'", type_of(a[0])->name);
    return code_disassemble(th, AS(Code, a[0]));
}
// {"dst": 1, "a": 1, ..., "cache": 4}: what follows the instruction's own unit, in units; *total: all of them. NO_VALUE: error.
static Value operands_dict(Thread *th, unsigned op, int *total) {
    Value d = dict_new(th);
    const char *name;
    size_t len;
    *total = 0;
    for (int i = 0, n; d != NO_VALUE && (n = view_operand(op, i, &name, &len)); i++) {
        Value key = str_from_wtf8(th, name, len);
        if (key == NO_VALUE || dict_set(th, AS(Dict, d), key, value_imm_int(n)) < 0) { decref(th, d); d = NO_VALUE; }
        decref(th, key);
        *total += n;
    }
    if (d != NO_VALUE && opcode_caches[op]) {
        int n = 4 * opcode_caches[op];
        *total += n;
        if (dict_set_str(th, AS(Dict, d), opcode_has_operand_word(op) ? "operand" : "cache", value_imm_int(n)) < 0) { decref(th, d); d = NO_VALUE; }
    }
    return d;
}
static int set_attr(Thread *th, Value m, const char *name, Value v_owned) {
    Value k = v_owned != NO_VALUE ? str_intern_cstr(th, name) : NO_VALUE;
    int r = k == NO_VALUE ? -1 : object_setattr(th, m, k, v_owned);
    decref(th, v_owned);
    return r;
}
// The module opcode has CPython's table of inline caches written in it, and jumps that are relative.
static Value opcode_fn_install(Thread *th, Value self, Value *a) {
    Value m = import_module(th, "opcode"), formats = dict_new(th), sizes = dict_new(th), jumps = NO_VALUE, r = NO_VALUE;
    if (m == NO_VALUE || formats == NO_VALUE || sizes == NO_VALUE) goto out;
    for (unsigned op = 0; op < OP_GENERIC_COUNT; op++) {
        int total;
        Value d = operands_dict(th, op, &total);
        bool bad = d == NO_VALUE || (total && (dict_set_str(th, AS(Dict, formats), view_name(op), d) < 0 || dict_set_str(th, AS(Dict, sizes), view_name(op), value_imm_int(total)) < 0));
        decref(th, d);
        if (bad) goto out;
    }
    jumps = object_getattr_cstr(th, m, "hasjump");
    if (jumps != NO_VALUE && set_attr(th, m, "_cache_format", new_ref(th, formats)) == 0 && set_attr(th, m, "_inline_cache_entries", new_ref(th, sizes)) == 0 &&
        set_attr(th, m, "hasjabs", new_ref(th, jumps)) == 0 && set_attr(th, m, "hasjrel", list_new(th, 0)) == 0) r = VALUE_NONE;
out:
    decref(th, m); decref(th, formats); decref(th, sizes); decref(th, jumps);
    return r;
}
static const MethodDef methods[] = {
    {"stack_effect", "(opcode, oparg=None, /, *, jump=None)", opcode_fn_stack_effect, "Compute the stack effect of the opcode.", 0},
    {"is_valid", "(opcode)", opcode_fn_is_valid, "Return True if opcode is valid, False otherwise.", 0},
    {"has_arg", "(opcode)", opcode_fn_has_arg, "Return True if the opcode uses its oparg, False otherwise.", 0},
    {"has_const", "(opcode)", opcode_fn_has_const, "Return True if the opcode accesses a constant, False otherwise.", 0},
    {"has_name", "(opcode)", opcode_fn_has_name, "Return True if the opcode accesses an attribute by name, False otherwise.", 0},
    {"has_jump", "(opcode)", opcode_fn_has_jump, "Return True if the opcode has a jump target, False otherwise.", 0},
    {"has_free", "(opcode)", opcode_fn_has_free, "Return True if the opcode accesses a free variable, False otherwise.", 0},
    {"has_local", "(opcode)", opcode_fn_has_local, "Return True if the opcode accesses a local variable, False otherwise.", 0},
    {"has_exc", "(opcode)", opcode_fn_has_exc, "Return True if the opcode sets up an exception handler, False otherwise.", 0},
    {"get_nb_ops", "()", opcode_fn_nb_ops, "Return array of symbols of binary ops.", 0},
    {"get_intrinsic1_descs", "()", opcode_fn_intrinsic1, "Return a list of names of the unary intrinsics.", 0},
    {"get_intrinsic2_descs", "()", opcode_fn_intrinsic2, "Return a list of names of the binary intrinsics.", 0},
    {"get_special_method_names", "()", opcode_fn_special, "Return a list of special method names.", 0},
    {"get_specialization_stats", "()", opcode_fn_none, "Return the specialization stats", 0},
    {"get_executor", "(*, code, offset)", opcode_fn_executor, "Return the executor object at offset in code if exists, None otherwise.", 0},
    {"disassemble", "(code, /)", opcode_fn_disassemble, "Return the instructions of a code object as text.", 0},
    {"_install", "()", opcode_fn_install, "Give the module opcode the operands and jumps of these instructions.", 0},
    {0}
};
static int opcode_exec(Thread *th, Value m) {
    return module_add(th, m, "ENABLE_SPECIALIZATION", VALUE_TRUE) || module_add(th, m, "ENABLE_SPECIALIZATION_FT", VALUE_TRUE);
}
const ModuleDef module__opcode = {"_opcode", "Opcode support module.", methods, opcode_exec};

// ---- _opcode_metadata

static const char *const foreign[] = {    // named at import by opcode, dis and tests of theirs
    "BINARY_OP", "COMPARE_OP", "CONTAINS_OP", "COPY_FREE_VARS", "END_FOR", "ENTER_EXECUTOR", "IS_OP", "JUMP_BACKWARD_NO_INTERRUPT", "LOAD_FAST",
    "LOAD_FAST_BORROW", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "LOAD_FAST_CHECK", "LOAD_FAST_LOAD_FAST", "LOAD_SMALL_INT", "NOT_TAKEN", "POP_EXCEPT",
    "POP_ITER", "POP_JUMP_IF_FALSE", "POP_JUMP_IF_TRUE", "POP_TOP", "PUSH_EXC_INFO", "SETUP_FINALLY", "SET_FUNCTION_ATTRIBUTE", "STORE_FAST",
    "STORE_FAST_LOAD_FAST", "STORE_FAST_STORE_FAST", "SWAP", "WITH_EXCEPT_START",
};
enum { FIRST_FOREIGN = 256 };
static int metadata_exec(Thread *th, Value m) {
    Value map = dict_new(th);
    if (map == NO_VALUE) return -1;
    for (unsigned op = 0; op < VIEW_OPCODES; op++) if (dict_set_str(th, AS(Dict, map), view_name(op), value_imm_int(op)) < 0) goto fail;
    for (unsigned i = 0; i < ARRAY_LEN(foreign); i++) if (dict_set_str(th, AS(Dict, map), foreign[i], value_imm_int(FIRST_FOREIGN + i)) < 0) goto fail;
    if (module_add(th, m, "opmap", new_ref(th, map)) || module_add(th, m, "_specializations", dict_new(th)) || module_add(th, m, "_specialized_opmap", dict_new(th)) ||
        module_add_int(th, m, "HAVE_ARGUMENT", 0) || module_add_int(th, m, "MIN_INSTRUMENTED_OPCODE", FIRST_FOREIGN)) goto fail;
    decref(th, map);
    return 0;
fail:
    decref(th, map);
    return -1;
}
const ModuleDef module__opcode_metadata = {"_opcode_metadata", "Numbers of the instructions that co_code shows.", NULL, metadata_exec};
