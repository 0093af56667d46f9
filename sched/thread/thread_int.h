// SPDX-License-Identifier: MIT
// What the files of sched/thread share: the private part of a record and the world (stop-the-world state and registry).
#ifndef LADON_THREAD_INT_H
#define LADON_THREAD_INT_H

#include "core/base/assert.h"
#include "sched/thread/thread.h"

#include <pthread.h>
#include <signal.h>

typedef struct ThreadSched {
    pthread_t      os_thread;    // [c]
    pthread_cond_t cond;         // with world.mu: state handed over, or a job came
    uint8_t        waiting;      // [a] sleeps until someone hands it the attached state; written under world.mu
    uint8_t        orphan;       // [c after fork] its OS thread does not exist in this process
    uint8_t        adopted;      // [c] belongs to an OS thread we did not make
    uint8_t        background;   // [c] the runtime's own (thread_adopt)
    uint32_t       stop_depth;   // [o] nesting of world_stop
    uint32_t       mutexes;      // [o] runtime mutexes held, and fork_postpone; read by who has stopped the world
    uint8_t       *wants;        // [o] object lock or runtime mutex it waits for, detached, or NULL; read by who has stopped the world
    size_t         c_size;       // [c] requested C stack size
    char          *c_lo, *c_hi;  // [c] C stack
    char          *c_sp;         // [o] stack pointer when it last left the attached state
    uintptr_t      regs[THREAD_REGS]; // [o] callee-saved registers then
    Value         *stack_base;   // [c] value stack
    char          *frame_base;   // [c]
    ThreadMain     job;          // [l world] what to run next; NULL: parked
    void          *job_arg;      // [l world]
    sigset_t       sigmask;      // [l world] that of the thread which gave the job: a new thread starts with it
    Thread        *next_free;    // [l world] parked records, newest first
} ThreadSched;

ALWAYS_INLINE ThreadSched *sched_of(Thread *t) { return t->sched; }

typedef struct World {
    pthread_mutex_t mu;      // guards the registry, the pool and every transition to or from PARKED
    pthread_cond_t  stopped; // the stopper waits here for the last thread to park
    Thread         *stopper; // [a] who holds or is taking the world; written under mu
    Thread         *pool;    // [l] parked records ready for reuse
    uint32_t        next_tid; // [l] owner id of the next new record
} World;
extern World world;

// lock.c: frees what threads that are gone held or had just got.
void locks_after_fork_child(Thread *th);
// Attaches unless it would have to wait.
bool thread_try_attach(Thread *th);

// parking.c: makes the parking lot usable in a forked child.
void park_after_fork_child(void);
// The calling OS thread is the main thread from now on: the one that signals wake.
void park_set_main(void);

#endif
