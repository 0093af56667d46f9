// SPDX-License-Identifier: MIT
// See search.h. The bodies are written once over a constant `kind` and direction and inlined into each instance.
#include "core/base/search.h"

#include <string.h>
#include <wchar.h>

_Static_assert(sizeof(wchar_t) == 4, "wmemchr looks at 4-byte units");

ALWAYS_INLINE uint32_t unit(const void *p, int kind, size_t i) {
    if (kind == 1) return ((const uint8_t *)p)[i];
    if (kind == 2) return ((const uint16_t *)p)[i];
    return ((const uint32_t *)p)[i];
}

static intptr_t find_char2(const uint16_t *p, size_t n, uint16_t c) {
    size_t i = 0;
    // Blocks of 16 with one test, which compilers turn into vector compares.
    for (; i + 16 <= n; i += 16) {
        unsigned hit = 0;
        for (size_t j = 0; j < 16; j++) hit |= (unsigned)(p[i + j] == c);
        if (hit) break;
    }
    for (; i < n; i++)
        if (p[i] == c) return (intptr_t)i;
    return -1;
}

intptr_t chars_find_char(const void *hay, size_t n, int kind, uint32_t c) {
    if (n == 0) return -1;
    if (kind == 1) {
        if (c > 0xFF) return -1;
        const uint8_t *r = memchr(hay, (int)c, n);
        return r ? r - (const uint8_t *)hay : -1;
    }
    if (kind == 2) return c > 0xFFFF ? -1 : find_char2(hay, n, (uint16_t)c);
    const wchar_t *r = wmemchr(hay, (wchar_t)c, n);
    return r ? r - (const wchar_t *)hay : -1;
}

intptr_t chars_rfind_char(const void *hay, size_t n, int kind, uint32_t c) {
    if (n == 0) return -1;
    if (kind == 1) {
        if (c > 0xFF) return -1;
        const uint8_t *r = memrchr(hay, (int)c, n);
        return r ? r - (const uint8_t *)hay : -1;
    }
    for (size_t i = n; i-- > 0;)
        if (unit(hay, kind, i) == c) return (intptr_t)i;
    return -1;
}

// Views of text, forwards or mirrored.
ALWAYS_INLINE uint32_t at(const void *p, size_t len, int kind, bool rev, size_t i) { return unit(p, kind, rev ? len - 1 - i : i); }

// Start of the maximal suffix (minus one) under < or >, and its period.
ALWAYS_INLINE intptr_t maximal_suffix(const void *x, size_t m, int kind, bool rev, bool greater, intptr_t *period) {
    intptr_t ms = -1, j = 0, k = 1, p = 1, len = (intptr_t)m;
    while (j + k < len) {
        uint32_t a = at(x, m, kind, rev, (size_t)(j + k)), b = at(x, m, kind, rev, (size_t)(ms + k));
        if (greater ? a > b : a < b) {
            j += k;
            k = 1;
            p = j - ms;
        } else if (a == b) {
            if (k != p) k++;
            else j += p, k = 1;
        } else {
            ms = j;
            j = ms + 1;
            k = p = 1;
        }
    }
    *period = p;
    return ms;
}

ALWAYS_INLINE intptr_t two_way(const void *y, size_t n, const void *x, size_t m, int kind, bool rev) {
    intptr_t p, q, per, ell, len = (intptr_t)m;
    intptr_t i = maximal_suffix(x, m, kind, rev, false, &p), j = maximal_suffix(x, m, kind, rev, true, &q);
    if (i > j) ell = i, per = p;
    else ell = j, per = q;
    bool periodic = true;
    for (intptr_t k = 0; k <= ell && periodic; k++)
        periodic = k + per < len && at(x, m, kind, rev, (size_t)k) == at(x, m, kind, rev, (size_t)(k + per));
    intptr_t last = (intptr_t)n - len, memory = -1;
    if (!periodic) per = (ell + 1 > len - ell - 1 ? ell + 1 : len - ell - 1) + 1;
    for (j = 0; j <= last;) {
        i = (ell > memory ? ell : memory) + 1;
        while (i < len && at(x, m, kind, rev, (size_t)i) == at(y, n, kind, rev, (size_t)(i + j))) i++;
        if (i < len) {
            j += i - ell;
            memory = -1;
            continue;
        }
        i = ell;
        while (i > memory && at(x, m, kind, rev, (size_t)i) == at(y, n, kind, rev, (size_t)(i + j))) i--;
        if (i <= memory) return j;
        j += per;
        memory = periodic ? len - per - 1 : -1;
    }
    return -1;
}

