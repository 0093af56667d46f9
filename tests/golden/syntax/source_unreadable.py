# Programs that cannot be read: bytes that the declared encoding does not have, encodings that are not for text, null bytes, an end behind a backslash.
import os, subprocess, sys, tempfile
def error(data):
    try:
        compile(data, "x", "exec")
    except SyntaxError as e:
        print(e)
error(b'# coding: shift-jis\nprint("\xc4\x85")\n')  # expect: 'shift_jis' codec can't decode byte 0x85 in position 28: illegal multibyte sequence (x, line 0)
error(b'# coding: hex_codec\nprint("eggs")\n')  # expect: 'hex_codec' is not a text encoding; use codecs.decode() to handle arbitrary codecs (x, line 0)
error(b'# coding: foo\n')  # expect: unknown encoding: foo (x, line 0)
error(b'x = "\0"')  # expect: source code string cannot contain null bytes
with tempfile.TemporaryDirectory() as d:
    for data in b"a = 1\nx = '\0' nothing\n';import os\n", b"'''\nlines\0\n'''", b"a = 1\n\\", b"a = 1\nb = 6\\":
        name = os.path.join(d, "x.py")
        with open(name, "wb") as f:
            f.write(data)
        p = subprocess.run([sys.executable, "-I", name], capture_output=True, text=True)
        print(p.stderr.replace(d, ""), end="")
# expect:   File "/x.py", line 2
# expect:     x = '
# expect: SyntaxError: source code cannot contain null bytes
# expect:   File "/x.py", line 2
# expect:     lines
# expect: SyntaxError: source code cannot contain null bytes
# expect:   File "/x.py", line 2
# expect:     \
# expect: SyntaxError: unexpected EOF while parsing
# expect:   File "/x.py", line 2
# expect:     b = 6\
# expect:           ^
# expect: SyntaxError: unexpected EOF while parsing
