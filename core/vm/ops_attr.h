// SPDX-License-Identifier: MIT
// TEMPLATE (included by interp.c with INSTR defined). Attributes and items. See core/vm/cache_int.h for the caches.

// An owned operand is released last: by the store when it is the destination, else here.
#define FINISH_LOAD(v) do { if (IS_TEMP(B) && A != B) { Value old_ = RB; RB = VALUE_UNBOUND; SET(A, v); pc += 1; RELEASE_NEXT(old_); } SET_NEXT(A, v, 1); } while (0)
#define FINISH_METHOD(v, self) do { \
        if (UNLIKELY(value_is_ptr(regs[A + 1]) && regs[A + 1] != NO_VALUE)) reg_clear(th, &regs[A + 1]); \
        if ((self) == NO_VALUE && IS_TEMP(B) && A != B) { \
            Value old_ = RB; RB = VALUE_UNBOUND; SET(A, v); regs[A + 1] = (self); pc += 1; RELEASE_NEXT(old_); \
        } \
        Value *pair_ = &regs[A]; pair_[1] = (self); \
        SET_NEXT(A, v, 1); \
    } while (0)

SLOW_INSTR(LOAD_ATTR) { TRY(slow_load_attr(th, frame, insn), 1); }
// Calls Python function get with n_ arguments in this loop, for an attribute; RETURN_ATTR delivers its result. The operands stay in their registers meanwhile.
#define ENTER_BY_ATTR(get, n_, a0, a1, a2) do { \
        if (LIKELY(value_is_ptr(get)) && LIKELY((get) != NO_VALUE) && LIKELY(atomic_load_acquire(&value_object(get)->shape) == &shape_function)) { \
            Function *fn = AS(Function, get); \
            Code *code = atomic_load_acquire(&fn->code); \
            Value *to = th->stack_top, *top = to + code->nregs; \
            if (LIKELY(code->fast_args == (n_)) && LIKELY(stack_fits(th, top)) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit) && LIKELY(try_incref_uncounted(th, get))) { \
                Value args_[3] = {a0, a1, a2}; \
                for (uint32_t i = 0; i < (n_); i++) { \
                    if (UNLIKELY(!try_incref(th, args_[i]))) object_incref_foreign(th, value_object(args_[i])); \
                    to[i] = args_[i]; \
                } \
                SAVE_PC(); \
                regs_unbind(to, (n_), code->nlocals); \
                frame = frame_push_fast(th, frame, fn, code, to, top, FRAME_BY_ATTR | FRAME_OWNS_FUNC); \
                RUN_FRAME(to); \
            } \
        } \
    } while (0)
