# The group that except* puts around a naked exception comes from its line; so do the errors of the classes it names.
import traceback
def naked():
    try:
        raise Exception(42)
    except* Exception as e:
        raise
def wrong():
    try:
        raise ValueError
    except* (TypeError,
             ExceptionGroup):
        pass
for f in naked, wrong:
    try:
        f()
    except BaseException as e:
        group = e
    for x in group, *getattr(group, "exceptions", ()):
        print(repr(x), [(t.lineno, t.colno, t.end_lineno, t.end_colno) for t in traceback.extract_tb(x.__traceback__) if t.name == f.__name__])
# expect: ExceptionGroup('', (Exception(42),)) [(6, 4, 7, 13)]
# expect: Exception(42) [(5, 8, 5, 27)]
# expect: TypeError('catching ExceptionGroup with except* is not allowed. Use except instead.') [(11, 4, 13, 12)]
