# skip-cpython: it ends with a fatal error or not, as it happens
# A daemon thread is stopped for good while it writes to stdout: what is flushed at the end does not wait for it.
import subprocess, sys
code = """
import sys, threading, time
def run():
    while True:
        sys.stdout.write("." * 100)
        sys.stdout.flush()
for _ in range(3):
    threading.Thread(target=run, daemon=True).start()
time.sleep(0.1)
sys.stdout.write("!")
sys.stdout.flush()
"""
good = 0
for _ in range(8):
    p = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=60)
    good += p.returncode == 0 and b"!" in p.stdout
print(good)     # expect: 8
