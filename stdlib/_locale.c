// SPDX-License-Identifier: MIT
// The module _locale over the C library's. The locale is the process's: setlocale() changes it with the world stopped, so that no attached thread is in the
// middle of a function that uses it. The others read it attached, without a lock; what localeconv(), textdomain() and bindtextdomain()
// give is the library's own, and changed by the next call: it is copied under ->own_lock.
#include <errno.h>
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

#include "core/object/abstract.h"
#include "core/object/codecs.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/names.h"
#include "core/object/str.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"

static Value locale_error; // [c] the class, a root
static ObjLock own_lock;

// ---- text -----------------------------------------------------------------------------------------------------------------------------------

// Text of the C library in a codeset (NULL: that of LC_CTYPE).
static Value decode(Thread *th, const char *p, const char *codeset) {
    if (!codeset) codeset = nl_langinfo(CODESET);
    if (strcmp(codeset, "UTF-8") == 0 || !*codeset) return str_from_fs(th, p, strlen(p));
    return codec_decode_text(th, p, strlen(p), codeset, "surrogateescape");
}

// The same of a copy, which is freed.
static Value decode_owned(Thread *th, char *text) {
    Value r = decode(th, text, NULL);
    free(text);
    return r;
}

// An argument as C text that lives while *hold (released by the caller) and v do. i: its number, 0: it is the only one.
static int text_arg(Thread *th, Value v, const char **out, Value *hold, const char *fname, int i, bool none) {
    *hold = NO_VALUE;
    *out = NULL;
    if (none && (!v || v == VALUE_NONE)) return 0;
    const char *kind = none ? "str or None" : "str";
    if (!value_is_str(v)) {
        if (i) raise_type_error(th, "%s() argument %d must be %s, not %B", fname, i, kind, v);
        else raise_type_error(th, "%s() argument must be %s, not %B", fname, kind, v);
        return -1;
    }
    size_t n;
    if (!(*out = str_utf8(th, v, &n, hold))) return -1;
    if (strlen(*out) == n) return 0;
    clear_ref(th, hold);
    raise_value_error(th, "embedded null character");
    return -1;
}

// A str argument as wide characters: mem_free them. NULL: an exception.
static wchar_t *wide_arg(Thread *th, Value v, const char *fname, int i) {
    if (!value_is_str(v)) {
        if (i) raise_type_error(th, "%s() argument %d must be str, not %B", fname, i, v);
        else raise_type_error(th, "%s() argument must be str, not %B", fname, v);
        return NULL;
    }
    const Str *s = AS(Str, v);
    for (size_t k = 0; k < s->len; k++)
        if (str_char_at(s, k) == 0) {
            raise_value_error(th, "embedded null character");
            return NULL;
        }
    return (wchar_t *)str_to_ucs4(th, v);
}

// ---- the locale -----------------------------------------------------------------------------------------------------------------------------

static Value fail(Thread *th, const char *what) { return raise_error(th, AS(Type, locale_error), "%s", what); }

static Value locale_fn_setlocale(Thread *th, Value self, Value *a) {
    int category;
    const char *name;
    Value hold;
    if (number_as_int(th, a[0], &category) < 0 || text_arg(th, a[1], &name, &hold, "setlocale", 2, true) < 0) return NO_VALUE;
    char *copy = NULL;
    if (name) world_stop(th);
    const char *now = setlocale(category, name);
    if (now) copy = strdup(now); // it is overwritten by the next call
    if (name) world_start(th);
    decref(th, hold);
    if (!now) return fail(th, name ? "unsupported locale setting" : "locale query failed");
    return copy ? decode_owned(th, copy) : raise_memory_error(th);
}

// Sizes of groups of digits: up to CHAR_MAX, or to the 0 that says "and so on", which is part of it.
static Value grouping(Thread *th, const char *p) {
    Value l = list_new(th, 0);
    size_t n = 0;
    while (p[n] && p[n] < CHAR_MAX) n++;
    for (size_t i = 0; l && *p && i <= n; i++)
        if (list_append(th, AS(List, l), value_imm_int(p[i])) < 0) clear_ref(th, &l);
    return l;
}