#define ATTR_NAME() (AS(Tuple, frame->code->names)->items[C])
// A property, a descriptor with __get__, __getattr__ where there is nothing, or __getattribute__: when it is a Python function.
SLOW_INSTR(LOAD_ATTR_PROPERTY) {
    Value x = RB;
    if (LIKELY(value_is_ptr(x)) && LIKELY(th->tracing == 0) && LIKELY(atomic_load_relaxed(&th->poll) == 0)) {
        Shape *s = atomic_load_acquire(&value_object(x)->shape);
        uint32_t id = atomic_load_relaxed(&s->id);
        uint64_t c = site_word(th, (Instr *)pc, id, ATTR_NAME(), NULL);
        if (id == ic_stamp(c)) {
            if (LIKELY(ic_kind(c) == IC_PROPERTY)) {
                Value p = attr_cache_value(s->type, ic_entry(c));
                Value get = p != NO_VALUE && LIKELY(atomic_load_relaxed(&value_object(p)->shape) == &shape_property) ? AS(Property, p)->get : NO_VALUE;
                ENTER_BY_ATTR(get, 1, x, NO_VALUE, NO_VALUE);
            } else if (ic_kind(c) == IC_DESCR) {
                if (ic_tag(c) == IC_TAG_OVERFLOW) {
                    Value *slot = READABLE(value_object(x)) ? attr_slot_address(value_object(x), s, ic_entry(c)) : NULL;
                    Value v = LIKELY(slot != NULL) ? atomic_load_acquire(slot) : NO_VALUE;
                    if (LIKELY(v != NO_VALUE)) {
                        if (instr_op(insn) != OP_LOAD_ATTR) { if (!IS_TEMP(B)) { RA = v; NEXT(1); } }
                        else if (LIKELY(try_incref(th, v))) FINISH_LOAD(v);
                    }
                } else if (ic_tag(c) == IC_TAG_DICT || ic_tag(c) == IC_TAG_UNLESS_DICT) {
                    Value v = dict_mode_peek(th, value_object(x), s, ATTR_NAME());
                    if (v == VALUE_UNBOUND) {
                        v = ic_tag(c) == IC_TAG_UNLESS_DICT ? attr_cache_value(s->type, ic_entry(c)) : NO_VALUE;
                        if (value_is_object(v)) {   // borrowed of a class is what this thread or nobody counts
                            uint32_t owner = atomic_load_relaxed(&value_object(v)->biased) >> OBJ_TID_SHIFT;
                            if (class_attr_kind(v) != CLASS_ATTR_PLAIN || (owner != th->tid && owner != OBJ_TID_NONE)) v = NO_VALUE;
                        }
                    }
                    if (LIKELY(v != NO_VALUE)) {
                        if (instr_op(insn) != OP_LOAD_ATTR) { if (!IS_TEMP(B)) { RA = v; NEXT(1); } }
                        else if (LIKELY(try_incref(th, v))) FINISH_LOAD(v);
                    }
                } else if (ic_tag(c) == IC_TAG_HOOK || ic_tag(c) == IC_TAG_OWN) {
                    Value get = attr_cache_value(s->type, ic_entry(c));
                    ENTER_BY_ATTR(get, 2, x, ATTR_NAME(), NO_VALUE);
                } else if (ic_tag(c) == IC_TAG_NONE) {
                    Value d = attr_cache_value(s->type, ic_entry(c));
                    // x.__class__
                    if (value_is_object(d) && atomic_load_relaxed(&value_object(d)->shape) == &shape_getset_descriptor && AS(GetSetDescr, d)->def == object_getsets) {
                        Value cls = VALUE_OF(s->type);
                        if (LIKELY((atomic_load_relaxed(&value_object(cls)->biased) >> OBJ_TID_SHIFT) == OBJ_TID_NONE)) {
                            if (instr_op(insn) == OP_LOAD_ATTR) FINISH_LOAD(cls);
                            if (!IS_TEMP(B)) { RA = cls; NEXT(1); }
                        }
                    }
                    Value get = d != NO_VALUE ? type_python_get(type_of(d)) : NO_VALUE;
                    ENTER_BY_ATTR(get, 3, d, x, VALUE_OF(s->type));
                    // A native descriptor; x stays in a local, or in a temporary that the frame owns.
                    DescrGetFn native = d != NO_VALUE ? type_of(d)->slots.descr_get : NULL;
                    if (LIKELY(native != NULL) && LIKELY(get == NO_VALUE) && (B < frame->code->nlocals || (IS_TEMP(B) && instr_op(insn) == OP_LOAD_ATTR)) &&
                        LIKELY(try_incref_uncounted(th, d))) {
                        SAVE_PC();
                        Value v = native(th, d, x, VALUE_OF(s->type));
                        if (UNLIKELY(!try_decref_uncounted(th, d))) vm_release_slow(th, d);
                        if (UNLIKELY(v == NO_VALUE)) ERROR();
                        if (instr_op(insn) == OP_LOAD_ATTR) FINISH_LOAD(v);
                        RA = vm_keep_borrowed(th, v);
                        NEXT(1);
                    }
                }
            }
        }
    }
    if (instr_op(insn) == OP_LOAD_ATTR) GOTO_SLOW(LOAD_ATTR);
    GOTO_SLOW(LOAD_ATTR_B);
}
// Words of these kinds have stamps that are no shape ids: a site with one is not asked for the word of a shape.
#define NO_SHAPE_WORD(c) (ic_kind(c) == IC_MODULE || ic_kind(c) == IC_TYPE_VALUE)
// What is found on the class, in a module or in a type, or in an object that is itself an owned temporary; anything in an object of another shape than the
// site's last one.
SLOW_INSTR(LOAD_ATTR_OTHER) {
    Object *o = value_object(RB);
    Shape *s = atomic_load_acquire(&o->shape);
    uint32_t id = atomic_load_relaxed(&s->id);
    uint64_t c = atomic_load_relaxed(&pc[0]);
    Value v = NO_VALUE;
    if (!NO_SHAPE_WORD(c)) c = site_word(th, (Instr *)pc, id, ATTR_NAME(), NULL);
    if (LIKELY(id == ic_stamp(c)) && ic_kind(c) == IC_SLOT) { if (READABLE(o)) v = atomic_load_acquire((Value *)((char *)o + (uint32_t)c)); }
    else if (id == ic_stamp(c) && (ic_kind(c) == IC_PROPERTY || ic_kind(c) == IC_DESCR)) GOTO_SLOW(LOAD_ATTR_PROPERTY);
    else v = word_other_value(th, c, o, s, id);
    if (LIKELY(v != NO_VALUE) && LIKELY(try_incref(th, v))) FINISH_LOAD(v);
    GOTO_SLOW(LOAD_ATTR);
}
// The base of an attribute is never NO_VALUE, so "no immediate" means an object.
#define SHAPE_ID(o) atomic_load_relaxed(&atomic_load_acquire(&(o)->shape)->id)
INSTR(LOAD_ATTR) {
    Value x = RB;
    if (LIKELY(value_is_ptr(x))) {
        Object *o = value_object(x);
        uint64_t slot = ic_slot(atomic_load_relaxed(&pc[0]), SHAPE_ID(o));
        if (LIKELY(slot <= IC_SLOT_MAX) && LIKELY(!IS_TEMP(B)) && READABLE(o)) {
            Value v = atomic_load_acquire((Value *)o + slot);
            if (UNLIKELY(value_is_ptr(v)) && (UNLIKELY(v == NO_VALUE) || UNLIKELY(!try_incref(th, v)))) GOTO_SLOW(LOAD_ATTR_OTHER);
            SET_NEXT(A, v, 1);
        }
        GOTO_SLOW(LOAD_ATTR_OTHER);
    }
    GOTO_SLOW(LOAD_ATTR);
}
// LOAD_ATTR_B for an object of another shape than the site's last one, and for what lies elsewhere. Borrowed is what this thread or nobody counts: it stays
// until the next safepoint, whoever takes it out of its place.
SLOW_INSTR(LOAD_ATTR_B_OTHER) {
    Value x = RB;
    // An owned operand would take the value with it, but one that nobody counts (a class, a module).
    if (LIKELY(value_is_ptr(x)) && (!IS_TEMP(B) || LIKELY((atomic_load_relaxed(&value_object(x)->biased) >> OBJ_TID_SHIFT) == OBJ_TID_NONE))) {
        Object *o = value_object(x);
        Shape *s = atomic_load_acquire(&o->shape);
        uint32_t id = atomic_load_relaxed(&s->id);
        uint64_t c = atomic_load_relaxed(&pc[0]);
        if (!NO_SHAPE_WORD(c)) c = site_word(th, (Instr *)pc, id, ATTR_NAME(), NULL);
        if (LIKELY(ic_slot(c, id) <= IC_SLOT_MAX)) {
            Value v = READABLE(o) ? atomic_load_acquire((Value *)o + ic_slot(c, id)) : NO_VALUE;
            if (LIKELY(v != NO_VALUE)) { if (IS_TEMP(B)) RB = VALUE_UNBOUND; RA = v; NEXT(1); }
        } else {
            Value v = word_other_value(th, c, o, s, id);
            uint32_t owner = value_is_object(v) ? atomic_load_relaxed(&value_object(v)->biased) >> OBJ_TID_SHIFT : OBJ_TID_NONE;
            if (LIKELY(v != NO_VALUE) && LIKELY(owner == th->tid || owner == OBJ_TID_NONE)) { if (IS_TEMP(B)) RB = VALUE_UNBOUND; RA = v; NEXT(1); }
        }
    }
    GOTO_SLOW(LOAD_ATTR_PROPERTY);
}
INSTR(LOAD_ATTR_B) {
    Value x = RB;
    if (LIKELY(value_is_ptr(x)) && !IS_TEMP(B)) {    // an owned operand would take the value with it
        Object *o = value_object(x);
        uint64_t slot = ic_slot(atomic_load_relaxed(&pc[0]), SHAPE_ID(o));
        if (LIKELY(slot <= IC_SLOT_MAX) && READABLE(o)) {
            Value v = atomic_load_acquire((Value *)o + slot);
            if (LIKELY(v != NO_VALUE)) { RA = v; NEXT(1); }
        }
    }
    GOTO_SLOW(LOAD_ATTR_B_OTHER);
}
SLOW_INSTR(LOAD_METHOD) { TRY(slow_load_method(th, frame, insn), 1); }
// d, what a class has (NO_VALUE: nothing), is a class method or a static method: what it holds needs no bound method. Its class goes in front of the arguments,
// moved out of register B, which holds it, or counted; or nothing does. Their shapes vary with what was copied from the function.
#define BOUND_TO_CLASS(d, cls, moved) do { \
        Type *dt_ = LIKELY(value_is_object(d)) ? atomic_load_acquire(&value_object(d)->shape)->type : NULL; \
        if (dt_ == &type_classmethod) { \
            Value m_ = AS(ClassMethod, d)->callable; \
            if (LIKELY(value_is_object(m_)) && LIKELY(atomic_load_relaxed(&value_object(m_)->shape) == &shape_function) && LIKELY(try_incref_uncounted(th, m_))) { \
                if (moved) RB = VALUE_UNBOUND; \
                else if (UNLIKELY(!try_incref_uncounted(th, (cls)))) object_incref_foreign(th, value_object(cls)); \
                if (!(moved) && IS_TEMP(B)) { SAVE_PC(); reg_clear(th, &RB); } \
                FINISH_METHOD(m_, (cls)); \
            } \
        } else if (dt_ == &type_staticmethod) { \
            Value m_ = AS(ClassMethod, d)->callable; \
            if (LIKELY(value_is_object(m_)) && LIKELY(try_incref_uncounted(th, m_))) FINISH_METHOD(m_, NO_VALUE); \
        } \
    } while (0)
