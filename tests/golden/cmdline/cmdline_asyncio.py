# SPDX-License-Identifier: MIT
# `python -m asyncio`: a prompt that awaits; its ps command, of a process that it cannot look into.
import os
import subprocess
import sys

env = {**os.environ, "PYTHON_BASIC_REPL": "1", "PYTHON_COLORS": "0"}
text = "print(await asyncio.sleep(0, 42))\n1 / 0\n"
p = subprocess.run([sys.executable, "-m", "asyncio"], input=text, capture_output=True, text=True, timeout=60, env=env)
print("42" in p.stdout, "ZeroDivisionError: division by zero" in p.stderr, p.returncode)
p = subprocess.run([sys.executable, "-m", "asyncio", "ps", "0"], capture_output=True, text=True, timeout=60, env=env)
print(p.stdout.split(":")[0], p.stderr, p.returncode)
# expect: True True 0
# expect: Error retrieving tasks  1
