// SPDX-License-Identifier: MIT
// _uuid: UUIDs of time and node from libuuid, which keeps its clock to itself and may be called by several threads. No state here.
#include <uuid/uuid.h>

#include "core/object/bytes.h"
#include "core/object/module.h"
#include "core/object/tuple.h"

static Value uuid_fn_generate_time_safe(Thread *th, Value self, Value *args) {
    uuid_t id;
    int status;
    BLOCKING_BEGIN(th); // it may ask a daemon and lock a file
    status = uuid_generate_time_safe(id);
    BLOCKING_END;
    Value v[2] = {bytes_new(th, id, sizeof id), value_imm_int(status)};
    return v[0] == NO_VALUE ? NO_VALUE : tuple_from_owned(th, v, 2);
}
static const MethodDef methods[] = {{"generate_time_safe", "()", uuid_fn_generate_time_safe, NULL, 0}, {0}};
static int uuid_exec(Thread *th, Value m) {
    return module_add_int(th, m, "has_uuid_generate_time_safe", 1) < 0 ? -1 : module_add_int(th, m, "has_stable_extractable_node", 0);
}
const ModuleDef module__uuid = {"_uuid", "DCE compatible Universally Unique Identifier library.", methods, uuid_exec};
