# What a __future__ statement turns on at the prompt stays on.
import subprocess, sys
text = "from __future__ import annotations\ndef f(x: undefined): pass\n\nf.__annotations__\nfrom __future__ import barry_as_FLUFL\n2 <> 3\n2 != 3\n"
p = subprocess.run([sys.executable, "-i", "-q"], input=text, capture_output=True, text=True)
print(p.stdout.replace(">>> ", "").replace("... ", "").strip())
# expect: {'x': 'undefined'}
# expect: True
print(p.stderr.replace(">>> ", "").replace("... ", "").rstrip().lstrip("\n"))
# expect:   File "<stdin>", line 1
# expect:     2 != 3
# expect:       ^^
# expect: SyntaxError: with Barry as BDFL, use '<>' instead of '!='
