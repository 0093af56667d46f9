// SPDX-License-Identifier: MIT
// _remote_debugging: what asyncio.tools (and with it `-m asyncio`) stands on. The records are those of CPython; reading another process's memory is not
// done here, so RemoteUnwinder raises NotImplementedError, and PROCESS_VM_READV_SUPPORTED, which promises it, is not there.
// State: the record types, made once under the import lock.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/module.h"
#include "gc/gc.h"

typedef struct Record { const char *name, *doc; StructSeqField fields[5]; } Record;
static const Record records[] = {
    {"_remote_debugging.FrameInfo", "Information about a frame", {{"filename", "Source code filename"}, {"lineno", "Line number"}, {"funcname", "Function name"}}},
    {"_remote_debugging.CoroInfo", "Information about a coroutine", {{"call_stack", "Coroutine call stack"}, {"task_name", "Task name"}}},
    {"_remote_debugging.TaskInfo", "Information about an asyncio task",
     {{"task_id", "Task ID (memory address)"}, {"task_name", "Task name"}, {"coroutine_stack", "Coroutine call stack"}, {"awaited_by", "Tasks awaiting this task"}}},
    {"_remote_debugging.ThreadInfo", "Information about a thread", {{"thread_id", "Thread ID"}, {"frame_info", "Frame information"}}},
    {"_remote_debugging.AwaitedInfo", "Information about what a thread is awaiting",
     {{"thread_id", "Thread ID"}, {"awaited_by", "List of tasks awaited by this thread"}}},
};
static Value types[ARRAY_LEN(records)];

static Value unwinder_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[4];
    int pid;
    if (native_args_bind(th, &sig, "RemoteUnwinder", "(pid, *, all_threads=False, only_active_thread=False, debug=False)", args, nargs, kwnames, v) ||
        number_as_int(th, v[0], &pid)) return NO_VALUE;
    return raise_error(th, &exc_NotImplementedError, "_remote_debugging.RemoteUnwinder: Ladon does not look into other processes (process %d)", pid);
}
MODULE_TYPE_DEFINE(unwinder, "_remote_debugging.RemoteUnwinder", sizeof(Object), 0, .doc = "RemoteUnwinder(pid): Inspect stack of a remote Python process.",
                   .slots = { .new_ = unwinder_slot_new })

static int remote_exec(Thread *th, Value m) {
    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        const Record *r = &records[i];
        if (!types[i]) {
            size_t n = 0;
            while (r->fields[n].name) n++;
            types[i] = structseq_type(th, r->name, r->doc, r->fields, n);
            if (!types[i]) return -1;
            gc_add_root(&types[i]);
        }
        if (module_add(th, m, r->name + sizeof "_remote_debugging." - 1, new_ref(th, types[i]))) return -1;
    }
    return module_add_type(th, m, &type_unwinder);
}
const ModuleDef module__remote_debugging = { "_remote_debugging", NULL, NULL, remote_exec };
