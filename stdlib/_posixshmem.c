// SPDX-License-Identifier: MIT
// _posixshmem: shared memory objects by name. No state.
#include "stdlib/posix/posix.h"

#include <sys/mman.h>

static const char *shm_path(Thread *th, Value v, const char *fn, Value *hold) {
    *hold = NO_VALUE;
    if (value_is_str(v)) return str_fs_path(th, v, NULL, hold);
    raise_type_error(th, "%s() argument 1 must be str, not %B", fn, v);
    return NULL;
}
static Value shm_fn_open(Thread *th, Value self, Value *a) {
    int flags, mode = 0777, fd, err;
    Value hold;
    const char *p = shm_path(th, a[0], "shm_open", &hold);
    if (!p) return NO_VALUE;
    if (number_as_int(th, a[1], &flags) || (a[2] && number_as_int(th, a[2], &mode))) {
        decref(th, hold);
        return NO_VALUE;
    }
    SYS_RETRY(th, fd, err, shm_open(p, flags, (mode_t)mode), decref(th, hold); return NO_VALUE);
    decref(th, hold);
    return fd < 0 ? raise_errno(th, err, a[0], NO_VALUE) : value_imm_int(fd);
}
static Value shm_fn_unlink(Thread *th, Value self, Value *a) {
    int r, err;
    Value hold;
    const char *p = shm_path(th, a[0], "shm_unlink", &hold);
    if (!p) return NO_VALUE;
    SYS_RETRY(th, r, err, shm_unlink(p), decref(th, hold); return NO_VALUE);
    decref(th, hold);
    return r < 0 ? raise_errno(th, err, a[0], NO_VALUE) : VALUE_NONE;
}
static const MethodDef methods[] = {
    {"shm_open", "(path, flags, mode=511)", shm_fn_open, "Open a shared memory object.  Returns a file descriptor (integer).", 0},
    {"shm_unlink", "(path)", shm_fn_unlink,
     "Remove a shared memory object (similar to unlink()).\n\nRemove a shared memory object name, and, once all processes have\nunmapped the object, de-allocates and destroys the contents of the\nassociated memory region.", 0},
    {0}
};
const ModuleDef module__posixshmem = {"_posixshmem", "POSIX shared memory module", methods, NULL};