static int put(Thread *th, Value d, const char *key, Value v_owned) {
    int r = v_owned ? dict_set_str(th, AS(Dict, d), key, v_owned) : -1;
    decref(th, v_owned);
    return r;
}

// A copy of localeconv()'s structure, its texts in buf.
static bool conv_copy(Thread *th, struct lconv *c, char *buf, size_t size) {
    obj_lock(th, &own_lock);
    *c = *localeconv();
    char **texts[] = {&c->int_curr_symbol, &c->currency_symbol, &c->mon_decimal_point, &c->mon_thousands_sep, &c->mon_grouping, &c->positive_sign,
                      &c->negative_sign, &c->decimal_point, &c->thousands_sep, &c->grouping};
    bool ok = true;
    for (size_t i = 0; ok && i < ARRAY_LEN(texts); i++) {
        size_t n = strlen(*texts[i]) + 1;
        if ((ok = n <= size)) {
            *texts[i] = memcpy(buf, *texts[i], n);
            buf += n;
            size -= n;
        }
    }
    obj_unlock(th, &own_lock);
    return ok;
}

static Value locale_fn_localeconv(Thread *th, Value self, Value *a) {
    struct lconv c;
    char buf[1024];
    if (!conv_copy(th, &c, buf, sizeof buf)) return fail(th, "localeconv() is too long");
    const char *money = nl_langinfo(_NL_MONETARY_CODESET), *number = nl_langinfo(_NL_NUMERIC_CODESET);
    const struct { const char *key, *text, *codeset; const char *groups; char number; } rows[] = {
        {"int_curr_symbol", c.int_curr_symbol, money, NULL, 0}, {"currency_symbol", c.currency_symbol, money, NULL, 0},
        {"mon_decimal_point", c.mon_decimal_point, money, NULL, 0}, {"mon_thousands_sep", c.mon_thousands_sep, money, NULL, 0},
        {"mon_grouping", NULL, NULL, c.mon_grouping, 0}, {"positive_sign", c.positive_sign, money, NULL, 0}, {"negative_sign", c.negative_sign, money, NULL, 0},
        {"int_frac_digits", NULL, NULL, NULL, c.int_frac_digits}, {"frac_digits", NULL, NULL, NULL, c.frac_digits}, {"p_cs_precedes", NULL, NULL, NULL, c.p_cs_precedes},
        {"p_sep_by_space", NULL, NULL, NULL, c.p_sep_by_space}, {"n_cs_precedes", NULL, NULL, NULL, c.n_cs_precedes}, {"n_sep_by_space", NULL, NULL, NULL, c.n_sep_by_space},
        {"p_sign_posn", NULL, NULL, NULL, c.p_sign_posn}, {"n_sign_posn", NULL, NULL, NULL, c.n_sign_posn}, {"decimal_point", c.decimal_point, number, NULL, 0},
        {"thousands_sep", c.thousands_sep, number, NULL, 0}, {"grouping", NULL, NULL, c.grouping, 0},
    };
    Value d = dict_new(th);
    for (size_t i = 0; d && i < ARRAY_LEN(rows); i++) {
        Value v = rows[i].text ? decode(th, rows[i].text, rows[i].codeset) : rows[i].groups ? grouping(th, rows[i].groups) : value_imm_int(rows[i].number);
        if (put(th, d, rows[i].key, v) < 0) clear_ref(th, &d);
    }
    return d;
}

// ---- nl_langinfo ----------------------------------------------------------------------------------------------------------------------------

