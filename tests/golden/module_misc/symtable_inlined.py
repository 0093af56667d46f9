# The names of comprehensions that run in their host are its; every function has a block of annotations before it; type variables have their names.
import symtable
def show(block, depth=0):
    print(" " * depth + str(block.get_type()), block.get_name(), [repr(s) for s in block.get_symbols()])
    for child in block.get_children():
        show(child, depth + 1)
show(symtable.symtable("[(lambda: x) for x in [1]]", "?", "exec"))
# expect: module top ["<symbol 'x': CELL, DEF_LOCAL|DEF_COMP_ITER|DEF_COMP_CELL>"]
# expect:  function lambda ["<symbol 'x': FREE, USE>"]
show(symtable.symtable("class G[T: int, U = str]:\n x = 2\n def f(self): x = 1\n", "?", "exec").get_children()[0].get_children()[0])
# expect: type variable T ["<symbol '.format': LOCAL, USE|DEF_PARAM>", "<symbol 'int': GLOBAL_IMPLICIT, USE>"]
show(symtable.symtable("def f():\n x = 1\n class A:\n  x = 2\n  y = lambda: x\n", "?", "exec"))
# expect: module top ["<symbol 'f': LOCAL, DEF_LOCAL>"]
# expect:  annotation __annotate__ ["<symbol '.format': LOCAL, USE|DEF_PARAM>"]
# expect:  function f ["<symbol 'x': CELL, DEF_LOCAL>", "<symbol 'A': LOCAL, DEF_LOCAL>"]
# expect:   class A ["<symbol 'x': LOCAL, DEF_LOCAL|DEF_FREE_CLASS>", "<symbol 'y': LOCAL, DEF_LOCAL>"]
# expect:    function lambda ["<symbol 'x': FREE, USE>"]
