// SPDX-License-Identifier: MIT
// _curses_panel: windows in a pile. The library knows panels only by their address, so each carries its object as the user pointer (borrowed): who finds a panel
// takes a reference if its object still lives, under the library's lock and `deaths`, which a dying object takes to make itself unknown.
#include "stdlib/_curses/curses_int.h"

#include <panel.h>

#include "core/object/exception.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"

typedef struct Panel {
    Object  head;
    ObjLock lock;
    PANEL  *pan;       // [c]
    Value   window;    // [l] owned
    Value   user;      // [l] set_userptr()'s object, or NO_VALUE
} Panel;
#define PAN(v) AS(Panel, v)
static Type type_panel;
static Value error_type; // [c] after the first import
static RtMutex deaths = RT_MUTEX(LEAF);

static Value check(Thread *th, int rc, const char *fn) {
    return rc == ERR ? raise_error(th, AS(Type, error_type), "%s() returned ERR", fn) : VALUE_NONE;
}

// The object of a panel of the library, which is found by `which` under the lock; None: there is none.
static Value object_of(Thread *th, PANEL *(*which)(const PANEL *), const PANEL *from) {
    Value r = VALUE_NONE;
    owner_lock(th, &curses_lock);
    curses_delete_doomed();
    rt_mutex_lock(th, &deaths);
    // A panel whose object is gone is about to leave the pile: the next one counts.
    for (PANEL *p = which(from); p; p = which(p)) {
        Object *o = (Object *)panel_userptr(p);
        if (!o || !object_try_incref(th, o)) continue;
        r = VALUE_OF(o);
        break;
    }
    rt_mutex_unlock(th, &deaths);
    owner_unlock(&curses_lock);
    return r;
}

static void delete_panel(void *pan) { del_panel(pan); }
static int panel_slot_traverse(Object *o, VisitFn visit, void *arg) {
    Panel *p = (Panel *)o;
    int r = p->window ? visit(p->window, arg) : 0;
    return r || !p->user ? r : visit(p->user, arg);
}
static void panel_slot_clear(Thread *th, Object *o) { clear_ref(th, &((Panel *)o)->user); }
static void panel_slot_dealloc(Thread *th, Object *o) {
    Panel *p = (Panel *)o;
    if (p->pan) {
        rt_mutex_lock(th, &deaths);
        set_panel_userptr(p->pan, NULL);
        rt_mutex_unlock(th, &deaths);
        curses_doom(p->pan, delete_panel); // before its window, which is doomed after it
    }
    Value user = p->user, window = p->window;
    object_free(th, o);
    decref(th, user);
    decref(th, window);
}

#define SIMPLE(name, fn)                                                 \
    static Value panel_meth_##name(Thread *th, Value self, Value *args) { \
        int rc;                                                          \
        LIB(rc = fn(PAN(self)->pan));                                    \
        return check(th, rc, #fn);                                       \
    }
SIMPLE(bottom, bottom_panel) SIMPLE(hide, hide_panel) SIMPLE(show, show_panel) SIMPLE(top, top_panel)

static Value panel_meth_hidden(Thread *th, Value self, Value *args) {
    int rc;
    LIB(rc = panel_hidden(PAN(self)->pan));
    return rc == ERR ? check(th, rc, "panel_hidden") : value_bool(rc);
}
static Value panel_meth_move(Thread *th, Value self, Value *args) {
    int v[2], rc;
    if (curses_ints(th, args, 2, v) < 0) return NO_VALUE;
    LIB(rc = move_panel(PAN(self)->pan, v[0], v[1]));
    return check(th, rc, "move_panel");
}
static Value panel_meth_above(Thread *th, Value self, Value *args) { return object_of(th, panel_above, PAN(self)->pan); }
static Value panel_meth_below(Thread *th, Value self, Value *args) { return object_of(th, panel_below, PAN(self)->pan); }

static Value panel_meth_replace(Thread *th, Value self, Value *args) {
    Panel *p = PAN(self);
    int rc;
    if (!value_is_exact(args[0], &type_curses_window)) return raise_type_error(th, "replace() argument must be _curses.window, not %B", args[0]);
    LIB(rc = replace_panel(p->pan, WIN(args[0])->win));
    if (rc == ERR) return check(th, rc, "replace_panel");
    incref(th, args[0]);
    obj_lock(th, &p->lock);
    Value old = p->window;
    p->window = args[0];
    obj_unlock(th, &p->lock);
    decref(th, old);
    return VALUE_NONE;
}
static Value locked(Thread *th, Panel *p, const Value *field) {
    obj_lock(th, &p->lock);
    Value v = new_ref(th, *field);
    obj_unlock(th, &p->lock);
    return v;
}
static Value panel_meth_window(Thread *th, Value self, Value *args) { return locked(th, PAN(self), &PAN(self)->window); }
static Value panel_meth_userptr(Thread *th, Value self, Value *args) {
    Value v = locked(th, PAN(self), &PAN(self)->user);
    return v ? v : raise_error(th, AS(Type, error_type), "no userptr set");
}
static Value panel_meth_set_userptr(Thread *th, Value self, Value *args) {
    Panel *p = PAN(self);
    incref(th, args[0]);
    obj_lock(th, &p->lock);
    Value old = p->user;
    p->user = args[0];
    obj_unlock(th, &p->lock);
    decref(th, old);
    return VALUE_NONE;
}

