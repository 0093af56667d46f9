// SPDX-License-Identifier: MIT
// Raising. The pending exception lives in th->exc. Every failing function has set it.
// Formats: printf's %d %u %ld %lu %lld %zu %zd %x %c %s %.*s %p %%, and for Values:
//   %R repr   %S str   %A ascii   %T type name of a value as messages show it: "list", "collections.deque", a class statement's __name__
//   %B the same, but "None" for None ("f() argument 1 must be str, not None")   %Q "mod.Qualname" of a value's type   %N __name__ of a Type*   %U Str Value as it is
//   %.200s style precision limits are honoured for %s.
#ifndef LADON_OBJECT_ERROR_H
#define LADON_OBJECT_ERROR_H

#include "sched/thread/thread.h"

#define EXC(name, base, layout) extern Type exc_##name;
#include "core/value/errors.def"
extern Type exc_ExceptionGroup;
extern Shape shape_exc_ExceptionGroup;

// Sets th->exc to type(formatted message), chaining th->handled as __context__. Always returns NO_VALUE.
//   may run Python (for %R, %S); safepoint: yes
Value raise_error(Thread *th, Type *type, const char *fmt, ...);
#define raise_type_error(th, ...)   raise_error((th), &exc_TypeError, __VA_ARGS__)
#define raise_value_error(th, ...)  raise_error((th), &exc_ValueError, __VA_ARGS__)
Value raise_memory_error(Thread *th);            // preallocated instance; never allocates
// type(value): value borrowed; an instance of type is raised as it is; a tuple is not unpacked.
Value raise_with_value(Thread *th, Type *type, Value value);
Value raise_none(Thread *th, Type *type);        // type()
Value raise_key_error(Thread *th, Value key);    // KeyError(key)
Value raise_stop_iteration(Thread *th, Value value); // borrowed; NO_VALUE or None: no value
Value raise_attribute_error(Thread *th, Value obj, Value name); // "'T' object has no attribute 'x'", .obj and .name set
Value raise_errno(Thread *th, int err, Value filename, Value filename2);  // OSError subclass by errno; filenames borrowed or NO_VALUE
// raise statement semantics on arbitrary values. exc, cause borrowed; cause NO_VALUE: none given.
void raise_object(Thread *th, Value exc, Value cause);

ALWAYS_INLINE bool error_pending(Thread *th) { return th->exc != NO_VALUE; }
bool error_matches(Thread *th, Type *type);      // is the pending exception an instance of type
bool exception_is(Value exc, Type *type);   // is the exception an instance of type (or of a subclass)? exc may be NO_VALUE
void error_clear(Thread *th);   // drops the pending exception, if any
Value error_fetch(Thread *th);                   // takes the pending exception out; owned; NO_VALUE if none
void error_restore(Thread *th, Value exc_owned); // replaces the pending exception
// Clears the pending exception if it is an instance of type; true if it did.
bool error_clear_if(Thread *th, Type *type);
// Pending exception becomes __context__/__cause__ of a new one made from fmt ("raise ... from").
Value raise_from(Thread *th, Type *type, const char *fmt, ...);
// Adds a line of text to the pending exception (PEP 678); what goes wrong then is dropped. For the way out of nested work.
void error_note(Thread *th, const char *fmt, ...);
// Reports and clears the pending exception through sys.unraisablehook. where: object or NO_VALUE; msg may be NULL.
void error_unraisable(Thread *th, const char *msg, Value where);
// The same with a whole message: fmt takes v as %R or %S; no object is given.
void error_unraisable_about(Thread *th, const char *fmt, Value v);
// Issues a warning. -1 with exception set when it was turned into an error.
int warn_format(Thread *th, Type *category, int stack_level, const char *fmt, ...);
// A ResourceWarning: fmt takes v as %R; source (borrowed) is what was not closed, of which tracemalloc may know where it was made. The same result.
int warn_resource(Thread *th, Value source, const char *fmt, Value v);
// The formatter itself: a new Str.
Value str_format(Thread *th, const char *fmt, ...);
Value str_vformat(Thread *th, const char *fmt, __builtin_va_list ap);

#endif