// v, what an object itself has under the name of a method: called as it is, but for a bound method of a Python function, which is taken apart.
#define FINISH_OWN_METHOD(v) do { \
        Value m_ = (v); \
        if (value_is_object(m_) && atomic_load_acquire(&value_object(m_)->shape) == &shape_method) { \
            Value func_ = AS(Method, m_)->func, self_ = AS(Method, m_)->self; \
            if (LIKELY(value_is_object(func_)) && LIKELY(atomic_load_acquire(&value_object(func_)->shape) == &shape_function) && LIKELY(try_incref(th, func_))) { \
                if (UNLIKELY(!try_incref(th, self_))) object_incref_foreign(th, value_object(self_)); \
                if (IS_TEMP(B)) { SAVE_PC(); reg_clear(th, &RB); }    /* after both references are taken: v may go with it */ \
                FINISH_METHOD(func_, self_); \
            } \
        } else if (LIKELY(try_incref(th, m_))) FINISH_METHOD(m_, NO_VALUE); \
    } while (0)
SLOW_INSTR(LOAD_METHOD_OTHER) {
    Value x = RB;
    if (LIKELY(value_is_object(x))) {
        Shape *s = atomic_load_acquire(&value_object(x)->shape);
        uint32_t id = atomic_load_relaxed(&s->id);
        uint64_t c = atomic_load_relaxed(&pc[0]);
        if (!NO_SHAPE_WORD(c)) c = site_word(th, (Instr *)pc, id, ATTR_NAME(), NULL);
        if (LIKELY(id == ic_stamp(c)) && LIKELY(ic_kind(c) == IC_METHOD)) {
            Value v = attr_cache_value(s->type, ic_index(c));
            if (LIKELY(v != NO_VALUE) && LIKELY(try_incref(th, v))) {
                if (IS_TEMP(B)) RB = VALUE_UNBOUND;
                else if (UNLIKELY(!try_incref(th, x))) object_incref_foreign(th, value_object(x));
                FINISH_METHOD(v, x);
            }
        } else if (id == ic_stamp(c) && ic_kind(c) == IC_DESCR && ic_tag(c) == IC_TAG_NONE) {
            Value v = attr_cache_value(s->type, ic_entry(c));
            BOUND_TO_CLASS(v, VALUE_OF(s->type), false);
        } else if (id == ic_stamp(c) && ic_kind(c) == IC_SLOT) {
            Value v = READABLE(value_object(x)) ? atomic_load_acquire((Value *)((char *)value_object(x) + (uint32_t)c)) : NO_VALUE;
            if (LIKELY(v != NO_VALUE)) FINISH_OWN_METHOD(v);
        } else if (id == ic_stamp(c) && ic_kind(c) == IC_DESCR && ic_tag(c) == IC_TAG_OVERFLOW) {
            Value *slot = READABLE(value_object(x)) ? attr_slot_address(value_object(x), s, ic_entry(c)) : NULL;
            Value v = LIKELY(slot != NULL) ? atomic_load_acquire(slot) : NO_VALUE;
            if (LIKELY(v != NO_VALUE)) FINISH_OWN_METHOD(v);
        } else if (id == ic_stamp(c) && ic_kind(c) == IC_DESCR && (ic_tag(c) == IC_TAG_UNLESS_DICT || ic_tag(c) == IC_TAG_DICT)) {
            Value v = dict_mode_peek(th, value_object(x), s, ATTR_NAME());
            if (LIKELY(v == VALUE_UNBOUND) && LIKELY(ic_tag(c) == IC_TAG_UNLESS_DICT)) {
                v = attr_cache_value(s->type, ic_entry(c));
                if (LIKELY(value_is_object(v)) && LIKELY(atomic_load_acquire(&value_object(v)->shape) == &shape_function) && LIKELY(try_incref(th, v))) {
                    if (IS_TEMP(B)) RB = VALUE_UNBOUND;
                    else if (UNLIKELY(!try_incref(th, x))) object_incref_foreign(th, value_object(x));
                    FINISH_METHOD(v, x);
                }
            } else if (v != NO_VALUE && v != VALUE_UNBOUND) FINISH_OWN_METHOD(v);
        } else if (ic_kind(c) == IC_MODULE && s == &shape_module) {
            Dict *d = AS(Dict, AS(Module, x)->dict);
            DictTable *t;
            if (READABLE(&d->head) && LIKELY(atomic_load_relaxed(&(t = atomic_load_acquire(&d->table))->version) == ic_stamp(c))) {
                Value v = atomic_load_acquire(&t->entries[ic_index(c)].value);
                if (LIKELY(v != NO_VALUE) && LIKELY(try_incref(th, v))) FINISH_METHOD(v, NO_VALUE);
            }
        } else if (ic_kind(c) == IC_TYPE_VALUE) {
            if ((s->flags & TYPE_TYPE_SUBCLASS) && atomic_load_relaxed(&AS(Type, x)->version) == ic_stamp(c)) {
                Value v = attr_cache_value(AS(Type, x), ic_entry(c));
                if (ic_tag(c) == IC_TAG_BIND) {
                    BOUND_TO_CLASS(v, x, IS_TEMP(B));
                } else if (LIKELY(v != NO_VALUE) && LIKELY(try_incref(th, v))) FINISH_METHOD(v, NO_VALUE);
            }
        }
    } else if (value_is_imm_int(x) || value_is_imm_float(x)) {
        Shape *s = value_is_imm_int(x) ? &shape_int : &shape_float;
        uint64_t c = atomic_load_relaxed(&pc[0]);
        if (LIKELY(atomic_load_relaxed(&s->id) == ic_stamp(c)) && LIKELY(ic_kind(c) == IC_METHOD)) {
            Value v = attr_cache_value(s->type, ic_index(c));
            if (LIKELY(v != NO_VALUE) && LIKELY(try_incref(th, v))) {
                if (IS_TEMP(B)) RB = VALUE_UNBOUND;
                FINISH_METHOD(v, x);
            }
        }
    }
    GOTO_SLOW(LOAD_METHOD);
}
INSTR(LOAD_METHOD) {
    Value x = RB;
    if (LIKELY(value_is_object(x))) {
        Object *o = value_object(x);
        Shape *s = atomic_load_acquire(&o->shape);
        uint64_t c = atomic_load_relaxed(&pc[0]);
        if (LIKELY(atomic_load_relaxed(&s->id) == ic_stamp(c)) && LIKELY(ic_kind(c) == IC_METHOD)) {
            Value v = attr_cache_value(s->type, ic_index(c));
            Value *pair = &RA;
            // Methods are reached from their class: nobody counts them.
            if (LIKELY(v != NO_VALUE) && LIKELY((atomic_load_relaxed(&value_object(v)->biased) >> OBJ_TID_SHIFT) == OBJ_TID_NONE) && LIKELY(!value_is_object(pair[1]))) {
                if (IS_TEMP(B)) RB = VALUE_UNBOUND;
                else if (UNLIKELY(!try_incref(th, x))) GOTO_SLOW(LOAD_METHOD_OTHER);
                pair[1] = x;
                SET_NEXT(A, v, 1);
            }
        }
    }
    GOTO_SLOW(LOAD_METHOD_OTHER);
}
// STORE_ATTR when the slot holds a pointer and there are other threads, which may have written the cache since: all is looked at again.
SLOW_INSTR(STORE_ATTR_SWAP) {
    Object *o = value_object(RA);
    uint64_t c = atomic_load_relaxed(&pc[0]);
    if (UNLIKELY(SHAPE_ID(o) != ic_stamp(c)) || UNLIKELY(ic_kind(c) != IC_SLOT) || UNLIKELY(!WRITABLE(o))) GOTO_SLOW(STORE_ATTR);
    Value v = RB;
    if (IS_TEMP(B)) RB = VALUE_UNBOUND;
    else if (UNLIKELY(!try_incref(th, v))) GOTO_SLOW(STORE_ATTR);
    Value old = atomic_swap_seqcst((Value *)((char *)o + (uint32_t)c), v);
    pc += 2;
    if (UNLIKELY(object_seen(o))) { insn = old; GOTO_COLD(retire_next); }
    RELEASE_NEXT(old);
}
SLOW_INSTR(STORE_ATTR) { TRY(slow_store_attr(th, frame, insn), 2); }
// A property's setter, a descriptor's __set__, or __setattr__: when it is a Python function.
SLOW_INSTR(STORE_ATTR_CALL) {
    Value x = RA, v = RB;
    if (LIKELY(value_is_object(x)) && LIKELY(th->tracing == 0) && LIKELY(atomic_load_relaxed(&th->poll) == 0)) {
        Shape *s = atomic_load_acquire(&value_object(x)->shape), *child;
        uint32_t id = atomic_load_relaxed(&s->id);
        uint64_t c = site_word(th, (Instr *)pc, id, ATTR_NAME() | MEMO_STORE, &child);
        if (LIKELY(id == ic_stamp(c)) && (ic_kind(c) == IC_PROPERTY || ic_kind(c) == IC_DESCR)) {
            Value d = ic_tag(c) == IC_TAG_NONE || ic_tag(c) == IC_TAG_OWN ? attr_cache_value(s->type, ic_entry(c)) : NO_VALUE;
            if (ic_kind(c) == IC_PROPERTY) {
                Value set = d != NO_VALUE && LIKELY(atomic_load_relaxed(&value_object(d)->shape) == &shape_property) ? AS(Property, d)->set : NO_VALUE;
                ENTER_BY_ATTR(set, 2, x, v, NO_VALUE);
            } else if (ic_tag(c) == IC_TAG_OWN) ENTER_BY_ATTR(d, 3, x, ATTR_NAME(), v);
            else if (d != NO_VALUE) {
                Value set = type_python_set(type_of(d));
                ENTER_BY_ATTR(set, 3, d, x, v);
            }
        }
    }
    GOTO_SLOW(STORE_ATTR);
}
// v, of register B, into slot offset_ of o, which nobody else writes; its old value is released.
#define STORE_SLOT(o, offset_) do { \
        Value *slot = (Value *)((char *)(o) + (offset_)); \
        Value old = atomic_load_relaxed(slot); \
        /* Another thread may mark o as seen now and load the slot afterwards: what is taken out must be swapped for, and the mark \
           looked at again (core/object/attr.c). What holds no memory may just be overwritten. */ \
        if (UNLIKELY(value_is_ptr(old)) && UNLIKELY(th->mt)) GOTO_SLOW(STORE_ATTR_SWAP); \
        if (IS_TEMP(B)) RB = VALUE_UNBOUND; \
        else if (UNLIKELY(!try_incref(th, v))) GOTO_SLOW(STORE_ATTR); \
        atomic_store_release(slot, v); \
        pc += 2; \
        if (UNLIKELY(value_is_ptr(old))) RELEASE_NEXT(old); \
        DISPATCH(); \
    } while (0)
