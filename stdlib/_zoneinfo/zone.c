// SPDX-License-Identifier: MIT
// zoneinfo.ZoneInfo: look-ups in a zone's tables, the caches of zones, pickling. Zones are constant, so look-ups need no lock. The mutex `recent_lock` guards the
// table of zones used last; under it texts are compared and nothing else is run.
#include "stdlib/_zoneinfo/zoneinfo_int.h"

#include "core/object/exception.h"
#include "core/object/dict.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"

#define ZONE(v) AS(Zone, v)
static Type type_ZoneInfo;

// Functions of zoneinfo's Python files and the class of the weak caches: set by each import of the module, roots.
static Value find_tzfile, load_tzdata, load_data, io_open, weak_dict; // [c] after the import
static Value base_cache;     // [c] the weak cache of ZoneInfo itself; subclasses have theirs as _weak_cache

// The zones of ZoneInfo itself that were used last, the newest first: they are kept alive.
enum { RECENT_MAX = 8 };
static RtMutex recent_lock = RT_MUTEX(LEAF);
static Value recent[RECENT_MAX]; // [l recent_lock] owned; NO_VALUE: no more; roots

// ---- look-up --------------------------------------------------------------------------------------------------------------------------

// The first of n ascending numbers that is greater than x.
static size_t first_greater(const int64_t *v, size_t n, int64_t x) {
    size_t lo = 0;
    while (lo < n) {
        size_t mid = (lo + n) / 2;
        if (v[mid] > x) n = mid;
        else lo = mid + 1;
    }
    return lo;
}

static int int_attr(Thread *th, Value o, const char *name, int64_t *out) {
    Value v = object_getattr_cstr(th, o, name);
    int r = v ? number_as_i64(th, v, out) : -1;
    decref(th, v);
    return r;
}

// The fields of a datetime, or of what has its attributes, as seconds of local time. 0 or -1.
static int local_timestamp(Thread *th, Value dt, int64_t *ts, int *year, int *fold) {
    if (is_datetime(dt)) {
        const DateTime *d = DATETIME(dt);
        *ts = fields_to_seconds(d->year, d->month, d->day, d->c.hour, d->c.minute, d->c.second) - EPOCH_SECONDS;
        *year = d->year;
        *fold = d->c.fold;
        return 0;
    }
    int64_t ordinal, h, m, s, y = 0, f = 0;
    Value o = call_method0(th, dt, str_intern_cstr(th, "toordinal"));
    int r = o ? number_as_i64(th, o, &ordinal) : -1;
    decref(th, o);
    if (r < 0 || int_attr(th, dt, "hour", &h) < 0 || int_attr(th, dt, "minute", &m) < 0 || int_attr(th, dt, "second", &s) < 0 ||
        int_attr(th, dt, "year", &y) < 0 || int_attr(th, dt, "fold", &f) < 0)
        return -1;
    if (y < MIN_YEAR || y > MAX_YEAR || ordinal < 1 || ordinal > MAX_ORDINAL || h < 0 || h > 24 || m < 0 || m > 60 || s < 0 || s > 60) {
        raise_value_error(th, "date value out of range");
        return -1;
    }
    *ts = ordinal * 86400 - EPOCH_SECONDS + h * 3600 + m * 60 + s;
    *year = (int)y;
    *fold = f != 0;
    return 0;
}

// The kind of local time at dt. NULL: no answer without a date, or an exception.
static const LocalTime *find(Thread *th, const Zone *z, Value dt) {
    int64_t ts;
    int year, fold;
    if (dt == VALUE_NONE) return z->fixed ? &z->after.std : NULL;
    if (local_timestamp(th, dt, &ts, &year, &fold) < 0) return NULL;
    const int64_t *trans = z->local[fold];
    if (z->ntrans && ts < trans[0]) return z->before;
    if (!z->ntrans || ts > trans[z->ntrans - 1]) return z->after.changes ? rule_at_local(&z->after, ts, year, fold) : &z->after.std;
    return &z->types[z->type_of[first_greater(trans, z->ntrans, ts) - 1]];
}

#define ANSWER(fn, field)                                             \
    static Value zone_meth_##fn(Thread *th, Value self, Value *args) { \
        const LocalTime *t = find(th, ZONE(self), args[0]);           \
        if (t) return new_ref(th, t->field);                          \
        return error_pending(th) ? NO_VALUE : VALUE_NONE;             \
    }
ANSWER(utcoffset, utcoff)
ANSWER(dst, dstoff)
ANSWER(tzname, name)

