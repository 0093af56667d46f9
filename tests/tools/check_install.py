# SPDX-License-Identifier: MIT
"""Installs a build under a fresh prefix, moves the copy elsewhere and runs it there: program,
standard library and headers must come from the copy. Argument: the build folder."""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "release")
    passed, bad = 0, []
    folder = tempfile.mkdtemp(prefix="install-")
    try:
        first, second = os.path.join(folder, "first"), os.path.join(folder, "second place")
        p = subprocess.run(["cmake", "--install", build, "--prefix", first],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if p.returncode != 0:
            bad.append("cmake --install: " + p.stdout.decode("utf-8", "replace")[-300:])
        else:
            passed += 1
            os.rename(first, second)
            program = os.path.join(second, "bin", "ladon")
            link = os.path.join(folder, "ladon")
            os.symlink(program, link)
            where = os.path.realpath(second)
            for command, want in (
                    ([program, "-c", "import os; print(os.path.realpath(os.__file__))"],
                     os.path.join(where, "lib", "python3.14", "os.py")),
                    ([link, "-c", "import sys; print(os.path.realpath(sys.prefix)) if (os := __import__('os')) else 0"], where),
                    ([program, "-I", "-c", "import json, re, threading; print(json.dumps([1]))"], "[1]")):
                p = subprocess.run(command, cwd=folder, env={"PATH": "/usr/bin:/bin"}, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, timeout=120)
                got = p.stdout.decode("utf-8", "replace").strip()
                if p.returncode == 0 and got == want:
                    passed += 1
                else:
                    bad.append("%s: exit %d, %r, not %r: %s" % (
                        command[-1], p.returncode, got, want, p.stderr.decode("utf-8", "replace")[-300:]))
            header = os.path.join(second, "include", "ladon", "core", "value", "value.h")
            if os.path.exists(header):
                passed += 1
            else:
                bad.append("no headers under include/ladon")
            if os.path.exists(os.path.join(second, "lib", "python3.14", "test", "test_bool.py")):
                bad.append("the library's tests were installed unasked")
            else:
                passed += 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for line in bad:
        print("FAIL " + line)
    print("%d passed, %d failed" % (passed, len(bad)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
