// SPDX-License-Identifier: MIT
// The user and group databases: re-entrant calls into a buffer that grows, detached; walks over all entries are under one mutex.
#include "stdlib/userdb.h"

#include "sched/thread/lock.h"

#include <stdlib.h>

enum { BUFFER_MAX = 1 << 24 };

static RtMutex walk = RT_MUTEX(SIGNALS);

Value userdb_text(Thread *th, const char *p) { return p ? str_from_fs(th, p, strlen(p)) : VALUE_NONE; }

// No value without an exception: there is none.
static Value find(Thread *th, const UserDb *db, const char *name, uint32_t id) {
    for (size_t size = 1024;; size *= 2) {
        UserDbEntry e;
        void *found = NULL;
        char *buf = malloc(size);
        int err = ENOMEM;
        if (buf) {
            BLOCKING_BEGIN(th);
            err = db->find(name, id, &e, buf, size, &found);
            BLOCKING_END;
        }
        Value r = found ? db->value(th, &e) : NO_VALUE;
        free(buf);
        if (!found && err == ENOMEM) raise_memory_error(th);
        if (found || err != ERANGE || size > BUFFER_MAX) return r;
    }
}

Value userdb_by_name(Thread *th, const UserDb *db, Value name) {
    Value hold = NO_VALUE;
    const char *text = str_fs_path(th, name, NULL, &hold);
    if (!text) return NO_VALUE;
    Value r = find(th, db, text, 0);
    decref(th, hold);
    if (!r && !error_pending(th)) raise_error(th, &exc_KeyError, "%s(): name not found: %R", db->by_name, name);
    return r;
}

Value userdb_by_id(Thread *th, const UserDb *db, uint32_t id) {
    Value r = find(th, db, NULL, id);
    if (!r && !error_pending(th)) raise_error(th, &exc_KeyError, "%s(): %s not found: %lld", db->by_id, db->id, id == UINT32_MAX ? -1ll : (long long)id);
    return r;
}

Value userdb_all(Thread *th, const UserDb *db) {
    Value l = list_new(th, 0);
    const void *entry;
    rt_mutex_lock(th, &walk);
    db->begin();
    while (l && (entry = db->next())) {
        Value e = db->value(th, entry);
        if (!e || list_append_owned(th, AS(List, l), e) < 0) clear_ref(th, &l);
    }
    db->end();
    rt_mutex_unlock(th, &walk);
    return l;
}