#define STORE_ADD(o, c, child) do { \
        Value *slot = (Value *)((char *)(o) + ((uint32_t)(c) & ~7u)); \
        if (IS_TEMP(B)) RB = VALUE_UNBOUND; \
        else if (UNLIKELY(!try_incref(th, v))) GOTO_SLOW(STORE_ATTR); \
        *slot = v; \
        atomic_store_release(&(o)->shape, child); \
        NEXT(2); \
    } while (0)
// STORE_ATTR for an object of another shape than the site's last one, or one that nothing else holds.
SLOW_INSTR(STORE_ATTR_OTHER) {
    Value x = RA;
    if (LIKELY(value_is_object(x)) && IS_TEMP(A) && LIKELY(!th->mt)) {      // f().name = v: the object goes when it has v
        Object *o = value_object(x);
        uint32_t id = SHAPE_ID(o);
        uint64_t c = site_word(th, (Instr *)pc, id, ATTR_NAME() | MEMO_STORE, NULL);
        if (LIKELY(id == ic_stamp(c)) && LIKELY(ic_kind(c) == IC_SLOT)) {
            Value v = RB, *slot = (Value *)((char *)o + (uint32_t)c), old = *slot;
            if (IS_TEMP(B)) RB = VALUE_UNBOUND;
            else if (UNLIKELY(!try_incref(th, v))) GOTO_SLOW(STORE_ATTR);
            *slot = v;
            RA = VALUE_UNBOUND;
            pc += 2;
            if (value_is_object(old) && UNLIKELY(!try_decref(th, old))) { SAVE_PC(); vm_release_slow(th, old); }
            RELEASE_NEXT(x);
        }
    }
    if (LIKELY(value_is_object(x)) && !IS_TEMP(A)) {
        Object *o = value_object(x);
        Shape *s = atomic_load_acquire(&o->shape), *child = NULL;
        uint32_t id = atomic_load_relaxed(&s->id);
        if (id != ic_stamp(atomic_load_relaxed(&pc[0]))) {
            uint64_t c = site_word(th, (Instr *)pc, id, ATTR_NAME() | MEMO_STORE, &child);
            if (LIKELY(id == ic_stamp(c)) && LIKELY(WRITABLE(o))) {
                Value v = RB;
                if (LIKELY(ic_kind(c) == IC_SLOT)) {
                    if (UNLIKELY(th->mt)) GOTO_SLOW(STORE_ATTR);    // STORE_ATTR_SWAP knows the site's word alone
                    STORE_SLOT(o, (uint32_t)c);
                }
                if (ic_kind(c) == IC_ADD && LIKELY(!th->mt) && LIKELY(child != NULL) && LIKELY(child->parent == s)) STORE_ADD(o, c, child);
            }
        }
    }
    GOTO_SLOW(STORE_ATTR_CALL);
}
INSTR(STORE_ATTR) {
    Value x = RA;
    if (LIKELY(value_is_object(x)) && !IS_TEMP(A)) {
        Object *o = value_object(x);
        Shape *s = atomic_load_acquire(&o->shape);
        uint64_t c = atomic_load_relaxed(&pc[0]);
        if (LIKELY(atomic_load_relaxed(&s->id) == ic_stamp(c)) && LIKELY(WRITABLE(o))) {
            Value v = RB;
            if (LIKELY(ic_kind(c) == IC_SLOT)) STORE_SLOT(o, (uint32_t)c);
            if (ic_kind(c) == IC_ADD && LIKELY(!th->mt)) {
                Shape *child = (Shape *)(uintptr_t)atomic_load_relaxed(&pc[1]);
                if (LIKELY(child != NULL && child->parent == s)) STORE_ADD(o, c, child);
            }
        }
    }
    GOTO_SLOW(STORE_ATTR_OTHER);
}
SIMPLE(DELETE_ATTR, delete_attr, 0)
SIMPLE(LOAD_SUPER_ATTR, load_super_attr, 1)
SIMPLE(LOAD_SUPER_METHOD, load_super_method, 1)
SIMPLE(LOAD_SUPER2_ATTR, load_super2_attr, 1)
SIMPLE(LOAD_SUPER2_METHOD, load_super2_method, 1)
SIMPLE(LOAD_SPECIAL, load_special, 0)

