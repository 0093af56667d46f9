// SPDX-License-Identifier: MIT
// The native module _types: names of built-in types for types.py. No state.
#include "core/object/capsule.h"
#include "core/object/module.h"

static const struct { const char *name; Type *type; } rows[] = {
    {"AsyncGeneratorType", &type_async_generator}, {"BuiltinFunctionType", &type_builtin_function}, {"BuiltinMethodType", &type_builtin_function},
    {"CapsuleType", &type_capsule}, {"CellType", &type_cell}, {"ClassMethodDescriptorType", &type_classmethod_descriptor}, {"CodeType", &type_code},
    {"CoroutineType", &type_coroutine}, {"EllipsisType", &type_ellipsis}, {"FrameType", &type_frame}, {"FunctionType", &type_function},
    {"GeneratorType", &type_generator}, {"GenericAlias", &type_generic_alias}, {"GetSetDescriptorType", &type_getset_descriptor}, {"LambdaType", &type_function},
    {"MappingProxyType", &type_mappingproxy}, {"MemberDescriptorType", &type_member_descriptor}, {"MethodDescriptorType", &type_method_descriptor},
    {"MethodType", &type_method}, {"MethodWrapperType", &type_method_wrapper}, {"ModuleType", &type_module}, {"NoneType", &type_none},
    {"NotImplementedType", &type_not_implemented}, {"SimpleNamespace", &type_simple_namespace}, {"TracebackType", &type_traceback},
    {"UnionType", &type_union}, {"WrapperDescriptorType", &type_wrapper_descriptor},
};

static int types_exec(Thread *th, Value m) {
    if (type_ready(th, &type_capsule)) return -1;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (module_add(th, m, rows[i].name, new_ref(th, VALUE_OF(rows[i].type)))) return -1;
    return 0;
}

const ModuleDef module__types = {"_types", "Define names for built-in types.", NULL, types_exec};
