def g():
    while True:
        try:
            yield "ok"
        except ValueError as e:
            print("caught", e)
it = g()
print(next(it))
print(it.throw(ValueError("v")))
try:
    it.throw(KeyError("k"))
except KeyError as e:
    print("out", e)
print(next(it, "finished"))

# expect: ok
# expect: caught v
# expect: ok
# expect: out 'k'
# expect: finished
