import subprocess
r = subprocess.run(["sh", "-c", "cat; echo err >&2; exit 3"], input="in\n", capture_output=True, text=True)
print(r.returncode, repr(r.stdout), repr(r.stderr))
print(subprocess.check_output(["echo", "hi"]), subprocess.call(["false"]), subprocess.getoutput("echo x"))
try:
    subprocess.run(["false"], check=True)
except subprocess.CalledProcessError as e:
    print(e)
try:
    subprocess.run(["/no/such/program"])
except FileNotFoundError as e:
    print(e)
try:
    subprocess.run(["sleep", "5"], timeout=0.1)
except subprocess.TimeoutExpired as e:
    print("timeout", e.timeout)
p = subprocess.Popen(["sh", "-c", "exit 4"], env={"A": "b"}, cwd="/")
print(p.wait(), p.poll())

# expect: 3 'in\n' 'err\n'
# expect: b'hi\n' 1 x
# expect: Command '['false']' returned non-zero exit status 1.
# expect: [Errno 2] No such file or directory: '/no/such/program'
# expect: timeout 0.1
# expect: 4 4
