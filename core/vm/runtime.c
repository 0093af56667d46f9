// SPDX-License-Identifier: MIT
// Start and end of the runtime. Called once each, by the main thread, before any other thread exists and after all others have ended.
#include "core/vm/runtime.h"

#include <stdio.h>

#include "core/object/abstract.h"
#include "core/object/error.h"
#include "core/object/function.h"
#include "core/object/module.h"
#include "core/object/template.h"
#include "gc/gc.h"

typedef struct Step { const char *what; int (*fn)(Thread *th); } Step;

Thread *runtime_init(void) {
    Thread *th = thread_runtime_init();
    if (!th) {
        fprintf(stderr, "ladon: cannot set up the main thread\n");
        return NULL;
    }
    static const Step steps[] = {
        {"strings", str_init}, {"names", names_init}, {"types", types_init}, {"exceptions", exceptions_init}, {"templates", template_init}, {"virtual machine", vm_init},
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (steps[i].fn(th)) {
            fprintf(stderr, "ladon: cannot set up %s\n", steps[i].what);
            return NULL;
        }
    gc_add_root(&modules_dict);
    return th;
}

int runtime_fini(Thread *th) {
    if (th->exc) error_clear(th);
    // Objects that only the modules hold are finalised now; memory itself goes with the process.
    gc_collect(th, 2);
    if (th->exc) error_clear(th);
    return 0;
}
