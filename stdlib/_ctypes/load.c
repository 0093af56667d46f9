// SPDX-License-Identifier: MIT
// Libraries (dlopen and its kin), and the functions that ctypes reaches by their address: cast, string_at, wstring_at, memoryview_at. Those are called
// attached, with a raw word for each argument, and give a new reference, or 0 with the exception pending.
#include "stdlib/_ctypes/ctypes_int.h"

#include "stdlib/sys/sys.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

// ---- libraries ------------------------------------------------------------------------------------------------------------------------

static Value dl_error(Thread *th, Type *type, const char *otherwise) {
    const char *text = dlerror();
    return raise_error(th, type, "%s", text ? text : otherwise);
}
static int handle_of(Thread *th, Value v, void **out) {
    if (!value_is_int(v)) {
        raise_type_error(th, "an integer is required");
        return -1;
    }
    *out = (void *)(uintptr_t)int_as_u64_mask(v);
    return 0;
}
static void *own_handle;   // [a] of the program itself: the same whenever it is opened; NULL until then
static void *symbol_in(Thread *th, void *handle, Value name, Type *error) {
    size_t n;
    Value hold = NO_VALUE;
    const char *p = value_is_bytes(name) ? (const char *)AS(Bytes, name)->data : str_utf8(th, name, &n, &hold);
    if (!p) return NULL;
    if (value_is_bytes(name)) n = AS(Bytes, name)->len;
    void *at = NULL;
    if (strlen(p) != n) raise_value_error(th, "embedded null character");
    else {
        dlerror(); // an address of 0 is an error only if there is one
        if (!(atomic_load_relaxed(&own_handle) == handle && (at = api_find(p)))) at = dlsym(handle, p);
        const char *text = at ? NULL : dlerror();
        if (text) raise_error(th, error, "%s", text);
        else if (!at) raise_error(th, error, "%s '%s' not found", error == &exc_AttributeError ? "function" : "symbol", p); // it is there, at 0
    }
    decref(th, hold);
    return at;
}
void *symbol_find(Thread *th, Value dll, Value name, Type *error) {
    Value h = object_getattr(th, dll, ct_name__handle);
    if (!h) return NULL;
    void *handle, *at = NULL;
    if (!value_is_int(h)) raise_type_error(th, "the _handle attribute of the second argument must be an integer");
    else if (handle_of(th, h, &handle) == 0) at = symbol_in(th, handle, name, error);
    decref(th, h);
    return at;
}
static Value ct_fn_dlopen(Thread *th, Value self, Value *args) {
    int mode = RTLD_NOW;
    if (args[1] && number_as_int(th, args[1], &mode) < 0) return NO_VALUE;
    if (sys_audit(th, "ctypes.dlopen", 1, args[0]) < 0) return NO_VALUE;
    Value path = NO_VALUE, hold = NO_VALUE;
    const char *p = NULL;
    if (args[0] != VALUE_NONE) {
        if (!(path = str_fspath(th, args[0]))) return NO_VALUE;
        if (!(p = str_fs_path(th, path, NULL, &hold))) {
            decref(th, path);
            return NO_VALUE;
        }
    }
    void *h;
    BLOCKING_BEGIN(th); // it reads files and runs the library's constructors
    h = dlopen(p, mode | RTLD_NOW);
    BLOCKING_END;
    if (!p) atomic_store_relaxed(&own_handle, h);
    decref(th, hold);
    decref(th, path);
    return h ? int_from_u64(th, (uintptr_t)h) : dl_error(th, &exc_OSError, "dlopen() error");
}
static Value ct_fn_dlclose(Thread *th, Value self, Value *args) {
    void *h;
    int r;
    if (handle_of(th, args[0], &h) < 0) return NO_VALUE;
    if (!h) return raise_error(th, &exc_OSError, "not a handle: 0");
    BLOCKING_BEGIN(th);
    r = dlclose(h);
    BLOCKING_END;
    return r ? dl_error(th, &exc_OSError, "dlclose() error") : VALUE_NONE;
}
static Value ct_fn_dlsym(Thread *th, Value self, Value *args) {
    void *h;
    if (!value_is_str(args[1])) return raise_type_error(th, "dlsym() argument 2 must be str, not %B", args[1]);
    if (sys_audit(th, "ctypes.dlsym/handle", 2, args[0], args[1]) < 0 || handle_of(th, args[0], &h) < 0) return NO_VALUE;
    void *at = symbol_in(th, h, args[1], &exc_OSError);
    return at ? int_from_u64(th, (uintptr_t)at) : NO_VALUE;
}
typedef struct Names { char **v; size_t n, cap; bool failed; } Names;
static int note_library(struct dl_phdr_info *info, size_t size, void *arg) {
    Names *names = arg;
    if (names->n == names->cap) {
        size_t cap = names->cap ? 2 * names->cap : 32;
        char **v = realloc(names->v, cap * sizeof *v);
        if (!v) return names->failed = true;
        names->v = v;
        names->cap = cap;
    }
    char *copy = strdup(info->dlpi_name);
    if (!copy) return names->failed = true;
    names->v[names->n++] = copy;
    return 0;
}
static Value ct_fn_dllist(Thread *th, Value self, Value *args) {
    Names names = {0};
    dl_iterate_phdr(note_library, &names); // holds the loader's lock: no Python there
    Value list = names.failed ? raise_memory_error(th) : list_new(th, names.n);
    for (size_t i = 0; i < names.n; i++) {
        Value v = list ? str_from_fs(th, names.v[i], strlen(names.v[i])) : NO_VALUE;
        if (list && (!v || list_append_owned(th, AS(List, list), v) < 0)) clear_ref(th, &list);
        free(names.v[i]);
    }
    free(names.v);
    return list;
}
static Value call_address(Thread *th, Value *args, uint32_t flags) {
    void *fn;
    if (handle_of(th, args[0], &fn) < 0) return NO_VALUE;
    if (!value_is_tuple(args[1])) return raise_type_error(th, "argument 2 must be tuple, not %B", args[1]);
    return foreign_call(th, fn, AS(Tuple, args[1])->items, AS(Tuple, args[1])->len, flags, NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE);
}
static Value ct_fn_call_function(Thread *th, Value self, Value *args) { return call_address(th, args, 0); }
static Value ct_fn_call_cdeclfunction(Thread *th, Value self, Value *args) { return call_address(th, args, FUNCFLAG_CDECL); }

