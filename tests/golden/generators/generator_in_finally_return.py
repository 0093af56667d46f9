def f():
    for i in range(3):
        try:
            yield i
        finally:
            print("f", i)
for x in f():
    if x == 1:
        break
print("done")

# expect: f 0
# expect: f 1
# expect: done
