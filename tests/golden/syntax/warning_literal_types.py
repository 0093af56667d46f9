# Calling, subscripting and comparing literals by identity warns with the literal's type.
import warnings

for text in ["t'a'()", "t'a'[1]", "[1][t'']", "f'{1}'()", "(lambda: 1)[1]", "(lambda: 1)()", "[1][1.0]", "{1}[0]",
             "1 is x", "() is x", "None is x", "x is b''", "f'{1}' is x"]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(text, "<test>", "eval")
    print(text, "|", *(w.message for w in caught))
# expect: t'a'() | 'string.templatelib.Template' object is not callable; perhaps you missed a comma?
# expect: t'a'[1] | 'string.templatelib.Template' object is not subscriptable; perhaps you missed a comma?
# expect: [1][t''] | list indices must be integers or slices, not string.templatelib.Template; perhaps you missed a comma?
# expect: f'{1}'() | 'str' object is not callable; perhaps you missed a comma?
# expect: (lambda: 1)[1] | 'function' object is not subscriptable; perhaps you missed a comma?
# expect: (lambda: 1)() |
# expect: [1][1.0] | list indices must be integers or slices, not float; perhaps you missed a comma?
# expect: {1}[0] | 'set' object is not subscriptable; perhaps you missed a comma?
# expect: 1 is x | "is" with 'int' literal. Did you mean "=="?
# expect: () is x | "is" with 'tuple' literal. Did you mean "=="?
# expect: None is x |
# expect: x is b'' | "is" with 'bytes' literal. Did you mean "=="?
# expect: f'{1}' is x |
