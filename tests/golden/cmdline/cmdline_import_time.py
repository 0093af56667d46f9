# -X importtime, and variables that are levels or not.
import os
import re
import subprocess
import sys


def run(*options, code="import os; import os", **env):
    p = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, env={**os.environ, **env})
    return p.returncode, p.stdout, p.stderr


for value in "importtime", "importtime=1", "importtime=true", "importtime=2", "importtime=0":
    code, out, err = run("-X", value)
    print(value, code, bool(re.search(r"import time: \s*\d+ \| \s*\d+ \| \s*os\n", err)), bool(re.search(r"import time: cached\s* \| cached\s* \| os\n", err)))
# expect: importtime 0 True False
# expect: importtime=1 0 True False
# expect: importtime=true 0 True False
# expect: importtime=2 0 True True
# expect: importtime=0 0 False False
for value in "-1", "3":
    print(run("-X", "importtime=" + value)[0] != 0)
# expect: True
# expect: True
show = "import sys; f = sys.flags; print(f.debug, f.dont_write_bytecode, f.optimize, f.verbose)"
for value in "1", "text", "2":
    print(run(code=show, PYTHONDEBUG=value, PYTHONDONTWRITEBYTECODE=value, PYTHONOPTIMIZE=value, PYTHONVERBOSE=value)[1].strip())
# expect: 1 1 1 1
# expect: 1 1 1 1
# expect: 1 1 2 2
