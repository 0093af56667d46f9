try:
    open("/nonexistent/file")
except FileNotFoundError as e:
    print(e, e.errno, e.filename, e.strerror, e.args)
print(repr(OSError(2, "msg")), type(OSError(2, "m")).__name__, type(OSError(13, "m")).__name__, OSError("only").errno, OSError(5, "a", "f"))

# expect: [Errno 2] No such file or directory: '/nonexistent/file' 2 /nonexistent/file No such file or directory (2, 'No such file or directory')
# expect: FileNotFoundError(2, 'msg') FileNotFoundError PermissionError None [Errno 5] a: 'f'
