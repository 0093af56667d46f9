// SPDX-License-Identifier: MIT
// _random.Random: the Mersenne Twister with the seeding that random.Random documents. One object's generator is guarded by its lock, so
// threads that share one (as the functions of the random module do) draw distinct numbers.

#include "core/base/mt19937.h"
#include "core/base/random.h"
#include "core/object/abstract.h"
#include "core/object/float.h"
#include "core/object/int_limbs.h"
#include "core/object/module.h"
#include "core/object/tuple.h"
#include "sched/thread/lock.h"

typedef struct RandomObject {
    Object head;
    ObjLock lock;   // [a] guards mt
    Mt19937 mt;     // [l]
} RandomObject;

#define RANDOM(v) AS(RandomObject, v)

static void seed_words(Thread *th, RandomObject *r, const uint32_t *key, size_t n) {
    obj_lock(th, &r->lock);
    mt_seed_array(&r->mt, key, n);
    obj_unlock(th, &r->lock);
}

static int random_seed(Thread *th, RandomObject *r, Value arg) {
    if (arg == NO_VALUE || arg == VALUE_NONE) {
        uint32_t key[MT_WORDS];
        random_bytes_weak(key, sizeof key);
        seed_words(th, r, key, MT_WORDS);
        return 0;
    }
    IntView w;
    uint64_t hash;
    if (value_is_int(arg)) int_view(arg, &w);
    else {
        int64_t h = object_hash(th, arg);
        if (h == -1) return -1;
        hash = (uint64_t)h;
        w = (IntView){.d = &hash, .n = hash != 0};
    }
    // The magnitude in words of 32 bits, least first; at least one.
    uint32_t small[32], *key = w.n <= 16 ? small : mem_alloc(th, w.n * 8);
    if (!key) return -1;
    size_t n = 0;
    for (size_t i = 0; i < w.n; i++) {
        key[n++] = (uint32_t)w.d[i];
        key[n++] = (uint32_t)(w.d[i] >> 32);
    }
    while (n && key[n - 1] == 0) n--;
    if (n == 0) key[n++] = 0;
    seed_words(th, r, key, n);
    if (key != small) mem_free(key);
    return 0;
}

static Value random_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    RandomObject *r = NEW(RandomObject, th, type);
    return VALUE_OF(r);
}

static int random_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
    if (nkw) { raise_type_error(th, "Random() takes no keyword arguments"); return -1; }
    if (nargs > 1) { raise_type_error(th, "Random expected at most 1 argument, got %zu", nargs); return -1; }
    return random_seed(th, RANDOM(self), nargs ? args[0] : NO_VALUE);
}

static Value random_meth_random(Thread *th, Value self, Value *args) {
    RandomObject *r = RANDOM(self);
    obj_lock(th, &r->lock);
    double d = mt_double(&r->mt);
    obj_unlock(th, &r->lock);
    return float_from_double(th, d);
}

static Value random_meth_seed(Thread *th, Value self, Value *args) {
    return random_seed(th, RANDOM(self), args[0]) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value random_meth_getrandbits(Thread *th, Value self, Value *args) {
    uint64_t k;
    if (number_as_unsigned(th, args[0], UINT64_MAX, "uint64_t", &k) < 0) return NO_VALUE;
    RandomObject *r = RANDOM(self);
    if (k <= 60) {
        if (k == 0) return value_imm_int(0);
        obj_lock(th, &r->lock);
        uint64_t low = mt_next(&r->mt), high = 0;
        if (k > 32) high = mt_next(&r->mt);
        obj_unlock(th, &r->lock);
        return value_imm_int((int64_t)(k <= 32 ? low >> (32 - k) : low | high >> (64 - k) << 32));
    }
    uint64_t words = (k - 1) / 32 + 1;
    if (words / 2 + 1 > INT_LIMBS_MAX) return raise_memory_error(th);
    Int *out = int_raw_new(th, words / 2 + 1);
    if (!out) return NO_VALUE;
    obj_lock(th, &r->lock);
    for (uint64_t i = 0; i < words; i++, k -= 32) {
        uint32_t x = mt_next(&r->mt);
        if (k < 32) x >>= 32 - k;
        out->limbs[i / 2] |= (uint64_t)x << i % 2 * 32;
    }
    obj_unlock(th, &r->lock);
    return int_finish(th, out, words / 2 + 1, false);
}

static Value random_meth_getstate(Thread *th, Value self, Value *args) {
    RandomObject *r = RANDOM(self);
    Tuple *t = tuple_new(th, MT_WORDS + 1);
    if (!t) return NO_VALUE;
    obj_lock(th, &r->lock);
    for (int i = 0; i < MT_WORDS; i++) t->items[i] = value_imm_int(r->mt.state[i]);
    t->items[MT_WORDS] = value_imm_int(r->mt.index);
    obj_unlock(th, &r->lock);
    return VALUE_OF(t);
}

static Value random_meth_setstate(Thread *th, Value self, Value *args) {
    if (!value_is_tuple(args[0])) return raise_type_error(th, "state vector must be a tuple");
    Tuple *t = AS(Tuple, args[0]);
    if (t->len != MT_WORDS + 1) return raise_value_error(th, "state vector is the wrong size");
    Mt19937 mt;
    for (int i = 0; i <= MT_WORDS; i++) {
        Value v = t->items[i];
        if (!value_is_int(v)) return raise_type_error(th, "an integer is required");
        if (i < MT_WORDS) {
            if (int_sign(v) < 0) return raise_error(th, &exc_OverflowError, "can't convert negative value to unsigned int");
            if (int_bit_length(v) > 64) return raise_error(th, &exc_OverflowError, "Python int too large to convert to C unsigned long");
            mt.state[i] = (uint32_t)int_as_u64_mask(v);
        } else {
            int64_t index;
            if (int_as_i64(th, v, &index) < 0) return NO_VALUE;
            if (index < 0 || index > MT_WORDS) return raise_value_error(th, "invalid state");
            mt.index = (uint32_t)index;
        }
    }
    RandomObject *r = RANDOM(self);
    obj_lock(th, &r->lock);
    r->mt = mt;
    obj_unlock(th, &r->lock);
    return VALUE_NONE;
}

static const MethodDef random_methods[] = {
    {"random", "(self, /)", random_meth_random, "random() -> x in the interval [0, 1).", 0},
    {"seed", "(self, n=None, /)", random_meth_seed, "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier.", 0},
    {"getstate", "(self, /)", random_meth_getstate, "getstate() -> tuple containing the current state.", 0},
    {"setstate", "(self, state, /)", random_meth_setstate, "setstate(state) -> None.  Restores generator state.", 0},
    {"getrandbits", "(self, k, /)", random_meth_getrandbits, "getrandbits(k) -> x.  Generates an int with k random bits.", 0},
    {0},
};
MODULE_TYPE_DEFINE(random_object, "_random.Random", sizeof(RandomObject), TYPE_BASETYPE, .methods = random_methods,
                   .doc = "Random() -> create a random number generator with its own internal state.",
                   .slots = {.new_ = random_slot_new, .init = random_slot_init})

static int random_exec(Thread *th, Value module) { return module_add_type(th, module, &type_random_object); }

const ModuleDef module__random = {"_random", "Module implements the Mersenne Twister random number generator.", NULL, random_exec};
