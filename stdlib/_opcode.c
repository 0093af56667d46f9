// SPDX-License-Identifier: MIT
// _opcode: what the opcode and dis modules ask when they are imported. Ladon's instruction set is its own (core/code/opcodes.def) and not described by
// the numbers of those modules, so no opcode of theirs has properties here; disassemble() gives the text of a code object's real instructions.
#include "core/code/code.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

static Value opcode_fn_stack_effect(Thread *th, Value self, Value *a) {
    int op;
    if (number_as_int(th, a[0], &op) < 0) return NO_VALUE;
    if (a[2] != NO_VALUE && a[2] != VALUE_NONE && !value_is_bool(a[2])) return raise_value_error(th, "stack_effect: jump must be False, True or None");
    return raise_value_error(th, "invalid opcode or oparg");
}
static Value opcode_fn_false(Thread *th, Value self, Value *a) {
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
    static const char *const n[] = {"INTRINSIC_1_INVALID", "INTRINSIC_PRINT", "INTRINSIC_IMPORT_STAR", "INTRINSIC_STOPITERATION_ERROR", "INTRINSIC_ASYNC_GEN_WRAP",
        "INTRINSIC_UNARY_POSITIVE", "INTRINSIC_LIST_TO_TUPLE", "INTRINSIC_TYPEVAR", "INTRINSIC_PARAMSPEC", "INTRINSIC_TYPEVARTUPLE", "INTRINSIC_SUBSCRIPT_GENERIC", "INTRINSIC_TYPEALIAS"};
    return names_list(th, n, ARRAY_LEN(n));
}
static Value opcode_fn_intrinsic2(Thread *th, Value self, Value *a) {
    static const char *const n[] = {"INTRINSIC_2_INVALID", "INTRINSIC_PREP_RERAISE_STAR", "INTRINSIC_TYPEVAR_WITH_BOUND", "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
        "INTRINSIC_SET_FUNCTION_TYPE_PARAMS", "INTRINSIC_SET_TYPEPARAM_DEFAULT"};
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
static const MethodDef methods[] = {
    {"stack_effect", "(opcode, oparg=None, /, *, jump=None)", opcode_fn_stack_effect, "Compute the stack effect of the opcode.", 0},
    {"is_valid", "(opcode)", opcode_fn_false, "Return True if opcode is valid, False otherwise.", 0},
    {"has_arg", "(opcode)", opcode_fn_false, "Return True if the opcode uses its oparg, False otherwise.", 0},
    {"has_const", "(opcode)", opcode_fn_false, "Return True if the opcode accesses a constant, False otherwise.", 0},
    {"has_name", "(opcode)", opcode_fn_false, "Return True if the opcode accesses an attribute by name, False otherwise.", 0},
    {"has_jump", "(opcode)", opcode_fn_false, "Return True if the opcode has a jump target, False otherwise.", 0},
    {"has_free", "(opcode)", opcode_fn_false, "Return True if the opcode accesses a free variable, False otherwise.", 0},
    {"has_local", "(opcode)", opcode_fn_false, "Return True if the opcode accesses a local variable, False otherwise.", 0},
    {"has_exc", "(opcode)", opcode_fn_false, "Return True if the opcode sets up an exception handler, False otherwise.", 0},
    {"get_nb_ops", "()", opcode_fn_nb_ops, "Return array of symbols of binary ops.", 0},
    {"get_intrinsic1_descs", "()", opcode_fn_intrinsic1, "Return a list of names of the unary intrinsics.", 0},
    {"get_intrinsic2_descs", "()", opcode_fn_intrinsic2, "Return a list of names of the binary intrinsics.", 0},
    {"get_special_method_names", "()", opcode_fn_special, "Return a list of special method names.", 0},
    {"get_specialization_stats", "()", opcode_fn_none, "Return the specialization stats", 0},
    {"get_executor", "(*, code, offset)", opcode_fn_executor, "Return the executor object at offset in code if exists, None otherwise.", 0},
    {"disassemble", "(code, /)", opcode_fn_disassemble, "Return the instructions of a code object as text.", 0},
    {0}
};
static int opcode_exec(Thread *th, Value m) {
    return module_add(th, m, "ENABLE_SPECIALIZATION", VALUE_TRUE) || module_add(th, m, "ENABLE_SPECIALIZATION_FT", VALUE_TRUE);
}
const ModuleDef module__opcode = {"_opcode", "Opcode support module.", methods, opcode_exec};