#define ITEMS(X) \
    X(DAY_1) X(DAY_2) X(DAY_3) X(DAY_4) X(DAY_5) X(DAY_6) X(DAY_7) X(ABDAY_1) X(ABDAY_2) X(ABDAY_3) X(ABDAY_4) X(ABDAY_5) X(ABDAY_6) X(ABDAY_7) \
    X(MON_1) X(MON_2) X(MON_3) X(MON_4) X(MON_5) X(MON_6) X(MON_7) X(MON_8) X(MON_9) X(MON_10) X(MON_11) X(MON_12) \
    X(ABMON_1) X(ABMON_2) X(ABMON_3) X(ABMON_4) X(ABMON_5) X(ABMON_6) X(ABMON_7) X(ABMON_8) X(ABMON_9) X(ABMON_10) X(ABMON_11) X(ABMON_12) \
    X(RADIXCHAR) X(THOUSEP) X(CRNCYSTR) X(D_FMT) X(D_T_FMT) X(T_FMT) X(AM_STR) X(PM_STR) X(CODESET) X(T_FMT_AMPM) X(ERA) X(ERA_D_FMT) X(ERA_D_T_FMT) \
    X(ERA_T_FMT) X(ALT_DIGITS) X(YESEXPR) X(NOEXPR) X(_DATE_FMT)
static const struct { const char *name; int item; } items[] = {
#define ITEM(n) {#n, n},
    ITEMS(ITEM)
};

// The codeset of the category that an item belongs to: its upper half.
static const char *item_codeset(int item) {
    switch (item >> 16) {
    case LC_TIME: return nl_langinfo(_NL_TIME_CODESET);
    case LC_MONETARY: return nl_langinfo(_NL_MONETARY_CODESET);
    case LC_NUMERIC: return nl_langinfo(_NL_NUMERIC_CODESET);
    case LC_MESSAGES: return nl_langinfo(_NL_MESSAGES_CODESET);
    default: return NULL;
    }
}

// Several texts one after the other, the last one followed by an empty one or the count-th, with semicolons between them.
static Value decode_list(Thread *th, const char *p, size_t count, const char *codeset) {
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t i = 0; i < count && *p; i++, p += strlen(p) + 1) {
        Value v = decode(th, p, codeset);
        if (!v) {
            str_builder_abort(&b);
            return NO_VALUE;
        }
        if (i) str_builder_char(&b, ';');
        str_builder_str(&b, v);
        decref(th, v);
    }
    return str_builder_finish(&b);
}

static Value locale_fn_nl_langinfo(Thread *th, Value self, Value *a) {
    int item;
    if (number_as_int(th, a[0], &item) < 0) return NO_VALUE;
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        if (items[i].item != item) continue;
        const char *p = nl_langinfo(item), *codeset = item_codeset(item);
        if (!p) p = "";
        if (item == ALT_DIGITS) return decode_list(th, p, 100, codeset);
        // ERA: as many segments as the locale says.
        if (item == ERA) return decode_list(th, p, (size_t)(uintptr_t)nl_langinfo(_NL_TIME_ERA_NUM_ENTRIES), codeset);
        return decode(th, p, codeset);
    }
    return raise_value_error(th, "unsupported langinfo constant");
}

static Value locale_fn_getencoding(Thread *th, Value self, Value *a) {
    const char *p = nl_langinfo(CODESET);
    return str_from_cstr(th, p && *p ? p : "UTF-8");
}

// ---- collation ------------------------------------------------------------------------------------------------------------------------------

static Value locale_fn_strcoll(Thread *th, Value self, Value *a) {
    wchar_t *x = wide_arg(th, a[0], "strcoll", 1), *y = x ? wide_arg(th, a[1], "strcoll", 2) : NULL;
    Value r = y ? value_imm_int(wcscoll(x, y)) : NO_VALUE;
    mem_free(x);
    mem_free(y);
    return r;
}

