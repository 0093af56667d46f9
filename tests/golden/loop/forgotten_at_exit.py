# A loop that is set and never closed: nothing is said at the end of the program, when what its finalizer needs is gone.
import subprocess, sys
code = """
import asyncio
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(loop.run_until_complete(asyncio.sleep(0, 5)))
if {close}: loop.close()
"""
for close in False, True:
    p = subprocess.run([sys.executable, "-c", code.format(close=close)], capture_output=True, text=True, timeout=60)
    print(repr(p.stdout), repr(p.stderr), p.returncode)
# expect: '5\n' '' 0
# expect: '5\n' '' 0
