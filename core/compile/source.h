// SPDX-License-Identifier: MIT
// Source text as the tokenizer wants it: decoded to UTF-8 (byte order mark, coding cookie of PEP 263), newlines made
// '\n', a NUL at the end. Knows utf-8, latin-1 and ascii itself; any other encoding goes through a hook. No locks.
#ifndef LADON_COMPILE_SOURCE_H
#define LADON_COMPILE_SOURCE_H

#include "core/compile/tokenizer.h"

// Decodes len bytes in the named encoding. Sets *out (malloc'ed UTF-8) and *out_len.
// return 0: done; 1: *message (malloc'ed) says why not, the SyntaxError's text; -1: an exception is pending.
typedef int (*SourceDecodeHook)(void *ctx, const char *encoding, const char *bytes, size_t len, char **out,
                                size_t *out_len, char **message);

typedef struct Source {
    char  *text; // malloc'ed, NUL after len bytes
    size_t len;
    char  *encoding; // malloc'ed name of the cookie's encoding; NULL: none given
} Source;

// Prepares a text.
//   bytes       borrowed
//   is_utf8     already decoded (a str's UTF-8): no cookie, no byte order mark, no check
//   add_newline append a newline if the text doesn't end with one (whole files)
//   file        its name, for messages; NULL: not a file's own text
//   decode      NULL: encodings other than the native ones are unknown
//   return      true; or false with error set (no position: lineno 0)
bool source_prepare(Source *source, const char *bytes, size_t len, bool is_utf8, bool add_newline,
                    const char *file, SourceDecodeHook decode, void *ctx, SyntaxErrorInfo *error);

// Frees the text.
void source_free(Source *source);

// Looks for a coding cookie in the first two lines.
//   name    receives the normalized name ("utf-8", "iso-8859-1", else as written), at most size - 1 bytes
//   return  true if there is one
bool source_find_cookie(const char *bytes, size_t len, char *name, size_t size);

#endif
