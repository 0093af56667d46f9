# The end of the input ends the prompt's line on the error stream, also inside of a block.
import subprocess, sys
for text in "", "x = 1\nx\n", "if 1:\n  2\n":
    p = subprocess.run([sys.executable, "-i", "-I", "-q"], input=text, capture_output=True, text=True, timeout=60)
    print(repr(p.stdout), repr(p.stderr), p.returncode)
# expect: '' '>>> \n' 0
# expect: '1\n' '>>> >>> >>> \n' 0
# expect: '2\n' '>>> ... ... \n>>> \n' 0
