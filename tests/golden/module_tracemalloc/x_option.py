# flags: -X tracemalloc=3
# Tracing from the start of the program.
import subprocess
import sys
import tracemalloc

print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_object_traceback(subprocess.Popen) is not None)
# expect: True 3 True
CODE = "import tracemalloc as t; print(t.is_tracing(), t.get_traceback_limit())"
for args in (["-X", "tracemalloc"], ["-X", "tracemalloc=0"], ["-X", "tracemalloc="], ["-X", "tracemalloc=-1"], ["-X", "tracemalloc=x"], ["-X", "tracemalloc=70000"]):
    p = subprocess.run([sys.executable, *args, "-c", CODE], capture_output=True, text=True)
    print(p.returncode != 0, p.stdout.strip(), "number of frames" in p.stderr)
# expect: False True 1 False
# expect: False False 1 False
# expect: False False 1 False
# expect: True  True
# expect: True  True
# expect: True  True
p = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, env={"PYTHONTRACEMALLOC": "7"})
print(p.stdout.strip())
# expect: True 7
# Where the source of a warning was made.
CODE = "import warnings; warnings.simplefilter('always'); open('/dev/null')"
p = subprocess.run([sys.executable, "-X", "tracemalloc", "-c", CODE], capture_output=True, text=True)
print("Object allocated at" in p.stderr, "<string>" in p.stderr)
# expect: True True
