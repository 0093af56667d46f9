// SPDX-License-Identifier: MIT
// Fields of a transport's native record as attributes of the transport, for asyncio's part of its class, which reads and sets them. Any thread may: a value is
// read and written as slot_get and slot_store do it, counts and flags are atomic, relaxed.
//
// Each macro makes <noun>_get_<name> and <noun>_set_<name>; <noun>_of(th, self) gives the record T, or NULL and an exception.
#ifndef LADON_SCHED_LOOP_FIELDS_H
#define LADON_SCHED_LOOP_FIELDS_H

#define FIELD_GETTER(noun, T, name, expr) \
    static Value noun##_get_##name(Thread *th, Value self) { T *r = noun##_of(th, self); return r ? (expr) : NO_VALUE; }
// Never empty: None when there is nothing.
#define FIELD_VALUE(noun, T, name) \
    FIELD_GETTER(noun, T, name, slot_get(th, &r->head, &r->name)) \
    static int noun##_set_##name(Thread *th, Value self, Value v) { \
        T *r = noun##_of(th, self); \
        if (r) slot_store(th, &r->head, &r->name, v ? new_ref(th, v) : VALUE_NONE); \
        return r ? 0 : -1; \
    }
#define FIELD_COUNT(noun, T, name, type) \
    FIELD_GETTER(noun, T, name, int_from_u64(th, atomic_load_relaxed(&r->name))) \
    static int noun##_set_##name(Thread *th, Value self, Value v) { \
        T *r = noun##_of(th, self); \
        int64_t n; \
        if (!r || number_as_i64(th, v ? v : VALUE_NONE, &n) < 0) return -1; \
        atomic_store_relaxed(&r->name, (type)n); \
        return 0; \
    }
#define FIELD_FLAG(noun, T, name) \
    FIELD_GETTER(noun, T, name, value_bool(atomic_load_relaxed(&r->name))) \
    static int noun##_set_##name(Thread *th, Value self, Value v) { \
        T *r = noun##_of(th, self); \
        int t = !r ? -1 : v ? object_truth(th, v) : 0; \
        if (t >= 0) atomic_store_relaxed(&r->name, (uint8_t)t); \
        return t < 0 ? -1 : 0; \
    }
#define FIELD(noun, attr, name) {attr, noun##_get_##name, noun##_set_##name, NULL}
#endif
