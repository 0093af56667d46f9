# SPDX-License-Identifier: MIT
"""Stream readers and writers of the East Asian encodings."""
import codecs
import io

text = "\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048"
for name in ("shift_jis_2004", "iso2022_jp_3", "euc_jis_2004"):
    out = io.BytesIO()
    w = codecs.getwriter(name)(out, "replace")
    for c in text:
        w.write(c)
    w.writelines(["\xe6", "\xe6"])
    w.reset()
    w.reset()
    data = out.getvalue()
    print(name, data)
    for size in (None, -1, 0, 1, 2, 3, 100):
        for method in ("read", "readline", "readlines"):
            r = codecs.getreader(name)(io.BytesIO(data))
            print(name, method, size, ascii([getattr(r, method)(size) for i in range(4)]))
r = codecs.getreader("cp932")(io.BytesIO(b"abc\x81"))
print(r.read(4), r.stream.tell(), r.errors)
for what in (lambda: r.read(), lambda: r.read("x"), lambda: codecs.getreader("cp932")(io.StringIO("a")).read(),
             lambda: codecs.getwriter("cp932")(3).write("a"), lambda: codecs.getwriter("cp932")(io.BytesIO()).writelines(3)):
    try:
        print(ascii(what()))
    except Exception as error:
        print(type(error).__name__, ascii(str(error)))