// An item of an exact list or tuple at an immediate index: a borrowed value, NO_VALUE when this path does not apply.
// The block carries its capacity, and entries beyond the length are NO_VALUE, so that any block and any index below its capacity are safe to read.
#define ITEM_FAST(x, k, v) \
    Value v = NO_VALUE; \
    if (LIKELY(value_is_imm_int(k)) && LIKELY(value_is_object(x))) { \
        Object *io_ = value_object(x); \
        Shape *is_ = atomic_load_relaxed(&io_->shape); \
        int64_t ii_ = value_imm_int_get(k); \
        if (LIKELY(is_ == &shape_list)) { \
            if (READABLE(io_)) { \
                size_t n_ = atomic_load_acquire(&AS(List, x)->len); \
                ListItems *li_ = atomic_load_acquire(&AS(List, x)->items); \
                if (ii_ < 0) ii_ += (int64_t)n_; \
                if (LIKELY((uint64_t)ii_ < n_) && LIKELY(li_ != NULL) && LIKELY((uint64_t)ii_ < li_->cap)) v = atomic_load_acquire(&li_->v[ii_]); \
            } \
        } else if (is_ == &shape_tuple) { \
            if (ii_ < 0) ii_ += (int64_t)AS(Tuple, x)->len; \
            if (LIKELY((uint64_t)ii_ < AS(Tuple, x)->len)) v = AS(Tuple, x)->items[ii_]; \
        } \
    }
