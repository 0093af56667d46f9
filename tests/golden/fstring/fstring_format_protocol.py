class Money:
    def __format__(self, spec):
        return f"<{spec}>"
print(f"{Money()} {Money():abc} {Money():{1 + 1}}", format(Money(), "z"), "{:q}".format(Money()))

# expect: <> <abc> <2> <z> <q>
