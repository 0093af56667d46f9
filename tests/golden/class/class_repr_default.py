class A: pass
import re
print(re.sub("0x[0-9a-f]+", "ADDR", repr(A())), A, re.sub("0x[0-9a-f]+", "ADDR", repr(A().__init__)))
print(re.sub("0x[0-9a-f]+", "ADDR", repr(lambda: 0)), re.sub("0x[0-9a-f]+", "ADDR", repr(A.__init__)), len, int, type)

# expect: <__main__.A object at ADDR> <class '__main__.A'> <method-wrapper '__init__' of A object at ADDR>
# expect: <function <lambda> at ADDR> <slot wrapper '__init__' of 'object' objects> <built-in function len> <class 'int'> <class 'type'>
