import argparse
p = argparse.ArgumentParser(prog="tool", description="d")
p.add_argument("file")
p.add_argument("-n", "--number", type=int, default=3, help="a number")
p.add_argument("--flag", action="store_true")
p.add_argument("rest", nargs="*")
print(p.parse_args(["a", "-n", "5", "--flag", "b", "c"]), p.parse_args(["x"]))
print(p.format_usage().strip())
try:
    p.parse_args(["a", "-n", "z"])
except SystemExit as e:
    print(e.code)

# expect: Namespace(file='a', number=5, flag=True, rest=['b', 'c']) Namespace(file='x', number=3, flag=False, rest=[])
# expect: usage: tool [-h] [-n NUMBER] [--flag] file [rest ...]
# expect: 2
