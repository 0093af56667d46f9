// SPDX-License-Identifier: MIT
// Raising, fetching and reporting: all of core/object/error.h but the formatter. The pending exception is th->exc, an owned Exception
// instance; th->handled is what an except block handles and becomes the __context__ of what is raised there. No locks: a pending exception
// belongs to its thread.
#include "core/object/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/exception.h"
#include "core/object/exception_int.h"
#include "core/object/int.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"

void (*error_unraisable_hook)(Thread *th, Value exc, const char *msg, Value where);
int (*attr_audit_hook)(Thread *th, Value obj, const char *name, Value v);
int (*error_warn_hook)(Thread *th, Type *category, Value message, int stack_level, Value source);

// Makes `handled` the context of exc, unless exc is in its own chain then: the link that would close a cycle is cut.
static void set_context(Thread *th, Exception *exc, Value handled) {
    if (!value_is_object(handled) || handled == VALUE_OF(exc)) return;
    Value slow = handled, at = handled;
    bool step = false;
    for (;;) {
        Exception *e = AS(Exception, at);
        Value next = slot_borrow(th, &e->head, &e->context);
        if (next == NO_VALUE) break;
        if (next == VALUE_OF(exc)) {
            slot_store(th, &e->head, &e->context, NO_VALUE);
            break;
        }
        at = next;
        // A cycle that was there before (made by hand): Floyd's tortoise ends the walk.
        if (step) slow = slot_borrow(th, value_object(slow), &AS(Exception, slow)->context);
        step = !step;
        if (slow == at) break;
    }
    slot_store(th, &exc->head, &exc->context, new_ref(th, handled));
}

// exc_owned becomes the pending exception.
static Value raise_instance_owned(Thread *th, Value exc_owned) {
    if (exc_owned == NO_VALUE) return NO_VALUE; // making it failed: that error is pending
    set_context(th, AS(Exception, exc_owned), th->handled);
    Value old = th->exc;
    th->exc = exc_owned;
    decref(th, old);
    return NO_VALUE;
}

static Value raise_text_owned(Thread *th, Type *type, Value text) {
    if (text == NO_VALUE) return NO_VALUE;
    Value exc = exception_message(th, type, text);
    decref(th, text);
    return raise_instance_owned(th, exc);
}

Value raise_error(Thread *th, Type *type, const char *fmt, ...) {
    // What is pending now must not be seen by the code that the formats run, nor survive.
    if (th->exc) error_clear(th);
    va_list ap;
    va_start(ap, fmt);
    Value text = str_vformat(th, fmt, ap);
    va_end(ap);
    return raise_text_owned(th, type, text);
}

Value raise_with_value(Thread *th, Type *type, Value value) {
    if (th->exc) error_clear(th);
    if (value_is_instance(value, type)) return raise_instance_owned(th, new_ref(th, value));
    return raise_instance_owned(th, exception_message(th, type, value));
}

Value raise_none(Thread *th, Type *type) {
    if (th->exc) error_clear(th);
    return raise_instance_owned(th, exception_new(th, type, tuple_empty));
}

Value raise_key_error(Thread *th, Value key) {
    if (th->exc) error_clear(th);
    return raise_instance_owned(th, exception_message(th, &exc_KeyError, key));
}

Value raise_stop_iteration(Thread *th, Value value) {
    if (th->exc) error_clear(th);
    Value exc = value == NO_VALUE || value == VALUE_NONE ? exception_new(th, &exc_StopIteration, tuple_empty) : exception_message(th, &exc_StopIteration, value);
    return raise_instance_owned(th, exc);
}