static Value locale_fn_strxfrm(Thread *th, Value self, Value *a) {
    wchar_t *s = wide_arg(th, a[0], "strxfrm", 0);
    if (!s) return NO_VALUE;
    errno = 0;
    size_t n = wcsxfrm(NULL, s, 0);
    wchar_t *to = errno && errno != ERANGE ? NULL : mem_alloc(th, (n + 1) * sizeof *to);
    Value r = NO_VALUE;
    if (to) {
        wcsxfrm(to, s, n + 1);
        size_t i = 0;
        while (i < n && (uint32_t)to[i] <= 0x10FFFF) i++;
        r = i == n ? str_from_ucs4(th, (uint32_t *)to, n) : raise_value_error(th, "character U+%x is not in range [U+0000; U+10ffff]", (unsigned)to[i]);
    } else if (!error_pending(th)) raise_errno(th, errno, NO_VALUE, NO_VALUE);
    mem_free(to);
    mem_free(s);
    return r;
}

// ---- messages -------------------------------------------------------------------------------------------------------------------------------

// The translation, detached: it may read a catalogue. msg and domain are the caller's.
static Value translate(Thread *th, const char *domain, const char *msg, int category) {
    const char *r;
    BLOCKING_BEGIN(th);
    r = dcgettext(domain, msg, category);
    BLOCKING_END;
    return decode(th, r, NULL);
}

static Value locale_fn_gettext(Thread *th, Value self, Value *a) {
    const char *msg;
    Value hold;
    if (text_arg(th, a[0], &msg, &hold, "gettext", 0, false) < 0) return NO_VALUE;
    Value r = translate(th, NULL, msg, LC_MESSAGES);
    decref(th, hold);
    return r;
}
static Value domain_gettext(Thread *th, Value *a, const char *fname, int category) {
    const char *domain, *msg;
    Value hold, hold2 = NO_VALUE, r = NO_VALUE;
    if (text_arg(th, a[0], &domain, &hold, fname, 1, true) == 0 && text_arg(th, a[1], &msg, &hold2, fname, 2, false) == 0) r = translate(th, domain, msg, category);
    decref(th, hold);
    decref(th, hold2);
    return r;
}
static Value locale_fn_dgettext(Thread *th, Value self, Value *a) { return domain_gettext(th, a, "dgettext", LC_MESSAGES); }
static Value locale_fn_dcgettext(Thread *th, Value self, Value *a) {
    int category;
    if (number_as_int(th, a[2], &category) < 0) return NO_VALUE;
    return domain_gettext(th, a, "dcgettext", category);
}

// What one of the library's settings is now, or was set to: a copy (free it), made before another thread can change it. NULL: *err says why.
static char *own_text(Thread *th, char *(*fn)(const char *, const char *), const char *domain, const char *value, int *err) {
    obj_lock(th, &own_lock);
    errno = 0;
    const char *now = fn ? fn(domain, value) : textdomain(domain);
    char *copy = now ? strdup(now) : NULL;
    *err = errno;
    obj_unlock(th, &own_lock);
    return copy;
}
static Value locale_fn_textdomain(Thread *th, Value self, Value *a) {
    const char *domain;
    Value hold;
    if (text_arg(th, a[0], &domain, &hold, "textdomain", 0, true) < 0) return NO_VALUE;
    int err;
    char *now = own_text(th, NULL, domain, NULL, &err);
    decref(th, hold);
    return now ? decode_owned(th, now) : raise_errno(th, err, NO_VALUE, NO_VALUE);
}

static Value locale_fn_bindtextdomain(Thread *th, Value self, Value *a) {
    const char *domain, *dir = NULL;
    Value hold, hold2 = NO_VALUE;
    if (text_arg(th, a[0], &domain, &hold, "bindtextdomain", 1, false) < 0) return NO_VALUE;
    Value path = NO_VALUE, r = NO_VALUE;
    if (!*domain) fail(th, "domain must be a non-empty string");
    else if (a[1] == VALUE_NONE || ((path = str_fspath(th, a[1])) && (dir = str_fs_path(th, path, NULL, &hold2)))) {
        int err;
        char *now = own_text(th, bindtextdomain, domain, dir, &err);
        r = now ? decode_owned(th, now) : raise_errno(th, err, NO_VALUE, NO_VALUE);
    }
    decref(th, hold2);
    decref(th, path);
    decref(th, hold);
    return r;
}

