// SPDX-License-Identifier: MIT
// Attributes and items. See core/vm/cache_int.h for the caches. A fast path may read an object of another thread only when readers are allowed
// (object_readable); while the process has one thread that needs no test.

#define READABLE(o) LIKELY(!th->mt || object_readable(th, (o)))

INSTR(LOAD_ATTR) {
    Value x = RB;
    if (LIKELY(value_is_object(x))) {
        Object *o = value_object(x);
        Shape *s = atomic_load_relaxed(&o->shape);
        uint64_t c = atomic_load_relaxed(&pc[0]);
        if (LIKELY(atomic_load_relaxed(&s->id) == ic_stamp(c))) {
            if (LIKELY(ic_kind(c) == IC_SLOT) && READABLE(o)) {
                Value v = atomic_load_acquire((Value *)((char *)o + (uint32_t)c));
                if (LIKELY(v != NO_VALUE)) {
                    vm_incref(th, v);
                    CONSUME(B);
                    SET(A, v);
                    NEXT(1);
                }
            } else if (ic_kind(c) == IC_CLASS_VALUE) {
                Value v = attr_cache_value(s->type, ic_index(c));
                if (LIKELY(v != NO_VALUE)) {
                    vm_incref(th, v);
                    CONSUME(B);
                    SET(A, v);
                    NEXT(1);
                }
            }
        } else if (ic_kind(c) == IC_MODULE) {
            if (s == &shape_module) {
                Dict *d = AS(Dict, AS(Module, x)->dict);
                DictTable *t = atomic_load_acquire(&d->table);
                if (LIKELY(t->version == ic_stamp(c)) && READABLE(&d->head)) {
                    Value v = atomic_load_acquire(&t->entries[ic_index(c)].value);
                    if (LIKELY(v != NO_VALUE)) {
                        vm_incref(th, v);
                        CONSUME(B);
                        SET(A, v);
                        NEXT(1);
                    }
                }
            }
        } else if (ic_kind(c) == IC_TYPE_VALUE) {
            if ((s->flags & TYPE_TYPE_SUBCLASS) && atomic_load_relaxed(&AS(Type, x)->version) == ic_stamp(c)) {
                Value v = attr_cache_value(AS(Type, x), ic_index(c));
                if (LIKELY(v != NO_VALUE)) {
                    vm_incref(th, v);
                    CONSUME(B);
                    SET(A, v);
                    NEXT(1);
                }
            }
        }
    }
    TRY(slow_load_attr(th, frame, insn), 1);
}
INSTR(LOAD_ATTR_B) {
    Value x = RB;
    if (LIKELY(value_is_object(x)) && !IS_TEMP(B)) {    // an owned operand would take the value with it
        Object *o = value_object(x);
        Shape *s = atomic_load_relaxed(&o->shape);
        uint64_t c = atomic_load_relaxed(&pc[0]);
        if (LIKELY(atomic_load_relaxed(&s->id) == ic_stamp(c)) && LIKELY(ic_kind(c) == IC_SLOT) && READABLE(o)) {
            Value v = atomic_load_acquire((Value *)((char *)o + (uint32_t)c));
            if (LIKELY(v != NO_VALUE)) { RA = v; NEXT(1); }
        }
    }
    TRY(slow_load_attr_b(th, frame, insn), 1);
}
INSTR(LOAD_METHOD) {
    Value x = RB;
    if (LIKELY(value_is_object(x))) {
        Shape *s = atomic_load_relaxed(&value_object(x)->shape);
        uint64_t c = atomic_load_relaxed(&pc[0]);
        if (LIKELY(atomic_load_relaxed(&s->id) == ic_stamp(c)) && LIKELY(ic_kind(c) == IC_METHOD)) {
            Value v = attr_cache_value(s->type, ic_index(c));
            if (LIKELY(v != NO_VALUE)) {
                vm_incref(th, v);
                if (IS_TEMP(B)) RB = VALUE_UNBOUND;
                else vm_incref(th, x);
                SET(A, v);
                SET(A + 1, x);
                NEXT(1);
            }
        } else if (ic_kind(c) == IC_MODULE && s == &shape_module) {
            Dict *d = AS(Dict, AS(Module, x)->dict);
            DictTable *t = atomic_load_acquire(&d->table);
            if (LIKELY(t->version == ic_stamp(c)) && READABLE(&d->head)) {
                Value v = atomic_load_acquire(&t->entries[ic_index(c)].value);
                if (LIKELY(v != NO_VALUE)) {
                    vm_incref(th, v);
                    CONSUME(B);
                    SET(A, v);
                    SET(A + 1, NO_VALUE);
                    NEXT(1);
                }
            }
        } else if (ic_kind(c) == IC_TYPE_VALUE) {
            if ((s->flags & TYPE_TYPE_SUBCLASS) && atomic_load_relaxed(&AS(Type, x)->version) == ic_stamp(c)) {
                Value v = attr_cache_value(AS(Type, x), ic_index(c));
                if (LIKELY(v != NO_VALUE)) {
                    vm_incref(th, v);
                    CONSUME(B);
                    SET(A, v);
                    SET(A + 1, NO_VALUE);
                    NEXT(1);
                }
            }
        }
    }
    TRY(slow_load_method(th, frame, insn), 1);
}
INSTR(STORE_ATTR) {
    Value x = RA;
    if (LIKELY(value_is_object(x))) {
        Object *o = value_object(x);
        Shape *s = atomic_load_relaxed(&o->shape);
        uint64_t c = atomic_load_relaxed(&pc[0]);
        if (LIKELY(atomic_load_relaxed(&s->id) == ic_stamp(c)) && LIKELY(!th->mt)) {
            Value v = RB;
            if (LIKELY(ic_kind(c) == IC_SLOT)) {
                Value *slot = (Value *)((char *)o + (uint32_t)c);
                if (IS_TEMP(B)) RB = VALUE_UNBOUND;
                else vm_incref(th, v);
                SAVE_PC();
                Value old = *slot;
                atomic_store_release(slot, v);
                vm_release(th, old);
                CONSUME(A);
                NEXT(2);
            }
            if (ic_kind(c) == IC_ADD) {
                Shape *child = (Shape *)(uintptr_t)atomic_load_relaxed(&pc[1]);
                if (LIKELY(child != NULL && child->parent == s)) {
                    Value *slot = (Value *)((char *)o + ((uint32_t)c & ~7u));
                    if (IS_TEMP(B)) RB = VALUE_UNBOUND;
                    else vm_incref(th, v);
                    *slot = v;
                    atomic_store_release(&o->shape, child);
                    CONSUME(A);
                    NEXT(2);
                }
            }
        }
    }
    TRY(slow_store_attr(th, frame, insn), 2);
}
SIMPLE(DELETE_ATTR, delete_attr, 0)
SIMPLE(LOAD_SUPER_ATTR, load_super_attr, 1)
SIMPLE(LOAD_SUPER_METHOD, load_super_method, 1)
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
                if (LIKELY((uint64_t)ii_ < n_) && LIKELY((uint64_t)ii_ < li_->cap)) v = atomic_load_acquire(&li_->v[ii_]); \
            } \
        } else if (is_ == &shape_tuple) { \
            if (ii_ < 0) ii_ += (int64_t)AS(Tuple, x)->len; \
            if (LIKELY((uint64_t)ii_ < AS(Tuple, x)->len)) v = AS(Tuple, x)->items[ii_]; \
        } \
    }

