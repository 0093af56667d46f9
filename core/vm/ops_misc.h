// SPDX-License-Identifier: MIT
// TEMPLATE (included by interp.c). Building, unpacking, modules, exceptions, pattern matching: thin shells around their cold halves.

SIMPLE(BUILD_SLICE, build_slice, 0)
SIMPLE(GETSLICE, getslice, 0)
SIMPLE(SETSLICE, setslice, 0)
SIMPLE(BUILD_TUPLE, build_tuple, 0)
SIMPLE(BUILD_LIST, build_list, 0)
SIMPLE(BUILD_SET, build_set, 0)
SIMPLE(BUILD_MAP, build_map, 0)
SIMPLE(BUILD_STRING, build_string, 0)
SLOW_INSTR(LIST_APPEND) { TRY(slow_list_append(th, frame, insn), 0); }
INSTR(LIST_APPEND) {
    Value v = RB;
    if (IS_TEMP(B) || LIKELY(try_incref(th, v))) {
        if (LIKELY(list_append_quick(th, AS(List, RA), v))) {
            if (IS_TEMP(B)) RB = VALUE_UNBOUND;
            DISPATCH();
        }
        if (!IS_TEMP(B) && value_is_ptr(v)) (void)try_decref(th, v);   // the register holds it
    }
    GOTO_SLOW(LIST_APPEND);
}
SIMPLE(SET_ADD, set_add, 0)
INSTR(MAP_ADD) {
    Value k = RB, v = RC;
    int64_t hash;
    if (LIKELY(quick_hash(k, &hash)) && STAYS(B, k) && STAYS(C, v)) {
        SAVE_PC();
        if (UNLIKELY(dict_set_hash(th, AS(Dict, RA), k, hash, v) < 0)) ERROR();
        AFTER_C();
        CONSUME(B);
        CONSUME(C);
        DISPATCH();
    }
    TRY(slow_map_add(th, frame, insn), 0);
}
SIMPLE(LIST_EXTEND, list_extend, 0)
SIMPLE(SET_UPDATE, set_update, 0)
SIMPLE(DICT_UPDATE, dict_update, 0)
SIMPLE(DICT_MERGE, dict_merge, 0)
SIMPLE(LIST_TO_TUPLE, list_to_tuple, 0)
SIMPLE(CONVERT, convert, 0)
SIMPLE(FORMAT, format, 0)
SIMPLE(FORMAT_SPEC, format_spec, 0)
SIMPLE(BUILD_INTERPOLATION, build_interpolation, 0)
SIMPLE(BUILD_TEMPLATE, build_template, 0)
INSTR(UNPACK) {
    Value v = RB;
    unsigned n = C;
    // An exact tuple of the right length: immutable, so its items can be counted one by one.
    if (LIKELY(value_is_exact_tuple(v)) && LIKELY(AS(Tuple, v)->len == n)) {
        const Value *items = AS(Tuple, v)->items;
        bool owned = IS_TEMP(B);
        if (owned) RB = VALUE_UNBOUND;
        Value *dst = &RA;
        if (LIKELY(n == 2)) {
            Value x = items[0], y = items[1], old0 = dst[0], old1 = dst[1];
            if (UNLIKELY(!try_incref(th, x))) object_incref_foreign(th, value_object(x));
            if (UNLIKELY(!try_incref(th, y))) object_incref_foreign(th, value_object(y));
            dst[0] = x;
            dst[1] = y;
            SAVE_PC();
            if (value_is_object(old0) && UNLIKELY(!try_decref(th, old0))) vm_release_slow(th, old0);
            if (value_is_object(old1) && UNLIKELY(!try_decref(th, old1))) vm_release_slow(th, old1);
            if (owned && UNLIKELY(!try_decref(th, v))) vm_release_slow(th, v);
            DISPATCH();
        }
        if (LIKELY(n <= UNPACK_LOCALS_MAX)) {
            // What the registers held is released when all have been written, for it may be v itself, or run Python code.
            Value olds[UNPACK_LOCALS_MAX + 1];
            unsigned k = 0;
            for (unsigned i = 0; i < n; i++) {
                Value x = items[i], old = dst[i];
                if (UNLIKELY(!try_incref(th, x))) object_incref_foreign(th, value_object(x));
                dst[i] = x;
                if (value_is_object(old)) olds[k++] = old;
            }
            if (owned) olds[k++] = v;
            while (k != 0)
                if (UNLIKELY(!try_decref(th, olds[--k]))) { SAVE_PC(); vm_release_slow(th, olds[k]); }
            DISPATCH();
        }
        for (unsigned i = 0; i < n; i++) {
            Value x = items[i], old = dst[i];
            if (UNLIKELY(!try_incref(th, x))) object_incref_foreign(th, value_object(x));
            dst[i] = x;
            if (value_is_object(old) && UNLIKELY(!try_decref(th, old))) vm_release_slow(th, old);
        }
        if (owned && UNLIKELY(!try_decref(th, v))) vm_release_slow(th, v);
        DISPATCH();
    }
    TRY(slow_unpack(th, frame, insn), 0);
}
SIMPLE(UNPACK_EX, unpack_ex, 0)
SIMPLE(IMPORT_NAME, import_name, 0)
SIMPLE(IMPORT_FROM, import_from, 0)
SIMPLE(IMPORT_STAR, import_star, 0)
INSTR(RAISE) {
    SAVE_PC();
    slow_raise(th, frame, insn);
    if (C == 0 && th->exc != NO_VALUE) ERROR_NO_TRACEBACK();
    ERROR();
}
INSTR(RERAISE) {
    SAVE_PC();
    slow_reraise(th, frame, insn);
    ERROR_NO_TRACEBACK();
}
SIMPLE(PUSH_HANDLED, push_handled, 0)
SIMPLE(POP_HANDLED, pop_handled, 0)
SIMPLE(CHECK_EXC_MATCH, check_exc_match, 0)
SIMPLE(CHECK_EG_MATCH, check_eg_match, 0)
SIMPLE(PREP_RERAISE_STAR, prep_reraise_star, 0)
SIMPLE(WITH_EXCEPT, with_except, 0)
SIMPLE(MATCH_SEQUENCE, match_sequence, 0)
SIMPLE(MATCH_MAPPING, match_mapping, 0)
SIMPLE(GET_LEN, get_len, 0)
SIMPLE(MATCH_KEYS, match_keys, 0)
SIMPLE(MATCH_CLASS, match_class, 0)
SIMPLE(LOAD_CLASSDICT, load_classdict, 0)
SIMPLE(SETUP_ANNOTATIONS, setup_annotations, 0)
SIMPLE(PRINT_EXPR, print_expr, 0)
SIMPLE(INTRINSIC1, intrinsic1, 0)
SIMPLE(INTRINSIC2, intrinsic2, 0)

