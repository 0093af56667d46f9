// SPDX-License-Identifier: MIT
// sys.monitoring: who wants what (see monitor.h). Masks and callbacks are single words that any thread reads; per-code data (Code.extra) is written
// and read under `mu`, which nothing else is taken under.
#include "core/vm/monitor.h"

#include <pthread.h>

#include "core/code/view.h"
#include "core/object/call.h"
#include "core/vm/interp_int.h"
#include "core/vm/trace.h"
#include "gc/gc.h"
#include "gc/retire.h"

const char *const monitor_event_names[MONITOR_EVENTS] = {"PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "INSTRUCTION", "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT",
    "STOP_ITERATION", "RAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "RERAISE", "C_RETURN", "C_RAISE", "BRANCH"};
Value monitor_disable, monitor_missing;

typedef struct Disabled { uint32_t word, event; uint8_t tool; } Disabled;
typedef struct MonitorCode {
    uint32_t local[MONITOR_TOOLS];
    uint32_t generation[MONITOR_TOOLS];   // of the tool that set them; another one's count no more
    uint32_t epoch;        // of the disabled places; older than `epoch` means none
    uint32_t ndisabled, cap;
    Disabled disabled[];
} MonitorCode;

static uint32_t global_events[MONITOR_TOOLS];               // [a]
static Value callbacks[MONITOR_TOOLS][MONITOR_EVENTS];      // [a] owned; roots
static uint32_t generation[MONITOR_TOOLS];                  // [a] changes when a tool is cleared
static uint32_t epoch = 1;                                  // [a]
static uint32_t local_in_use;                               // [a] some code object has (or had) local events
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;      // guards Code.extra

static void visit_callbacks(VisitFn visit, void *arg) {
    for (int i = 0; i < MONITOR_TOOLS; i++)
        for (int e = 0; e < MONITOR_EVENTS; e++)
            if (value_is_object(callbacks[i][e])) visit(callbacks[i][e], arg);
}
void monitor_init(void) { gc_add_root_fn(visit_callbacks); }

bool monitor_active(void) {
    uint32_t any = atomic_load_relaxed(&local_in_use);
    for (int i = 0; i < MONITOR_TOOLS; i++) any |= atomic_load_relaxed(&global_events[i]);
    return any != 0;
}
void monitor_set_events(Thread *th, int tool, uint32_t events) {
    atomic_store_relaxed(&global_events[tool], events);
    trace_update_all(th);
}
uint32_t monitor_get_events(int tool) { return atomic_load_relaxed(&global_events[tool]); }

// The per-code record, made if needed, under mu. NULL: no memory.
static MonitorCode *record(Thread *th, Code *code) {
    if (!code->extra) atomic_store_release(&code->extra, mem_calloc(th, 1, sizeof(MonitorCode)));
    return code->extra;
}
int monitor_set_local(Thread *th, int tool, Code *code, uint32_t events) {
    pthread_mutex_lock(&mu);
    MonitorCode *m = record(th, code);
    if (m) {
        m->local[tool] = events;
        m->generation[tool] = atomic_load_relaxed(&generation[tool]);
    }
    pthread_mutex_unlock(&mu);
    if (!m) return -1;
    if (events) atomic_store_relaxed(&local_in_use, 1u);
    trace_update_all(th);
    return 0;
}
// Under mu.
static uint32_t local_events(const Code *code, int tool) {
    const MonitorCode *m = code->extra;
    return m && m->generation[tool] == atomic_load_relaxed(&generation[tool]) ? m->local[tool] : 0;
}
uint32_t monitor_get_local(int tool, Code *code) {
    pthread_mutex_lock(&mu);
    uint32_t r = local_events(code, tool);
    pthread_mutex_unlock(&mu);
    return r;
}
Value monitor_register(Thread *th, int tool, int event, Value func) {
    Value v = func == VALUE_NONE ? NO_VALUE : new_ref(th, func);
    Value old = atomic_swap_acq_rel(&callbacks[tool][event], v);
    if (old == NO_VALUE) return VALUE_NONE;
    incref(th, old);
    retire_value(th, old);      // monitor_fire() may be about to take a reference
    return old;
}
void monitor_restart(Thread *th) { atomic_add_relaxed(&epoch, 1u); }
void monitor_clear_tool(Thread *th, int tool) {
    for (int e = 0; e < MONITOR_EVENTS; e++) retire_value(th, atomic_swap_acq_rel(&callbacks[tool][e], NO_VALUE));
    atomic_add_relaxed(&generation[tool], 1u);
    monitor_set_events(th, tool, 0);
}

static uint32_t wanted_by(const Code *code, int tool) {
    uint32_t r = atomic_load_relaxed(&global_events[tool]);
    if (atomic_load_relaxed(&code->extra)) { // whether there is one; it is read under mu
        pthread_mutex_lock(&mu);
        r |= local_events(code, tool);
        pthread_mutex_unlock(&mu);
    }
    // The ends of native calls belong to CALL.
    if (r & MON_CALL) r |= MON_C_RETURN | MON_C_RAISE;
    if (r & MON_BRANCH) r |= MON_BRANCH_LEFT | MON_BRANCH_RIGHT;
    return r;
}
bool monitor_wanted(const Code *code, uint32_t event) {
    for (int i = 0; i < MONITOR_TOOLS; i++) if (wanted_by(code, i) & event) return true;
    return false;
}
static bool is_disabled(const Code *code, uint32_t word, int tool, uint32_t event) {
    if (!atomic_load_relaxed(&code->extra)) return false;
    bool found = false;
    pthread_mutex_lock(&mu);
    MonitorCode *m = code->extra;
    if (m->epoch == atomic_load_relaxed(&epoch))
        for (uint32_t i = 0; i < m->ndisabled && !found; i++)
            found = m->disabled[i].word == word && m->disabled[i].tool == tool && m->disabled[i].event == event;
    pthread_mutex_unlock(&mu);
    return found;
}
static void disable(Thread *th, Code *code, uint32_t word, int tool, uint32_t event) {
    pthread_mutex_lock(&mu);
    MonitorCode *m = record(th, code);
    if (m && m->ndisabled == m->cap) {
        uint32_t cap = m->cap ? 2 * m->cap : 8;
        MonitorCode *n = mem_realloc(th, m, sizeof *m + cap * sizeof(Disabled));
        if (n) { n->cap = cap; atomic_store_release(&code->extra, n); }
        m = n;
    }
    if (m) {
        if (m->epoch != atomic_load_relaxed(&epoch)) { m->epoch = atomic_load_relaxed(&epoch); m->ndisabled = 0; }
        m->disabled[m->ndisabled++] = (Disabled){word, event, (uint8_t)tool};
    }
    pthread_mutex_unlock(&mu);
    if (!m) error_clear(th);    // the event just stays on
}
static int event_number(uint32_t event) { return __builtin_ctz(event); }

int monitor_fire(Thread *th, Frame *f, uint32_t event, uint32_t word, const Value *args, size_t n) {
    if (trace_in_callback(th)) return 0;
    Code *code = f->code;
    for (int tool = 0; tool < MONITOR_TOOLS; tool++) {
        if (!(wanted_by(code, tool) & event) || is_disabled(code, word, tool, event)) continue;
        Value cb = new_ref(th, atomic_load_acquire(&callbacks[tool][event_number(event)]));
        if (cb == NO_VALUE) continue;
        bool entry = event == MON_PY_START && word == 0 && code_entry(code);
        Value a[6] = {VALUE_OF(code), value_imm_int(entry ? 0 : code_lasti(th, code, word))};
        size_t k = 2;
        if (event == MON_LINE) k = 1;
        for (size_t i = 0; i < n; i++) a[k++] = args[i];
        Value saved = trace_callback_enter(th, f, event & (MON_LINE | MON_INSTRUCTION) ? TRACE_EVENT_LINE : event & (MON_JUMP | MON_BRANCH_LEFT | MON_BRANCH_RIGHT) ? TRACE_EVENT_BRANCH : event == MON_PY_RESUME ? TRACE_EVENT_RESUME
                                                : event == MON_PY_START ? TRACE_EVENT_CALL : TRACE_EVENT_OTHER);
        Value r = object_call(th, cb, a, k, NO_VALUE);
        trace_callback_leave(th, saved);
        decref(th, cb);
        if (r == NO_VALUE) return -1;
        if (r == monitor_disable) {
            if (event & MON_LOCAL) disable(th, code, word, tool, event);
            else {
                Value old = monitor_register(th, tool, event_number(event), VALUE_NONE);
                decref(th, old);
                decref(th, r);
                raise_value_error(th, "Cannot disable %s events. Callback removed.", monitor_event_names[event_number(event)]);
                return -1;
            }
        }
        decref(th, r);
    }
    return 0;
}
