import re
print(re.sub(r"(a)(b)?", r"[\1\2]", "abaab"), re.sub("x*", "-", "axb"), re.subn("a", lambda m: m.group().upper(), "banana", count=2))
print(re.split(r"[,;]\s*", "a, b;c"), re.split("(-)", "a-b"), re.split("x*", "axbc"), re.findall(r"(\w)(\d)", "a1b2"), re.findall(r"\w\d", "a1b2"))
print([m.group() for m in re.finditer("a.", "abacad")], re.escape("a.b*c"), re.sub(r"\bfoo\b", "bar", "foo foobar foo"))

# expect: [ab][a][ab] -a--b- ('bAnAna', 2)
# expect: ['a', 'b', 'c'] ['a', '-', 'b'] ['', 'a', '', 'b', 'c', ''] [('a', '1'), ('b', '2')] ['a1', 'b2']
# expect: ['ab', 'ac', 'ad'] a\.b\*c bar foobar bar