// ---- by address -----------------------------------------------------------------------------------------------------------------------

static bool is_castable(const CInfo *i) {
    if (i->kind == CK_POINTER || i->kind == CK_FUNC) return true;
    return i->kind == CK_SIMPLE && code_is_pointer(i->code);
}
static Value cast(void *at, Value src, Value type) {
    Thread *th = thread_current();
    CInfo *i = value_cinfo(type);
    if (!i || !is_castable(i))
        return raise_type_error(th, "cast() argument 2 must be a pointer type, not %s", value_is_type(type) ? AS(Type, type)->name : type_of(type)->name);
    Value r = call0(th, type);
    if (!r || !is_cdata(r)) return r;
    if (is_cdata(src)) {
        // Both share what is kept, and if that is a dict, the source is in it.
        Value kept = cdata_kept(th, CD(src));
        decref(th, kept);
        if (kept) kept = slot_get(th, value_object(src), &CD(src)->objects);
        if (kept) slot_store(th, value_object(r), &CD(r)->objects, new_ref(th, kept));
        if (kept && value_is_exact_dict(kept)) {
            Value key = int_from_u64(th, src);
            if (!key || dict_set(th, AS(Dict, kept), key, src) < 0) clear_ref(th, &r);
            decref(th, key);
        }
        decref(th, kept);
    }
    if (r && !error_pending(th)) store_pointer(cdata_ptr(CD(r)), at);
    else clear_ref(th, &r);
    return r;
}
static Value string_at(const char *p, int size) {
    Thread *th = thread_current();
    if (sys_audit(th, "ctypes.string_at", 2, int_from_u64(th, (uintptr_t)p), value_imm_int(size)) < 0) return NO_VALUE;
    if (size < -1) return raise_error(th, &exc_SystemError, "Negative size passed to string_at");
    return bytes_of_shared(th, p, size < 0 ? strlen(p) : (size_t)size);
}
static Value wstring_at(const wchar_t *p, int size) {
    Thread *th = thread_current();
    if (sys_audit(th, "ctypes.wstring_at", 2, int_from_u64(th, (uintptr_t)p), value_imm_int(size)) < 0) return NO_VALUE;
    if (size < -1) return raise_error(th, &exc_SystemError, "Negative size passed to wstring_at");
    size_t n = size < 0 ? wcslen(p) : (size_t)size;
    for (size_t i = 0; i < n; i++)
        if ((uint32_t)p[i] > 0x10FFFF) return raise_value_error(th, "character U+%x is not in range [U+0000; U+10ffff]", (uint32_t)p[i]);
    return str_from_ucs4(th, (const uint32_t *)p, n);
}
// What a view of foreign memory exports. Constant.
typedef struct Memory { Object head; void *at; size_t size; bool readonly; } Memory;
static int memory_get_buffer(Thread *th, Value self, Buffer *b, int flags) {
    Memory *m = AS(Memory, self);
    return buffer_fill(th, b, self, m->at, m->size, m->readonly, flags);
}
MODULE_TYPE_DEFINE(ct_Memory, "_ctypes._Memory", sizeof(Memory), TYPE_NO_INSTANTIATE, .slots = {.get_buffer = memory_get_buffer})
static Value memoryview_at(void *p, intptr_t size, int readonly) {
    Thread *th = thread_current();
    if (sys_audit(th, "ctypes.memoryview_at", 3, int_from_u64(th, (uintptr_t)p), value_imm_int(size), value_imm_int(readonly)) < 0) return NO_VALUE;
    if (size < 0) return raise_value_error(th, "memoryview_at: size is negative (or overflowed): %zd", size);
    Memory *m = NEW(Memory, th, &type_ct_Memory);
    if (!m) return NO_VALUE;
    m->at = p;
    m->size = (size_t)size;
    m->readonly = readonly != 0;
    Value v = memoryview_new(th, VALUE_OF(m));
    decref(th, VALUE_OF(m));
    return v;
}

