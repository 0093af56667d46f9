// SPDX-License-Identifier: MIT
// OpenSSL, loaded when a module that needs it is imported: its two libraries take a seventh of the start of a program that does not.
#ifndef LADON_OPENSSL_LOAD_H
#define LADON_OPENSSL_LOAD_H

#include "sched/thread/thread.h"

enum { OPENSSL_CRYPTO, OPENSSL_SSL };
// Before anything of libcrypto (OPENSSL_CRYPTO), or of both (OPENSSL_SSL), is called: by the modules that do so, when they are executed. Any thread, any number
// of times.
//   return 0, or -1 with ImportError, which names the library or the function that is missing;  may block: yes, detached;  safepoint: yes
int openssl_load(Thread *th, int what);

#endif
