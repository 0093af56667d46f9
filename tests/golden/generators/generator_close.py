def g():
    try:
        yield 1
        yield 2
    finally:
        print("cleanup")  # expect: cleanup
it = g()
next(it)
it.close()
it.close()
print(list(it))  # expect: []
def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2
s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)  # expect: generator ignored GeneratorExit
