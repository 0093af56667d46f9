// SPDX-License-Identifier: MIT
// Functions of the module sys, by name; the table is in sys.c.
#ifndef LADON_STDLIB_SYS_HOOKS_H
#define LADON_STDLIB_SYS_HOOKS_H
#include "stdlib/sys/sys.h"
#include <stdlib.h>
SYS_FN(audit); SYS_FN(addaudithook); SYS_FN(excepthook); SYS_FN(unraisablehook); SYS_FN(displayhook);
Value sys_fn_breakpointhook(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
SYS_FN(_getframe); SYS_FN(_getframemodulename); SYS_FN(_current_frames); SYS_FN(_current_exceptions); SYS_FN(exc_info); SYS_FN(exception); SYS_FN(exit);
SYS_FN(settrace); SYS_FN(gettrace); SYS_FN(setprofile); SYS_FN(getprofile); SYS_FN(_settraceallthreads); SYS_FN(_setprofileallthreads); SYS_FN(call_tracing);
SYS_FN(setrecursionlimit); SYS_FN(getrecursionlimit); SYS_FN(setswitchinterval); SYS_FN(getswitchinterval);
SYS_FN(set_asyncgen_hooks); SYS_FN(get_asyncgen_hooks); SYS_FN(set_coroutine_origin_tracking_depth); SYS_FN(get_coroutine_origin_tracking_depth);
#endif