// The same of x, an exact dict, by a key that is quickly hashed and compared. Apart from the above, whose instructions keep all in registers without it.
#define ITEM_DICT(x, k, v) \
    Value v = NO_VALUE; \
    int64_t ih_; \
    if (READABLE(value_object(x)) && quick_hash(k, &ih_)) { \
        v = table_peek(atomic_load_acquire(&AS(Dict, x)->table), k, ih_); \
        if (UNLIKELY(v == VALUE_UNBOUND)) v = NO_VALUE; \
    }

// The item goes to A; the container in B is released when it is an owned temporary. A key that must be released goes the long way.
#define ITEM_FINISH(x, v, key_ok) \
    if (LIKELY(v != NO_VALUE) && LIKELY(key_ok)) { \
        if (LIKELY(!IS_TEMP(B) || A == B)) { if (LIKELY(try_incref(th, v))) SET_NEXT(A, v, 1); } \
        else if (LIKELY(!value_is_object(RA)) && LIKELY(try_incref(th, v))) { \
            RB = VALUE_UNBOUND; \
            RA = v; \
            pc += 1; \
            RELEASE_NEXT(x); \
        } \
    }

// A latin-1 character of a str: nobody counts it, so a borrowed A (CHAR_PATH_B) takes it as it is; what that held before belongs to another and is not released.
#define CHAR_FOUND(k, v) \
    Value v = NO_VALUE; \
    if (LIKELY(value_is_imm_int(k))) { \
        Str *is_ = AS(Str, RB); \
        int64_t ii_ = value_imm_int_get(k); \
        if (ii_ < 0) ii_ += (int64_t)is_->len; \
        if (LIKELY((uint64_t)ii_ < is_->len)) { \
            uint32_t ch_ = str_char_at(is_, (size_t)ii_); \
            if (LIKELY(ch_ < 256)) v = str_latin1_char((uint8_t)ch_); \
        } \
    }
#define CHAR_PATH(k) \
    CHAR_FOUND(k, v_) \
    if (v_ != NO_VALUE) { \
        if (!IS_TEMP(B) || A == B) SET_NEXT(A, v_, 1); \
        Value of_ = RB; \
        RB = VALUE_UNBOUND; \
        SET(A, v_); \
        pc += 1; \
        RELEASE_NEXT(of_); \
    }
#define CHAR_PATH_B(k) \
    CHAR_FOUND(k, v_) \
    if (v_ != NO_VALUE) { \
        Value of_ = RB; \
        if (IS_TEMP(B)) RB = VALUE_UNBOUND; \
        RA = v_; \
        pc += 1; \
        if (IS_TEMP(B)) RELEASE_NEXT(of_); \
        DISPATCH(); \
    }
