from contextlib import contextmanager, suppress, ExitStack, closing, nullcontext, redirect_stdout
import io
@contextmanager
def cm(x):
    print("in", x)
    try:
        yield x * 2
    except ValueError as e:
        print("handled", e)
    finally:
        print("out")
with cm(2) as v:
    print(v)
with cm(3):
    raise ValueError("e")
with suppress(KeyError):
    {}["x"]
with ExitStack() as st:
    st.callback(print, "callback")
    st.enter_context(cm(4))
buf = io.StringIO()
with redirect_stdout(buf):
    print("hidden")
print(repr(buf.getvalue()))
@cm(9)
def f(): print("f")
f()

# expect: in 2
# expect: 4
# expect: out
# expect: in 3
# expect: handled e
# expect: out
# expect: in 4
# expect: out
# expect: callback
# expect: 'hidden\n'
# expect: in 9
# expect: f
# expect: out
