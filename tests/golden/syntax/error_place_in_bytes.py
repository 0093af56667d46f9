# What the compiler proper refuses: its place counts bytes, its text is looked up in the file named.
import os
import tempfile

def show(source, name="<string>"):
    try:
        compile(source, name, "exec")
    except SyntaxError as e:
        print(ascii(e.text), e.lineno, e.offset, e.end_lineno, e.end_offset)

sources = ['return "ä"', 'def f(ä, ä): pass', '"ä"; f(a=1, a=2)', '"ä"\n"ä"; break']
for source in sources:
    show(source)
with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "text.py")
    for source in *sources, "\ufeff" + sources[0], "# coding: latin-1\n" + sources[0]:
        with open(name, "w", encoding="latin-1" if "coding" in source else "utf-8") as f:
            f.write(source)
        with open(name, "rb") as f:
            show(f.read(), name)
# expect: None 1 1 1 12
# expect: None 1 11 1 13
# expect: None 1 14 1 17
# expect: None 2 7 2 12
# expect: 'return "\xe4"' 1 1 1 12
# expect: 'def f(\xe4, \xe4): pass' 1 11 1 13
# expect: '"\xe4"; f(a=1, a=2)' 1 14 1 17
# expect: '"\xe4"; break' 2 7 2 12
# expect: 'return "\xe4"' 1 1 1 12
# expect: 'return "\xe4"' 2 1 2 12
