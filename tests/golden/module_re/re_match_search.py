import re
print(re.match(r"(\w+) (\d+)", "abc 123 x").groups(), re.search(r"\d+", "ab12cd").span(), re.fullmatch(r"a+", "aaa") is not None, re.match("b", "abc"))
m = re.search(r"(?P<y>\d{4})-(?P<m>\d\d)", "on 2024-05-06")
print(m.group("y"), m["m"], m.groupdict(), m.start(), m.end(2), m.lastgroup, m.expand(r"\2/\1"), m[0], repr(m))

# expect: ('abc', '123') (2, 4) True None
# expect: 2024 05 {'y': '2024', 'm': '05'} 3 10 m 05/2024 2024-05 <re.Match object; span=(3, 10), match='2024-05'>
