// SPDX-License-Identifier: MIT
// Signatures of native functions: parsed from their text on first use, and the binding of vector arguments to parameters.
// A parsed signature is constant and lives for ever. Errors say what CPython's argument parsers say.
#include "core/object/call.h"
#include "core/object/suggest.h"
#include "core/object/dict.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/base/assert.h"
#include "gc/heap.h"

#include <stdio.h>
#include <stdlib.h>

enum { NO_INDEX = 255, NATIVE_MAX_PARAMS = 64 };

struct NativeSig {
    uint8_t n;          // parameters after self
    uint8_t npos;       // that can be given by position: entries 0..npos-1
    uint8_t nposonly;   // of these, by position only
    uint8_t nreq;       // required ones among the first npos (all at the front)
    uint8_t star;       // entry of *args, or NO_INDEX
    uint8_t dstar;      // entry of **kwargs, or NO_INDEX
    uint8_t exact;      // see BuiltinFunction.nargs_exact
    bool has_kwonly_required;
    struct { Value name; bool required, kwonly; } p[];
};

static bool name_is(const char *p, size_t n, const char *text) { return strlen(text) == n && memcmp(p, text, n) == 0; }

static const char *skip_space(const char *p) {
    while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '[' || *p == ']') p++;
    return p;
}

// Skips a default value or annotation up to the ',' or ')' that ends the parameter.
static const char *skip_default(const char *p) {
    int depth = 0;
    for (; *p; p++) {
        if (*p == '\'' || *p == '"') {
            char q = *p++;
            while (*p && *p != q) p += *p == '\\' && p[1] ? 2 : 1;
            if (!*p) return p;
        } else if (*p == '(' || *p == '[' || *p == '{') depth++;
        else if (*p == ')' || *p == ']' || *p == '}') {
            if (depth == 0) return p;
            depth--;
        } else if (*p == ',' && depth == 0) return p;
    }
    return p;
}

static NativeSig *sig_parse(Thread *th, const char *text, uint32_t flags, bool has_self) {
    NativeSig *s = calloc(1, sizeof *s + NATIVE_MAX_PARAMS * sizeof s->p[0]);
    if (!s) { raise_memory_error(th); return NULL; }
    s->star = s->dstar = NO_INDEX;
    bool kwonly = false, first = true;
    const char *p = text ? strchr(text, '(') : NULL;
    p = p ? p + 1 : "*args, **kwargs)";
    unsigned slash = 0;
    for (;;) {
        p = skip_space(p);
        if (*p == ')' || *p == 0) break;
        if (*p == ',') { p++; continue; }
        if (*p == '/') { slash = s->npos; p++; first = false; continue; }
        bool dollar = *p == '$';
        if (dollar) p++;
        int stars = 0;
        while (*p == '*') { stars++; p++; }
        const char *start = p;
        while (*p && *p != ',' && *p != ')' && *p != '=' && *p != ':' && *p != ' ' && *p != '[' && *p != ']') p++;
        size_t n = (size_t)(p - start);
        p = skip_space(p);
        bool has_default = false;
        if (*p == ':') p = skip_default(p + 1);
        const char *eq = start;
        while (eq < p && *eq != '=') eq++;
        if (*p == '=' || eq < p) { has_default = true; p = skip_default(*p == '=' ? p + 1 : p); }
        if (first && stars == 0) {
            first = false;
            bool drop = dollar || (has_self && !(flags & METH_STATIC) &&
                                   (name_is(start, n, "self") || name_is(start, n, "cls") ||
                                    ((flags & METH_CLASS) && (name_is(start, n, "type") || name_is(start, n, "mcls")))));
            if (drop) continue;
        }
        first = false;
        if (stars == 1 && n == 0) { kwonly = true; continue; }
        ALWAYS_ASSERT(s->n < NATIVE_MAX_PARAMS);
        unsigned i = s->n++;
        char buf[64];
        ALWAYS_ASSERT(n < sizeof buf);
        memcpy(buf, start, n);
        buf[n] = 0;
        if (!(s->p[i].name = str_intern_cstr(th, buf))) { free(s); return NULL; }
        if (stars == 1) { s->star = (uint8_t)i; kwonly = true; continue; }
        if (stars == 2) { s->dstar = (uint8_t)i; continue; }
        s->p[i].required = !has_default;
        s->p[i].kwonly = kwonly;
        if (kwonly) s->has_kwonly_required |= !has_default;
        else {
            s->npos = (uint8_t)(i + 1);
            if (!has_default) s->nreq = (uint8_t)(i + 1);
        }
    }
    s->nposonly = (uint8_t)slash;
    s->exact = s->n == s->nreq && s->n == s->npos && s->n == s->nposonly ? s->n : NO_INDEX;
    return s;
}

