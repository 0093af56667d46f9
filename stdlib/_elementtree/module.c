// SPDX-License-Identifier: MIT
// The module _elementtree: its functions, its error, the factories of comments and processing instructions, and what it borrows from Python modules.
// The factories are swapped atomically; all else is constant after the first import.
#include "gc/gc.h"
#include "stdlib/_elementtree/elementtree_int.h"

Value etree_parse_error, etree_path, etree_deepcopy;
static Value factories[2]; // [a] of comments, of processing instructions; NO_VALUE: none

// The holder of the factories' slots: there is none, so what others may be looking at lives until a grace period is over.
static Object factories_owner = OBJECT_STATIC(&shape_object);

Value etree_factory(Thread *th, int which) { return slot_get(th, &factories_owner, &factories[which]); }

static Value etree_fn_set_factories(Thread *th, Value self, Value *args) {
    static const char *const what[2] = {"Comment", "PI"};
    Value old[2];
    for (int i = 0; i < 2; i++)
        if (args[i] != VALUE_NONE && !object_callable(args[i])) return raise_type_error(th, "%s factory must be callable, not %T", what[i], args[i]);
    for (int i = 0; i < 2; i++) {
        old[i] = etree_factory(th, i);
        if (old[i] == NO_VALUE) old[i] = VALUE_NONE;
        slot_store(th, &factories_owner, &factories[i], args[i] == VALUE_NONE ? NO_VALUE : new_ref(th, args[i]));
    }
    return tuple_from_owned(th, old, 2);
}

static Value etree_fn_SubElement(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs < 2 || nargs > 3) return raise_type_error(th, "SubElement() takes at %s %d arguments (%zu given)", nargs < 2 ? "least" : "most", nargs < 2 ? 2 : 3, nargs);
    if (element_check(th, args[0], "SubElement() argument 1") < 0) return NO_VALUE;
    if (nargs == 3 && !value_is_dict(args[2])) return raise_type_error(th, "SubElement() argument 3 must be dict, not %B", args[2]);
    Value attrib = element_arguments(th, nargs == 3 ? args[2] : NO_VALUE, args + nargs, kwnames);
    if (error_pending(th)) return NO_VALUE;
    Value e = element_new(th, args[1], attrib);
    if (e != NO_VALUE && element_append(th, ELEMENT(args[0]), e) < 0) clear_ref(th, &e);
    return e;
}

static const MethodDef methods[] = {
    {"SubElement", NULL, etree_fn_SubElement, NULL, METH_RAW},
    {"_set_factories", "(comment_factory, pi_factory, /)", etree_fn_set_factories,
     "Change the factories used to create comments and processing instructions.\n\nFor internal use only.", 0},
    {0},
};

static int etree_exec(Thread *th, Value module) {
    if (etree_parse_error == NO_VALUE) {
        gc_add_root(&etree_parse_error);
        gc_add_root(&etree_path);
        gc_add_root(&etree_deepcopy);
        gc_add_root(&factories[0]);
        gc_add_root(&factories[1]);
        if ((etree_path = import_module(th, "xml.etree.ElementPath")) == NO_VALUE || (etree_deepcopy = import_attr(th, "copy", "deepcopy")) == NO_VALUE ||
            (etree_parse_error = exception_create_type(th, "xml.etree.ElementTree.ParseError", VALUE_OF(&exc_SyntaxError), NULL)) == NO_VALUE)
            return -1;
        if (type_ready(th, &type_element) < 0) return -1;
        type_element.slots.iter = element_slot_iter;
    }
    return type_ready(th, &type_element_iterator) < 0 || type_ready(th, &type_child_iterator) < 0 || module_add_type(th, module, &type_element) < 0 || module_add_type(th, module, &type_builder) < 0 ||
           module_add_type(th, module, &type_parser) < 0 || module_add(th, module, "ParseError", new_ref(th, etree_parse_error)) < 0 ? -1 : 0;
}
const ModuleDef module__elementtree = {.name = "_elementtree", .methods = methods, .exec = etree_exec};
