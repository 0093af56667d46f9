# A character that only the next instruction reads takes the place of something that others hold: an attribute, a list's item.
class Parser:
    def __init__(self):
        self.ignored = [["a"], ["b"]]
        self.table = {"k": ["c"]}

    def by_attribute(self, text, i):
        if self.ignored:
            i += 0
        return text[i].isspace()

    def by_item(self, items, text, i):
        if items[i]:
            i += 0
        return text[i].upper()

    def by_key(self, text, key, i):
        if self.table[key]:
            i += 0
        return text[i].upper()

    def of_temporary(self, text, i):
        if self.ignored:
            i += 0
        return (text + "!")[i].isalpha(), (text + "!")[-1].isalpha()

p = Parser()
items = [["x"], ["y"]]
for turn in range(2000):
    assert p.by_attribute(" a", 0) and not p.by_attribute(" a", -1)
    assert p.by_item(items, "ab", 1) == "B"
    assert p.by_key("ab", "k", 0) == "A"
    assert p.of_temporary("ab", 1) == (True, False)
    [turn], [turn, turn]        # would take the place of what was freed
print(p.ignored, p.table, items)
# expect: [['a'], ['b']] {'k': ['c']} [['x'], ['y']]
