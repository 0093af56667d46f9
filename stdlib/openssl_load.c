// SPDX-License-Identifier: MIT
// Each function of OpenSSL that the program calls is defined here as a jump through a pointer, which openssl_load sets; so those who call them, and the inline
// functions of OpenSSL's own headers, need not know. The pointers are written before the module that calls through them is there for anyone, and keep
// their values. This file is compiled without link-time optimisation, which does not know what the assembler text refers to.
#include "stdlib/openssl_load.h"

#include <dlfcn.h>
#include <stdio.h>

#include "core/object/error.h"

#define CRYPTO(name) __attribute__((used, visibility("hidden"))) void *ladon_at_##name;
#define SSL(name) CRYPTO(name)
#include "stdlib/openssl_names.def"

#if defined(__x86_64__)
#define JUMP(name) "\tjmp *ladon_at_" #name "(%rip)\n"
#elif defined(__aarch64__)
#define JUMP(name) "\tadrp x16, ladon_at_" #name "\n\tldr x16, [x16, :lo12:ladon_at_" #name "]\n\tbr x16\n"
#else
#error "no jump through a pointer is written for this processor"
#endif
#define CRYPTO(name) __asm__(".text\n.globl " #name "\n.hidden " #name "\n.type " #name ", %function\n" #name ":\n" JUMP(name) ".size " #name ", . - " #name "\n");
#define SSL(name) CRYPTO(name)
#include "stdlib/openssl_names.def"

typedef struct Import { const char *name; void **at; } Import;
static const Import of_crypto[] = {
#define CRYPTO(name) {#name, &ladon_at_##name},
#define SSL(name)
#include "stdlib/openssl_names.def"
};
static const Import of_ssl[] = {
#define CRYPTO(name)
#define SSL(name) {#name, &ladon_at_##name},
#include "stdlib/openssl_names.def"
};

// Two threads may load at once: both write the same addresses.
static uint8_t loaded[2];    // [a] release when all pointers are there
static const struct { const char *file; const Import *imports; size_t n; } libraries[2] = {
    [OPENSSL_CRYPTO] = {LADON_SONAME_crypto, of_crypto, ARRAY_LEN(of_crypto)},
    [OPENSSL_SSL] = {LADON_SONAME_ssl, of_ssl, ARRAY_LEN(of_ssl)},
};

// NULL, or what is wrong: in `text`, when there are words for it.
static const char *load(int what, char *text, size_t size) {
    if (atomic_load_acquire(&loaded[what])) return NULL;
    void *lib = dlopen(libraries[what].file, RTLD_LAZY | RTLD_LOCAL);
    for (size_t i = 0; lib && i < libraries[what].n; i++) {
        const Import *f = &libraries[what].imports[i];
        void *p = dlsym(lib, f->name);
        if (!p) lib = NULL;
        atomic_store_relaxed(f->at, p);
    }
    if (!lib) {
        const char *why = dlerror();
        if (!why) return libraries[what].file;
        snprintf(text, size, "%s", why);
        return text;
    }
    atomic_store_release(&loaded[what], (uint8_t)1);
    return NULL;
}

int openssl_load(Thread *th, int what) {
    char text[300];
    const char *why;
    BLOCKING_BEGIN(th);
    why = load(OPENSSL_CRYPTO, text, sizeof text);
    if (!why && what == OPENSSL_SSL) why = load(OPENSSL_SSL, text, sizeof text);
    BLOCKING_END;
    if (!why) return 0;
    raise_error(th, &exc_ImportError, "%s", why);
    return -1;
}
