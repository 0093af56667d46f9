// SPDX-License-Identifier: MIT
// The itertools module: its table; the types are in the other files of this folder.
#include "stdlib/itertools/itertools_int.h"

static int itertools_exec(Thread *th, Value m) {
    return itertools_add_infinite(th, m) < 0 || itertools_add_select(th, m) < 0 || itertools_add_join(th, m) < 0 ||
           itertools_add_combine(th, m) < 0 || itertools_add_group(th, m) < 0 || itertools_add_tee(th, m) < 0 ? -1 : 0;
}
static const MethodDef itertools_methods[] = {
    {"tee", "(iterable, n=2, /)", itertools_fn_tee, "Returns a tuple of n independent iterators.", 0}, {0}};
const ModuleDef module_itertools = {
    "itertools",
    "Functional tools for creating and using iterators.\n\nInfinite iterators:\ncount(start=0, step=1) --> start, start+step, start+2*step, ...\ncycle(p) --> p0, p1, ... plast, p0, p1, ...\n"
    "repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times\n\nIterators terminating on the shortest input sequence:\naccumulate(p[, func]) --> p0, p0+p1, p0+p1+p2\n"
    "batched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...\nchain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...\n",
    itertools_methods, itertools_exec};