static NativeSig *sig_get(Thread *th, NativeSig **cache, const char *text, uint32_t flags, bool has_self) {
    NativeSig *s = atomic_load_acquire(cache);
    if (LIKELY(s != NULL)) return s;
    s = sig_parse(th, text, flags, has_self);
    if (!s) return NULL;
    NativeSig *expected = NULL;
    if (!atomic_cas_acq_rel(cache, &expected, s)) {
        free(s);
        s = expected;
    }
    return s;
}

// How messages name the function: full "list.append()" and short "append".
typedef struct FnName { const char *mod, *owner, *name; const BuiltinFunction *of; /* where mod and owner are yet to be found */ } FnName;
static COLD void fn_name_of(const BuiltinFunction *f, FnName *out);

static COLD Value fn_error(Thread *th, const FnName *f, const char *what) {
    FnName full;
    if (f->of) { fn_name_of(f->of, &full); f = &full; }
    return raise_type_error(th, "%s%s%s%s%s() %s", f->mod ? f->mod : "", f->mod ? "." : "", f->owner ? f->owner : "", f->owner ? "." : "", f->name, what);
}

static COLD int bind_count_error(Thread *th, const NativeSig *s, const FnName *f, size_t nargs, size_t nkw) {
    char buf[160];
    if (nkw && s->nposonly == s->n && s->dstar == NO_INDEX) {
        fn_error(th, f, "takes no keyword arguments");
        return -1;
    }
    if (s->n == 0) {
        snprintf(buf, sizeof buf, "takes no arguments (%zu given)", nargs);
        fn_error(th, f, buf);
    } else if (s->n == 1 && s->nposonly == 1 && s->nreq == 1) {
        snprintf(buf, sizeof buf, "takes exactly one argument (%zu given)", nargs);
        fn_error(th, f, buf);
    } else if (s->nposonly == s->npos && (s->nposonly == s->n || s->star != NO_INDEX)) {
        bool few = nargs < s->nreq;
        size_t limit = few ? s->nreq : s->npos;
        const char *how = s->nreq == s->npos && s->star == NO_INDEX ? "" : few ? "at least " : "at most ";
        raise_type_error(th, "%.150s expected %s%zu argument%s, got %zu", f->name, how, limit, limit == 1 ? "" : "s", nargs);
    } else if (nargs < s->nreq && nargs < s->nposonly) {
        size_t need = s->nreq < s->nposonly ? s->nreq : s->nposonly;
        raise_type_error(th, "%.200s() takes %s %zu positional argument%s (%zu given)", f->name,
                         s->nreq < s->npos || need < s->nposonly ? "at least" : "exactly", need, need == 1 ? "" : "s", nargs);
    } else {
        size_t total = s->n;
        if (nargs + nkw > total)
            raise_type_error(th, "%.200s() takes %s %zu %sargument%s (%zu given)", f->name, s->nreq < total || s->has_kwonly_required ? "at most" : "exactly", total,
                             nargs == 0 ? "keyword " : "", total == 1 ? "" : "s", nargs + nkw);
        else if (s->npos == 0) raise_type_error(th, "%.200s() takes no positional arguments", f->name);
        else
            raise_type_error(th, "%.200s() takes %s %d positional argument%s (%zu given)", f->name, s->nreq < s->npos ? "at most" : "exactly", s->npos,
                             s->npos == 1 ? "" : "s", nargs);
    }
    return -1;
}

static void out_release(Thread *th, const NativeSig *s, Value *out) {
    if (s->star != NO_INDEX) { decref(th, out[s->star]); out[s->star] = NO_VALUE; }
    if (s->dstar != NO_INDEX) { decref(th, out[s->dstar]); out[s->dstar] = NO_VALUE; }
}

