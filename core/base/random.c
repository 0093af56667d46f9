// SPDX-License-Identifier: MIT
// getrandom(2) with /dev/urandom behind it. No state, no locks.
#include "core/base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static int from_device(uint8_t *p, size_t n) {
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    while (n) {
        ssize_t got = read(fd, p, n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            int saved = got < 0 ? errno : EIO;
            close(fd);
            errno = saved;
            return -1;
        }
        p += got, n -= (size_t)got;
    }
    close(fd);
    return 0;
}

static int fill(uint8_t *p, size_t n, unsigned flags) {
    while (n) {
        ssize_t got = getrandom(p, n < 1 << 20 ? n : 1 << 20, flags);
        if (got < 0) {
            if (errno == EINTR) continue;
            if (errno == ENOSYS || errno == EPERM) return from_device(p, n);
            return -1;
        }
        p += got, n -= (size_t)got;
    }
    return 0;
}

int random_bytes(void *buf, size_t n) {
    return fill(buf, n, 0);
}

void random_bytes_weak(void *buf, size_t n) {
    if (fill(buf, n, GRND_NONBLOCK) == 0) return;
    struct timespec ts = {0};
    clock_gettime(CLOCK_MONOTONIC, &ts);
    uint64_t x = (uint64_t)ts.tv_nsec ^ (uint64_t)ts.tv_sec << 30 ^ (uint64_t)getpid() << 48 ^ (uintptr_t)&ts;
    uint8_t *p = buf;
    for (size_t i = 0; i < n; i++) {
        x += 0x9E3779B97F4A7C15u; // splitmix64
        uint64_t z = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
        z = (z ^ z >> 27) * 0x94D049BB133111EBu;
        p[i] = (uint8_t)(z >> 56);
    }
}