# expect: shift_jis_2004 b'\x82\xa0\x82\xa2\r\n\x82\xa4\x86c\n\x82\xa6\x85{\x85{'
# expect: shift_jis_2004 read None ['\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048\xe6\xe6', '', '', '']
# expect: shift_jis_2004 readline None ['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6', '']
# expect: shift_jis_2004 readlines None [['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6'], [], [], []]
# expect: shift_jis_2004 read -1 ['\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048\xe6\xe6', '', '', '']
# expect: shift_jis_2004 readline -1 ['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6', '']
# expect: shift_jis_2004 readlines -1 [['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6'], [], [], []]
# expect: shift_jis_2004 read 0 ['', '', '', '']
# expect: shift_jis_2004 readline 0 ['', '', '', '']
# expect: shift_jis_2004 readlines 0 [[], [], [], []]
# expect: shift_jis_2004 read 1 ['\u3042', '\u3044', '\r', '\n']
# expect: shift_jis_2004 readline 1 ['\u3042', '\u3044', '\r', '\n']
# expect: shift_jis_2004 readlines 1 [['\u3042'], ['\u3044'], ['\r'], ['\n']]
# expect: shift_jis_2004 read 2 ['\u3042', '\u3044', '\r\n', '\u3046']
# expect: shift_jis_2004 readline 2 ['\u3042', '\u3044', '\r\n', '\u3046']
# expect: shift_jis_2004 readlines 2 [['\u3042'], ['\u3044'], ['\r\n'], ['\u3046']]
# expect: shift_jis_2004 read 3 ['\u3042', '\u3044\r\n', '\u3046', '\xe6\u0300\n']
# expect: shift_jis_2004 readline 3 ['\u3042', '\u3044\r\n', '\u3046', '\xe6\u0300\n']
# expect: shift_jis_2004 readlines 3 [['\u3042'], ['\u3044\r\n'], ['\u3046'], ['\xe6\u0300\n']]
# expect: shift_jis_2004 read 100 ['\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048\xe6\xe6', '', '', '']
# expect: shift_jis_2004 readline 100 ['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6', '']
# expect: shift_jis_2004 readlines 100 [['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6'], [], [], []]
# expect: iso2022_jp_3 b'\x1b$B$"$$\x1b(B\r\n\x1b$B$&\x1b$(O+D\x1b(B\n\x1b$B$(\x1b$(O)\\)\\\x1b(B'
# expect: iso2022_jp_3 read None ['\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048\xe6\xe6', '', '', '']
# expect: iso2022_jp_3 readline None ['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6', '']
# expect: iso2022_jp_3 readlines None [['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6'], [], [], []]
# expect: iso2022_jp_3 read -1 ['\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048\xe6\xe6', '', '', '']
# expect: iso2022_jp_3 readline -1 ['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6', '']
# expect: iso2022_jp_3 readlines -1 [['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6'], [], [], []]
# expect: iso2022_jp_3 read 0 ['', '', '', '']
# expect: iso2022_jp_3 readline 0 ['', '', '', '']
# expect: iso2022_jp_3 readlines 0 [[], [], [], []]
# expect: iso2022_jp_3 read 1 ['\u3042', '\u3044', '\r', '\n']
# expect: iso2022_jp_3 readline 1 ['\u3042', '\u3044', '\r', '\n']
# expect: iso2022_jp_3 readlines 1 [['\u3042'], ['\u3044'], ['\r'], ['\n']]
# expect: iso2022_jp_3 read 2 ['\u3042', '\u3044', '\r', '\n']
# expect: iso2022_jp_3 readline 2 ['\u3042', '\u3044', '\r', '\n']
# expect: iso2022_jp_3 readlines 2 [['\u3042'], ['\u3044'], ['\r'], ['\n']]
# expect: iso2022_jp_3 read 3 ['\u3042', '\u3044', '\r', '\n']
# expect: iso2022_jp_3 readline 3 ['\u3042', '\u3044', '\r', '\n']
# expect: iso2022_jp_3 readlines 3 [['\u3042'], ['\u3044'], ['\r'], ['\n']]
# expect: iso2022_jp_3 read 100 ['\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048\xe6\xe6', '', '', '']
# expect: iso2022_jp_3 readline 100 ['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6', '']
# expect: iso2022_jp_3 readlines 100 [['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6'], [], [], []]
# expect: euc_jis_2004 b'\xa4\xa2\xa4\xa4\r\n\xa4\xa6\xab\xc4\n\xa4\xa8\xa9\xdc\xa9\xdc'
# expect: euc_jis_2004 read None ['\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048\xe6\xe6', '', '', '']
# expect: euc_jis_2004 readline None ['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6', '']
# expect: euc_jis_2004 readlines None [['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6'], [], [], []]
# expect: euc_jis_2004 read -1 ['\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048\xe6\xe6', '', '', '']
# expect: euc_jis_2004 readline -1 ['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6', '']
# expect: euc_jis_2004 readlines -1 [['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6'], [], [], []]
# expect: euc_jis_2004 read 0 ['', '', '', '']
# expect: euc_jis_2004 readline 0 ['', '', '', '']
# expect: euc_jis_2004 readlines 0 [[], [], [], []]
# expect: euc_jis_2004 read 1 ['\u3042', '\u3044', '\r', '\n']
# expect: euc_jis_2004 readline 1 ['\u3042', '\u3044', '\r', '\n']
# expect: euc_jis_2004 readlines 1 [['\u3042'], ['\u3044'], ['\r'], ['\n']]
# expect: euc_jis_2004 read 2 ['\u3042', '\u3044', '\r\n', '\u3046']
# expect: euc_jis_2004 readline 2 ['\u3042', '\u3044', '\r\n', '\u3046']
# expect: euc_jis_2004 readlines 2 [['\u3042'], ['\u3044'], ['\r\n'], ['\u3046']]
# expect: euc_jis_2004 read 3 ['\u3042', '\u3044\r\n', '\u3046', '\xe6\u0300\n']
# expect: euc_jis_2004 readline 3 ['\u3042', '\u3044\r\n', '\u3046', '\xe6\u0300\n']
# expect: euc_jis_2004 readlines 3 [['\u3042'], ['\u3044\r\n'], ['\u3046'], ['\xe6\u0300\n']]
# expect: euc_jis_2004 read 100 ['\u3042\u3044\r\n\u3046\xe6\u0300\n\u3048\xe6\xe6', '', '', '']
# expect: euc_jis_2004 readline 100 ['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6', '']
# expect: euc_jis_2004 readlines 100 [['\u3042\u3044\r\n', '\u3046\xe6\u0300\n', '\u3048\xe6\xe6'], [], [], []]
# expect: abc 4 strict
# expect: UnicodeDecodeError "'cp932' codec can't decode byte 0x81 in position 0: incomplete multibyte sequence"
# expect: TypeError 'arg 1 must be an integer'
# expect: TypeError 'stream function returned a non-bytes object (str)'
# expect: AttributeError "'int' object has no attribute 'write'"
# expect: TypeError 'arg must be a sequence object'
