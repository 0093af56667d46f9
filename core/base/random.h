// SPDX-License-Identifier: MIT
// Random bytes from the system, for hash keys, seeds and os.urandom. No state, no locks.
#ifndef LADON_BASE_RANDOM_H
#define LADON_BASE_RANDOM_H

#include "core/base/config.h"

// Fills buf with bytes fit for keys.
//   return  0, or -1 with errno set (the system has no source)
//   may     block until the system's pool is ready, early at boot
MUST_USE int random_bytes(void *buf, size_t n);

// The same without blocking: when the system's pool is not ready, bytes from clock and process id. Never fails.
void random_bytes_weak(void *buf, size_t n);

#endif
