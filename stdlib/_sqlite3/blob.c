// SPDX-License-Identifier: MIT
// sqlite3.Blob: reading and writing one value of a table in pieces. Under the connection's lock (sqlite_int.h).
#include "stdlib/_sqlite3/sqlite_int.h"

#include <limits.h>
#include <stdio.h>

#define BLOB(v) AS(SqBlob, v)
static void blob_end(Thread *th, SqBlob *b) { // lock held
    sqlite3_blob *handle = b->blob;
    if (!handle) return;
    b->blob = NULL;
    *b->link = b->next;
    if (b->next) b->next->link = b->link;
    BLOCKING_BEGIN(th);
    sqlite3_blob_close(handle);
    BLOCKING_END;
}
void sq_blobs_close(Thread *th, SqCon *c) {
    while (c->blobs) blob_end(th, c->blobs);
}
static void blob_dealloc(Thread *th, Object *o) {
    SqBlob *b = (SqBlob *)o;
    if (b->con != NO_VALUE) {
        sq_enter(th, CON(b->con));
        blob_end(th, b);
        sq_leave(CON(b->con));
    }
    decref(th, b->con);
    object_free(th, o);
}
static int blob_traverse(Object *o, VisitFn visit, void *arg) { return ((SqBlob *)o)->con != NO_VALUE ? visit(((SqBlob *)o)->con, arg) : 0; }

Value con_meth_blobopen(Thread *th, Value self, Value *a) {
    SqCon *c = CON(self);
    const char *text[3];
    Value hold[3] = {NO_VALUE, NO_VALUE, NO_VALUE}, r = NO_VALUE, main = NO_VALUE;
    Value names[3] = {a[4] ? a[4] : (main = str_from_cstr(th, "main")), a[0], a[1]};
    static const char *const what[3] = {"blobopen() argument 'name'", "blobopen() argument 1", "blobopen() argument 2"};
    int64_t rowid;
    int readonly = a[3] ? object_truth(th, a[3]) : 0;
    if (readonly < 0 || names[0] == NO_VALUE) return NO_VALUE;
    for (int i = 0; i < 3; i++)
        if (text_cstr_arg(th, names[i], &text[i], &hold[i], what[i]) < 0) goto done;
    if (!value_is_int(a[2])) {
        raise_type_error(th, "expected 'int'");
        goto done;
    }
    if (int_as_i64_overflow(a[2], &rowid)) {
        raise_error(th, &exc_OverflowError, "Python int too large to convert to SQLite INTEGER");
        goto done;
    }
    if (sq_begin(th, c) < 0) goto done;
    sqlite3_blob *handle = NULL;
    int rc;
    BLOCKING_BEGIN(th);
    rc = sqlite3_blob_open(c->db, text[0], text[1], text[2], rowid, !readonly, &handle);
    BLOCKING_END;
    if (rc != SQLITE_OK) sq_error(th, c->db, rc);
    else {
        SqBlob *b = NEW(SqBlob, th, &type_sq_Blob);
        if (b) {
            b->con = new_ref(th, self);
            b->blob = handle;
            b->next = c->blobs;
            b->link = &c->blobs;
            if (b->next) b->next->link = &b->next;
            c->blobs = b;
            r = VALUE_OF(b);
        } else sqlite3_blob_close(handle);
    }
    sq_leave(c);
done:
    for (int i = 0; i < 3; i++) decref(th, hold[i]);
    decref(th, main);
    return r;
}

