// SPDX-License-Identifier: MIT
// What pwd and grp share: looking up entries of the user and group databases, and walking them.
#ifndef LADON_STDLIB_USERDB_H
#define LADON_STDLIB_USERDB_H

#include "stdlib/posix/posix.h"

#include <grp.h>
#include <pwd.h>

typedef union UserDbEntry { struct passwd user; struct group group; } UserDbEntry;

// One of the databases, through the C library's functions.
typedef struct UserDb {
    const char *by_name, *by_id, *id;              // for messages: "getpwnam", "getpwuid", "uid"
    // By name, or by id when name is NULL: fills *e with texts in buf. *found is not NULL when there is one. 0 or an errno.
    int (*find)(const char *name, uint32_t id, UserDbEntry *e, char *buf, size_t size, void **found);
    Value (*value)(Thread *th, const void *entry); // struct passwd or group: a new reference, or no value
    void (*begin)(void);                           // of a walk; one at a time
    const void *(*next)(void);                     // NULL: no more
    void (*end)(void);
} UserDb;

// The entry of that name (a str) or id: a new reference. No value: KeyError when there is none, MemoryError. May block.
Value userdb_by_name(Thread *th, const UserDb *db, Value name);
Value userdb_by_id(Thread *th, const UserDb *db, uint32_t id);
// All entries: a new list, or no value. May block.
Value userdb_all(Thread *th, const UserDb *db);
// A text of an entry; NULL: None. New reference, or no value.
Value userdb_text(Thread *th, const char *p);

#endif
