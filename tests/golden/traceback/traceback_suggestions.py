import collections, math
class A:
    def __init__(self): self.value = 1
    def method(self):
        return valu
    def other(self):
        return value
def show(f):
    try:
        f()
    except Exception as e:
        import traceback
        print(traceback.format_exception_only(e)[-1].strip())
show(lambda: A().valeu)
show(lambda: math.sqroot)
show(lambda: pritn)
show(lambda: A().other())
show(lambda: itertools)
show(lambda: [].appendd)
show(lambda: "x".joins)
show(lambda: collections.OrderdDict)
show(lambda: A(vlaue=1))
show(lambda: int("5", bas=10))

# expect: AttributeError: 'A' object has no attribute 'valeu'. Did you mean: 'value'?
# expect: AttributeError: module 'math' has no attribute 'sqroot'. Did you mean: 'sqrt'?
# expect: NameError: name 'pritn' is not defined
# expect: NameError: name 'value' is not defined
# expect: NameError: name 'itertools' is not defined. Did you forget to import 'itertools'?
# expect: AttributeError: 'list' object has no attribute 'appendd'. Did you mean: 'append'?
# expect: AttributeError: 'str' object has no attribute 'joins'. Did you mean: 'join'?
# expect: AttributeError: module 'collections' has no attribute 'OrderdDict'. Did you mean: 'OrderedDict'?
# expect: TypeError: A.__init__() got an unexpected keyword argument 'vlaue'
# expect: TypeError: int() got an unexpected keyword argument 'bas'. Did you mean 'base'?
