# SPDX-License-Identifier: MIT
# Statements from standard input have a source text each: for tracebacks and for inspect.
import subprocess
import sys

text = "\ndef f():\n    return 1/0\n\nf()\nimport inspect\nprint([inspect.getsource(f)])\nprint(f.__code__.co_filename)\n"
r = subprocess.run([sys.executable, "-I", "-q", "-i"], input=text, capture_output=True, text=True)
print(r.stdout, end="")
print("\n".join(line for line in r.stderr.replace(">>> ", "").replace("... ", "").splitlines() if line.strip()))

# expect: ['def f():\n    return 1/0\n']
# expect: <stdin-1>
# expect: Traceback (most recent call last):
# expect:   File "<stdin>", line 1, in <module>
# expect:     f()
# expect:     ~^^
# expect:   File "<stdin>", line 2, in f
# expect:     return 1/0
# expect:            ~^~
# expect: ZeroDivisionError: division by zero