// An instance of a class with a __getitem__ in Python: that runs in this loop, as what an attribute calls (RETURN_ATTR).
#define GETITEM_PYTHON(k) \
    if (LIKELY(th->tracing == 0) && LIKELY(atomic_load_relaxed(&th->poll) == 0)) { \
        Value x_ = RB, get_ = type_python_getitem(atomic_load_acquire(&value_object(x_)->shape)->type); \
        ENTER_BY_ATTR(get_, 2, x_, (k), NO_VALUE); \
    }
// What register i holds, v, stays while C code runs: no borrowed temporary.
#define STAYS(i, v) (!value_is_object(v) || (i) < frame->code->nlocals || IS_TEMP(i))
// An item by the slot of a type in C, by a key that stays (stays_; done_ releases it). A borrowed container is counted meanwhile: the slot may run Python
// code. finish_: from v_ on, an owned result.
#define GETITEM_NATIVE(k, stays_, done_, finish_) \
    if (LIKELY(value_is_object(RB)) && (stays_)) { \
        Value x_ = RB; \
        BinaryFn get_ = atomic_load_acquire(&value_object(x_)->shape)->type->slots.getitem; \
        bool held_ = STAYS(B, x_); \
        if (LIKELY(get_ != NULL) && get_ != slot_py_getitem && (held_ || LIKELY(try_incref(th, x_)))) { \
            SAVE_PC(); \
            Value v_ = get_(th, x_, k); \
            AFTER_C(); \
            if (!held_ && UNLIKELY(!try_decref(th, x_))) vm_release_slow(th, x_); \
            if (UNLIKELY(v_ == NO_VALUE)) ERROR(); \
            done_; \
            finish_; \
        } \
    }
#define KEEP_ITEM(v) do { \
        CONSUME(B);     /* before v is left to its other holder, which may be the operand */ \
        RA = value_is_object(v) ? vm_keep_borrowed(th, v) : (v); \
        NEXT(1); \
    } while (0)
