// SPDX-License-Identifier: MIT
// Addresses of Linux's own families between Python and C: netlink, packets, virtual machines (VSOCK), CAN, the kernel's ciphers (ALG), TIPC,
// Qualcomm's router. Tuples throughout. No state, no locks.
#include "stdlib/_socket/socket_int.h"

#include <net/if.h>
#include <string.h>

// ---- reading

static Value interface_name(Thread *th, unsigned index) {
    char name[IF_NAMESIZE] = "";
    if (index) if_indextoname(index, name);
    return str_from_fs(th, name, strlen(name));
}
static Value text_of(Thread *th, const uint8_t *p, size_t cap) { return str_from_utf8(th, (const char *)p, strnlen((const char *)p, cap)); }
static Value numbers(Thread *th, const uint32_t *n, size_t count) {
    Value v[5];
    for (size_t i = 0; i < count; i++) v[i] = value_imm_int(n[i]);
    return tuple_from_array(th, v, count);
}

static Value can_to_value(Thread *th, int proto, const struct sockaddr_can *c) {
    Value v[4] = {interface_name(th, (unsigned)c->can_ifindex)};
    size_t n = 1;
    if (proto == CAN_ISOTP) {
        v[n++] = value_imm_int(c->can_addr.tp.rx_id);
        v[n++] = value_imm_int(c->can_addr.tp.tx_id);
    } else if (proto == CAN_J1939) {
        v[n++] = int_from_u64(th, c->can_addr.j1939.name);
        v[n++] = value_imm_int(c->can_addr.j1939.pgn);
        v[n++] = value_imm_int(c->can_addr.j1939.addr);
    }
    return tuple_from_owned(th, v, n);
}
static Value tipc_to_value(Thread *th, const struct sockaddr_tipc *t) {
    switch (t->addrtype) {
    case TIPC_ADDR_NAMESEQ: return numbers(th, (uint32_t[]){t->addrtype, t->addr.nameseq.type, t->addr.nameseq.lower, t->addr.nameseq.upper, (uint32_t)t->scope}, 5);
    case TIPC_ADDR_NAME: return numbers(th, (uint32_t[]){t->addrtype, t->addr.name.name.type, t->addr.name.name.instance, t->addr.name.name.instance, (uint32_t)t->scope}, 5);
    case TIPC_ADDR_ID: return numbers(th, (uint32_t[]){t->addrtype, t->addr.id.node, t->addr.id.ref, 0, (uint32_t)t->scope}, 5);
    default: return raise_value_error(th, "Invalid address type");
    }
}
Value address_linux_to_value(Thread *th, int proto, const Address *a) {
    switch (a->sa.sa_family) {
    case AF_NETLINK: return numbers(th, (uint32_t[]){a->nl.nl_pid, a->nl.nl_groups}, 2);
    case AF_VSOCK: return numbers(th, (uint32_t[]){a->vm.svm_cid, a->vm.svm_port}, 2);
    case AF_QIPCRTR: return numbers(th, (uint32_t[]){a->qrtr.sq_node, a->qrtr.sq_port}, 2);
    case AF_CAN: return can_to_value(th, proto, &a->can);
    case AF_TIPC: return tipc_to_value(th, &a->tipc);
    case AF_ALG: {
        Value v[4] = {text_of(th, a->alg.salg_type, sizeof a->alg.salg_type), text_of(th, a->alg.salg_name, sizeof a->alg.salg_name),
                      value_imm_int(a->alg.salg_feat), value_imm_int(a->alg.salg_mask)};
        return tuple_from_owned(th, v, 4);
    }
    default: { // AF_PACKET
        size_t n = a->ll.sll_halen <= sizeof a->ll.sll_addr ? a->ll.sll_halen : sizeof a->ll.sll_addr;
        Value v[5] = {interface_name(th, (unsigned)a->ll.sll_ifindex), value_imm_int(ntohs(a->ll.sll_protocol)), value_imm_int(a->ll.sll_pkttype),
                      value_imm_int(a->ll.sll_hatype), bytes_new(th, a->ll.sll_addr, n)};
        return tuple_from_owned(th, v, 5);
    }
    }
}

// ---- writing

// The low bits of an int, as many as the field has: what doesn't fit is cut off, as CPython does. 0 or -1.
static int bits_of(Thread *th, Value v, uint64_t *out) {
    Value i = number_index(th, v);
    if (!i) return -1;
    *out = int_as_u64_mask(i);
    decref(th, i);
    return 0;
}
static int pair_of(Thread *th, Tuple *t, uint64_t n[2]) { return bits_of(th, t->items[0], &n[0]) || bits_of(th, t->items[1], &n[1]) ? -1 : 0; }
static int wrong_count(Thread *th, const char *what, size_t want, size_t got) {
    raise_type_error(th, "%s takes exactly %zu argument%s (%zu given)", what, want, want == 1 ? "" : "s", got);
    return -1;
}

