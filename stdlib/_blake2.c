// SPDX-License-Identifier: MIT
// The module _blake2 over libb2: blake2b and blake2s with all parameters. A state is used under its object's lock; much data is hashed detached.
#include <blake2.h>
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "sched/thread/lock.h"
#include "stdlib/_hashlib_int.h"

typedef struct Blake {
    Object  head;
    ObjLock lock;
    uint8_t digest_size; // [c]
    union { blake2b_state b; blake2s_state s; } state; // [l]
} Blake;
#define BLAKE(v) AS(Blake, v)
static Type type_blake2b, type_blake2s;

static bool is_b(const Type *t) { return t == &type_blake2b; }

static void update(bool b, Blake *x, const uint8_t *p, size_t n) {
    if (b) blake2b_update(&x->state.b, p, n);
    else blake2s_update(&x->state.s, p, n);
}
// The lock is held, or nobody else has x yet.
static void feed(Thread *th, bool b, Blake *x, const uint8_t *p, size_t n) {
    if (n == 0) return;
    if (n >= HASHLIB_DETACH_FROM) {
        BLOCKING_BEGIN(th);
        update(b, x, p, n);
        BLOCKING_END;
    } else {
        update(b, x, p, n);
    }
}

// ---- construction ---------------------------------------------------------------------------------------------------------------------

typedef struct Params { int digest_size, fanout, depth, node_depth, inner_size, last_node; uint64_t leaf_size, node_offset; Buffer key, salt, person; } Params;

static int range_arg(Thread *th, Value v, int dflt, int low, int high, const char *message, int *out) {
    *out = dflt;
    if (v == NO_VALUE) return 0;
    if (number_as_int(th, v, out) < 0) return -1;
    if (*out >= low && *out <= high) return 0;
    raise_value_error(th, message, *out);
    return -1;
}

static int u64_arg(Thread *th, Value v, uint64_t *out) {
    *out = 0;
    return v == NO_VALUE ? 0 : number_as_unsigned(th, v, UINT64_MAX, "unsigned long long", out);
}

static int bytes_param(Thread *th, Value v, size_t max, const char *what, Buffer *b) {
    if (v == NO_VALUE) return 0;
    if (buffer_get(th, v, b, BUF_SIMPLE) < 0) return -1;
    if (b->len <= max) return 0;
    raise_value_error(th, "maximum %s length is %zu bytes", what, max);
    return -1;
}

// a: digest_size key salt person fanout depth leaf_size node_offset node_depth inner_size last_node. 0 or -1; the buffers are held either way.
static int params_get(Thread *th, bool b, Value *a, Params *p) {
    int out = b ? 64 : 32;
    const char *size_error = b ? "digest_size for Blake2b must be between 1 and 64 bytes, here it is %d" : "digest_size for Blake2s must be between 1 and 32 bytes, here it is %d";
    if (range_arg(th, a[0], out, 1, out, size_error, &p->digest_size) < 0) return -1;
    if (bytes_param(th, a[2], b ? 16 : 8, "salt", &p->salt) < 0 || bytes_param(th, a[3], b ? 16 : 8, "person", &p->person) < 0) return -1;
    if (range_arg(th, a[4], 1, 0, 255, "fanout must be between 0 and 255", &p->fanout) < 0) return -1;
    if (range_arg(th, a[5], 1, 1, 255, "depth must be between 1 and 255", &p->depth) < 0) return -1;
    if (u64_arg(th, a[6], &p->leaf_size) < 0) return -1;
    if (p->leaf_size > UINT32_MAX) {
        raise_error(th, &exc_OverflowError, "leaf_size is too large");
        return -1;
    }
    if (u64_arg(th, a[7], &p->node_offset) < 0) return -1;
    if (!b && p->node_offset > 0xFFFFFFFFFFFFull) {
        raise_error(th, &exc_OverflowError, "node_offset is too large");
        return -1;
    }
    if (range_arg(th, a[8], 0, 0, 255, "node_depth must be between 0 and 255", &p->node_depth) < 0) return -1;
    if (range_arg(th, a[9], 0, 0, out, b ? "inner_size must be between 0 and is 64" : "inner_size must be between 0 and is 32", &p->inner_size) < 0) return -1;
    p->last_node = a[10] == NO_VALUE ? 0 : object_truth(th, a[10]);
    if (p->last_node < 0) return -1;
    return bytes_param(th, a[1], (size_t)out, "key", &p->key);
}

