// SPDX-License-Identifier: MIT
// The tables of a zone, from what zoneinfo._common.load_data has read of a TZif file (RFC 8536). The zone is its maker's alone.
#include <string.h>

#include "stdlib/_zoneinfo/zoneinfo_int.h"

int local_time_init(Thread *th, LocalTime *t, int64_t utcoff, int64_t dstoff, Value name) {
    t->offset = utcoff;
    t->name = new_ref(th, name);
    t->utcoff = delta_new(th, 0, utcoff, 0);
    t->dstoff = t->utcoff ? delta_new(th, 0, dstoff, 0) : NO_VALUE;
    return t->dstoff ? 0 : -1;
}

void zone_unload(Thread *th, Zone *z) {
    for (uint32_t i = 0; z->types && i < z->ntypes; i++) {
        decref(th, z->types[i].utcoff);
        decref(th, z->types[i].dstoff);
        decref(th, z->types[i].name);
    }
    rule_release(th, &z->after);
    mem_free(z->types);
    mem_free(z->utc);
    mem_free(z->local[0]);
    mem_free(z->local[1]);
    mem_free(z->type_of);
    z->types = NULL;
}

// The ints of a tuple; NULL: an exception.
static int64_t *int_array(Thread *th, Value tuple, size_t n) {
    int64_t *v = mem_alloc(th, (n ? n : 1) * sizeof *v);
    for (size_t i = 0; v && i < n; i++) {
        if (number_as_i64(th, AS(Tuple, tuple)->items[i], &v[i]) == 0) continue;
        mem_free(v);
        return NULL;
    }
    return v;
}

// The file says of a type only whether it is daylight saving time, not by how much: it is the difference to the standard time before it, or else after it.
// One hour where neither tells.
static void find_dst_offsets(const Zone *z, const int64_t *utcoff, const int64_t *isdst, int64_t *dstoff) {
    size_t wanted = 0, found = 0;
    for (uint32_t i = 0; i < z->ntypes; i++) wanted += isdst[i] != 0;
    for (size_t i = 1; i < z->ntrans && found < wanted; i++) {
        uint32_t type = z->type_of[i], other = z->type_of[i - 1];
        if (!isdst[type] || dstoff[type]) continue;
        int64_t diff = isdst[other] ? 0 : utcoff[type] - utcoff[other];
        if (!diff && type + 1 < z->ntypes && i + 1 < z->ntrans) {
            other = z->type_of[i + 1];
            if (isdst[other]) continue; // a later transition to this type may tell
            diff = utcoff[type] - utcoff[other];
        }
        dstoff[type] = diff;
        found += diff != 0;
    }
    for (uint32_t i = 0; i < z->ntypes && found < wanted; i++)
        if (isdst[i] && !dstoff[i]) dstoff[i] = 3600;
}

// The transitions in local time: with fold 0 a gap ends and a repetition ends at the later of two clocks' readings, with fold 1 both begin at the earlier.
static int find_local_times(Thread *th, Zone *z, const int64_t *utcoff) {
    for (int fold = 0; fold < 2; fold++) {
        if (!(z->local[fold] = mem_alloc(th, (z->ntrans ? z->ntrans : 1) * sizeof(int64_t)))) return -1;
        for (size_t i = 0; i < z->ntrans; i++) {
            // Before the first transition the first type counts.
            int64_t a = utcoff[i ? z->type_of[i - 1] : 0], b = utcoff[z->type_of[i]];
            z->local[fold][i] = z->utc[i] + ((fold == 0) == (a > b) ? a : b);
        }
    }
    return 0;
}

static bool local_time_equal(Thread *th, const LocalTime *a, const LocalTime *b) {
    return a->offset == b->offset && delta_micros(a->dstoff) == delta_micros(b->dstoff) && str_equal(AS(Str, a->name), AS(Str, b->name));
}

static int copy_local_time(Thread *th, LocalTime *to, const LocalTime *from) {
    to->offset = from->offset;
    to->utcoff = new_ref(th, from->utcoff);
    to->dstoff = new_ref(th, from->dstoff);
    to->name = new_ref(th, from->name);
    return 0;
}