static Value zone_meth_fromutc(Thread *th, Value self, Value *args) {
    const Zone *z = ZONE(self);
    Value dt = args[0];
    if (!is_datetime(dt)) return raise_type_error(th, "fromutc: argument must be a datetime");
    if (DATETIME(dt)->c.tzinfo != self) return raise_value_error(th, "fromutc: dt.tzinfo is not self");
    int64_t ts;
    int year, fold = 0;
    if (local_timestamp(th, dt, &ts, &year, &fold) < 0) return NO_VALUE;
    fold = 0;
    const LocalTime *now, *was;
    size_t n = z->ntrans;
    if (n && ts < z->utc[0]) {
        now = z->before;
    } else if (n == 0 || (ts > z->utc[n - 1] && z->after.changes)) {
        now = z->after.changes ? rule_at_utc(&z->after, ts, year, &fold) : &z->after.std;
    } else {
        size_t i = first_greater(z->utc, n, ts);
        now = &z->types[z->type_of[i - 1]];
        was = i > 1 ? &z->types[z->type_of[i - 2]] : z->before;
        if (i == n && ts > z->utc[n - 1] && n == 1) now = &z->after.std;
        fold = was->offset - now->offset > ts - z->utc[i - 1];
    }
    Value r = number_binary(th, BINOP_ADD, dt, now->utcoff);
    if (!r || !fold) return r;
    Value again;
    if (value_is_exact(r, &type_dt_datetime)) {
        const DateTime *d = DATETIME(r);
        again = datetime_make(th, &type_dt_datetime, d->year, d->month, d->day, (int[5]){d->c.hour, d->c.minute, d->c.second, d->c.micro, 1}, d->c.tzinfo);
    } else {
        Value name = str_intern_cstr(th, "fold"), names = name ? tuple_pack1(th, name) : NO_VALUE;
        Value replace = names ? object_getattr_cstr(th, r, "replace") : NO_VALUE, one = value_imm_int(1);
        again = replace ? object_call(th, replace, &one, 0, names) : NO_VALUE;
        decref(th, replace);
        decref(th, names);
    }
    decref(th, r);
    return again;
}

// ---- caches ---------------------------------------------------------------------------------------------------------------------------

static bool same_key(Value a, Value b) { return a == b || (value_is_str(a) && value_is_str(b) && str_equal(AS(Str, a), AS(Str, b))); }

// Puts slot i first. Under the lock.
static void recent_to_front(int i, Value v) {
    for (; i > 0; i--) recent[i] = recent[i - 1];
    recent[0] = v;
}
static Value recent_get(Thread *th, Value key) {
    Value v = NO_VALUE;
    rt_mutex_lock(th, &recent_lock);
    for (int i = 0; i < RECENT_MAX && recent[i]; i++) {
        if (!same_key(ZONE(recent[i])->key, key)) continue;
        recent_to_front(i, v = recent[i]);
        incref(th, v);
        break;
    }
    rt_mutex_unlock(th, &recent_lock);
    return v;
}
static void recent_add(Thread *th, Value v) {
    Value drop = NO_VALUE;
    incref(th, v);
    rt_mutex_lock(th, &recent_lock);
    int i = 0;
    while (i < RECENT_MAX - 1 && recent[i] && recent[i] != v) i++;
    drop = recent[i];
    recent_to_front(i, v);
    rt_mutex_unlock(th, &recent_lock);
    decref(th, drop);
}
// key NO_VALUE: all.
static void recent_drop(Thread *th, Value key) {
    Value drop[RECENT_MAX];
    int n = 0, kept = 0;
    rt_mutex_lock(th, &recent_lock);
    for (int i = 0; i < RECENT_MAX; i++) {
        Value v = recent[i];
        recent[i] = NO_VALUE;
        if (v && (!key || same_key(ZONE(v)->key, key))) drop[n++] = v;
        else if (v) recent[kept++] = v;
    }
    rt_mutex_unlock(th, &recent_lock);
    while (n) decref(th, drop[--n]);
}

// The weak cache of a class: a new reference.
static Value weak_cache(Thread *th, Value cls) {
    return AS(Type, cls) == &type_ZoneInfo ? new_ref(th, base_cache) : object_getattr_cstr(th, cls, "_weak_cache");
}

// ---- making zones ---------------------------------------------------------------------------------------------------------------------

static Value new_from_key(Thread *th, Type *type, Value key) {
    Value path = call1(th, find_tzfile, key), file = NO_VALUE;
    if (!path) return NO_VALUE;
    if (path == VALUE_NONE) {
        file = call1(th, load_tzdata, key);
    } else {
        Value mode = str_intern_cstr(th, "rb");
        file = mode ? call2(th, io_open, path, mode) : NO_VALUE;
    }
    decref(th, path);
    if (!file) return NO_VALUE;
    Zone *z = NEW(Zone, th, type);
    if (z) z->key = new_ref(th, key);
    int r = z ? zone_load(th, z, load_data, file) : -1;
    // Closed in either case; the first exception stays.
    Value pending = error_fetch(th), closed = call_method0(th, file, str_intern_cstr(th, "close"));
    decref(th, closed);
    if (pending) error_restore(th, pending);
    decref(th, file);
    if (r == 0 && !error_pending(th)) return VALUE_OF(z);
    if (z) decref(th, VALUE_OF(z));
    return NO_VALUE;
}

