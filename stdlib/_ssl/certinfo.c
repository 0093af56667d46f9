// SPDX-License-Identifier: MIT
// A certificate as the dict of getpeercert(): names, dates, serial number, alternative names and the addresses of its extensions.
#include "stdlib/_ssl/ssl_int.h"

#include <limits.h>

Value bio_to_str(Thread *th, BIO *b) {
    char *p;
    long n = BIO_get_mem_data(b, &p);
    return str_from_utf8(th, p, n > 0 ? (size_t)n : 0);
}
// The text that print leaves in a memory BIO, as str.
#define PRINTED(th, print) ({ BIO *bio = BIO_new(BIO_s_mem()); Value v_ = NO_VALUE; if (!bio) raise_memory_error(th); else { print; v_ = bio_to_str(th, bio); BIO_free(bio); } v_; })

// The name of an object identifier: its long name, or the dotted form. NO_VALUE on error.
static Value object_name(Thread *th, const ASN1_OBJECT *o) {
    char buf[256];
    int n = OBJ_obj2txt(buf, sizeof buf, o, 0);
    if (n < 0) return SSL_RAISE_LAST(th);
    if ((size_t)n < sizeof buf) return str_from_utf8(th, buf, (size_t)n);
    char *big = mem_alloc(th, (size_t)n + 1);
    if (!big) return NO_VALUE;
    OBJ_obj2txt(big, n + 1, o, 0);
    Value r = str_from_utf8(th, big, (size_t)n);
    mem_free(big);
    return r;
}
static Value attribute(Thread *th, X509_NAME_ENTRY *e) {
    ASN1_STRING *s = X509_NAME_ENTRY_get_data(e);
    Value v[2] = {object_name(th, X509_NAME_ENTRY_get_object(e)), NO_VALUE};
    if (ASN1_STRING_type(s) == V_ASN1_BIT_STRING) {
        v[1] = bytes_new(th, ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
    } else {
        unsigned char *text;
        int n = ASN1_STRING_to_UTF8(&text, s);
        if (n < 0) {
            SSL_RAISE_LAST(th);
        } else {
            v[1] = str_from_utf8(th, (char *)text, (size_t)n);
            OPENSSL_free(text);
        }
    }
    return tuple_of_owned(th, v, 2);
}
// A List's items as a tuple; the list goes.
static Value list_end(Thread *th, Value list, bool ok) {
    Value r = ok ? list_to_tuple(th, AS(List, list)) : NO_VALUE;
    decref(th, list);
    return r;
}
// A name: a tuple of its parts, each a tuple of pairs.
static Value name_tuple(Thread *th, X509_NAME *name) {
    Value all = list_new(th, 8), part = NO_VALUE;
    bool ok = all != NO_VALUE;
    int n = X509_NAME_entry_count(name), set = -1;
    for (int i = 0; ok && i <= n; i++) {
        X509_NAME_ENTRY *e = i < n ? X509_NAME_get_entry(name, i) : NULL;
        if (part && (!e || X509_NAME_ENTRY_set(e) != set)) {
            Value t = list_end(th, part, true);
            part = NO_VALUE;
            ok = t && list_append_owned(th, AS(List, all), t) == 0;
        }
        if (!ok || !e) break;
        set = X509_NAME_ENTRY_set(e);
        if (!part) part = list_new(th, 1);
        Value a = part ? attribute(th, e) : NO_VALUE;
        ok = a && list_append_owned(th, AS(List, part), a) == 0;
    }
    decref(th, part);
    return all ? list_end(th, all, ok) : NO_VALUE;
}

// ---- alternative names -----------------------------------------------------------------------------------------------------------------------

static Value ia5_str(Thread *th, const ASN1_STRING *s) { return str_from_utf8(th, (const char *)ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s)); }

static Value ip_text(Thread *th, const ASN1_STRING *s) {
    const uint8_t *p = ASN1_STRING_get0_data(s);
    char buf[64];
    if (ASN1_STRING_length(s) == 4) {
        snprintf(buf, sizeof buf, "%d.%d.%d.%d", p[0], p[1], p[2], p[3]);
    } else if (ASN1_STRING_length(s) == 16) {
        size_t n = 0;
        for (int i = 0; i < 16; i += 2) n += (size_t)snprintf(buf + n, sizeof buf - n, i ? ":%X" : "%X", p[i] << 8 | p[i + 1]);
    } else {
        return str_from_cstr(th, "<invalid>");
    }
    return str_from_cstr(th, buf);
}
// What OpenSSL prints for the other kinds is "kind:value".
static Value printed_pair(Thread *th, GENERAL_NAME *g) {
    Value text = PRINTED(th, GENERAL_NAME_print(bio, g));
    if (!text) return NO_VALUE;
    Value hold;
    size_t n;
    const char *p = str_utf8(th, text, &n, &hold), *colon = p ? memchr(p, ':', n) : NULL;
    Value r = NO_VALUE;
    if (p && !colon) {
        raise_value_error(th, "Invalid value %.200s", p);
    } else if (p) {
        Value v[2] = {str_from_utf8(th, p, (size_t)(colon - p)), str_from_utf8(th, colon + 1, n - (size_t)(colon + 1 - p))};
        r = tuple_of_owned(th, v, 2);
    }
    decref(th, hold);
    decref(th, text);
    return r;
}
static Value general_name(Thread *th, GENERAL_NAME *g) {
    Value v[2];
    switch (g->type) {
    case GEN_DIRNAME: v[0] = str_from_cstr(th, "DirName"), v[1] = name_tuple(th, g->d.dirn); break;
    case GEN_EMAIL: v[0] = str_from_cstr(th, "email"), v[1] = ia5_str(th, g->d.rfc822Name); break;
    case GEN_DNS: v[0] = str_from_cstr(th, "DNS"), v[1] = ia5_str(th, g->d.dNSName); break;
    case GEN_URI: v[0] = str_from_cstr(th, "URI"), v[1] = ia5_str(th, g->d.uniformResourceIdentifier); break;
    case GEN_IPADD: v[0] = str_from_cstr(th, "IP Address"), v[1] = ip_text(th, g->d.iPAddress); break;
    case GEN_RID: {
        char buf[2048];
        int n = i2t_ASN1_OBJECT(buf, sizeof buf - 1, g->d.registeredID);
        v[0] = str_from_cstr(th, "Registered ID");
        v[1] = n <= 0 ? str_from_cstr(th, "<INVALID>") : (size_t)n >= sizeof buf ? object_name(th, g->d.registeredID) : str_from_utf8(th, buf, (size_t)n);
        break;
    }
    default: return printed_pair(th, g);
    }
    return tuple_of_owned(th, v, 2);
}
// The alternative names: a tuple, None without any.
static Value alternative_names(Thread *th, X509 *x) {
    GENERAL_NAMES *all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    if (!all) return VALUE_NONE;
    Value list = list_new(th, 4);
    bool ok = list != NO_VALUE;
    for (int i = 0; ok && i < sk_GENERAL_NAME_num(all); i++) {
        Value g = general_name(th, sk_GENERAL_NAME_value(all, i));
        ok = g && list_append_owned(th, AS(List, list), g) == 0;
    }
    GENERAL_NAMES_free(all);
    return list ? list_end(th, list, ok) : NO_VALUE;
}