// The interface of a name ("": any). 0 or -1.
static int interface_index(Thread *th, const char *name, int *index) {
    *index = name[0] ? (int)if_nametoindex(name) : 0;
    if (!name[0] || *index) return 0;
    posix_error(th, errno);
    return -1;
}

static int can_arg(Thread *th, Socket *s, Tuple *t, struct sockaddr_can *c, const char *fn) {
    size_t want = s->proto == CAN_ISOTP ? 3 : s->proto == CAN_J1939 ? 4 : 1;
    if (s->proto != CAN_RAW && s->proto != CAN_BCM && want == 1) {
        raise_error(th, &exc_OSError, "%s(): unsupported CAN protocol", fn);
        return -1;
    }
    if (t->len != want) {
        if (want > 1) return wrong_count(th, "function", want, t->len);
        raise_type_error(th, "AF_CAN address must be a tuple (interface, )");
        return -1;
    }
    uint64_t n[3] = {0};
    for (size_t i = 1; i < want; i++) {
        if (!value_is_int(t->items[i]) && !index_check(t->items[i])) {
            raise_type_error(th, "argument %zu must be int, not %T", i + 1, t->items[i]);
            return -1;
        }
        if (bits_of(th, t->items[i], &n[i - 1])) return -1;
    }
    PathArg name;
    if (path_arg(th, t->items[0], &name, fn, NULL, 0) < 0) return -1;
    int rc = 0;
    if (name.len >= IF_NAMESIZE) rc = (raise_error(th, &exc_OSError, "AF_CAN interface name too long"), -1);
    else rc = interface_index(th, name.p, &c->can_ifindex);
    path_done(th, &name);
    c->can_family = AF_CAN;
    if (want == 3) {
        c->can_addr.tp.rx_id = (canid_t)n[0];
        c->can_addr.tp.tx_id = (canid_t)n[1];
    } else if (want == 4) {
        c->can_addr.j1939.name = n[0];
        c->can_addr.j1939.pgn = (uint32_t)n[1];
        c->can_addr.j1939.addr = (uint8_t)n[2];
    }
    return rc;
}

// A text into a field that need not end with a NUL. 0 or -1.
static int field_arg(Thread *th, Value v, uint8_t *field, size_t cap, const char *too_long) {
    Value hold = NO_VALUE;
    size_t n;
    const char *p = str_utf8(th, v, &n, &hold);
    int rc = p ? 0 : -1;
    if (p && memchr(p, 0, n)) rc = (raise_value_error(th, "embedded null character"), -1);
    else if (p && n > cap) rc = (raise_value_error(th, "%s", too_long), -1);
    else if (p) memcpy(field, p, n);
    decref(th, hold);
    return rc;
}
static int alg_arg(Thread *th, Tuple *t, struct sockaddr_alg *a) {
    uint64_t feat = 0, mask = 0;
    if (t->len < 2 || t->len > 4 || !value_is_str(t->items[0]) || !value_is_str(t->items[1])) {
        raise_type_error(th, "AF_ALG address must be a tuple (type, name[, feat[, mask]])");
        return -1;
    }
    if ((t->len > 2 && bits_of(th, t->items[2], &feat)) || (t->len > 3 && bits_of(th, t->items[3], &mask))) return -1;
    a->salg_family = AF_ALG;
    a->salg_feat = (uint16_t)feat;
    a->salg_mask = (uint16_t)mask;
    return field_arg(th, t->items[0], a->salg_type, sizeof a->salg_type, "AF_ALG type too long.") ||
           field_arg(th, t->items[1], a->salg_name, sizeof a->salg_name, "AF_ALG name too long.") ? -1 : 0;
}

static int tipc_arg(Thread *th, Tuple *t, struct sockaddr_tipc *a) {
    if (t->len < 4 || t->len > 5) {
        raise_type_error(th, "AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])");
        return -1;
    }
    uint64_t n[5] = {[4] = TIPC_CLUSTER_SCOPE};
    for (size_t i = 0; i < t->len; i++)
        if (bits_of(th, t->items[i], &n[i])) return -1;
    a->family = AF_TIPC;
    a->addrtype = (unsigned char)n[0];
    a->scope = (signed char)n[4];
    switch ((uint32_t)n[0]) {
    case TIPC_ADDR_NAMESEQ:
        a->addr.nameseq.type = (uint32_t)n[1];
        a->addr.nameseq.lower = (uint32_t)n[2];
        a->addr.nameseq.upper = (uint32_t)n[3];
        return 0;
    case TIPC_ADDR_NAME:
        a->addr.name.name.type = (uint32_t)n[1];
        a->addr.name.name.instance = (uint32_t)n[2];
        return 0;
    case TIPC_ADDR_ID:
        a->addr.id.node = (uint32_t)n[1];
        a->addr.id.ref = (uint32_t)n[2];
        return 0;
    default: raise_type_error(th, "Invalid address type"); return -1;
    }
}

