# The two hooks of classes that object has tell their signatures.
import inspect
print(object.__init_subclass__.__text_signature__, object.__subclasshook__.__text_signature__)
# expect: ($type, /) ($type, object, /)
print(inspect.signature(None.__init_subclass__), inspect.signature(object.__subclasshook__))
# expect: () (object, /)