static const MethodDef panel_methods[] = {
    {"above", "(self, /)", panel_meth_above, "Return the panel above the current panel.", 0},
    {"below", "(self, /)", panel_meth_below, "Return the panel below the current panel.", 0},
    {"bottom", "(self, /)", panel_meth_bottom, "Push the panel to the bottom of the stack.", 0},
    {"hidden", "(self, /)", panel_meth_hidden, "Return True if the panel is hidden (not visible), False otherwise.", 0},
    {"hide", "(self, /)", panel_meth_hide, "Hide the panel.", 0},
    {"move", "(self, y, x, /)", panel_meth_move, "Move the panel to the screen coordinates (y, x).", 0},
    {"replace", "(self, win, /)", panel_meth_replace, "Change the window associated with the panel to the window win.", 0},
    {"set_userptr", "(self, obj, /)", panel_meth_set_userptr, "Set the panel's user pointer to obj.", 0},
    {"show", "(self, /)", panel_meth_show, "Display the panel (which might have been hidden).", 0},
    {"top", "(self, /)", panel_meth_top, "Push panel to the top of the stack.", 0},
    {"userptr", "(self, /)", panel_meth_userptr, "Return the user pointer for the panel.", 0},
    {"window", "(self, /)", panel_meth_window, "Return the window object associated with the panel.", 0},
    {0},
};
MODULE_TYPE_DEFINE(panel, "_curses_panel.panel", sizeof(Panel), TYPE_TRACED | TYPE_NO_INSTANTIATE, .methods = panel_methods,
                   .slots = {.dealloc = panel_slot_dealloc, .traverse = panel_slot_traverse, .clear = panel_slot_clear})

#define NEED_SCREEN() do { if (curses_need(th, CURSES_SCREEN) < 0) return NO_VALUE; } while (0)
static Value panel_fn_bottom_panel(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    return object_of(th, panel_above, NULL);
}
static Value panel_fn_top_panel(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    return object_of(th, panel_below, NULL);
}
static Value panel_fn_update_panels(Thread *th, Value self, Value *args) {
    NEED_SCREEN();
    LIB(update_panels());
    return VALUE_NONE;
}
static Value panel_fn_new_panel(Thread *th, Value self, Value *args) {
    if (!value_is_exact(args[0], &type_curses_window)) return raise_type_error(th, "new_panel() argument must be _curses.window, not %B", args[0]);
    Panel *p = NEW(Panel, th, &type_panel);
    if (!p) return NO_VALUE;
    LIB(p->pan = new_panel(WIN(args[0])->win); if (p->pan) set_panel_userptr(p->pan, p));
    p->window = new_ref(th, args[0]);
    if (p->pan) return VALUE_OF(p);
    raise_error(th, AS(Type, error_type), "curses function returned NULL");
    decref(th, VALUE_OF(p));
    return NO_VALUE;
}
static const MethodDef methods[] = {
    {"bottom_panel", "()", panel_fn_bottom_panel, "Return the bottom panel in the panel stack.", 0},
    {"new_panel", "(win, /)", panel_fn_new_panel, "Return a panel object, associating it with the given window win.", 0},
    {"top_panel", "()", panel_fn_top_panel, "Return the top panel in the panel stack.", 0},
    {"update_panels", "()", panel_fn_update_panels, "Updates the virtual screen after changes in the panel stack.", 0},
    {0},
};
static int panel_exec(Thread *th, Value m) {
    Value curses = import_module(th, "_curses");
    if (!curses) return -1;
    decref(th, curses);
    if (!error_type) {
        Value e = exception_create_type(th, "_curses_panel.error", VALUE_OF(&exc_Exception), NULL);
        if (!e) return -1;
        object_make_immortal(value_object(e));
        error_type = e;
    }
    if (module_add(th, m, "error", error_type) < 0 || module_add_str(th, m, "__version__", "2.1") < 0 || module_add_str(th, m, "version", "2.1") < 0) return -1;
    return module_add_type(th, m, &type_panel);
}
const ModuleDef module__curses_panel = {"_curses_panel", NULL, methods, panel_exec};
