class D:
    def __format__(self, s):
        return s.replace("%", "p")
print(f"{D():%Y-%m-%d %H:%M}")  # expect: pY-pm-pd pH:pM
