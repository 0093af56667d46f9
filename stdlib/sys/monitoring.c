// SPDX-License-Identifier: MIT
// sys.monitoring: tool identifiers and the checks of arguments; the events are core/vm/monitor.c's.
// State: tools, written under a lock of its own.
#include "stdlib/sys/sys.h"

#include "core/object/abstract.h"
#include "core/vm/monitor.h"
#include "core/object/container_inl.h"
#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

enum { TOOLS = 6 };
static Value tools[TOOLS];   // [a] name or NO_VALUE

static int tool_arg(Thread *th, Value v) {
    int id;
    if (number_as_int(th, v, &id)) return -1;
    if (id < 0 || id >= TOOLS) {
        raise_value_error(th, "invalid tool %d (must be between 0 and 5)", id);
        return -1;
    }
    return id;
}
static Value mon_use_tool_id(Thread *th, Value self, Value *args) {
    int id = tool_arg(th, args[0]);
    if (id < 0) return NO_VALUE;
    if (!value_is_str(args[1])) return raise_value_error(th, "tool name must be a str");
    Value none = NO_VALUE;
    if (!atomic_cas_acq_rel(&tools[id], &none, args[1])) return raise_value_error(th, "tool %d is already in use", id);
    incref(th, args[1]);
    return VALUE_NONE;
}
static Value mon_free_tool_id(Thread *th, Value self, Value *args) {
    int id = tool_arg(th, args[0]);
    if (id < 0) return NO_VALUE;
    Value old = atomic_swap_acq_rel(&tools[id], NO_VALUE);
    if (old) {
        monitor_clear_tool(th, id);
        retire_value(th, old);
    }
    return VALUE_NONE;
}
static Value mon_get_tool(Thread *th, Value self, Value *args) {
    int id = tool_arg(th, args[0]);
    if (id < 0) return NO_VALUE;
    Value v = atomic_load_acquire(&tools[id]);
    return v ? new_ref(th, v) : VALUE_NONE;
}
static int in_use(Thread *th, Value v) {
    int id = tool_arg(th, v);
    if (id < 0) return -1;
    if (atomic_load_relaxed(&tools[id])) return id;
    raise_value_error(th, "tool %d is not in use", id);
    return -1;
}
static Value mon_clear_tool_id(Thread *th, Value self, Value *args) {
    int id = tool_arg(th, args[0]);
    if (id < 0) return NO_VALUE;
    if (atomic_load_relaxed(&tools[id])) monitor_clear_tool(th, id);
    return VALUE_NONE;
}
static Value mon_get_events(Thread *th, Value self, Value *args) {
    int id = tool_arg(th, args[0]);
    return id < 0 ? NO_VALUE : value_imm_int(monitor_get_events(id));
}
// An event set as its number: C_RETURN and C_RAISE come with CALL, BRANCH stands for both of its sides.
static int event_mask(Thread *th, Value v, bool local, uint32_t *out) {
    int set;
    if (number_as_int(th, v, &set)) return -1;
    if (set < 0 || set >= 1 << MONITOR_EVENTS) { raise_value_error(th, local ? "invalid local event set 0x%x" : "invalid event set 0x%x", set); return -1; }
    uint32_t e = (uint32_t)set;
    if ((e & (MON_C_RETURN | MON_C_RAISE)) && (e & (MON_CALL | MON_C_RETURN | MON_C_RAISE)) != (MON_CALL | MON_C_RETURN | MON_C_RAISE)) {
        raise_value_error(th, "cannot set C_RETURN or C_RAISE events independently");
        return -1;
    }
    e &= ~(uint32_t)(MON_C_RETURN | MON_C_RAISE);
    if (e & MON_BRANCH) e = (e & ~(uint32_t)MON_BRANCH) | MON_BRANCH_LEFT | MON_BRANCH_RIGHT;
    if (local && (e & ~(uint32_t)MON_LOCAL)) { raise_value_error(th, "invalid local event set 0x%x", set); return -1; }
    *out = e;
    return 0;
}
static Value mon_set_events(Thread *th, Value self, Value *args) {
    int id = tool_arg(th, args[0]);
    uint32_t e;
    if (id < 0 || event_mask(th, args[1], false, &e) < 0 || in_use(th, args[0]) < 0) return NO_VALUE;
    monitor_set_events(th, id, e);
    return VALUE_NONE;
}
static Value mon_get_local_events(Thread *th, Value self, Value *args) {
    if (!value_is_exact(args[1], &type_code)) return raise_type_error(th, "code must be a code object");
    int id = tool_arg(th, args[0]);
    return id < 0 ? NO_VALUE : value_imm_int(monitor_get_local(id, AS(Code, args[1])));
}
static Value mon_set_local_events(Thread *th, Value self, Value *args) {
    if (!value_is_exact(args[1], &type_code)) return raise_type_error(th, "code must be a code object");
    int id = tool_arg(th, args[0]);
    uint32_t e;
    if (id < 0 || in_use(th, args[0]) < 0 || event_mask(th, args[2], true, &e) < 0) return NO_VALUE;
    return monitor_set_local(th, id, AS(Code, args[1]), e) < 0 ? NO_VALUE : VALUE_NONE;
}
static Value mon_register_callback(Thread *th, Value self, Value *args) {
    int id = tool_arg(th, args[0]), event;
    if (id < 0 || number_as_int(th, args[1], &event)) return NO_VALUE;
    if (event <= 0 || (event & (event - 1))) return raise_value_error(th, "The callback can only be set for one event at a time");
    int n = __builtin_ctz((unsigned)event);
    if (n >= MONITOR_EVENTS) return raise_value_error(th, "invalid event %d", event);
    if (sys_audit(th, "sys.monitoring.register_callback", 1, args[2])) return NO_VALUE;
    if (event == MON_BRANCH) {
        Value old = monitor_register(th, id, __builtin_ctz(MON_BRANCH_LEFT), args[2]);
        decref(th, monitor_register(th, id, __builtin_ctz(MON_BRANCH_RIGHT), args[2]));
        return old;
    }
    return monitor_register(th, id, n, args[2]);
}
static Value mon_restart(Thread *th, Value self, Value *args) { monitor_restart(th); return VALUE_NONE; }
static Value mon_all(Thread *th, Value self, Value *args) {
    Value d = dict_new(th);
    for (int e = 0; d && e < MONITOR_EVENTS; e++) {
        int64_t who = 0;
        for (int t = 0; t < TOOLS; t++) if (monitor_get_events(t) & (1u << e)) who |= 1 << t;
        if (who && dict_set_str(th, AS(Dict, d), monitor_event_names[e], value_imm_int(who)) < 0) { decref(th, d); return NO_VALUE; }
    }
    return d;
}

