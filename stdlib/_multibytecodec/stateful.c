// SPDX-License-Identifier: MIT
// What the incremental coders and the streams do alike. An object's lock is held only to copy its progress; no Python code runs under it.
#include <string.h>

#include "core/base/utf8.h"
#include "core/object/int.h"
#include "stdlib/_multibytecodec/stateful.h"

Value mb_stateful_new(Thread *th, Type *type, const char *fname, bool decoding, Value errors, Value stream) {
    if (errors != NO_VALUE && !value_is_str(errors)) {
        raise_type_error(th, "%s() argument %d must be str, not %B", fname, stream == NO_VALUE ? 1 : 2, errors);
        return NO_VALUE;
    }
    Value codec = object_getattr_cstr(th, VALUE_OF(type), "codec");
    if (codec == NO_VALUE) return NO_VALUE;
    const MbCodec *c = mb_codec_of(codec);
    decref(th, codec);
    if (!c) return raise_type_error(th, "codec is unexpected type");
    Value name = errors != NO_VALUE ? new_ref(th, errors) : str_intern_cstr(th, "strict");
    if (name == NO_VALUE) return NO_VALUE;
    MbStateful *s = NEW(MbStateful, th, type);
    if (!s) {
        decref(th, name);
        return NO_VALUE;
    }
    s->codec = c;
    s->errors = name;
    s->stream = stream == NO_VALUE ? NO_VALUE : new_ref(th, stream);
    if (c->start) c->start(&s->progress.state, decoding);
    return VALUE_OF(s);
}

int mb_stateful_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) { return 0; }

void mb_stateful_clear(Thread *th, Object *self) { clear_ref(th, &((MbStateful *)self)->stream); }
void mb_stateful_dealloc(Thread *th, Object *self) {
    clear_ref(th, &((MbStateful *)self)->errors);
    mb_stateful_clear(th, self);
    object_release_attrs(th, self);
    object_free(th, self);
}
int mb_stateful_traverse(Object *self, VisitFn visit, void *arg) {
    Value stream = ((MbStateful *)self)->stream;
    return stream ? visit(stream, arg) : 0;
}

Value mb_stateful_get_errors(Thread *th, Value self) {
    MbStateful *s = AS(MbStateful, self);
    obj_lock(th, &s->lock);
    Value v = new_ref(th, s->errors);
    obj_unlock(th, &s->lock);
    return v;
}

int mb_stateful_set_errors(Thread *th, Value self, Value v) {
    MbStateful *s = AS(MbStateful, self);
    if (v == NO_VALUE) {
        raise_error(th, &exc_AttributeError, "cannot delete attribute");
        return -1;
    }
    if (!value_is_str(v)) {
        raise_type_error(th, "errors must be a string");
        return -1;
    }
    incref(th, v);
    obj_lock(th, &s->lock);
    Value old = s->errors;
    s->errors = v;
    obj_unlock(th, &s->lock);
    decref(th, old);
    return 0;
}

Value mb_stateful_begin(Thread *th, MbStateful *s, MbProgress *p) {
    obj_lock(th, &s->lock);
    *p = s->progress;
    Value errors = new_ref(th, s->errors);
    obj_unlock(th, &s->lock);
    return errors;
}
void mb_stateful_end(Thread *th, MbStateful *s, const MbProgress *p) {
    obj_lock(th, &s->lock);
    s->progress = *p;
    obj_unlock(th, &s->lock);
}

// ---- encoding -------------------------------------------------------------------------------------------------------------------------

Value mb_encode_next(Thread *th, MbStateful *s, Value input, int flags) {
    Value text = value_is_str(input) ? new_ref(th, input) : object_str(th, input);
    if (text == NO_VALUE) return NO_VALUE;
    MbProgress p;
    Value name = mb_stateful_begin(th, s, &p), r = NO_VALUE;
    if (p.npending) {
        Value before = str_from_ucs4(th, p.chars, p.npending), both = before == NO_VALUE ? NO_VALUE : str_concat(th, before, text);
        decref(th, before);
        set_ref(th, &text, both);
    }
    if (text != NO_VALUE) {
        MbErrors errors;
        size_t at = 0;
        mb_errors_init(&errors, name);
        r = mb_encode(th, s->codec, &p.state, text, &at, &errors, flags);
        size_t left = AS(Str, text)->len - at;
        if (r != NO_VALUE && left > MB_PENDING_CHARS) {
            clear_ref(th, &r);
            codec_raise_encode(th, s->codec->name, text, at, AS(Str, text)->len, "pending buffer overflow");
        }
        if (r == NO_VALUE && flags & MB_DROP_PENDING) p.npending = 0;
        if (r != NO_VALUE) { // else those of before stay
            p.npending = (uint8_t)left;
            for (size_t i = 0; i < left; i++) p.chars[i] = str_char_at(AS(Str, text), at + i);
        }
        mb_stateful_end(th, s, &p);
    }
    decref(th, name);
    decref(th, text);
    return r;
}

// ---- decoding -------------------------------------------------------------------------------------------------------------------------

int mb_decode_next(Thread *th, const MbCodec *codec, MbProgress *p, Value name, const uint8_t *data, size_t n, bool ended, StrBuilder *out) {
    size_t before = p->npending, at = 0;
    uint8_t *joined = NULL;
    if (before) {
        joined = mem_alloc(th, before + n);
        if (!joined) return -1;
        memcpy(joined, p->bytes, before);
        if (n) memcpy(joined + before, data, n);
        data = joined;
        n += before;
    }
    MbErrors errors;
    mb_errors_init(&errors, name);
    p->npending = 0;
    int failed = mb_decode(th, codec, &p->state, data, n, &at, &errors, out);
    if (!failed && ended) {
        failed = mb_decode_end(th, codec, data, n, &at, &errors, out) < 0 ? -2 : 0;
    }
    if (!failed && n - at > MB_PENDING_BYTES) {
        codec_raise_decode(th, codec->name, data + at, n - at, 0, n - at, "pending buffer overflow");
        failed = -1;
    }
    if (!failed) {
        p->npending = (uint8_t)(n - at);
        if (n > at) memcpy(p->bytes, data + at, n - at);
    }
    decref(th, errors.exc);
    mem_free(joined);
    return failed;
}

Value mb_stateful_reset_decoding(Thread *th, Value self, Value *args) {
    MbStateful *s = AS(MbStateful, self);
    MbProgress p;
    decref(th, mb_stateful_begin(th, s, &p));
    if (s->codec->end_decoding) s->codec->end_decoding(&p.state);
    p.npending = 0;
    mb_stateful_end(th, s, &p);
    return VALUE_NONE;
}
