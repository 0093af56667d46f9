# A method call on an attribute takes no reference for good, also the first time it runs.
import sys


class Holder:
    def __init__(self, thing):
        self.thing = thing

    def fail(self):
        self.thing.pop()

    def work(self):
        self.thing.append(1)


for name in "fail", "work":
    holder = Holder([])
    before = sys.getrefcount(holder.thing)
    for i in range(3):
        try:
            getattr(holder, name)()
        except IndexError:
            pass
    print(name, sys.getrefcount(holder.thing) - before)
# expect: fail 0
# expect: work 0