static Value unexpected(Thread *th, Type *type, Value got, Value key) {
    raise_error(th, &exc_RuntimeError, "Unexpected instance of %T in %N weak cache for key %R", got, type, key);
    decref(th, got);
    return NO_VALUE;
}

static Value zone_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value key;
    if (native_args_bind(th, &sig, "ZoneInfo", "(key)", args, nargs, kwnames, &key) < 0) return NO_VALUE;
    bool base = type == &type_ZoneInfo;
    if (base) {
        Value v = recent_get(th, key);
        if (v) return v;
    }
    Value cache = weak_cache(th, VALUE_OF(type)), get[2] = {key, VALUE_NONE};
    if (!cache) return NO_VALUE;
    Value z = call_method(th, cache, str_intern_cstr(th, "get"), get, 2);
    if (z == VALUE_NONE) {
        Value made = new_from_key(th, type, key);
        if (made) {
            ZONE(made)->cached = true; // nobody else has seen it
            Value set[2] = {key, made};
            z = call_method(th, cache, str_intern_cstr(th, "setdefault"), set, 2);
            decref(th, made);
        } else {
            z = NO_VALUE;
        }
    }
    decref(th, cache);
    if (z && !value_is_instance(z, &type_ZoneInfo)) return unexpected(th, type, z, key);
    if (z && base) recent_add(th, z);
    return z;
}

static Value zone_meth_no_cache(Thread *th, Value cls, Value *args) { return new_from_key(th, AS(Type, cls), args[0]); }

static Value zone_meth_from_file(Thread *th, Value cls, Value *args) {
    Zone *z = NEW(Zone, th, AS(Type, cls));
    if (!z) return NO_VALUE;
    z->key = args[1] && args[1] != VALUE_NONE ? new_ref(th, args[1]) : NO_VALUE;
    if ((z->file_repr = object_repr(th, args[0])) && zone_load(th, z, load_data, args[0]) == 0) return VALUE_OF(z);
    decref(th, VALUE_OF(z));
    return NO_VALUE;
}