static int bind_keywords(Thread *th, const NativeSig *s, const FnName *f, const Value *kw, Tuple *names, Value *out) {
    for (size_t k = 0; k < names->len; k++) {
        Value name = names->items[k];
        unsigned i = s->nposonly;
        for (; i < s->n; i++)
            if (s->p[i].name == name && i != s->star && i != s->dstar) break;
        if (i == s->n && value_is_str(name)) // not interned, or a subclass
            for (i = s->nposonly; i < s->n; i++)
                if (i != s->star && i != s->dstar && str_equal(AS(Str, s->p[i].name), AS(Str, name))) break;
        if (i < s->n) {
            if (out[i]) {
                raise_type_error(th, "argument for %.200s() given by name ('%U') and position (%u)", f->name, s->p[i].name, i + 1);
                return -1;
            }
            out[i] = kw[k];
            continue;
        }
        if (s->dstar != NO_INDEX) {
            if (!out[s->dstar] && !(out[s->dstar] = dict_new(th))) return -1;
            if (dict_set(th, AS(Dict, out[s->dstar]), name, kw[k])) return -1;
            continue;
        }
        if (!value_is_str(name)) raise_type_error(th, "keywords must be strings");
        else {
            // A required parameter that is missing too is what CPython complains of first.
            for (i = 0; i < s->npos; i++)
                if (s->p[i].required && !out[i]) {
                    bool later = false;
                    for (size_t m = k + 1; m < names->len && i >= s->nposonly; m++) later |= names->items[m] == s->p[i].name;
                    if (!later) return 1;
                }
            Value candidates[64];
            size_t n = 0;
            for (i = s->nposonly; i < s->n && n < ARRAY_LEN(candidates); i++)
                if (s->p[i].name && i != s->star && i != s->dstar) candidates[n++] = s->p[i].name;
            Value best = suggest_name(name, candidates, n);
            if (best) raise_type_error(th, "%.200s() got an unexpected keyword argument '%U'. Did you mean '%U'?", f->name, name, best);
            else raise_type_error(th, "%.200s() got an unexpected keyword argument '%U'", f->name, name);
        }
        return -1;
    }
    return 0;
}

static int sig_bind(Thread *th, const NativeSig *s, const FnName *f, const Value *args, size_t nargs, Value kwnames, Value *out) {
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
    size_t take = nargs < s->npos ? nargs : s->npos;
    for (size_t i = 0; i < take; i++) out[i] = args[i];
    for (size_t i = take; i < s->n; i++) out[i] = NO_VALUE;
    if (nargs > s->npos) {
        if (s->star == NO_INDEX) return bind_count_error(th, s, f, nargs, nkw);
    } else if (nkw && s->nposonly == s->n) return bind_count_error(th, s, f, nargs, nkw);
    else if (s->star == NO_INDEX && s->dstar == NO_INDEX && nargs + nkw > s->n) return bind_count_error(th, s, f, nargs, nkw);
    if (nargs < s->nposonly && nargs < s->nreq) return bind_count_error(th, s, f, nargs, 0);
    if (s->star != NO_INDEX) {
        out[s->star] = nargs > s->npos ? tuple_from_array(th, args + s->npos, nargs - s->npos) : tuple_empty;
        if (!out[s->star]) return -1;
    }
    if (nkw && bind_keywords(th, s, f, args + nargs, AS(Tuple, kwnames), out) < 0) {
        out_release(th, s, out);
        return -1;
    }
    if (take < s->nreq || s->has_kwonly_required) {
        for (unsigned i = 0; i < s->n; i++)
            if (s->p[i].required && !out[i]) {
                if (!s->p[i].kwonly && s->nposonly == s->npos) bind_count_error(th, s, f, nargs, 0);
                else raise_type_error(th, "%.200s() missing required argument '%U' (pos %u)", f->name, s->p[i].name, i + 1);
                out_release(th, s, out);
                return -1;
            }
    }
    return 0;
}

static const char *owner_text(const Type *t) {
    const char *dot = strrchr(t->name, '.');
    return dot && !(t->flags & TYPE_HEAP) ? dot + 1 : t->name;
}

static COLD void fn_name_of(const BuiltinFunction *f, FnName *out) {
    out->name = f->def->name;
    out->of = NULL;
    out->mod = NULL;
    out->owner = f->owner ? owner_text(f->owner) : NULL;
    if (f->owner && f->self) out->owner = owner_text(value_is_type(f->self) ? AS(Type, f->self) : type_of(f->self)); // a bound method
    if (!f->owner && f->module && value_is_str(f->module) && !str_equal_cstr(f->module, "builtins")) {
        Str *m = AS(Str, f->module);
        if (m->flags & STR_ASCII) out->mod = str_data(m);
    }
}