Value raise_attribute_error(Thread *th, Value obj, Value name) {
    if (th->exc) error_clear(th);
    Value text;
    if (value_is_type(obj)) text = str_format(th, "type object '%.50s' has no attribute '%U'", type_short_name(AS(Type, obj)), name);
    else text = str_format(th, "'%.100s' object has no attribute '%U'", type_of(obj)->name, name);
    if (text == NO_VALUE) return NO_VALUE;
    Value exc = exception_message(th, &exc_AttributeError, text);
    decref(th, text);
    if (exc == NO_VALUE) return NO_VALUE;
    AS(Exception, exc)->fields[EXC_ATTR_NAME] = new_ref(th, name);
    AS(Exception, exc)->fields[EXC_ATTR_OBJ] = new_ref(th, obj);
    return raise_instance_owned(th, exc);
}

Value raise_name_error(Thread *th, Type *type, Value name, const char *fmt, ...) {
    if (th->exc) error_clear(th);
    va_list ap;
    va_start(ap, fmt);
    Value text = str_vformat(th, fmt, ap);
    va_end(ap);
    if (text == NO_VALUE) return NO_VALUE;
    Value exc = exception_message(th, type, text);
    decref(th, text);
    if (exc != NO_VALUE && name != NO_VALUE) AS(Exception, exc)->fields[EXC_NAME_NAME] = new_ref(th, name);
    return raise_instance_owned(th, exc);
}

Value raise_import_error(Thread *th, Type *type, Value message, Value name, Value path, Value name_from) {
    if (th->exc) error_clear(th);
    Value exc = exception_message(th, type, message);
    if (exc == NO_VALUE) return NO_VALUE;
    Exception *e = AS(Exception, exc);
    e->fields[EXC_IMPORT_NAME] = new_ref(th, name);
    e->fields[EXC_IMPORT_PATH] = new_ref(th, path);
    e->fields[EXC_IMPORT_NAME_FROM] = new_ref(th, name_from);
    return raise_instance_owned(th, exc);
}

Value raise_memory_error(Thread *th) {
    Value exc = exception_memory_error(th);
    Value old = th->exc;
    th->exc = exc;
    decref(th, old);
    return NO_VALUE;
}

Value raise_errno(Thread *th, int err, Value filename, Value filename2) {
    if (err == ENOMEM && filename == NO_VALUE) return raise_memory_error(th);
    if (th->exc) error_clear(th);
    char buf[256];
    const char *text = err ? strerror_r(err, buf, sizeof buf) : "Error";
    Value msg = str_from_fs(th, text, strlen(text));
    if (msg == NO_VALUE) return NO_VALUE;
    Value args[5] = {value_imm_int(err), msg, filename, VALUE_NONE, filename2};
    size_t n = filename == NO_VALUE ? 2 : filename2 == NO_VALUE ? 3 : 5;
    Value exc = object_call(th, VALUE_OF(&exc_OSError), args, n, NO_VALUE);
    decref(th, msg);
    return raise_instance_owned(th, exc);
}

// An exception from what a raise statement names: a new reference, or NO_VALUE with an error. what: message of the TypeError
static Value instantiate(Thread *th, Value v, const char *what) {
    if (value_is_type(v) && (AS(Type, v)->flags & TYPE_EXC_SUBCLASS)) {
        Value exc = type_of(v) == &type_type ? exception_new(th, AS(Type, v), tuple_empty) : call0(th, v);
        if (exc == NO_VALUE) return NO_VALUE;
        if (!(type_of(exc)->flags & TYPE_EXC_SUBCLASS)) {
            raise_type_error(th, "calling %R should have returned an instance of BaseException, not %R", v, VALUE_OF(type_of(exc)));
            decref(th, exc);
            return NO_VALUE;
        }
        return exc;
    }
    if (type_of(v)->flags & TYPE_EXC_SUBCLASS) return new_ref(th, v);
    return raise_type_error(th, "%s", what);
}

