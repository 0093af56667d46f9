s = "Hello, Wörld €"
print(s, len(s), s[0], s[-1], s[1:5], s[::-1], s * 2, s + "!", "lo" in s, "x" not in s)
print(s.upper(), s.lower(), s.swapcase(), s.title(), "abc".capitalize(), "ß".upper(), "ẞ".casefold(), "ǆ".title())

# expect: Hello, Wörld € 14 H € ello € dlröW ,olleH Hello, Wörld €Hello, Wörld € Hello, Wörld €! True True
# expect: HELLO, WÖRLD € hello, wörld € hELLO, wÖRLD € Hello, Wörld € Abc SS ss ǅ