// Compares at every place where the needle's last unit is right, and hands over to two_way when that cost more than it should.
ALWAYS_INLINE intptr_t search(const void *y, size_t n, const void *x, size_t m, int kind, bool rev) {
    if (m > n) return -1;
    size_t budget = 64 + 2 * m, last = n - m;
    uint32_t tail = at(x, m, kind, rev, m - 1);
    for (size_t j = 0; j <= last; j++) {
        if (at(y, n, kind, rev, j + m - 1) != tail) continue;
        size_t i = 0;
        while (i < m - 1 && at(x, m, kind, rev, i) == at(y, n, kind, rev, i + j)) i++;
        if (i == m - 1) return (intptr_t)j;
        budget += 1; // places passed pay for compares
        if (i + 1 >= budget) {
            const void *rest = rev ? y : (const void *)((const char *)y + (j + 1) * (size_t)kind);
            intptr_t r = two_way(rest, n - j - 1, x, m, kind, rev);
            return r < 0 ? -1 : r + (intptr_t)j + 1;
        }
        budget -= i + 1;
    }
    return -1;
}

static NOINLINE intptr_t find2(const void *y, size_t n, const void *x, size_t m) { return search(y, n, x, m, 2, false); }
static NOINLINE intptr_t find4(const void *y, size_t n, const void *x, size_t m) { return search(y, n, x, m, 4, false); }
static NOINLINE intptr_t rfind1(const void *y, size_t n, const void *x, size_t m) { return search(y, n, x, m, 1, true); }
static NOINLINE intptr_t rfind2(const void *y, size_t n, const void *x, size_t m) { return search(y, n, x, m, 2, true); }
static NOINLINE intptr_t rfind4(const void *y, size_t n, const void *x, size_t m) { return search(y, n, x, m, 4, true); }

// Bytes: from one occurrence of the first byte to the next, and memmem (two-way inside, but slow to start) after too many false ones.
static intptr_t find1(const uint8_t *hay, size_t n, const uint8_t *needle, size_t m) {
    const uint8_t *p = hay, *last = hay + (n - m);
    uint8_t tail = needle[m - 1];
    for (size_t misses = 0; p <= last; p++) {
        p = memchr(p, needle[0], (size_t)(last - p) + 1);
        if (!p) return -1;
        if (p[m - 1] == tail && memcmp(p + 1, needle + 1, m - 2) == 0) return p - hay;
        if (++misses > 16 && misses > (size_t)(p - hay) / 8) {
            p = memmem(p + 1, n - (size_t)(p + 1 - hay), needle, m);
            return p ? p - hay : -1;
        }
    }
    return -1;
}

intptr_t chars_find(const void *hay, size_t n, const void *needle, size_t m, int kind) {
    if (m > n) return -1;
    if (m == 0) return 0;
    if (m == 1) return chars_find_char(hay, n, kind, unit(needle, kind, 0));
    if (kind == 1) return find1(hay, n, needle, m);
    return kind == 2 ? find2(hay, n, needle, m) : find4(hay, n, needle, m);
}

intptr_t chars_rfind(const void *hay, size_t n, const void *needle, size_t m, int kind) {
    if (m > n) return -1;
    if (m == 0) return (intptr_t)n;
    if (m == 1) return chars_rfind_char(hay, n, kind, unit(needle, kind, 0));
    intptr_t r = kind == 1 ? rfind1(hay, n, needle, m) : kind == 2 ? rfind2(hay, n, needle, m) : rfind4(hay, n, needle, m);
    return r < 0 ? -1 : (intptr_t)(n - m) - r;
}

size_t chars_count(const void *hay, size_t n, const void *needle, size_t m, int kind, size_t max) {
    size_t count = 0;
    const char *p = hay;
    if (m == 1 && kind == 1) {
        uint8_t c = *(const uint8_t *)needle;
        if (max >= n) {
            for (size_t i = 0; i < n; i++) count += (uint8_t)p[i] == c;
            return count;
        }
    }
    while (count < max) {
        intptr_t r = chars_find(p, n, needle, m, kind);
        if (r < 0) break;
        count++;
        p += ((size_t)r + m) * (size_t)kind;
        n -= (size_t)r + m;
    }
    return count;
}
