import re
print(re.findall(r"\w+(?=!)", "hi! yo"), re.findall(r"(?<!\$)\b\d+", "$5 6"), re.findall(r"(?<=a)b", "abcb"), re.search(r"(\w)\1", "hello").group(), re.search(r"(?P<q>['\"]).*?(?P=q)", "x 'y' z").group(), re.match(r"(a)?(?(1)b|c)", "c").group(), re.match(r"a(?!b)", "ab"))
print(re.match(r"a*+a", "aaa"), re.match(r"(?>a+)b", "aab").group(), re.match(r"a{2,3}?", "aaaa").group(), re.match(r"(a|ab)(c|bcd)(d*)", "abcd").groups())

# expect: ['hi'] ['6'] ['b'] ll 'y' c None
# expect: None aab aa ('a', 'bcd', '')