static int packet_arg(Thread *th, Tuple *t, struct sockaddr_ll *a, const char *fn) {
    int proto, kind = 0, hardware = 0;
    if (t->len < 2 || t->len > 5) {
        raise_type_error(th, "AF_PACKET address must be a tuple of two to five elements");
        return -1;
    }
    Value hold = NO_VALUE;
    const char *name = str_arg(th, t->items[0], fn, &hold);
    int rc = name && int_arg(th, t->items[1], &proto) == 0 && (t->len < 3 || int_arg(th, t->items[2], &kind) == 0) &&
             (t->len < 4 || int_arg(th, t->items[3], &hardware) == 0) ? interface_index(th, name, &a->sll_ifindex) : -1;
    decref(th, hold);
    Buffer b = {0};
    if (rc || (t->len > 4 && buffer_get(th, t->items[4], &b, BUF_SIMPLE) < 0)) return -1;
    if (b.len > sizeof a->sll_addr) rc = (raise_value_error(th, "Hardware address must be 8 bytes or less"), -1);
    else if (b.len) memcpy(a->sll_addr, b.buf, b.len);
    a->sll_halen = (unsigned char)b.len;
    if (t->len > 4) buffer_release(th, &b);
    if (!rc && (proto < 0 || proto > 0xffff)) rc = (raise_error(th, &exc_OverflowError, "%s(): proto must be 0-65535.", fn), -1);
    if (rc) return -1;
    a->sll_family = AF_PACKET;
    a->sll_protocol = htons((uint16_t)proto);
    a->sll_pkttype = (unsigned char)kind;
    a->sll_hatype = (unsigned short)hardware;
    return 0;
}

int address_linux_arg(Thread *th, Socket *s, Value v, Address *a, socklen_t *len, const char *fn) {
    static const struct { int family; const char *name; bool pair; socklen_t len; } known[] = {
        {AF_NETLINK, "AF_NETLINK", true, sizeof a->nl}, {AF_VSOCK, "AF_VSOCK", true, sizeof a->vm}, {AF_QIPCRTR, "AF_QIPCRTR", true, sizeof a->qrtr},
        {AF_CAN, "AF_CAN", false, sizeof a->can}, {AF_ALG, "AF_ALG", false, sizeof a->alg}, {AF_TIPC, "AF_TIPC", false, sizeof a->tipc},
        {AF_PACKET, "AF_PACKET", false, sizeof a->ll},
    };
    size_t k = 0;
    while (k < ARRAY_LEN(known) && known[k].family != s->family) k++;
    if (k == ARRAY_LEN(known)) {
        raise_error(th, &exc_OSError, "%s(): bad family", fn);
        return -1;
    }
    if (!value_is_tuple(v)) {
        bool old = !known[k].pair || s->family == AF_NETLINK; // two ways of saying it
        raise_type_error(th, old ? "%s(): %s address must be tuple, not %T" : "%s: %s address must be tuple, not %T", old ? fn : "getsockaddrarg", known[k].name, v);
        return -1;
    }
    Tuple *t = AS(Tuple, v);
    uint64_t n[2] = {0};
    memset(a, 0, sizeof *a);
    *len = known[k].len;
    if (known[k].pair) {
        if (t->len != 2 && s->family == AF_NETLINK) {
            raise_type_error(th, "AF_NETLINK address must be a pair (pid, groups)");
            return -1;
        }
        if (t->len != 2) return wrong_count(th, "getsockaddrarg()", 2, t->len);
        if (pair_of(th, t, n)) return -1;
    }
    switch (s->family) {
    case AF_NETLINK: a->nl = (struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_pid = (uint32_t)n[0], .nl_groups = (uint32_t)n[1]}; return 0;
    case AF_VSOCK: a->vm = (struct sockaddr_vm){.svm_family = AF_VSOCK, .svm_cid = (uint32_t)n[0], .svm_port = (uint32_t)n[1]}; return 0;
    case AF_QIPCRTR: a->qrtr = (struct sockaddr_qrtr){.sq_family = AF_QIPCRTR, .sq_node = (uint32_t)n[0], .sq_port = (uint32_t)n[1]}; return 0;
    case AF_CAN: return can_arg(th, s, t, &a->can, fn);
    case AF_ALG: return alg_arg(th, t, &a->alg);
    case AF_TIPC: return tipc_arg(th, t, &a->tipc);
    default: return packet_arg(th, t, &a->ll, fn);
    }
}