INSTR(GETITEM) {
    Value x = RB, k = RC;
    ITEM_FAST(x, k, v)
    if (LIKELY(v != NO_VALUE)) {
        vm_incref(th, v);
        CONSUME(B);
        SET(A, v);
        NEXT(1);
    }
    TRY(slow_getitem(th, frame, insn), 1);
}
INSTR(GETITEM_K) {
    Value x = RB, k = KC;
    ITEM_FAST(x, k, v)
    if (LIKELY(v != NO_VALUE)) {
        vm_incref(th, v);
        CONSUME(B);
        SET(A, v);
        NEXT(1);
    }
    TRY(slow_getitem_k(th, frame, insn), 1);
}
INSTR(GETITEM_B) {
    Value x = RB, k = RC;
    if (!IS_TEMP(B)) {
        ITEM_FAST(x, k, v)
        if (LIKELY(v != NO_VALUE)) { RA = v; NEXT(1); }
    }
    TRY(slow_getitem_b(th, frame, insn), 1);
}
INSTR(SETITEM) {
    Value x = RA, k = RB;
    if (LIKELY(value_is_imm_int(k)) && LIKELY(value_is_exact_list(x)) && LIKELY(!th->mt)) {
        List *l = AS(List, x);
        int64_t i = value_imm_int_get(k);
        if (i < 0) i += (int64_t)l->len;
        if (LIKELY((uint64_t)i < l->len)) {
            Value v = RC;
            if (IS_TEMP(C)) RC = VALUE_UNBOUND;
            else vm_incref(th, v);
            SAVE_PC();
            Value old = l->items->v[i];
            l->items->v[i] = v;
            vm_release(th, old);
            CONSUME(A);
            NEXT(1);
        }
    }
    TRY(slow_setitem(th, frame, insn), 1);
}
SIMPLE(DELITEM, delitem, 0)
