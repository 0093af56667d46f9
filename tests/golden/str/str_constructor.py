print(str(), str(5), str(None), str([1, "a"]), str(b"ab", "utf8"), str(b"ab"), str(b"a\xff", errors="replace") == "a\ufffd")
class A:
    def __str__(self):
        return "A!"
    def __repr__(self):
        return "<A>"
print(A(), [A()], f"{A()} {A()!r} {A()!s}", "%s %r" % (A(), A()), str(A()), repr(A()))

# expect:  5 None [1, 'a'] ab b'ab' True
# expect: A! [<A>] A! <A> A! A! <A> A! <A>
