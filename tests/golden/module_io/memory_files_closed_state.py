# What is closed takes no state; what is not takes it whatever it was before.
# expect: ValueError
# expect: ValueError
# expect: new
import io
for f, state in ((io.BytesIO(b"a"), (b"new", 0, None)), (io.StringIO("a"), ("new", "", 0, None))):
    f.close()
    try:
        f.__setstate__(state)
    except ValueError:
        print("ValueError")
f = io.StringIO("old")
f.__setstate__(("new", "", 0, None))
print(f.read())
