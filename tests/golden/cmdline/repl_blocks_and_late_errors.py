# At the prompt a block ends with an empty line, brackets when they are closed; errors found behind the parser show their line. The program of -c has lines for
# tracebacks that it prints itself.
import subprocess
import sys

text = "def f(x): return x\n\nf(1)\nx y\nif 1: nonlocal q\n\nreturn\nf(\n 2)\nmatch 1:\n case 2: pass\n case 1: print(5)\n\ndef f(x, x): ...\n"
r = subprocess.run([sys.executable, "-I", "-q", "-i"], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(r.stdout)
# expect: >>> ... >>> 1
# expect: >>>   File "<stdin>", line 1
# expect:     x y
# expect:       ^
# expect: SyntaxError: invalid syntax
# expect: >>> ...   File "<stdin-2>", line 1
# expect:     if 1: nonlocal q
# expect:           ^^^^^^^^^^
# expect: SyntaxError: nonlocal declaration not allowed at module level
# expect: >>>   File "<stdin-3>", line 1
# expect:     return
# expect:     ^^^^^^
# expect: SyntaxError: 'return' outside function
# expect: >>> ... 2
# expect: >>> ... ... ... 5
# expect: >>> ... 
# expect:   File "<stdin-6>", line 1
# expect:     def f(x, x): ...
# expect:              ^
# expect: SyntaxError: duplicate argument 'x' in function definition
# expect: >>> 
# expect: 
r = subprocess.run([sys.executable, "-I", "-q", "-i"], input="print(1)\nprint(2)", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(r.stdout)
# expect: >>> 1
# expect: >>> ... 
# expect: 2
# expect: >>> 
# expect: 
program = """
import traceback
try:
    x = 1 / 0
except ZeroDivisionError:
    traceback.print_exc()
"""
print(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr)
# expect: Traceback (most recent call last):
# expect:   File "<string>", line 4, in <module>
# expect:     x = 1 / 0
# expect:         ~~^~~
# expect: ZeroDivisionError: division by zero
# expect: 
