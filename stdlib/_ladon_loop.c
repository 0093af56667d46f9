// SPDX-License-Identifier: MIT
// The module _ladon_loop: the native event loop (sched/loop).
#include "sched/loop/loop.h"

static const MethodDef fns[] = { LOOP_MODULE_FNS, {0} };

const ModuleDef module__ladon_loop = { "_ladon_loop", "The native event loop: what ladon.loop is built on.", fns, loop_module_exec };
