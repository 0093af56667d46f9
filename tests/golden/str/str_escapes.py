print("\x41\u0042\U00000043\103\N{LATIN SMALL LETTER E WITH ACUTE}" "\a\b\f\v".replace("\a", "7").replace("\b", "8").replace("\f", "F").replace("\v", "V"))
print(r"\n\x", len(r"\\"), b"\x41\101", "a\
b", '''x
y''', "con" "cat" 'ed')

# expect: ABCCé78FV
# expect: \n\x 2 b'AA' ab x
# expect: y concated