// The ways of a subscript that is no item of a list, tuple or dict, each with no more of a stack frame than it needs.
#define GETITEM_WAYS(name, chars, python, native, slow) \
    SLOW_INSTR(name##_SLOT) { native TRY(slow(th, frame, insn), 1); } \
    SLOW_INSTR(name##_PYTHON) { python TRY(slow(th, frame, insn), 1); } \
    SLOW_INSTR(name##_CHAR) { chars GOTO_SLOW(name##_SLOT); } \
    SLOW_INSTR(name) { \
        Shape *s_ = value_is_object(RB) ? atomic_load_acquire(&value_object(RB)->shape) : &shape_int; \
        if (s_ == &shape_str) GOTO_SLOW(name##_CHAR); \
        if (s_->type->slots.getitem == slot_py_getitem) GOTO_SLOW(name##_PYTHON); \
        GOTO_SLOW(name##_SLOT); \
    }
GETITEM_WAYS(GETITEM, CHAR_PATH(RC), GETITEM_PYTHON(RC), GETITEM_NATIVE(RC, STAYS(C, RC), CONSUME(C), FINISH_LOAD(v_)), slow_getitem)
SLOW_INSTR(GETITEM_DICT) {
    Value x = RB, k = RC;
    if (!value_is_exact_dict(x)) GOTO_SLOW(GETITEM);
    ITEM_DICT(x, k, v)
    ITEM_FINISH(x, v, !IS_TEMP(C) || !value_is_object(k))
    GOTO_SLOW(GETITEM_SLOT);
}
INSTR(GETITEM) {
    Value x = RB, k = RC;
    ITEM_FAST(x, k, v)
    ITEM_FINISH(x, v, true)     // the key is an int of a word, or there is no v
    GOTO_SLOW(GETITEM_DICT);
}
GETITEM_WAYS(GETITEM_K, CHAR_PATH(KC), GETITEM_PYTHON(KC), GETITEM_NATIVE(KC, true, (void)0, FINISH_LOAD(v_)), slow_getitem_k)
SLOW_INSTR(GETITEM_K_DICT) {
    Value x = RB, k = KC;
    if (!value_is_exact_dict(x)) GOTO_SLOW(GETITEM_K);
    ITEM_DICT(x, k, v)
    ITEM_FINISH(x, v, true)
    GOTO_SLOW(GETITEM_K_SLOT);
}
INSTR(GETITEM_K) {
    Value x = RB, k = KC;
    ITEM_FAST(x, k, v)
    ITEM_FINISH(x, v, true)
    GOTO_SLOW(GETITEM_K_DICT);
}
GETITEM_WAYS(GETITEM_B, CHAR_PATH_B(RC), GETITEM_PYTHON(RC), GETITEM_NATIVE(RC, STAYS(C, RC), CONSUME(C), KEEP_ITEM(v_)), slow_getitem_b)
SLOW_INSTR(GETITEM_B_DICT) {
    Value x = RB, k = RC;
    if (!value_is_exact_dict(x)) GOTO_SLOW(GETITEM_B);
    if (!IS_TEMP(B) && (!IS_TEMP(C) || !value_is_object(k))) {
        ITEM_DICT(x, k, v)
        if (LIKELY(v != NO_VALUE)) {
            RA = v;
            NEXT(1);
        }
    }
    GOTO_SLOW(GETITEM_B_SLOT);
}
INSTR(GETITEM_B) {
    Value x = RB, k = RC;
    if (!IS_TEMP(B)) {
        ITEM_FAST(x, k, v)
        if (LIKELY(v != NO_VALUE)) {
            RA = v;
            if (value_is_imm_float(v) && UNLIKELY(atomic_load_relaxed(pc) == 0)) GOTO_SLOW(GETITEM_B_FLOAT);
            NEXT(1);
        }
    }
    GOTO_SLOW(GETITEM_B_DICT);
}
// The same with other threads about, for a list that only its owner knows: under its lock, which nobody can be parked on (container_inl.h).
SLOW_INSTR(SETITEM_OWNED) {
    List *l = AS(List, RA);
    Value v = RC;
    if (LIKELY(WRITABLE(&l->head)) && LIKELY(obj_try_lock(&l->lock))) {
        int64_t i = value_imm_int_get(RB);
        if (i < 0) i += (int64_t)l->len;
        if (LIKELY(!object_seen(&l->head)) && LIKELY((uint64_t)i < l->len) && (IS_TEMP(C) || LIKELY(try_incref(th, v)))) {
            if (IS_TEMP(C)) RC = VALUE_UNBOUND;
            Value old = l->items->v[i];
            atomic_store_release(&l->items->v[i], v);
            obj_unlock_private(&l->lock);
            pc += 1;
            if (UNLIKELY(value_is_ptr(old))) RELEASE_NEXT(old);
            DISPATCH();
        }
        owned_unlock(th, &l->head, &l->lock);
    }
    GOTO_SLOW(SETITEM);
}
SLOW_INSTR(SETITEM_SLOT) {
    Value x = RA, v = RC;
    SetItemFn set = value_is_object(x) ? atomic_load_acquire(&value_object(x)->shape)->type->slots.setitem : NULL;
    if (LIKELY(set != NULL) && set != slot_py_setitem && STAYS(B, RB) && STAYS(C, v)) {
        bool held = STAYS(A, x);
        if (held || LIKELY(try_incref(th, x))) {
            SAVE_PC();
            int r = set(th, x, RB, v);
            AFTER_C();
            if (!held && UNLIKELY(!try_decref(th, x))) vm_release_slow(th, x);
            if (UNLIKELY(r < 0)) ERROR();
            CONSUME(C);
            CONSUME(A);
            CONSUME(B);
            NEXT(1);
        }
    }
    TRY(slow_setitem(th, frame, insn), 1);
}
SLOW_INSTR(SETITEM) {
    Value x = RA;
    if (value_is_ptr(x) && atomic_load_acquire(&value_object(x)->shape)->type->slots.setitem == slot_py_setitem && LIKELY(th->tracing == 0) && LIKELY(atomic_load_relaxed(&th->poll) == 0)) {
        Value set = type_python_setitem(atomic_load_acquire(&value_object(x)->shape)->type);
        ENTER_BY_ATTR(set, 3, x, RB, RC);
    }
    GOTO_SLOW(SETITEM_SLOT);
}
// An exact dict, while there is one thread, by a key that is quickly hashed. What the first place of the index does not name is left to dict_set_hash: a loop
// here would take the registers from the way that needs none.
SLOW_INSTR(SETITEM_DICT_SET) {
    Value k = RB, v = RC;
    int64_t hash;
    if (LIKELY(!th->mt) && !IS_TEMP(A) && quick_hash(k, &hash)) {
        SAVE_PC();
        if (UNLIKELY(dict_set_hash(th, AS(Dict, RA), k, hash, v) < 0)) ERROR();
        AFTER_C();
        if (IS_TEMP(B)) {
            RB = VALUE_UNBOUND;
            if (value_is_object(k) && UNLIKELY(!try_decref(th, k))) vm_release_slow(th, k);
        }
        pc += 1;
        if (IS_TEMP(C)) {
            RC = VALUE_UNBOUND;
            if (value_is_object(v)) RELEASE_NEXT(v);
        }
        DISPATCH();
    }
    GOTO_SLOW(SETITEM);
}
SLOW_INSTR(SETITEM_DICT) {
    Value k = RB;
    int64_t hash;
    if (LIKELY(!th->mt) && !IS_TEMP(A) && quick_hash(k, &hash)) {
        DictTable *t = AS(Dict, RA)->table;
        intptr_t ix = table_place(t, (size_t)hash & (((size_t)1 << t->log2_size) - 1));
        if (LIKELY(ix >= 0) && LIKELY(t->entries[ix].key == k)) {
            Value v = RC;
            if (IS_TEMP(C)) RC = VALUE_UNBOUND;
            else if (UNLIKELY(!try_incref(th, v))) GOTO_SLOW(SETITEM);
            if (IS_TEMP(B)) {
                RB = VALUE_UNBOUND;
                if (value_is_object(k) && UNLIKELY(!try_decref(th, k))) { SAVE_PC(); vm_release_slow(th, k); }
            }
            Value old = t->entries[ix].value;
            atomic_store_release(&t->entries[ix].value, v);
            pc += 1;
            if (UNLIKELY(value_is_ptr(old))) RELEASE_NEXT(old);
            DISPATCH();
        }
    }
    GOTO_SLOW(SETITEM_DICT_SET);
}
INSTR(SETITEM) {
    Value x = RA, k = RB;
    if (LIKELY(value_is_imm_int(k)) && LIKELY(value_is_exact_list(x)) && !IS_TEMP(A)) {
        if (UNLIKELY(th->mt)) GOTO_SLOW(SETITEM_OWNED);
        List *l = AS(List, x);
        int64_t i = value_imm_int_get(k);
        if (i < 0) i += (int64_t)l->len;
        if (LIKELY((uint64_t)i < l->len)) {
            Value v = RC;
            if (IS_TEMP(C)) RC = VALUE_UNBOUND;
            else if (UNLIKELY(!try_incref(th, v))) GOTO_SLOW(SETITEM);
            Value old = l->items->v[i];
            l->items->v[i] = v;
            pc += 1;
            if (UNLIKELY(value_is_ptr(old))) RELEASE_NEXT(old);
            DISPATCH();
        }
    }
    if (value_is_exact_dict(x)) GOTO_SLOW(SETITEM_DICT);
    GOTO_SLOW(SETITEM);
}
SIMPLE(DELITEM, delitem, 0)
