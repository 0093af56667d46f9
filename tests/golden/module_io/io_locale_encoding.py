# Text files that name no encoding have the locale's, by the name the C library gives it; in UTF-8 mode they have utf-8.
import os
import subprocess
import sys

CODE = "import locale; print(open('/dev/null').encoding, open('/dev/null', encoding='locale').encoding, locale.getpreferredencoding(False))"
for name, value in (("LC_ALL", "C.UTF-8"), ("LC_ALL", "C"), ("PYTHONUTF8", "1")):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    print(subprocess.run([sys.executable, "-c", CODE], env={**env, "LC_CTYPE": "C.UTF-8", name: value}, capture_output=True, text=True).stdout.strip())
# expect: UTF-8 UTF-8 UTF-8
# expect: utf-8 ANSI_X3.4-1968 utf-8
# expect: utf-8 UTF-8 utf-8
