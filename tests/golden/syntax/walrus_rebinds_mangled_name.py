# The message names the variable as it was written.
try:
    compile("class Foo:\n    def bar(self):\n        [(__x := 1) for __x in range(2)]\n", "x", "exec")
except SyntaxError as e:
    print(e.msg)
# expect: assignment expression cannot rebind comprehension iteration variable '__x'
