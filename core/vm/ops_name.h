// SPDX-License-Identifier: MIT
// TEMPLATE (included by interp.c with INSTR defined). Moving values, names, cells.

INSTR(NOP) { DISPATCH(); }
INSTR(RESUME) { SAFEPOINT(); DISPATCH(); }
SLOW_INSTR(MOVE) { Value v = RB; vm_incref(th, v); SET(A, v); DISPATCH(); }
INSTR(MOVE) {
    Value v = RB;
    if (value_is_ptr(v)) {
        if (IS_TEMP(B)) RB = VALUE_UNBOUND;
        else if (!try_incref(th, v)) GOTO_SLOW(MOVE);
    }
    SET_NEXT(A, v, 0);
}
INSTR(COPY) { Value v = RB; if (!try_incref(th, v)) GOTO_SLOW(MOVE); SET_NEXT(A, v, 0); }
INSTR(LOAD_CONST) { SET_NEXT(A, consts[(uint32_t)BC], 0); }    // constants are immortal
INSTR(CLEAR) { reg_clear(th, &RA); RA = VALUE_UNBOUND; DISPATCH(); }
INSTR(RELEASE) { reg_clear(th, &RA); DISPATCH(); }
INSTR(CHECK_BOUND) {
    if (LIKELY(RA != VALUE_UNBOUND)) DISPATCH();
    SAVE_PC();
    slow_unbound_local(th, frame, insn);
    ERROR();
}
INSTR(DELETE_LOCAL) {
    if (LIKELY(RA != VALUE_UNBOUND)) { reg_clear(th, &RA); RA = VALUE_UNBOUND; DISPATCH(); }
    SAVE_PC();
    slow_unbound_local(th, frame, insn);
    ERROR();
}
SLOW_INSTR(LOAD_GLOBAL) { TRY(slow_load_global(th, frame, insn), 2); }
INSTR(LOAD_GLOBAL) {
    // Cache words: table version << 32 | entry number + 1. The table of one dict with one version has that key at that entry.
    uint64_t c0 = atomic_load_relaxed(&pc[0]);
    Dict *g = frame->func->globals;
    DictTable *t;
    if (LIKELY(!th->mt || object_readable(th, &g->head)) && LIKELY(atomic_load_relaxed(&(t = atomic_load_acquire(&g->table))->version) == (uint32_t)(c0 >> 32))) {
        uint32_t i = (uint32_t)c0;
        if (UNLIKELY(i == 0)) {
            uint64_t c1 = atomic_load_relaxed(&pc[1]);
            g = frame->func->builtins;
            if (UNLIKELY(th->mt && !object_readable(th, &g->head))) GOTO_SLOW(LOAD_GLOBAL);
            t = atomic_load_acquire(&g->table);
            i = (uint32_t)c1;
            if (UNLIKELY(i == 0 || atomic_load_relaxed(&t->version) != (uint32_t)(c1 >> 32))) GOTO_SLOW(LOAD_GLOBAL);
        }
        Value v = atomic_load_acquire(&t->entries[i - 1].value);
        if (LIKELY(v != NO_VALUE) && LIKELY(try_incref_uncounted(th, v))) SET_NEXT(A, v, 2);
    }
    GOTO_SLOW(LOAD_GLOBAL);
}
#define SIMPLE(NAME, fn, caches) INSTR(NAME) { TRY(slow_##fn(th, frame, insn), caches); }
SIMPLE(STORE_GLOBAL, store_global, 0)
SIMPLE(DELETE_GLOBAL, delete_global, 0)
SIMPLE(LOAD_NAME, load_name, 2)
SIMPLE(STORE_NAME, store_name, 0)
SIMPLE(DELETE_NAME, delete_name, 0)
SIMPLE(LOAD_FROM_DICT_OR_GLOBALS, load_from_dict_or_globals, 0)
SIMPLE(LOAD_FROM_DICT_OR_FREE, load_from_dict_or_free, 0)
SIMPLE(LOAD_FROM_DICT_OR_DEREF, load_from_dict_or_deref, 0)
SIMPLE(LOAD_LOCALS, load_locals, 0)
SIMPLE(LOAD_BUILD_CLASS, load_build_class, 0)
SIMPLE(LOAD_COMMON, load_common, 0)
SIMPLE(MAKE_CELL, make_cell, 0)
SLOW_INSTR(LOAD_DEREF) { TRY(slow_load_deref(th, frame, insn), 0); }
INSTR(LOAD_DEREF) {
    Cell *c = AS(Cell, RB);
    if (LIKELY(!th->mt)) {
        Value v = c->value;
        if (LIKELY(v != VALUE_UNBOUND) && LIKELY(try_incref(th, v))) SET_NEXT(A, v, 0);
    }
    GOTO_SLOW(LOAD_DEREF);
}
SIMPLE(STORE_DEREF, store_deref, 0)
SIMPLE(DELETE_DEREF, delete_deref, 0)
SLOW_INSTR(LOAD_FREE) { TRY(slow_load_free(th, frame, insn), 0); }
INSTR(LOAD_FREE) {
    if (LIKELY(!th->mt)) {
        Value v = AS(Cell, AS(Tuple, frame->func->closure)->items[B])->value;
        if (LIKELY(v != VALUE_UNBOUND) && LIKELY(try_incref(th, v))) SET_NEXT(A, v, 0);
    }
    GOTO_SLOW(LOAD_FREE);
}
SIMPLE(STORE_FREE, store_free, 0)
SIMPLE(DELETE_FREE, delete_free, 0)
SIMPLE(LOAD_FREE_CELL, load_free_cell, 0)
