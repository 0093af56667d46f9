import re
for p in ("(", ")", "[a", "*a", "a**", "(?P<1>a)", r"\2", "(?<=a*)b", "a{3,1}", "(?z)", r"\q", "[z-a]", "(?P<a>x)(?P<a>y)", "(?P=zz)"):
    try:
        re.compile(p)
    except re.PatternError as e:
        print(p, "|", e, "|", e.pos)

# expect: ( | missing ), unterminated subpattern at position 0 | 0
# expect: ) | unbalanced parenthesis at position 0 | 0
# expect: [a | unterminated character set at position 0 | 0
# expect: *a | nothing to repeat at position 0 | 0
# expect: a** | multiple repeat at position 2 | 2
# expect: (?P<1>a) | bad character in group name '1' at position 4 | 4
# expect: \2 | invalid group reference 2 at position 1 | 1
# expect: (?<=a*)b | look-behind requires fixed-width pattern | None
# expect: a{3,1} | min repeat greater than max repeat at position 2 | 2
# expect: (?z) | unknown extension ?z at position 1 | 1
# expect: \q | bad escape \q at position 0 | 0
# expect: [z-a] | bad character range z-a at position 1 | 1
# expect: (?P<a>x)(?P<a>y) | redefinition of group name 'a' as group 2; was group 1 at position 12 | 12
# expect: (?P=zz) | unknown group name 'zz' at position 4 | 4