void raise_object(Thread *th, Value v, Value cause) {
    Value exc = instantiate(th, v, "exceptions must derive from BaseException");
    if (exc == NO_VALUE) return;
    if (cause != NO_VALUE) {
        Value c = NO_VALUE;
        if (cause != VALUE_NONE && (c = instantiate(th, cause, "exception causes must derive from BaseException")) == NO_VALUE) {
            decref(th, exc);
            return;
        }
        exception_set_cause(th, exc, c);
    }
    if (th->exc) error_clear(th);
    raise_instance_owned(th, exc);
}

bool exception_is(Value exc, Type *type) { return value_is_object(exc) && value_is_instance(exc, type); }
bool error_matches(Thread *th, Type *type) { return exception_is(th->exc, type); }

void error_clear(Thread *th) {
    Value old = th->exc;
    th->exc = NO_VALUE;
    decref(th, old);
}

Value error_fetch(Thread *th) {
    Value exc = th->exc;
    th->exc = NO_VALUE;
    return exc;
}

void error_restore(Thread *th, Value exc_owned) {
    Value old = th->exc;
    th->exc = exc_owned;
    decref(th, old);
}

bool error_clear_if(Thread *th, Type *type) {
    if (!error_matches(th, type)) return false;
    error_clear(th);
    return true;
}

Value raise_from(Thread *th, Type *type, const char *fmt, ...) {
    Value cause = error_fetch(th);
    va_list ap;
    va_start(ap, fmt);
    Value text = str_vformat(th, fmt, ap);
    va_end(ap);
    Value exc = text == NO_VALUE ? NO_VALUE : exception_message(th, type, text);
    decref(th, text);
    if (exc == NO_VALUE) {
        decref(th, cause);
        return NO_VALUE;
    }
    if (cause != NO_VALUE) {
        Exception *e = AS(Exception, exc);
        slot_store(th, &e->head, &e->context, new_ref(th, cause));
        exception_set_cause(th, exc, cause);
    }
    error_restore(th, exc);
    return NO_VALUE;
}

COLD void error_note(Thread *th, const char *fmt, ...) {
    Value exc = error_fetch(th);
    if (exc == NO_VALUE) return;
    va_list ap;
    va_start(ap, fmt);
    Value note = str_vformat(th, fmt, ap);
    va_end(ap);
    Value r = note ? call_method1(th, exc, str_intern_cstr(th, "add_note"), note) : NO_VALUE;
    if (!r) error_clear(th);
    decref(th, r);
    decref(th, note);
    error_restore(th, exc);
}

void error_unraisable(Thread *th, const char *msg, Value where) {
    Value exc = error_fetch(th);
    if (exc == NO_VALUE) return;
    if (error_unraisable_hook) error_unraisable_hook(th, exc, msg, where);
    else {
        fprintf(stderr, "%s\n%s\n", msg ? msg : "Exception ignored", type_of(exc)->name);
        fflush(stderr);
    }
    if (th->exc) error_clear(th);
    decref(th, exc);
}

static int warn_text(Thread *th, Type *category, Value text, int stack_level, Value source) {
    if (text == NO_VALUE) return -1;
    int r = error_warn_hook ? error_warn_hook(th, category, text, stack_level, source) : 0;
    decref(th, text);
    return r;
}
int warn_format(Thread *th, Type *category, int stack_level, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Value text = str_vformat(th, fmt, ap);
    va_end(ap);
    return warn_text(th, category, text, stack_level, NO_VALUE);
}
int warn_resource(Thread *th, Value source, const char *fmt, Value v) {
    return warn_text(th, &exc_ResourceWarning, str_format(th, fmt, v), 1, source);
}

void error_unraisable_about(Thread *th, const char *fmt, Value v) {
    Value exc = error_fetch(th), text = str_format(th, fmt, v), hold = NO_VALUE;
    size_t n;
    const char *p = text != NO_VALUE ? str_utf8(th, text, &n, &hold) : NULL;
    if (!p) error_clear(th);
    error_restore(th, exc);
    error_unraisable(th, p, NO_VALUE);
    decref(th, hold);
    decref(th, text);
}