static void state_init(bool b, Blake *x, const Params *p) {
    x->digest_size = (uint8_t)p->digest_size;
    uint8_t block[BLAKE2B_BLOCKBYTES] = {0};
    if (b) {
        blake2b_param q;
        memset(&q, 0, sizeof q);
        q.digest_length = (uint8_t)p->digest_size;
        q.key_length = (uint8_t)p->key.len;
        q.fanout = (uint8_t)p->fanout;
        q.depth = (uint8_t)p->depth;
        q.leaf_length = (uint32_t)p->leaf_size; // little-endian targets only
        q.node_offset = p->node_offset;
        q.node_depth = (uint8_t)p->node_depth;
        q.inner_length = (uint8_t)p->inner_size;
        if (p->salt.len) memcpy(q.salt, p->salt.buf, p->salt.len);
        if (p->person.len) memcpy(q.personal, p->person.buf, p->person.len);
        blake2b_init_param(&x->state.b, &q);
        x->state.b.last_node = (uint8_t)p->last_node;
    } else {
        blake2s_param q;
        memset(&q, 0, sizeof q);
        q.digest_length = (uint8_t)p->digest_size;
        q.key_length = (uint8_t)p->key.len;
        q.fanout = (uint8_t)p->fanout;
        q.depth = (uint8_t)p->depth;
        q.leaf_length = (uint32_t)p->leaf_size;
        for (int i = 0; i < 6; i++) q.node_offset[i] = (uint8_t)(p->node_offset >> 8 * i);
        q.node_depth = (uint8_t)p->node_depth;
        q.inner_length = (uint8_t)p->inner_size;
        if (p->salt.len) memcpy(q.salt, p->salt.buf, p->salt.len);
        if (p->person.len) memcpy(q.personal, p->person.buf, p->person.len);
        blake2s_init_param(&x->state.s, &q);
        x->state.s.last_node = (uint8_t)p->last_node;
    }
    if (p->key.len) { // the key fills the first block
        memcpy(block, p->key.buf, p->key.len);
        update(b, x, block, b ? BLAKE2B_BLOCKBYTES : BLAKE2S_BLOCKBYTES);
        explicit_bzero(block, sizeof block);
    }
}

static Value blake_new(Thread *th, Type *type, const char *name, NativeSig **sig, const Value *args, size_t nargs, Value kwnames) {
    Value a[14], data;
    if (native_args_bind(th, sig, name,
                         "(data=b'', *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, "
                         "node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)",
                         args, nargs, kwnames, a) < 0)
        return NO_VALUE;
    if (hashlib_data_arg(th, a[0], a[13], &data) < 0) return NO_VALUE;
    bool b = is_b(type);
    Params p;
    memset(&p, 0, sizeof p);
    Buffer in = {.obj = NO_VALUE};
    Blake *x = NULL;
    int failed = params_get(th, b, a + 1, &p);
    if (!failed && data != NO_VALUE) failed = hashlib_buffer(th, data, &in);
    if (!failed && (x = NEW(Blake, th, type))) {
        state_init(b, x, &p);
        feed(th, b, x, in.buf, in.len);
    }
    buffer_release(th, &in);
    buffer_release(th, &p.key);
    buffer_release(th, &p.salt);
    buffer_release(th, &p.person);
    return x ? VALUE_OF(x) : NO_VALUE;
}
static Value blake2b_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    return blake_new(th, type, "blake2b", &sig, args, nargs, kwnames);
}
static Value blake2s_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    return blake_new(th, type, "blake2s", &sig, args, nargs, kwnames);
}

// ---- methods --------------------------------------------------------------------------------------------------------------------------

static Value blake_meth_update(Thread *th, Value self, Value *args) {
    Buffer in;
    if (hashlib_buffer(th, args[0], &in) < 0) return NO_VALUE;
    Blake *x = BLAKE(self);
    work_lock(th, &x->lock);
    feed(th, is_b(type_of(self)), x, in.buf, in.len);
    work_unlock(th, &x->lock);
    buffer_release(th, &in);
    return VALUE_NONE;
}