// ---- addresses in extensions -------------------------------------------------------------------------------------------------------------------

// Ends a list of addresses: a tuple, None for an empty one.
static Value uris_end(Thread *th, Value list, bool ok) {
    if (!list) return NO_VALUE;
    if (!ok || list_len(AS(List, list))) return list_end(th, list, ok);
    decref(th, list);
    return VALUE_NONE;
}
static bool uri_add(Thread *th, Value list, const GENERAL_NAME *g) {
    if (g->type != GEN_URI) return true;
    Value s = ia5_str(th, g->d.uniformResourceIdentifier);
    return s && list_append_owned(th, AS(List, list), s) == 0;
}
static Value access_uris(Thread *th, X509 *x, int nid) {
    AUTHORITY_INFO_ACCESS *info = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);
    if (!info) return VALUE_NONE;
    Value list = list_new(th, 1);
    bool ok = list != NO_VALUE;
    for (int i = 0; ok && i < sk_ACCESS_DESCRIPTION_num(info); i++) {
        ACCESS_DESCRIPTION *a = sk_ACCESS_DESCRIPTION_value(info, i);
        if (OBJ_obj2nid(a->method) == nid) ok = uri_add(th, list, a->location);
    }
    AUTHORITY_INFO_ACCESS_free(info);
    return uris_end(th, list, ok);
}
static Value crl_uris(Thread *th, X509 *x) {
    CRL_DIST_POINTS *points = X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);
    if (!points) return VALUE_NONE;
    Value list = list_new(th, 1);
    bool ok = list != NO_VALUE;
    for (int i = 0; ok && i < sk_DIST_POINT_num(points); i++) {
        DIST_POINT *p = sk_DIST_POINT_value(points, i);
        if (!p->distpoint || p->distpoint->type != 0) continue; // a relative name
        GENERAL_NAMES *names = p->distpoint->name.fullname;
        for (int k = 0; ok && k < sk_GENERAL_NAME_num(names); k++) ok = uri_add(th, list, sk_GENERAL_NAME_value(names, k));
    }
    CRL_DIST_POINTS_free(points);
    return uris_end(th, list, ok);
}

// ---- the dict --------------------------------------------------------------------------------------------------------------------------------

// As dict_put_owned, but None is left out.
static int put_some(Thread *th, Value d, const char *key, Value v) { return v == VALUE_NONE ? 0 : dict_put_owned(th, d, key, v); }

Value cert_info(Thread *th, X509 *x) {
    Value d = dict_new(th);
    if (d && dict_put_owned(th, d, "subject", name_tuple(th, X509_get_subject_name(x))) == 0 && dict_put_owned(th, d, "issuer", name_tuple(th, X509_get_issuer_name(x))) == 0 &&
        dict_put_owned(th, d, "version", value_imm_int(X509_get_version(x) + 1)) == 0 &&
        dict_put_owned(th, d, "serialNumber", PRINTED(th, i2a_ASN1_INTEGER(bio, X509_get0_serialNumber(x)))) == 0 &&
        dict_put_owned(th, d, "notBefore", PRINTED(th, ASN1_TIME_print(bio, X509_get0_notBefore(x)))) == 0 &&
        dict_put_owned(th, d, "notAfter", PRINTED(th, ASN1_TIME_print(bio, X509_get0_notAfter(x)))) == 0 &&
        put_some(th, d, "subjectAltName", alternative_names(th, x)) == 0 && put_some(th, d, "OCSP", access_uris(th, x, NID_ad_OCSP)) == 0 &&
        put_some(th, d, "caIssuers", access_uris(th, x, NID_ad_ca_issuers)) == 0 && put_some(th, d, "crlDistributionPoints", crl_uris(th, x)) == 0) {
        ERR_clear_error();
        return d;
    }
    decref(th, d);
    return NO_VALUE;
}
