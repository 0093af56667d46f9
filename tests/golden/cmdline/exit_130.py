# A program dies by SIGINT for a KeyboardInterrupt that nobody catches; exit status 130 alone is only a number.
import subprocess, sys
def run(text):
    print(subprocess.run([sys.executable, "-c", text], stderr=subprocess.DEVNULL).returncode)
run("import sys; sys.exit(130)")  # expect: 130
run("raise KeyboardInterrupt")  # expect: -2
run("import sys\ntry: raise KeyboardInterrupt\nexcept KeyboardInterrupt: sys.exit(130)")  # expect: 130
run("import signal\nsignal.raise_signal(signal.SIGINT)")  # expect: -2
run("import sys\nsys.exit(KeyboardInterrupt())")  # expect: 1