static Value locale_fn_bind_textdomain_codeset(Thread *th, Value self, Value *a) {
    const char *domain, *codeset;
    Value hold, hold2 = NO_VALUE, r = NO_VALUE;
    if (text_arg(th, a[0], &domain, &hold, "bind_textdomain_codeset", 1, false) < 0) return NO_VALUE;
    if (text_arg(th, a[1], &codeset, &hold2, "bind_textdomain_codeset", 2, true) == 0) {
        int err;
        char *now = own_text(th, bind_textdomain_codeset, domain, codeset, &err);
        r = now ? decode_owned(th, now) : err ? raise_errno(th, err, NO_VALUE, NO_VALUE) : VALUE_NONE;
    }
    decref(th, hold2);
    decref(th, hold);
    return r;
}

// ---- the module -----------------------------------------------------------------------------------------------------------------------------

static const MethodDef locale_fns[] = {
    {"setlocale", "(category, locale=None, /)", locale_fn_setlocale, "Activates/queries locale processing."},
    {"localeconv", "()", locale_fn_localeconv, "Returns numeric and monetary locale-specific parameters."},
    {"nl_langinfo", "(key, /)", locale_fn_nl_langinfo, "Return the value for the locale information associated with key."},
    {"getencoding", "()", locale_fn_getencoding, "Get the current locale encoding."},
    {"strcoll", "(os1, os2, /)", locale_fn_strcoll, "Compares two strings according to the locale."},
    {"strxfrm", "(string, /)", locale_fn_strxfrm, "Return a string that can be used as a key for locale-aware comparisons."},
    {"gettext", "(msg, /)", locale_fn_gettext, "gettext(msg) -> string\n\nReturn translation of msg."},
    {"dgettext", "(domain, msg, /)", locale_fn_dgettext, "dgettext(domain, msg) -> string\n\nReturn translation of msg in domain."},
    {"dcgettext", "(domain, msg, category, /)", locale_fn_dcgettext, "Return translation of msg in domain and category."},
    {"textdomain", "(domain, /)", locale_fn_textdomain, "Set the C library's textdomain to domain, returning the new domain."},
    {"bindtextdomain", "(domain, dir, /)", locale_fn_bindtextdomain, "Bind the C library's domain to dir."},
    {"bind_textdomain_codeset", "(domain, codeset, /)", locale_fn_bind_textdomain_codeset, "Bind the C library's domain to codeset."},
    {0},
};

static int locale_exec(Thread *th, Value m) {
    static const struct { const char *name; int v; } numbers[] = {{"LC_CTYPE", LC_CTYPE}, {"LC_TIME", LC_TIME}, {"LC_COLLATE", LC_COLLATE}, {"LC_MONETARY", LC_MONETARY},
        {"LC_MESSAGES", LC_MESSAGES}, {"LC_NUMERIC", LC_NUMERIC}, {"LC_ALL", LC_ALL}, {"CHAR_MAX", CHAR_MAX}};
    if (!locale_error) {
        if (!(locale_error = exception_create_type(th, "locale.Error", NO_VALUE, NULL))) return -1;
        gc_add_root(&locale_error);
    }
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (module_add_int(th, m, numbers[i].name, numbers[i].v) < 0) return -1;
    for (size_t i = 0; i < ARRAY_LEN(items); i++)
        if (module_add_int(th, m, items[i].name, items[i].item) < 0) return -1;
    return module_add(th, m, "Error", new_ref(th, locale_error));
}
const ModuleDef module__locale = {"_locale", "Support for POSIX locales.", locale_fns, locale_exec};
