# Text that is written while print makes the text of an argument comes between the arguments, also where lines are written at once.
import io
class Talks:
    def __str__(self):
        print("in", end="|")
        return "T"
print("a", Talks(), 1, 2.5, "b")  # expect: a in|T 1 2.5 b
f = io.StringIO()
class Bad:
    def __str__(self): raise KeyError("no")
try:
    print("a", 5, Bad(), "b", file=f)
except KeyError:
    print(repr(f.getvalue()))  # expect: 'a 5 '
class Pieces(io.StringIO):
    def write(self, s):
        seen.append(s)
        return len(s)
seen = []
print("a", 1, sep="-", file=Pieces())
print(seen)  # expect: ['a', '-', '1', '\n']
f.close()
try:
    print("x", file=f)
except ValueError as e:
    print(e)  # expect: I/O operation on closed file
