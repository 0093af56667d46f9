// SPDX-License-Identifier: MIT
// The environment of the process: os.environ at the start, putenv, unsetenv.
//
// The C library reads it wherever it likes and without a lock (getenv in tzset, in getaddrinfo, in other libraries), while its own setenv frees the
// array and, as unsetenv does, moves what is in it. So the variables are kept here in a way that a reader of any moment finds whole: an array is never
// freed (it doubles when it is full, so that all the old ones together are smaller than it), nor is a text once it was in one; the same text is used
// again. An entry is written at once. While one is removed a reader may miss another that moves down; it finds it when it looks again.
#include "stdlib/posix/posix.h"

#include "gc/gc.h"

#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;                  // [m] env_mutex, and read by anybody

static pthread_mutex_t env_mutex = PTHREAD_MUTEX_INITIALIZER;
static char **own;                      // [m] our array; environ is another one at first, and after a library's setenv
static size_t own_n, own_cap;           // [m] variables in it, and how many there is room for with the NULL behind them
static void *texts;                     // [m] tsearch: every "name=value" that was set

void posix_environ_lock(void) { pthread_mutex_lock(&env_mutex); }
void posix_environ_unlock(void) { pthread_mutex_unlock(&env_mutex); }
// A forked child has the environment as it is between two changes.
__attribute__((constructor)) static void environ_load(void) { pthread_atfork(posix_environ_lock, posix_environ_unlock, posix_environ_unlock); }

// Makes environ an array of ours with room for one more. 0, or -1: no memory.
static int environ_reserve(void) {
    if (environ != own) {
        for (own_n = 0; environ && environ[own_n];) own_n++;
        own_cap = 0;
    }
    if (own_n + 2 <= own_cap) return 0;
    size_t cap = own_n * 2 + 32;
    char **v = malloc(cap * sizeof *v);
    if (!v) return -1;
    if (own_n) memcpy(v, environ, own_n * sizeof *v);
    v[own_n] = NULL;
    own = v;
    own_cap = cap;
    atomic_store_release(&environ, v);  // with what it holds
    return 0;
}
// Where the variable is from `at` on, or own_n.
static size_t variable_find(const char *name, size_t len, size_t at) {
    while (at < own_n && (strncmp(own[at], name, len) || own[at][len] != '=')) at++;
    return at;
}
static int text_order(const void *a, const void *b) { return strcmp(a, b); }

// Under the lock. name has no '='. 0, or -1: no memory.
static int variable_set(const char *name, size_t nlen, const char *value, size_t vlen) {
    char *text = malloc(nlen + vlen + 2);
    if (!text || environ_reserve() < 0) {
        free(text);
        return -1;
    }
    memcpy(text, name, nlen);
    text[nlen] = '=';
    memcpy(text + nlen + 1, value, vlen);
    text[nlen + 1 + vlen] = 0;
    char **node = tsearch(text, &texts, text_order);
    if (!node || *node != text) free(text);
    if (!node) return -1;
    size_t i = variable_find(name, nlen, 0);
    if (i == own_n) atomic_store_release(&own[++own_n], NULL);  // the end is there before the entry is
    atomic_store_release(&own[i], *node);                       // with its text
    return 0;
}
// Under the lock: all that are called so. 0, or -1: no memory.
static int variable_unset(const char *name, size_t len) {
    if (environ_reserve() < 0) return -1;
    for (size_t i = 0; (i = variable_find(name, len, i)) < own_n;) {
        for (size_t k = i; k < own_n; k++) atomic_store_release(&own[k], own[k + 1]);
        own_n--;
    }
    return 0;
}

static Value environ_dict(Thread *th) {
    // Copied under the lock, made into objects after it.
    posix_environ_lock();
    size_t n = 0;
    while (environ && environ[n]) n++;
    char **copy = malloc((n + 1) * sizeof *copy);
    for (size_t i = 0; copy && i < n; i++) copy[i] = strdup(environ[i]);
    posix_environ_unlock();
    Value d = copy ? dict_new(th) : raise_memory_error(th);
    for (size_t i = 0; copy && i < n; i++) {
        char *eq = copy[i] ? strchr(copy[i], '=') : NULL;
        if (d && eq && eq != copy[i]) {
            Value k = bytes_new(th, copy[i], (size_t)(eq - copy[i])), v = k ? bytes_new(th, eq + 1, strlen(eq + 1)) : NO_VALUE, old = NO_VALUE;
            if (!v || dict_setdefault(th, AS(Dict, d), k, v, &old) < 0) clear_ref(th, &d);
            decref(th, old);
            decref(th, k);
            decref(th, v);
        }
        free(copy[i]);
    }
    free(copy);
    return d;
}
static Value posix_fn_create_environ(Thread *th, Value self, Value *a) { return environ_dict(th); }
// The hooks see bytes. 0 or -1.
static int audit_variable(Thread *th, const char *event, const PathArg *k, const PathArg *v) {
    Value key = bytes_new(th, k->p, k->len), value = key && v ? bytes_new(th, v->p, v->len) : NO_VALUE;
    int r = !key || (v && !value) ? -1 : sys_audit(th, event, v ? 2 : 1, key, value);
    decref(th, key);
    decref(th, value);
    return r;
}
static Value posix_fn_putenv(Thread *th, Value self, Value *a) {
    PathArg k, v;
    if (path_arg(th, a[0], &k, "putenv", NULL, 0) < 0) return NO_VALUE;
    if (path_arg(th, a[1], &v, "putenv", NULL, 0) < 0) {
        path_done(th, &k);
        return NO_VALUE;
    }
    int r = 0;
    if (memchr(k.p, '=', k.len)) {
        raise_value_error(th, "illegal environment variable name");
        r = 1;
    } else if (!k.len) {
        posix_error(th, EINVAL);
        r = 1;
    } else if (sys_has_audit_hooks() && audit_variable(th, "os.putenv", &k, &v)) r = 1;
    else {
        posix_environ_lock();
        r = variable_set(k.p, k.len, v.p, v.len);
        posix_environ_unlock();
        if (r) raise_memory_error(th);
    }
    path_done(th, &k);
    path_done(th, &v);
    return r ? NO_VALUE : VALUE_NONE;
}
static Value posix_fn_unsetenv(Thread *th, Value self, Value *a) {
    PathArg k;
    if (path_arg(th, a[0], &k, "unsetenv", NULL, 0) < 0) return NO_VALUE;
    if (sys_has_audit_hooks() && audit_variable(th, "os.unsetenv", &k, NULL)) {
        path_done(th, &k);
        return NO_VALUE;
    }
    bool named = k.len && !memchr(k.p, '=', k.len);
    int r = 0;
    if (named) {
        posix_environ_lock();
        r = variable_unset(k.p, k.len);
        posix_environ_unlock();
    }
    path_done(th, &k);
    if (!named) return posix_error(th, EINVAL);
    return r ? raise_memory_error(th) : VALUE_NONE;
}

const MethodDef posix_environ_fns[] = {
    {"_create_environ", "()", posix_fn_create_environ, "Create the environment dictionary."},
    {"putenv", "(name, value, /)", posix_fn_putenv, "Change or add an environment variable."},
    {"unsetenv", "(name, /)", posix_fn_unsetenv, "Delete an environment variable."},
    {0}
};
int posix_environ_init(Thread *th, Value m) { return module_add(th, m, "environ", environ_dict(th)); }