static const MethodDef mon_fns[] = {
    {"use_tool_id", "(tool_id, name, /)", mon_use_tool_id, "Takes a tool identifier."},
    {"clear_tool_id", "(tool_id, /)", mon_clear_tool_id, "Drops all callbacks and events of a tool."},
    {"free_tool_id", "(tool_id, /)", mon_free_tool_id, "Gives a tool identifier back."},
    {"get_tool", "(tool_id, /)", mon_get_tool, "Name of the tool that uses an identifier, or None."},
    {"register_callback", "(tool_id, event, func, /)", mon_register_callback, "Sets the callback of a tool for an event."},
    {"get_events", "(tool_id, /)", mon_get_events, "Events that a tool wants everywhere."},
    {"set_events", "(tool_id, event_set, /)", mon_set_events, "Sets the events that a tool wants everywhere."},
    {"get_local_events", "(tool_id, code, /)", mon_get_local_events, "Events that a tool wants of one code object."},
    {"set_local_events", "(tool_id, code, event_set, /)", mon_set_local_events, "Sets the events that a tool wants of one code object."},
    {"restart_events", "()", mon_restart, "Turns disabled events on again."},
    {"_all_events", "()", mon_all, "Events that are on, with their tools."},
    {0}
};
static const ModuleDef module_monitoring = { "sys.monitoring", "Events of running code, for tools.", mon_fns, NULL };

static Value jit_no(Thread *th, Value self, Value *args) { return VALUE_FALSE; }
static const MethodDef jit_fns[] = {
    {"is_available", "()", jit_no, "False: there is no machine-code generator."},
    {"is_enabled", "()", jit_no, "False: there is no machine-code generator."},
    {"is_active", "()", jit_no, "False: there is no machine-code generator."},
    {0}
};
static const ModuleDef module_jit = { "sys._jit", "What the machine-code generator does.", jit_fns, NULL };

int sys_monitoring_init(Thread *th, Value sys) {
    Value m = module_from_def(th, &module_monitoring), j = module_from_def(th, &module_jit);
    if (!m || !j) return -1;
    static const struct { const char *name; int bit; } events[] = {
        {"PY_START", 1}, {"PY_RESUME", 2}, {"PY_RETURN", 4}, {"PY_YIELD", 8}, {"CALL", 16}, {"LINE", 32}, {"INSTRUCTION", 64}, {"JUMP", 128}, {"BRANCH_LEFT", 256},
        {"BRANCH_RIGHT", 512}, {"STOP_ITERATION", 1024}, {"RAISE", 2048}, {"EXCEPTION_HANDLED", 4096}, {"PY_UNWIND", 8192}, {"PY_THROW", 16384}, {"RERAISE", 32768},
        {"C_RETURN", 65536}, {"C_RAISE", 131072}, {"BRANCH", 262144}, {"NO_EVENTS", 0}};
    monitor_init();
    monitor_disable = call0(th, VALUE_OF(&type_object));
    monitor_missing = monitor_disable ? call0(th, VALUE_OF(&type_object)) : NO_VALUE;
    if (!monitor_missing) return -1;
    object_make_immortal(value_object(monitor_disable));
    object_make_immortal(value_object(monitor_missing));
    Value ns = call0(th, VALUE_OF(&type_simple_namespace));
    for (size_t i = 0; ns && i < ARRAY_LEN(events); i++) {
        Value k = str_intern_cstr(th, events[i].name);
        if (!k || object_setattr(th, ns, k, value_imm_int(events[i].bit))) return -1;
    }
    if (!ns || module_add(th, m, "events", ns) || module_add_int(th, m, "DEBUGGER_ID", 0) || module_add_int(th, m, "COVERAGE_ID", 1) ||
        module_add_int(th, m, "PROFILER_ID", 2) || module_add_int(th, m, "OPTIMIZER_ID", 5) || module_add(th, m, "DISABLE", new_ref(th, monitor_disable)) ||
        module_add(th, m, "MISSING", new_ref(th, monitor_missing)))
        return -1;
    Value modules = sys_modules(th);
    int r = dict_set_str(th, AS(Dict, modules), "sys.monitoring", m);
    decref(th, modules);
    return r || sys_set(th, "monitoring", m) || sys_set(th, "_jit", j) ? -1 : 0;
}