NativeSig *native_sig(Thread *th, const BuiltinFunction *f) {
    BuiltinFunction *w = (BuiltinFunction *)f;
    NativeSig *s = sig_get(th, &w->sig, f->def->sig, f->def->flags, f->owner != NULL);
    if (!s) return NULL;
    // Calls without keywords, whatever else the parameters may be given by.
    if (!s->has_kwonly_required && s->n <= 6 && s->star == NO_INDEX && s->dstar == NO_INDEX) {
        atomic_store_relaxed(&w->nargs_min, s->nreq);
        atomic_store_relaxed(&w->nargs_max, s->npos);
    }
    atomic_store_relaxed(&w->nargs_exact, s->exact);
    return s;
}

static NOINLINE Value native_call_slow(Thread *th, const BuiltinFunction *f, Value self, const Value *args, size_t nargs, Value kwnames) {
    const MethodDef *def = f->def;
    if (def->flags & METH_RAW) return ((RawFn)def->fn)(th, self, args, nargs, kwnames);
    NativeSig *s = native_sig(th, f);
    if (!s) return NO_VALUE;
    if (s->exact == nargs && !kwnames) return ((NativeFn)def->fn)(th, self, (Value *)args);
    Value out[s->n > 2 ? s->n : 2];
    if (!kwnames && s->star == 0 && (s->n == 1 || (s->n == 2 && s->dstar == 1))) {    // (*args) or (*args, **kwargs): nothing to bind
        out[1] = NO_VALUE;
        if (!(out[0] = nargs ? tuple_from_array(th, args, nargs) : tuple_empty)) return NO_VALUE;
        Value r = ((NativeFn)def->fn)(th, self, out);
        decref(th, out[0]);
        return r;
    }
    FnName name = {NULL, NULL, def->name, f};
    if (sig_bind(th, s, &name, args, nargs, kwnames, out)) return NO_VALUE;
    Value r = ((NativeFn)def->fn)(th, self, out);
    if (s->star != NO_INDEX || s->dstar != NO_INDEX) out_release(th, s, out);
    return r;
}

Value native_call(Thread *th, const BuiltinFunction *f, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (LIKELY(atomic_load_relaxed(&f->nargs_exact) == nargs && !kwnames && nargs != NO_INDEX)) return ((NativeFn)f->def->fn)(th, self, (Value *)args);
    if (!kwnames && nargs <= atomic_load_relaxed(&f->nargs_max) && nargs >= atomic_load_relaxed(&f->nargs_min)) {
        Value out[6] = {0};
        for (size_t i = 0; i < nargs; i++) out[i] = args[i];
        return ((NativeFn)f->def->fn)(th, self, out);
    }
    return native_call_slow(th, f, self, args, nargs, kwnames);
}

int native_args_bind(Thread *th, NativeSig **cache, const char *fname, const char *sig, const Value *args, size_t nargs, Value kwnames, Value *out) {
    NativeSig *s = sig_get(th, cache, sig, 0, true);
    if (!s) return -1;
    FnName name = {NULL, NULL, fname, NULL};
    return sig_bind(th, s, &name, args, nargs, kwnames, out);
}

void native_args_release(Thread *th, NativeSig *sig, Value *out) { out_release(th, sig, out); }

Value native_text_signature(Thread *th, const MethodDef *def, bool is_method) {
    if ((def->flags & METH_NO_TEXT_SIG) || !def->sig || def->sig[0] != '(') return VALUE_NONE;
    const char *p = skip_space(def->sig + 1);
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, '(');
    if (*p == '$') { // written out
        str_builder_cstr(&b, p);
        return str_builder_finish(&b);
    }
    if (!(def->flags & METH_STATIC)) {
        str_builder_cstr(&b, !is_method ? "$module" : def->flags & METH_CLASS ? "$type" : "$self");
        size_t n = strcspn(p, ",)=");
        bool given = is_method && (name_is(p, n, "self") || name_is(p, n, "cls") || ((def->flags & METH_CLASS) && name_is(p, n, "type")));
        if (given) {
            p = skip_space(p + n);
        } else if (*p != ')') str_builder_cstr(&b, ", ");
        else str_builder_cstr(&b, ", /"); // functions without parameters
    }
    str_builder_cstr(&b, p);
    return str_builder_finish(&b);
}
