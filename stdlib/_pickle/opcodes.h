// SPDX-License-Identifier: MIT
// The instructions of a pickle, protocols 0 to 5: what the writer puts and the reader knows. Described in the library's pickletools.
#ifndef LADON_STDLIB_PICKLE_OPCODES_H
#define LADON_STDLIB_PICKLE_OPCODES_H

enum { PICKLE_HIGHEST = 5, PICKLE_DEFAULT = 5 };

enum {
    // protocols 0 and 1
    OPC_MARK = '(', OPC_STOP = '.', OPC_POP = '0', OPC_POP_MARK = '1', OPC_DUP = '2',
    OPC_FLOAT = 'F', OPC_INT = 'I', OPC_BININT = 'J', OPC_BININT1 = 'K', OPC_LONG = 'L', OPC_BININT2 = 'M', OPC_NONE = 'N',
    OPC_PERSID = 'P', OPC_BINPERSID = 'Q', OPC_REDUCE = 'R',
    OPC_STRING = 'S', OPC_BINSTRING = 'T', OPC_SHORT_BINSTRING = 'U', OPC_UNICODE = 'V', OPC_BINUNICODE = 'X',
    OPC_APPEND = 'a', OPC_BUILD = 'b', OPC_GLOBAL = 'c', OPC_DICT = 'd', OPC_EMPTY_DICT = '}', OPC_APPENDS = 'e',
    OPC_GET = 'g', OPC_BINGET = 'h', OPC_INST = 'i', OPC_LONG_BINGET = 'j', OPC_LIST = 'l', OPC_EMPTY_LIST = ']', OPC_OBJ = 'o',
    OPC_PUT = 'p', OPC_BINPUT = 'q', OPC_LONG_BINPUT = 'r', OPC_SETITEM = 's', OPC_TUPLE = 't', OPC_EMPTY_TUPLE = ')',
    OPC_SETITEMS = 'u', OPC_BINFLOAT = 'G',
    // protocol 2
    OPC_PROTO = 0x80, OPC_NEWOBJ, OPC_EXT1, OPC_EXT2, OPC_EXT4, OPC_TUPLE1, OPC_TUPLE2, OPC_TUPLE3, OPC_NEWTRUE, OPC_NEWFALSE, OPC_LONG1, OPC_LONG4,
    // protocol 3
    OPC_BINBYTES = 'B', OPC_SHORT_BINBYTES = 'C',
    // protocol 4
    OPC_SHORT_BINUNICODE = 0x8C, OPC_BINUNICODE8, OPC_BINBYTES8, OPC_EMPTY_SET, OPC_ADDITEMS, OPC_FROZENSET, OPC_NEWOBJ_EX, OPC_STACK_GLOBAL,
    OPC_MEMOIZE, OPC_FRAME,
    // protocol 5
    OPC_BYTEARRAY8, OPC_NEXT_BUFFER, OPC_READONLY_BUFFER,
};

#endif
