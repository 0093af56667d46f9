// SPDX-License-Identifier: MIT
// What the East Asian codecs and the objects that run them share. A codec is two functions that do one character each; the driver (codec.c) has the loops,
// the growing output and the error handlers.
#ifndef LADON_STDLIB_MULTIBYTECODEC_CODEC_H
#define LADON_STDLIB_MULTIBYTECODEC_CODEC_H

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "stdlib/_multibytecodec/tables.h"

// The state of a stateful encoding between characters: what getstate() shows. ISO 2022: the sets in G0 to G3, then flags. HZ: 1 in GB mode.
typedef struct MbState { uint8_t c[8]; } MbState;

// What a step returns: how much input it used (above 0), -n: the next n units are illegal, or one of these.
enum { MB_TOO_FEW = -100, MB_INTERNAL = -101 };
enum { MB_STEP_BYTES = 16, MB_STEP_CHARS = 2 };   // room that a step has

typedef struct MbText {       // being encoded
    const void *data;
    int kind;                 // STR_KIND*
    size_t len, at;           // `at`: the character to encode
    bool flush;               // nothing comes behind
    uint8_t *out;             // moved by what is written
} MbText;
typedef struct MbBytes {      // being decoded
    const uint8_t *in, *end;  // in < end
    uint32_t *out;            // moved by what is written
} MbBytes;

typedef struct MbCodec MbCodec;
struct MbCodec {
    const char *name;
    int (*put)(const MbCodec *codec, MbState *state, MbText *text, uint32_t c);   // encodes c, the character at text->at
    int (*get)(const MbCodec *codec, MbState *state, MbBytes *bytes);             // decodes one sequence
    void (*start)(MbState *state, bool decoding);         // this and the two below: NULL: the encoding has no state
    void (*end_encoding)(MbState *state, uint8_t **out);  // writes what leads back to the start
    void (*end_decoding)(MbState *state);
    bool own_ascii;           // characters and bytes below 0x80 go through put and get, too; else they stand for themselves
    uint8_t needs[6];         // CjkSet
    const void *config;       // the codec's own
};

ALWAYS_INLINE uint32_t mb_char_at(const MbText *t, size_t i) {
    switch (t->kind) { case 1: return ((const uint8_t *)t->data)[i]; case 2: return ((const uint16_t *)t->data)[i]; default: return ((const uint32_t *)t->data)[i]; }
}
ALWAYS_INLINE int mb_put1(MbText *t, uint32_t b) { *t->out++ = (uint8_t)b; return 1; }
ALWAYS_INLINE int mb_put2(MbText *t, uint32_t code) {
    *t->out++ = (uint8_t)(code >> 8);
    *t->out++ = (uint8_t)code;
    return 1;
}
// Writes what a table says about a code; n: the bytes it was, returned; 0 when it says nothing.
ALWAYS_INLINE int mb_get_ucs(MbBytes *b, uint32_t ucs, int n) {
    if (ucs > 0x10FFFF) *b->out++ = ucs >> 16, ucs &= 0xFFFF;
    *b->out++ = ucs;
    return ucs ? n : (b->out--, 0);
}
// The code of c in a set with pairs, looking at the character behind it.
//   used    characters the code stands for
//   return  the code, 0: none, or MB_TOO_FEW when the next character decides
int mb_pair_or_one(CjkSet set, const MbText *t, uint32_t c, int *used);

// How errors are handled; lives as long as the call.
typedef struct MbErrors { enum { MB_STRICT, MB_IGNORE, MB_REPLACE, MB_CALL } kind; Value name /* borrowed Str */, exc /* owned: the exception once made */; } MbErrors;
void mb_errors_init(MbErrors *e, Value name /* Str, None or NO_VALUE */);

enum { MB_FLUSH = 1, MB_RESET = 2 };
// Encodes text from *at; stops before characters that need more, unless flags say that nothing follows. New reference (bytes).   may run Python
Value mb_encode(Thread *th, const MbCodec *codec, MbState *state, Value text, size_t *at, MbErrors *errors, int flags);
// Decodes bytes from *at up to n or to an incomplete end; *at: how far it came. 0 or -1; adds to out.   may run Python
int mb_decode(Thread *th, const MbCodec *codec, MbState *state, const uint8_t *p, size_t n, size_t *at, MbErrors *errors, StrBuilder *out);
// Reports what is left from *at to n, if anything, as an incomplete end. 0 or -1.   may run Python
int mb_decode_end(Thread *th, const MbCodec *codec, const uint8_t *p, size_t n, size_t *at, MbErrors *errors, StrBuilder *out);

// The two functions of encodings whose codes are those of one set (config: its CjkSet), two bytes each, beside ASCII.
int mb_plain_put(const MbCodec *codec, MbState *state, MbText *text, uint32_t c);
int mb_plain_get(const MbCodec *codec, MbState *state, MbBytes *bytes);
#define MB_SET_CONFIG(set) ((const void *)(uintptr_t)(set))
#define MB_CONFIG_SET(codec) ((CjkSet)(uintptr_t)(codec)->config)

// getcodec(name) of a codec module.
//   codecs  ended by one without a name
//   return  a MultibyteCodec: new reference; LookupError, TypeError
Value mb_getcodec(Thread *th, const MbCodec *codecs, Value name);
// The codec of a MultibyteCodec object; NULL: it is none. Lives as long as the program.
const MbCodec *mb_codec_of(Value v);
int mb_codec_type_ready(Thread *th);
// A codec module over its table of codecs.
#define MB_MODULE(cname, codecs)                                                                                                  \
    static Value cname##_fn_getcodec(Thread *th, Value self, Value *args) { return mb_getcodec(th, codecs, args[0]); }            \
    static const MethodDef cname##_functions[] = {{"getcodec", "(object, /)", cname##_fn_getcodec, NULL, 0}, {0}};                \
    static int cname##_exec(Thread *th, Value module) { return mb_codec_type_ready(th); }                                         \
    const ModuleDef module_##cname = {.name = #cname, .methods = cname##_functions, .exec = cname##_exec};

int mb_add_incremental_types(Thread *th, Value module);   // incremental.c
int mb_add_stream_types(Thread *th, Value module);        // stream.c
#endif