// What the zone answers before the first transition, and after the last one.
static int find_ends(Thread *th, Zone *z, const int64_t *isdst, Value tz) {
    for (uint32_t i = 0; i < z->ntypes && !z->before; i++)
        if (!isdst[i]) z->before = &z->types[i];
    if (!z->before && z->ntrans) z->before = &z->types[z->type_of[0]];
    if (tz != VALUE_NONE && AS(Bytes, tz)->len) {
        if (rule_parse(th, &z->after, tz) < 0) return -1;
    } else {
        if (!z->ntypes) {
            raise_value_error(th, "No time zone information found.");
            return -1;
        }
        copy_local_time(th, &z->after.std, &z->types[z->ntrans ? z->type_of[z->ntrans - 1] : z->ntypes - 1]);
    }
    // With more types than one, or a rule, the answer may depend on the time. (It is not looked whether all of them occur.)
    z->fixed = !z->after.changes && (z->ntypes == 0 || (z->ntypes == 1 && local_time_equal(th, &z->types[0], &z->after.std)));
    return 0;
}

static int fill(Thread *th, Zone *z, const Tuple *data) {
    Value trans_idx = data->items[0], trans_utc = data->items[1], offs = data->items[2], dsts = data->items[3], names = data->items[4], tz = data->items[5];
    for (int i = 0; i < 5; i++) {
        if (value_is_tuple(data->items[i])) continue;
        raise_type_error(th, "zoneinfo._common.load_data() must give tuples, not %T", data->items[i]);
        return -1;
    }
    size_t ntrans = AS(Tuple, trans_idx)->len, ntypes = AS(Tuple, offs)->len;
    if (AS(Tuple, trans_utc)->len != ntrans || AS(Tuple, dsts)->len != ntypes || AS(Tuple, names)->len != ntypes || ntypes > 256 ||
        (tz != VALUE_NONE && !value_is_bytes(tz))) {
        raise_value_error(th, "Invalid TZif file: tables of different lengths");
        return -1;
    }
    int r = -1;
    int64_t *index = NULL, *isdst = NULL, *utcoff = NULL, *dstoff = NULL;
    if (!(index = int_array(th, trans_idx, ntrans)) || !(isdst = int_array(th, dsts, ntypes)) || !(utcoff = int_array(th, offs, ntypes)) ||
        !(dstoff = mem_calloc(th, ntypes + 1, sizeof *dstoff)) || !(z->utc = int_array(th, trans_utc, ntrans)) || !(z->type_of = mem_alloc(th, ntrans + 1)) ||
        !(z->types = mem_calloc(th, ntypes + 1, sizeof *z->types)))
        goto done;
    z->ntypes = (uint32_t)ntypes;
    z->ntrans = ntrans;
    for (size_t i = 0; i < ntrans; i++) {
        if (index[i] < 0 || (size_t)index[i] >= ntypes) {
            raise_value_error(th, "Invalid transition index found while reading TZif: %lld", (long long)index[i]);
            goto done;
        }
        z->type_of[i] = (uint8_t)index[i];
    }
    find_dst_offsets(z, utcoff, isdst, dstoff);
    if (find_local_times(th, z, utcoff) < 0) goto done;
    for (size_t i = 0; i < ntypes; i++) {
        if (!value_is_str(AS(Tuple, names)->items[i])) {
            raise_type_error(th, "abbreviations must be str, not %T", AS(Tuple, names)->items[i]);
            goto done;
        }
        if (local_time_init(th, &z->types[i], utcoff[i], dstoff[i], AS(Tuple, names)->items[i]) < 0) goto done;
    }
    r = find_ends(th, z, isdst, tz);
done:
    mem_free(index);
    mem_free(isdst);
    mem_free(utcoff);
    mem_free(dstoff);
    return r;
}

int zone_load(Thread *th, Zone *z, Value load_data, Value file) {
    Value data = call1(th, load_data, file);
    if (!data) return -1;
    int r = -1;
    if (value_is_tuple(data) && AS(Tuple, data)->len == 6) r = fill(th, z, AS(Tuple, data));
    else raise_type_error(th, "Invalid data result type: %R", data);
    decref(th, data);
    return r;
}
