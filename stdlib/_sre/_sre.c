// SPDX-License-Identifier: MIT
// The native module _sre: makes patterns from code lists, and the case helpers the compiler of regular expressions asks for.
// Keeps no state of its own; no locks.
#include "stdlib/_sre/_sre_int.h"

// Copies the list's words; NULL with an exception.
static uint32_t *code_copy(Thread *th, Value list, size_t n) {
    uint32_t *code = mem_alloc(th, (n ? n : 1) * sizeof *code);
    if (!code) return NULL;
    for (size_t i = 0; i < n; i++) {
        Value v = list_get(th, AS(List, list), (intptr_t)i);
        int64_t word = 0;
        int overflow = 0;
        if (!v) goto failed;
        if (!value_is_int(v)) {
            raise_type_error(th, "an integer is required");
            decref(th, v);
            goto failed;
        }
        overflow = int_as_i64_overflow(v, &word);
        decref(th, v);
        if (overflow < 0 || (!overflow && word < 0)) {
            raise_error(th, &exc_OverflowError, "can't convert negative value to unsigned int");
            goto failed;
        }
        if (overflow || word > UINT32_MAX) {
            raise_error(th, &exc_OverflowError, "regular expression code size limit exceeded");
            goto failed;
        }
        code[i] = (uint32_t)word;
    }
    return code;
failed:
    mem_free(code);
    return NULL;
}

static Value sre_fn_compile(Thread *th, Value self, Value *args) {
    Value pattern = args[0], code = args[2], groupindex = args[4], indexgroup = args[5];
    int flags, is_bytes = -1, error;
    int64_t groups;
    if (number_as_int(th, args[1], &flags) < 0) return NO_VALUE;
    if (!value_is_list(code)) return raise_type_error(th, "compile() argument 'code' must be list, not %T", code);
    if (size_arg(th, args[3], 0, &groups) < 0) return NO_VALUE;
    if (!value_is_dict(groupindex)) return raise_type_error(th, "compile() argument 'groupindex' must be dict, not %T", groupindex);
    if (!value_is_tuple(indexgroup)) return raise_type_error(th, "compile() argument 'indexgroup' must be tuple, not %T", indexgroup);
    if (pattern != VALUE_NONE) {
        Subject s;
        if (subject_get(th, pattern, &s) < 0) return NO_VALUE;
        is_bytes = s.is_bytes;
        subject_release(th, &s);
    }
    size_t n = list_len(AS(List, code));
    Pattern *p = NEW(Pattern, th, &type_sre_pattern);
    if (!p) return NO_VALUE;
    p->pattern = new_ref(th, pattern);
    p->groupindex = new_ref(th, groupindex);
    p->indexgroup = new_ref(th, indexgroup);
    p->flags = flags, p->is_bytes = is_bytes, p->groups = groups;
    p->code = code_copy(th, code, n);
    p->code_len = n;
    if (p->code) {
        error = SRE_BAD_CODE;
        if (groups >= 0 && groups <= SRE_MAXGROUPS) p->program = sre_program_new(p->code, n, (uint32_t)groups, &error);
        if (p->program) return VALUE_OF(p);
        if (error == SRE_NO_MEMORY) raise_memory_error(th);
        else raise_error(th, &exc_RuntimeError, "invalid SRE code");
    }
    decref(th, VALUE_OF(p));
    return NO_VALUE;
}

static Value sre_fn_getcodesize(Thread *th, Value self, Value *args) { return value_imm_int(sizeof(uint32_t)); }

static Value sre_fn_ascii_iscased(Thread *th, Value self, Value *args) {
    int ch;
    if (number_as_int(th, args[0], &ch) < 0) return NO_VALUE;
    return value_bool(sre_ascii_iscased((uint32_t)ch));
}

static Value sre_fn_unicode_iscased(Thread *th, Value self, Value *args) {
    int ch;
    if (number_as_int(th, args[0], &ch) < 0) return NO_VALUE;
    return value_bool(sre_unicode_iscased((uint32_t)ch));
}

static Value sre_fn_ascii_tolower(Thread *th, Value self, Value *args) {
    int ch;
    if (number_as_int(th, args[0], &ch) < 0) return NO_VALUE;
    return value_imm_int((int)sre_ascii_tolower((uint32_t)ch));
}

static Value sre_fn_unicode_tolower(Thread *th, Value self, Value *args) {
    int ch;
    if (number_as_int(th, args[0], &ch) < 0) return NO_VALUE;
    return value_imm_int((int)sre_unicode_tolower((uint32_t)ch));
}

static const MethodDef sre_methods[] = {
    {"compile", "(pattern, flags, code, groups, groupindex, indexgroup)", sre_fn_compile, NULL, 0},
    {"template", "(pattern, template, /)", sre_fn_template,
     "\n\n  template\n    A list containing interleaved literal strings (str or bytes) and group\n    indices (int), as returned by "
     "re._parser.parse_template():\n        [literal1, group1, ..., literalN, groupN]", 0},
    {"getcodesize", "()", sre_fn_getcodesize, NULL, 0},
    {"ascii_iscased", "(character, /)", sre_fn_ascii_iscased, NULL, 0},
    {"unicode_iscased", "(character, /)", sre_fn_unicode_iscased, NULL, 0},
    {"ascii_tolower", "(character, /)", sre_fn_ascii_tolower, NULL, 0},
    {"unicode_tolower", "(character, /)", sre_fn_unicode_tolower, NULL, 0},
    {0}};

static int sre_exec(Thread *th, Value module) {
    if (type_ready(th, &type_sre_pattern) < 0 || type_ready(th, &type_sre_match) < 0 || type_ready(th, &type_sre_scanner) < 0 ||
        type_ready(th, &type_sre_iterator) < 0 || type_ready(th, &type_sre_template) < 0)
        return -1;
    if (module_add_int(th, module, "MAGIC", SRE_MAGIC) < 0 || module_add_int(th, module, "CODESIZE", sizeof(uint32_t)) < 0 ||
        module_add_int(th, module, "MAXREPEAT", SRE_MAXREPEAT) < 0 || module_add_int(th, module, "MAXGROUPS", SRE_MAXGROUPS) < 0)
        return -1;
    return module_add_str(th, module, "copyright", "");
}

const ModuleDef module__sre = {.name = "_sre", .methods = sre_methods, .exec = sre_exec};