static Value blake_meth_copy(Thread *th, Value self, Value *args) {
    Blake *x = BLAKE(self), *c = NEW(Blake, th, type_of(self));
    if (!c) return NO_VALUE;
    work_lock(th, &x->lock);
    c->state = x->state;
    work_unlock(th, &x->lock);
    c->digest_size = x->digest_size;
    return VALUE_OF(c);
}

static size_t finish(Thread *th, Value self, uint8_t out[64]) {
    Blake *x = BLAKE(self), copy;
    work_lock(th, &x->lock);
    copy.state = x->state;
    work_unlock(th, &x->lock);
    if (is_b(type_of(self))) blake2b_final(&copy.state.b, out, x->digest_size);
    else blake2s_final(&copy.state.s, out, x->digest_size);
    return x->digest_size;
}
static Value blake_meth_digest(Thread *th, Value self, Value *args) {
    uint8_t out[64];
    size_t n = finish(th, self, out);
    return bytes_new(th, out, n);
}
static Value blake_meth_hexdigest(Thread *th, Value self, Value *args) {
    uint8_t out[64];
    size_t n = finish(th, self, out);
    return hashlib_hex(th, out, n);
}
static Value blake_get_name(Thread *th, Value self) { return str_from_cstr(th, is_b(type_of(self)) ? "blake2b" : "blake2s"); }
static Value blake_get_block_size(Thread *th, Value self) { return value_imm_int(is_b(type_of(self)) ? BLAKE2B_BLOCKBYTES : BLAKE2S_BLOCKBYTES); }
static Value blake_get_digest_size(Thread *th, Value self) { return value_imm_int(BLAKE(self)->digest_size); }

static const MethodDef blake_methods[] = {
    {"copy", "(self, /)", blake_meth_copy, "Return a copy of the hash object.", 0},
    {"digest", "(self, /)", blake_meth_digest, "Return the digest value as a bytes object.", 0},
    {"hexdigest", "(self, /)", blake_meth_hexdigest, "Return the digest value as a string of hexadecimal digits.", 0},
    {"update", "(self, data, /)", blake_meth_update, "Update this hash object's state with the provided bytes-like object.", 0},
    {0},
};
static const GetSetDef blake_getsets[] = {
    {"name", blake_get_name, NULL, NULL},
    {"block_size", blake_get_block_size, NULL, NULL},
    {"digest_size", blake_get_digest_size, NULL, NULL},
    {0},
};
MODULE_TYPE_DEFINE(blake2b, "_blake2.blake2b", sizeof(Blake), 0, .methods = blake_methods, .getsets = blake_getsets, .doc = "Return a new BLAKE2b hash object.",
                   .slots = {.new_ = blake2b_slot_new})
MODULE_TYPE_DEFINE(blake2s, "_blake2.blake2s", sizeof(Blake), 0, .methods = blake_methods, .getsets = blake_getsets, .doc = "Return a new BLAKE2s hash object.",
                   .slots = {.new_ = blake2s_slot_new})

static int add_sizes(Thread *th, Value module, Type *t, const char *prefix, const int *sizes) {
    static const char *const names[] = {"SALT_SIZE", "PERSON_SIZE", "MAX_KEY_SIZE", "MAX_DIGEST_SIZE"};
    if (module_add_type(th, module, t) < 0) return -1;
    for (int i = 0; i < 4; i++) {
        char name[40];
        strcpy(name, prefix);
        strcat(name, names[i]);
        if (dict_set_str(th, t->dict, names[i], value_imm_int(sizes[i])) < 0 || module_add_int(th, module, name, sizes[i]) < 0) return -1;
    }
    return 0;
}

static int blake2_exec(Thread *th, Value module) {
    static const int b[] = {16, 16, 64, 64}, s[] = {8, 8, 32, 32};
    if (add_sizes(th, module, &type_blake2b, "BLAKE2B_", b) < 0 || add_sizes(th, module, &type_blake2s, "BLAKE2S_", s) < 0) return -1;
    return module_add_int(th, module, "_GIL_MINSIZE", HASHLIB_DETACH_FROM);
}

const ModuleDef module__blake2 = {.name = "_blake2", .doc = "_blake2b provides BLAKE2b for hashlib\n", .exec = blake2_exec};