const MethodDef ct_load_fns[] = {
    {"dlopen", "(name, flag=2, /)", ct_fn_dlopen, "dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library", METH_NO_TEXT_SIG},
    {"dlclose", "(handle, /)", ct_fn_dlclose, "dlclose a library", METH_NO_TEXT_SIG},
    {"dlsym", "(handle, name, /)", ct_fn_dlsym, "find symbol in shared library", METH_NO_TEXT_SIG},
    {"dllist", "()", ct_fn_dllist, "List loaded shared libraries.", 0},
    {"call_function", "(address, args, /)", ct_fn_call_function, NULL, METH_NO_TEXT_SIG},
    {"call_cdeclfunction", "(address, args, /)", ct_fn_call_cdeclfunction, NULL, METH_NO_TEXT_SIG},
    {0},
};
int ct_load_init(Thread *th, Value m) {
    const struct { const char *name; uintptr_t at; } by_address[] = {
        {"_cast_addr", (uintptr_t)cast}, {"_string_at_addr", (uintptr_t)string_at}, {"_wstring_at_addr", (uintptr_t)wstring_at},
        {"_memoryview_at_addr", (uintptr_t)memoryview_at}, {"_memmove_addr", (uintptr_t)memmove}, {"_memset_addr", (uintptr_t)memset},
    };
    for (size_t i = 0; i < ARRAY_LEN(by_address); i++)
        if (module_add(th, m, by_address[i].name, int_from_u64(th, by_address[i].at)) < 0) return -1;
    if (module_add_int(th, m, "RTLD_LOCAL", RTLD_LOCAL) < 0 || module_add_int(th, m, "RTLD_GLOBAL", RTLD_GLOBAL) < 0) return -1;
    return type_ready(th, &type_ct_Memory);
}
