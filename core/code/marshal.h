// SPDX-License-Identifier: MIT
// Reader and writer of the marshal format: shared by marshal.c (values), marshal_code.c (code objects) and the module marshal.
#ifndef LADON_CODE_MARSHAL_INT_H
#define LADON_CODE_MARSHAL_INT_H
#include "core/code/code.h"

enum { MARSHAL_VERSION = 5, MARSHAL_MAX_DEPTH = 2000, MARSHAL_FLAG_REF = 0x80 };

// Objects being written that may not be met again inside: code objects, slices.
typedef struct MarshalBusy { Value v; struct MarshalBusy *next; } MarshalBusy;

typedef struct MarshalWriter {
    Thread *th;
    uint8_t *buf; size_t len, cap;       // [owned]
    struct { Value v; uint32_t index; } *refs; size_t nrefs, ref_mask; // open addressing
    MarshalBusy *busy;
    int version, depth;
    bool allow_code, failed, in_code;
} MarshalWriter;

typedef struct MarshalReader {
    Thread *th;
    const uint8_t *p, *end;
    Value file;                          // read from here when set: p..end is what the last read gave
    Value chunk;                         // owned bytes of that
    Value *refs; size_t nrefs, refcap;   // owned; NO_VALUE: being read
    int depth;
    bool allow_code, in_code;
} MarshalReader;

void marshal_writer_init(MarshalWriter *w, Thread *th, int version, bool allow_code);
void marshal_writer_end(MarshalWriter *w);
void marshal_put(MarshalWriter *w, const void *p, size_t n);
void marshal_put_u8(MarshalWriter *w, unsigned v);
void marshal_put_u32(MarshalWriter *w, uint32_t v);
int marshal_write(MarshalWriter *w, Value v);      // 0 or -1 with the exception set
int marshal_write_code(MarshalWriter *w, Code *c); // after the type byte

// n bytes, or NULL with EOFError. Valid until the next call.
const uint8_t *marshal_need(MarshalReader *r, size_t n);
bool marshal_get_u32(MarshalReader *r, uint32_t *v);
Value marshal_read(MarshalReader *r);              // new reference or NO_VALUE
void marshal_reader_end(MarshalReader *r);
Value marshal_read_code(MarshalReader *r);         // after the type byte
Value marshal_bad(Thread *th, const char *what);   // ValueError "bad marshal data (what)"
// Is data (a whole marshalled code object) undamaged, as far as its checksum says?
bool marshal_code_intact(const uint8_t *p, size_t n);
// Changes with the instruction set and this format: part of the magic number of cache files.
uint32_t marshal_format_id(void);
#endif