// Not instructions, but reached like them.
// A pointer that an instruction replaced, in place of the instruction word.
INSTR(release_next) {
    Value v = insn;
    if (v == NO_VALUE || LIKELY(try_decref(th, v))) { SAFEPOINT(); DISPATCH(); }
    GOTO_COLD(release_cold);
}
COLD_INSTR(release_cold) {
    SAVE_PC();
    vm_release_slow(th, insn);
    SAFEPOINT();
    DISPATCH();
}
// The same for what another thread may be about to take a reference to.
COLD_INSTR(retire_next) {
    SAVE_PC();
    if (!value_is_object(insn) || !thread_others_away(th)) retire_value(th, insn);
    else vm_release_slow(th, insn);
    SAFEPOINT();
    DISPATCH();
}
COLD_INSTR(error) {
    SAVE_PC();
    if (!vm_unwind(th, true)) LEAVE(NO_VALUE);
    RELOAD();
    table = vm_table(th);
    DISPATCH();
}
COLD_INSTR(error_again) {
    SAVE_PC();
    if (!vm_unwind(th, false)) LEAVE(NO_VALUE);
    RELOAD();
    table = vm_table(th);
    DISPATCH();
}
COLD_INSTR(poll) {
    SAVE_PC();
    if (vm_safepoint_slow(th) < 0) ERROR();
    pc = frame->pc;
    table = vm_table(th);
    DISPATCH();
}