static int blob_enter(Thread *th, SqBlob *b) {
    if (sq_begin(th, CON(b->con)) < 0) return -1;
    if (b->blob) return 0;
    sq_leave(CON(b->con));
    SQ_RAISE(th, ProgrammingError, "Cannot operate on a closed blob.");
    return -1;
}
static Value blob_leave(SqBlob *b, Value r) {
    sq_leave(CON(b->con));
    return r;
}
static int blob_failed(Thread *th, SqBlob *b, int rc) {
    if (rc == SQLITE_ABORT) {
        SQ_RAISE(th, OperationalError, "Cannot operate on an expired blob handle");
        return -1;
    }
    return sq_error(th, CON(b->con)->db, rc);
}
static Value read_locked(Thread *th, SqBlob *b, int n, int offset) {
    Value r = bytes_new(th, NULL, (size_t)n);
    if (r == NO_VALUE || n == 0) return r;
    int rc;
    void *p = AS(Bytes, r)->data;
    BLOCKING_BEGIN(th);
    rc = sqlite3_blob_read(b->blob, p, n, offset);
    BLOCKING_END;
    if (rc == SQLITE_OK) return r;
    decref(th, r);
    return blob_failed(th, b, rc), NO_VALUE;
}
static int write_locked(Thread *th, SqBlob *b, const void *p, size_t n, int offset) {
    int left = sqlite3_blob_bytes(b->blob) - offset, rc;
    if (n > (size_t)(left < 0 ? 0 : left)) {
        raise_value_error(th, "data longer than blob");
        return -1;
    }
    BLOCKING_BEGIN(th);
    rc = sqlite3_blob_write(b->blob, p, (int)n, offset);
    BLOCKING_END;
    return rc == SQLITE_OK ? 0 : blob_failed(th, b, rc);
}
static Value blob_meth_close(Thread *th, Value self, Value *a) {
    if (sq_begin(th, CON(BLOB(self)->con)) < 0) return NO_VALUE;
    blob_end(th, BLOB(self));
    return blob_leave(BLOB(self), VALUE_NONE);
}
static Value blob_meth_exit(Thread *th, Value self, Value *a) {
    if (blob_enter(th, BLOB(self)) < 0) return NO_VALUE;
    blob_end(th, BLOB(self));
    return blob_leave(BLOB(self), VALUE_FALSE);
}
static Value blob_meth_enter(Thread *th, Value self, Value *a) { return blob_enter(th, BLOB(self)) < 0 ? NO_VALUE : blob_leave(BLOB(self), new_ref(th, self)); }
static Value blob_meth_read(Thread *th, Value self, Value *a) {
    SqBlob *b = BLOB(self);
    int n = -1;
    if ((a[0] && number_as_int(th, a[0], &n) < 0) || blob_enter(th, b) < 0) return NO_VALUE;
    int left = sqlite3_blob_bytes(b->blob) - b->offset;
    if (n < 0 || n > left) n = left;
    Value r = n == 0 ? bytes_empty : read_locked(th, b, n, b->offset);
    if (r != NO_VALUE) b->offset += n;
    return blob_leave(b, r);
}
static Value blob_meth_write(Thread *th, Value self, Value *a) {
    SqBlob *b = BLOB(self);
    Buffer data;
    if (buffer_get(th, a[0], &data, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (blob_enter(th, b) == 0) {
        if (write_locked(th, b, data.buf, data.len, b->offset) == 0) {
            b->offset += (int)data.len;
            r = VALUE_NONE;
        }
        sq_leave(CON(b->con));
    }
    buffer_release(th, &data);
    return r;
}
static Value blob_meth_seek(Thread *th, Value self, Value *a) {
    SqBlob *b = BLOB(self);
    int offset, origin = 0;
    if (number_as_int(th, a[0], &offset) < 0 || (a[1] && number_as_int(th, a[1], &origin) < 0) || blob_enter(th, b) < 0) return NO_VALUE;
    int len = sqlite3_blob_bytes(b->blob), base = origin == SEEK_CUR ? b->offset : origin == SEEK_END ? len : 0, to;
    Value r = NO_VALUE;
    if (origin < SEEK_SET || origin > SEEK_END) raise_value_error(th, "'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END");
    else if (__builtin_add_overflow(base, offset, &to)) raise_error(th, &exc_OverflowError, "seek offset results in overflow");
    else if (to < 0 || to > len) raise_value_error(th, "offset out of blob range");
    else b->offset = to, r = VALUE_NONE;
    return blob_leave(b, r);
}
static Value blob_meth_tell(Thread *th, Value self, Value *a) { return blob_enter(th, BLOB(self)) < 0 ? NO_VALUE : blob_leave(BLOB(self), value_imm_int(BLOB(self)->offset)); }

static intptr_t blob_slot_len(Thread *th, Value self) {
    if (blob_enter(th, BLOB(self)) < 0) return -1;
    int n = sqlite3_blob_bytes(BLOB(self)->blob);
    sq_leave(CON(BLOB(self)->con));
    return n;
}
// The index within the blob, or -1 with IndexError. Lock held.
static int blob_index(Thread *th, SqBlob *b, Value key) {
    intptr_t i = number_as_ssize(th, key, &exc_IndexError), len = sqlite3_blob_bytes(b->blob);
    if (i == -1 && error_pending(th)) return -1;
    if (i < 0) i += len;
    if (i >= 0 && i < len) return (int)i;
    raise_error(th, &exc_IndexError, "Blob index out of range");
    return -1;
}
static Value get_locked(Thread *th, SqBlob *b, Value key) {
    if (index_check(key)) {
        int i = blob_index(th, b, key);
        Value one = i < 0 ? NO_VALUE : read_locked(th, b, 1, i);
        if (one == NO_VALUE) return NO_VALUE;
        uint8_t c = AS(Bytes, one)->data[0];
        decref(th, one);
        return value_imm_int(c);
    }
    if (!value_is_exact(key, &type_slice)) return raise_type_error(th, "Blob indices must be integers");
    intptr_t start, stop, at, n = slice_indices(th, key, (size_t)sqlite3_blob_bytes(b->blob), &start, &stop, &at);
    if (n <= 0) return n < 0 ? NO_VALUE : bytes_empty;
    if (at == 1) return read_locked(th, b, (int)n, (int)start);
    intptr_t last = start + (n - 1) * at, low = start < last ? start : last, high = start < last ? last : start;
    Value span = read_locked(th, b, (int)(high - low + 1), (int)low), r = span == NO_VALUE ? NO_VALUE : bytes_new(th, NULL, (size_t)n);
    for (intptr_t i = 0; r != NO_VALUE && i < n; i++) AS(Bytes, r)->data[i] = AS(Bytes, span)->data[start + i * at - low];
    decref(th, span);
    return r;
}
static Value blob_slot_getitem(Thread *th, Value self, Value key) {
    if (blob_enter(th, BLOB(self)) < 0) return NO_VALUE;
    return blob_leave(BLOB(self), get_locked(th, BLOB(self), key));
}
static int set_slice(Thread *th, SqBlob *b, Value key, Value v) {
    intptr_t start, stop, at, n = slice_indices(th, key, (size_t)sqlite3_blob_bytes(b->blob), &start, &stop, &at);
    if (n < 0) return -1;
    Buffer data;
    if (buffer_get(th, v, &data, BUF_SIMPLE) < 0) return -1;
    int r = -1;
    if (data.len != (size_t)n) raise_error(th, &exc_IndexError, "Blob slice assignment is wrong size");
    else if (n == 0) r = 0;
    else if (at == 1) r = write_locked(th, b, data.buf, data.len, (int)start);
    else {
        intptr_t last = start + (n - 1) * at, low = start < last ? start : last, high = start < last ? last : start;
        Value span = read_locked(th, b, (int)(high - low + 1), (int)low);
        if (span != NO_VALUE) {
            for (intptr_t i = 0; i < n; i++) AS(Bytes, span)->data[start + i * at - low] = data.buf[i];
            r = write_locked(th, b, AS(Bytes, span)->data, AS(Bytes, span)->len, (int)low);
        }
        decref(th, span);
    }
    buffer_release(th, &data);
    return r;
}
static int set_locked(Thread *th, SqBlob *b, Value key, Value v) {
    if (index_check(key)) {
        if (v == NO_VALUE) { raise_type_error(th, "Blob doesn't support item deletion"); return -1; }
        int i = blob_index(th, b, key);
        if (i < 0) return -1;
        int64_t c;
        if (!value_is_int(v)) { raise_type_error(th, "'%T' object cannot be interpreted as an integer", v); return -1; }
        if (int_as_i64_overflow(v, &c) || c < 0 || c > 255) { raise_value_error(th, "byte must be in range(0, 256)"); return -1; }
        uint8_t byte = (uint8_t)c;
        return write_locked(th, b, &byte, 1, i);
    }
    if (!value_is_exact(key, &type_slice)) { raise_type_error(th, "Blob indices must be integers"); return -1; }
    if (v == NO_VALUE) { raise_type_error(th, "Blob doesn't support slice deletion"); return -1; }
    return set_slice(th, b, key, v);
}
static int blob_slot_setitem(Thread *th, Value self, Value key, Value v) {
    if (blob_enter(th, BLOB(self)) < 0) return -1;
    int r = set_locked(th, BLOB(self), key, v);
    sq_leave(CON(BLOB(self)->con));
    return r;
}
static const MethodDef blob_methods[] = {
    {"close", "(self, /)", blob_meth_close, "Close the blob.", 0},
    {"read", "(self, length=-1, /)", blob_meth_read, "Read data at the current offset position.", 0},
    {"write", "(self, data, /)", blob_meth_write, "Write data at the current offset.", 0},
    {"seek", "(self, offset, origin=0, /)", blob_meth_seek, "Set the current access position to offset.", 0},
    {"tell", "(self, /)", blob_meth_tell, "Return the current access position for the blob.", 0},
    {"__enter__", "(self, /)", blob_meth_enter, "Blob context manager enter.", 0},
    {"__exit__", "(self, type, val, tb, /)", blob_meth_exit, "Blob context manager exit.", 0},
    {0},
};
static Shape blob_shape;
Type type_sq_Blob = {.head = OBJECT_STATIC(&shape_type), .name = "sqlite3.Blob", .base = &type_object, .flags = TYPE_IMMUTABLE | TYPE_NO_INSTANTIATE | TYPE_TRACED | TYPE_WEAKREFABLE,
                     .basic_size = sizeof(SqBlob), .shape = &blob_shape, .methods = blob_methods,
                     .slots = {.dealloc = blob_dealloc, .traverse = blob_traverse, .len = blob_slot_len, .getitem = blob_slot_getitem, .setitem = blob_slot_setitem}};
static Shape blob_shape = {.type = &type_sq_Blob, .flags = TYPE_IMMUTABLE | TYPE_NO_INSTANTIATE | TYPE_TRACED | TYPE_WEAKREFABLE};