typedef struct Clearing { Value cache; bool base; } Clearing;
static int drop_key(Thread *th, Value key, void *arg) {
    const Clearing *c = arg;
    if (c->base) recent_drop(th, key);
    Value a[2] = {key, VALUE_NONE}, v = call_method(th, c->cache, str_intern_cstr(th, "pop"), a, 2);
    decref(th, v);
    return v ? 0 : -1;
}
static Value zone_meth_clear_cache(Thread *th, Value cls, Value *args) {
    Clearing c = {weak_cache(th, cls), AS(Type, cls) == &type_ZoneInfo};
    if (!c.cache) return NO_VALUE;
    int r;
    if (!args[0] || args[0] == VALUE_NONE) {
        Value v = call_method0(th, c.cache, str_intern_cstr(th, "clear"));
        r = v ? 0 : -1;
        decref(th, v);
        if (c.base) recent_drop(th, NO_VALUE);
    } else {
        r = iterate(th, args[0], drop_key, &c);
    }
    decref(th, c.cache);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

static Value zone_meth_init_subclass(Thread *th, Value cls, Value *args) {
    Value cache = call0(th, weak_dict), name = cache ? str_intern_cstr(th, "_weak_cache") : NO_VALUE;
    int r = name ? object_setattr(th, cls, name, cache) : -1;
    decref(th, cache);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

// ---- text and pickling ----------------------------------------------------------------------------------------------------------------

static Value zone_slot_repr(Thread *th, Value self) {
    const Zone *z = ZONE(self);
    if (z->key) return str_format(th, "%T(key=%R)", self, z->key);
    return str_format(th, "%T.from_file(%U)", self, z->file_repr);
}
static Value zone_slot_str(Thread *th, Value self) { return ZONE(self)->key ? object_str(th, ZONE(self)->key) : object_repr(th, self); }

static Value zone_meth_reduce(Thread *th, Value self, Value *args) {
    const Zone *z = ZONE(self);
    if (z->file_repr) {
        Value error = import_attr(th, "pickle", "PicklingError");
        if (error) raise_error(th, AS(Type, error), "Cannot pickle a ZoneInfo file from a file stream.");
        decref(th, error);
        return NO_VALUE;
    }
    Value fn = object_getattr_cstr(th, VALUE_OF(type_of(self)), "_unpickle");
    Value state = fn ? tuple_pack2(th, z->key, value_imm_int(z->cached)) : NO_VALUE, r = state ? tuple_pack2(th, fn, state) : NO_VALUE;
    decref(th, fn);
    decref(th, state);
    return r;
}
static Value zone_meth_unpickle(Thread *th, Value cls, Value *args) {
    int cached = object_truth(th, args[1]);
    if (cached < 0) return NO_VALUE;
    return cached ? call1(th, cls, args[0]) : new_from_key(th, AS(Type, cls), args[0]);
}

// ---- tables ---------------------------------------------------------------------------------------------------------------------------

static void zone_slot_dealloc(Thread *th, Object *o) {
    Zone *z = (Zone *)o;
    zone_unload(th, z);
    decref(th, z->key);
    decref(th, z->file_repr);
    object_release_attrs(th, o);
    object_free(th, o);
}

static const MethodDef zone_methods[] = {
    {"clear_cache", "(cls, /, *, only_keys=None)", zone_meth_clear_cache, "Clear the ZoneInfo cache.", METH_CLASS},
    {"no_cache", "(cls, /, key)", zone_meth_no_cache, "Get a new instance of ZoneInfo, bypassing the cache.", METH_CLASS},
    {"from_file", "(cls, file_obj, /, key=None)", zone_meth_from_file, "Create a ZoneInfo file from a file object.", METH_CLASS},
    {"utcoffset", "(self, dt, /)", zone_meth_utcoffset, "Retrieve a timedelta representing the UTC offset in a zone at the given datetime.", 0},
    {"dst", "(self, dt, /)", zone_meth_dst, "Retrieve a timedelta representing the amount of DST applied in a zone at the given datetime.", 0},
    {"tzname", "(self, dt, /)", zone_meth_tzname, "Retrieve a string containing the abbreviation for the time zone that applies in a zone at a given datetime.", 0},
    {"fromutc", "(self, object, /)", zone_meth_fromutc, "Given a datetime with local time in UTC, retrieve an adjusted datetime in local time.", 0},
    {"__reduce__", "(self, /)", zone_meth_reduce, "Function for serialization with the pickle protocol.", 0},
    {"_unpickle", "(cls, key, from_cache, /)", zone_meth_unpickle, "Private method used in unpickling.", METH_CLASS},
    {"__init_subclass__", "(cls, /, *args, **kwargs)", zone_meth_init_subclass, "Function to initialize subclasses.", METH_CLASS | METH_NO_TEXT_SIG},
    {0},
};
static const MemberDef zone_members[] = {{"key", offsetof(Zone, key), MEMBER_VALUE | MEMBER_READONLY, NULL}, {0}};
static Shape shape_ZoneInfo;
static Type type_ZoneInfo = {.head = OBJECT_STATIC(&shape_type), .name = "zoneinfo.ZoneInfo", .base = &type_dt_tzinfo, .basic_size = sizeof(Zone),
                             .flags = TYPE_BASETYPE | TYPE_WEAKREFABLE | TYPE_IMMUTABLE, .shape = &shape_ZoneInfo, .methods = zone_methods, .members = zone_members,
                             .slots = {.new_ = zone_slot_new, .repr = zone_slot_repr, .str = zone_slot_str, .dealloc = zone_slot_dealloc}};
static Shape shape_ZoneInfo = {.type = &type_ZoneInfo, .flags = TYPE_BASETYPE | TYPE_WEAKREFABLE | TYPE_IMMUTABLE};

static int import_into(Thread *th, Value *where, const char *module, const char *name) {
    Value v = import_attr(th, module, name);
    if (!v) return -1;
    Value old = *where;
    *where = v;
    if (old) container_release(th, value_object(old), old); // of an earlier import; others may be about to call it
    return 0;
}

static int zoneinfo_exec(Thread *th, Value m) {
    if (!type_dt_tzinfo.dict && !import_module(th, "_datetime")) return -1;
    static bool rooted;
    if (!rooted) {
        Value *const roots[] = {&find_tzfile, &load_tzdata, &load_data, &io_open, &weak_dict, &base_cache};
        for (size_t i = 0; i < ARRAY_LEN(roots); i++) gc_add_root(roots[i]);
        for (size_t i = 0; i < RECENT_MAX; i++) gc_add_root(&recent[i]);
        rooted = true;
    }
    if (import_into(th, &find_tzfile, "zoneinfo._tzpath", "find_tzfile") < 0 || import_into(th, &load_tzdata, "zoneinfo._common", "load_tzdata") < 0 ||
        import_into(th, &load_data, "zoneinfo._common", "load_data") < 0 || import_into(th, &io_open, "io", "open") < 0 ||
        import_into(th, &weak_dict, "weakref", "WeakValueDictionary") < 0)
        return -1;
    if (!base_cache && !(base_cache = call0(th, weak_dict))) return -1;
    return module_add_type(th, m, &type_ZoneInfo);
}
const ModuleDef module__zoneinfo = {"_zoneinfo", "C implementation of the zoneinfo module", NULL, zoneinfo_exec};
