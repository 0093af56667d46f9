import os
for f in (lambda: os.stat("nope"), lambda: os.mkdir("/"), lambda: os.rmdir("nope"), lambda: os.listdir("nope"), lambda: os.close(9999), lambda: os.open(5, 0), lambda: os.environ["NOPE"], lambda: os.unlink("nope"), lambda: os.read("x", 1), lambda: os.stat("a\0b"), lambda: os.kill(2 ** 22 + 7, 0)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)

# expect: FileNotFoundError [Errno 2] No such file or directory: 'nope'
# expect: FileExistsError [Errno 17] File exists: '/'
# expect: FileNotFoundError [Errno 2] No such file or directory: 'nope'
# expect: FileNotFoundError [Errno 2] No such file or directory: 'nope'
# expect: OSError [Errno 9] Bad file descriptor
# expect: TypeError open: path should be string, bytes or os.PathLike, not int
# expect: KeyError 'NOPE'
# expect: FileNotFoundError [Errno 2] No such file or directory: 'nope'
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: ValueError stat: embedded null character in path
# expect: ProcessLookupError [Errno 3] No such process
