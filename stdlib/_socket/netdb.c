// SPDX-License-Identifier: MIT
// What the resolver and the system know: hosts, services, protocols, network interfaces.
#include "stdlib/_socket/socket_int.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <pthread.h>

Value socket_fn_getaddrinfo(Thread *th, Value self, Value *a) {
    int family = 0, type = 0, proto = 0, flags = 0, r, err;
    if ((a[2] && int_arg(th, a[2], &family) < 0) || (a[3] && int_arg(th, a[3], &type) < 0) || (a[4] && int_arg(th, a[4], &proto) < 0) || (a[5] && int_arg(th, a[5], &flags) < 0)) return NO_VALUE;
    Value h1 = NO_VALUE, h2 = NO_VALUE, list = NO_VALUE;
    const char *host = NULL, *port = NULL;
    char num[32];
    if (a[0] != VALUE_NONE) {
        if (!value_is_str(a[0]) && !value_is_bytes(a[0])) return raise_type_error(th, "getaddrinfo() argument 1 must be string or None");
        // Unlike elsewhere ASCII names are encoded, too: the codec complains of labels that can't be.
        if (!value_is_str(a[0])) host = (const char *)AS(Bytes, a[0])->data;
        else if (!(host = host_encoded(th, a[0], &h1))) return NO_VALUE;
    }
    if (value_is_int(a[1])) {
        Value text = object_str(th, a[1]);
        const char *digits = text ? str_utf8(th, text, NULL, &h2) : NULL;
        // One that doesn't fit is none of a service, in any length.
        if (digits) snprintf(num, sizeof num, "%s", digits);
        decref(th, text);
        if (!digits) goto done;
        port = num;
    } else if (value_is_str(a[1])) {
        if (!(port = str_utf8(th, a[1], NULL, &h2))) goto done;
    } else if (value_is_bytes(a[1])) port = (const char *)AS(Bytes, a[1])->data;
    else if (a[1] != VALUE_NONE) {
        raise_error(th, &exc_OSError, "Int or String expected");
        goto done;
    }
    if (AUDIT(th, "socket.getaddrinfo", 5, a[0], a[1], value_imm_int(family), value_imm_int(type), value_imm_int(proto))) goto done;
    struct addrinfo hints = {.ai_family = family, .ai_socktype = type, .ai_protocol = proto, .ai_flags = flags}, *res = NULL;
    SYS(th, r, err, getaddrinfo(host, port, &hints, &res));
    if (r) gai_error_raise(th, r, err);
    else {
        list = list_new(th, 0);
        for (struct addrinfo *p = res; list && p; p = p->ai_next) {
            Address ad;
            memcpy(&ad, p->ai_addr, p->ai_addrlen);
            Value v[5] = {value_imm_int(p->ai_family), value_imm_int(p->ai_socktype), value_imm_int(p->ai_protocol), str_from_cstr(th, p->ai_canonname ? p->ai_canonname : ""), address_to_value(th, p->ai_protocol, &ad, p->ai_addrlen)};
            Value t = v[4] ? tuple_from_owned(th, v, 5) : NO_VALUE;
            if (!t || list_append_owned(th, AS(List, list), t) < 0) clear_ref(th, &list);
        }
        freeaddrinfo(res);
    }
done:
    decref(th, h1);
    decref(th, h2);
    return list;
}
Value socket_fn_getnameinfo(Thread *th, Value self, Value *a) {
    int flags, r, err;
    if (!value_is_tuple(a[0])) return raise_type_error(th, "getnameinfo() argument 1 must be a tuple");
    Tuple *t = AS(Tuple, a[0]);
    if (t->len < 2 || t->len > 4 || !value_is_str(t->items[0])) return raise_type_error(th, "getnameinfo(): illegal sockaddr argument");
    int64_t port, flow = 0, scope = 0;
    if (int_arg(th, a[1], &flags) < 0 || number_as_i64(th, t->items[1], &port) < 0 || (t->len > 2 && number_as_i64(th, t->items[2], &flow) < 0) || (t->len > 3 && number_as_i64(th, t->items[3], &scope) < 0)) return NO_VALUE;
    if (flow < 0 || flow > 0xfffff) return raise_error(th, &exc_OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
    if (AUDIT(th, "socket.getnameinfo", 1, a[0])) return NO_VALUE;
    Value hold;
    const char *host = host_arg(th, t->items[0], &hold);
    if (!host) return NO_VALUE;
    char pbuf[32], hb[NI_MAXHOST], sb[NI_MAXSERV];
    snprintf(pbuf, sizeof pbuf, "%lld", (long long)port);
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST}, *res = NULL;
    SYS(th, r, err, getaddrinfo(host, pbuf, &hints, &res));
    decref(th, hold);
    if (r) return gai_error_raise(th, r, err);
    if (res->ai_next) {
        freeaddrinfo(res);
        return raise_error(th, &exc_OSError, "sockaddr resolved to multiple addresses");
    }
    if (res->ai_family == AF_INET && t->len != 2) {
        freeaddrinfo(res);
        return raise_error(th, &exc_OSError, "IPv4 sockaddr must be 2 tuple");
    }
    if (res->ai_family == AF_INET6) {
        ((struct sockaddr_in6 *)res->ai_addr)->sin6_flowinfo = htonl((uint32_t)flow);
        ((struct sockaddr_in6 *)res->ai_addr)->sin6_scope_id = (uint32_t)scope;
    }
    SYS(th, r, err, getnameinfo(res->ai_addr, res->ai_addrlen, hb, sizeof hb, sb, sizeof sb, flags));
    freeaddrinfo(res);
    if (r) return gai_error_raise(th, r, err);
    Value v[2] = {str_from_cstr(th, hb), str_from_cstr(th, sb)};
    return tuple_from_owned(th, v, 2);
}
Value socket_fn_gethostbyname(Thread *th, Value self, Value *a) {
    Address ad;
    socklen_t n;
    if (AUDIT(th, "socket.gethostbyname", 1, a[0])) return NO_VALUE;
    return host_resolve(th, a[0], AF_INET, &ad, &n) < 0 ? NO_VALUE : host_to_str(th, &ad.sa, n);
}
static Value host_entry(Thread *th, struct hostent *h) {
    Value v[3] = {str_from_fs(th, h->h_name, strlen(h->h_name)), list_new(th, 0), list_new(th, 0)};
    for (char **p = h->h_aliases; v[1] && p && *p; p++) {
        Value s = str_from_fs(th, *p, strlen(*p));
        if (!s || list_append_owned(th, AS(List, v[1]), s) < 0) break;
    }
    for (char **p = h->h_addr_list; v[2] && p && *p; p++) {
        char b[64];
        Value s = str_from_cstr(th, inet_ntop(h->h_addrtype, *p, b, sizeof b) ? b : "");
        if (!s || list_append_owned(th, AS(List, v[2]), s) < 0) break;
    }
    return tuple_from_owned(th, v, 3);
}
static Value by_name_or_addr(Thread *th, Value host, bool by_addr) {
    Address ad;
    socklen_t n;
    Value hold;
    char buf[8192];
    struct hostent h, *res = NULL;
    int herr = 0, r, err;
    if (AUDIT(th, by_addr ? "socket.gethostbyaddr" : "socket.gethostbyname", 1, host)) return NO_VALUE;
    if (by_addr) {
        if (host_resolve(th, host, AF_UNSPEC, &ad, &n) < 0) return NO_VALUE;
        const void *p = ad.sa.sa_family == AF_INET ? (void *)&ad.in.sin_addr : (void *)&ad.in6.sin6_addr;
        SYS(th, r, err, gethostbyaddr_r(p, ad.sa.sa_family == AF_INET ? 4 : 16, ad.sa.sa_family, &h, buf, sizeof buf, &res, &herr));
    } else {
        const char *name = host_arg(th, host, &hold);
        if (!name) return NO_VALUE;
        if (host_resolve(th, host, AF_INET, &ad, &n) < 0) {
            decref(th, hold);
            return NO_VALUE;
        }
        SYS(th, r, err, gethostbyname_r(name, &h, buf, sizeof buf, &res, &herr));
        decref(th, hold);
    }
    (void)r;
    (void)err;
    return res ? host_entry(th, res) : socket_error_raise(th, socket_herror, herr, hstrerror(herr));
}
Value socket_fn_gethostbyname_ex(Thread *th, Value self, Value *a) { return by_name_or_addr(th, a[0], false); }
Value socket_fn_gethostbyaddr(Thread *th, Value self, Value *a) { return by_name_or_addr(th, a[0], true); }
Value socket_fn_gethostname(Thread *th, Value self, Value *a) {
    char b[1024];
    if (AUDIT(th, "socket.gethostname", 0)) return NO_VALUE;
    return gethostname(b, sizeof b - 1) < 0 ? posix_error(th, errno) : str_from_fs(th, b, strlen(b));
}
Value socket_fn_sethostname(Thread *th, Value self, Value *a) {
    PathArg p;
    if (path_arg(th, a[0], &p, "sethostname", NULL, 0) < 0) return NO_VALUE;
    Value v = NO_VALUE;
    if (AUDIT(th, "socket.sethostname", 1, path_seen(&p)) == 0) v = sethostname(p.p, p.len) < 0 ? posix_error(th, errno) : VALUE_NONE;
    path_done(th, &p);
    return v;
}
static pthread_mutex_t netdb_mutex = PTHREAD_MUTEX_INITIALIZER; // getserv*, getproto* are not re-entrant
static void netdb_after_fork(void) { pthread_mutex_init(&netdb_mutex, NULL); }    // in the child; its holder was detached, so fork did not wait for it
__attribute__((constructor)) static void netdb_load(void) { pthread_atfork(NULL, NULL, netdb_after_fork); }
Value socket_fn_getservbyname(Thread *th, Value self, Value *a) {
    Value h1 = NO_VALUE, h2 = NO_VALUE;
    const char *n = str_arg(th, a[0], "getservbyname", &h1), *p = a[1] ? str_arg(th, a[1], "getservbyname", &h2) : NULL;
    if (error_pending(th) || AUDIT(th, "socket.getservbyname", 2, a[0], a[1])) {
        decref(th, h1);
        decref(th, h2);
        return NO_VALUE;
    }
    int port = -1;
    BLOCKING_BEGIN(th);
    pthread_mutex_lock(&netdb_mutex);
    struct servent *s = getservbyname(n, p);
    if (s) port = ntohs((uint16_t)s->s_port);
    pthread_mutex_unlock(&netdb_mutex);
    BLOCKING_END;
    decref(th, h1);
    decref(th, h2);
    return port < 0 ? raise_error(th, &exc_OSError, "service/proto not found") : value_imm_int(port);
}
Value socket_fn_getservbyport(Thread *th, Value self, Value *a) {
    int port;
    Value h = NO_VALUE;
    if (int_arg(th, a[0], &port) < 0) return NO_VALUE;
    const char *p = a[1] ? str_arg(th, a[1], "getservbyport", &h) : NULL;
    if (error_pending(th)) return NO_VALUE;
    if (port < 0 || port > 65535 || AUDIT(th, "socket.getservbyport", 2, a[0], a[1])) {
        decref(th, h);
        return port < 0 || port > 65535 ? raise_error(th, &exc_OverflowError, "getservbyport: port must be 0-65535.") : NO_VALUE;
    }
    char name[256] = "";
    BLOCKING_BEGIN(th);
    pthread_mutex_lock(&netdb_mutex);
    struct servent *s = getservbyport(htons((uint16_t)port), p);
    if (s) snprintf(name, sizeof name, "%s", s->s_name);
    pthread_mutex_unlock(&netdb_mutex);
    BLOCKING_END;
    decref(th, h);
    return name[0] ? str_from_cstr(th, name) : raise_error(th, &exc_OSError, "port/proto not found");
}
Value socket_fn_getprotobyname(Thread *th, Value self, Value *a) {
    Value h = NO_VALUE;
    const char *n = str_arg(th, a[0], "getprotobyname", &h);
    if (!n) return NO_VALUE;
    int proto = -1;
    BLOCKING_BEGIN(th);
    pthread_mutex_lock(&netdb_mutex);
    struct protoent *p = getprotobyname(n);
    if (p) proto = p->p_proto;
    pthread_mutex_unlock(&netdb_mutex);
    BLOCKING_END;
    decref(th, h);
    return proto < 0 ? raise_error(th, &exc_OSError, "protocol not found") : value_imm_int(proto);
}
Value socket_fn_if_nameindex(Thread *th, Value self, Value *a) {
    struct if_nameindex *n = if_nameindex();
    if (!n) return posix_error(th, errno);
    Value list = list_new(th, 0);
    for (struct if_nameindex *p = n; list && p->if_index; p++) {
        Value v[2] = {value_imm_int(p->if_index), str_from_fs(th, p->if_name, strlen(p->if_name))}, t = tuple_from_owned(th, v, 2);
        if (!t || list_append_owned(th, AS(List, list), t) < 0) clear_ref(th, &list);
    }
    if_freenameindex(n);
    return list;
}
Value socket_fn_if_nametoindex(Thread *th, Value self, Value *a) {
    PathArg p;
    if (path_arg(th, a[0], &p, "if_nametoindex", NULL, 0) < 0) return NO_VALUE;
    unsigned i = if_nametoindex(p.p);
    int err = errno;
    path_done(th, &p);
    return i ? value_imm_int(i) : posix_error(th, err);
}
Value socket_fn_if_indextoname(Thread *th, Value self, Value *a) {
    uint64_t i;
    char b[IF_NAMESIZE];
    if (number_as_unsigned(th, a[0], UINT32_MAX, "unsigned int", &i) < 0) return NO_VALUE;
    return if_indextoname((unsigned)i, b) ? str_from_cstr(th, b) : posix_error(th, errno);
}
