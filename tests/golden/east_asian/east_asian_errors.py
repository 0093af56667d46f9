# SPDX-License-Identifier: MIT
"""Where errors begin and end, what they are called, and what handlers may answer."""
import codecs

seen = []


def note(error):
    seen.append((error.start, error.end, error.reason))
    return ("<%d>" % error.start, error.end)


codecs.register_error("test.note", note)
for name, data in (
        ("shift_jis", b"a\x81"), ("shift_jis", b"\x80\xfd\x81 b"), ("cp932", b"\x80\xa0\xfd\xff\xef\xfc"), ("euc_jp", b"\x8f\xa2"),
        ("euc_jp", b"\x8e\xe0\x8f\xa1\xa1\xff\xff"), ("gb18030", b"\x81\x30\x81"), ("gb18030", b"\x81\x30\x30\x30\x84\x31\xa4\x40\xff\x30\x81\x30"),
        ("euc_kr", b"\xa4\xd4\xa4\xa1\xa4\xbf\xa4\xa2\xa4\xd4a"), ("hz", b"~{!!~~~}~x"), ("iso2022_jp", b"\x1b$B!"), ("iso2022_jp", b"\x1b$Bzz\x1b(Z\x80"),
        ("iso2022_kr", b"\x0e0!"), ("shift_jisx0213", b"\x87\x9f"), ("big5hkscs", b"\x88\x62\x88\x63")):
    del seen[:]
    print(name, ascii(data.decode(name, "test.note")), ascii(data.decode(name, "replace")), ascii(data.decode(name, "ignore")), seen)

for name, text in (("euc_jp", "a\u1234b"), ("iso2022_jp", "\u3042\u1234\u3042"), ("big5hkscs", "\xca\u1234"), ("gb18030", "\udc80"), ("euc_kr", "\uac02\uac03")):
    del seen[:]
    print(name, text.encode(name, "test.note"), text.encode(name, "replace"), text.encode(name, "xmlcharrefreplace"), seen)

for answer in (("x", 100), ("x", -100), ("x", 1 << 70), ("x", None), ("\u1234", 2), (b"\xff", 2), 3, ("x", -1)):
    codecs.register_error("test.answer", lambda error: answer)
    if answer == ("x", -1):
        answer = ("x", -2)
    for what in (lambda: "a\u1234bc".encode("cp932", "test.answer"), lambda: b"a\xffbc".decode("euc_jp", "test.answer")):
        try:
            print(answer, ascii(what()))
        except Exception as error:
            print(answer, type(error).__name__, ascii(str(error)))
# expect: shift_jis 'a<1>' 'a\ufffd' 'a' [(1, 2, 'incomplete multibyte sequence')]
# expect: shift_jis '<0><1><2> b' '\ufffd\ufffd\ufffd b' ' b' [(0, 1, 'illegal multibyte sequence'), (1, 2, 'illegal multibyte sequence'), (2, 3, 'illegal multibyte sequence')]
# expect: cp932 '\x80\uf8f0\uf8f1\uf8f3<4><5>' '\x80\uf8f0\uf8f1\uf8f3\ufffd\ufffd' '\x80\uf8f0\uf8f1\uf8f3' [(4, 5, 'illegal multibyte sequence'), (5, 6, 'incomplete multibyte sequence')]
# expect: euc_jp '<0>' '\ufffd' '' [(0, 2, 'incomplete multibyte sequence')]
# expect: euc_jp '<0><1><2>\u3000<5><6>' '\ufffd\ufffd\ufffd\u3000\ufffd\ufffd' '\u3000' [(0, 1, 'illegal multibyte sequence'), (1, 2, 'illegal multibyte sequence'), (2, 3, 'illegal multibyte sequence'), (5, 6, 'illegal multibyte sequence'), (6, 7, 'incomplete multibyte sequence')]
# expect: gb18030 '<0>' '\ufffd' '' [(0, 3, 'incomplete multibyte sequence')]
# expect: gb18030 '<0>000<4>1\ue5e6<8>0<10>' '\ufffd000\ufffd1\ue5e6\ufffd0\ufffd' '0001\ue5e60' [(0, 1, 'illegal multibyte sequence'), (4, 5, 'illegal multibyte sequence'), (8, 9, 'illegal multibyte sequence'), (10, 12, 'incomplete multibyte sequence')]
# expect: euc_kr '\uac02<8>' '\uac02\ufffd' '\uac02' [(8, 11, 'incomplete multibyte sequence')]
# expect: hz '\u3000<4><5><8>x' '\u3000\ufffd\ufffd\ufffdx' '\u3000x' [(4, 5, 'illegal multibyte sequence'), (5, 6, 'illegal multibyte sequence'), (8, 9, 'illegal multibyte sequence')]
# expect: iso2022_jp '<3>' '\ufffd' '' [(3, 4, 'incomplete multibyte sequence')]
# expect: iso2022_jp '<3><5><8>' '\ufffd\ufffd\ufffd' '' [(3, 5, 'illegal multibyte sequence'), (5, 8, 'illegal multibyte sequence'), (8, 9, 'illegal multibyte sequence')]
# expect: iso2022_kr '0!' '0!' '0!' []
# expect: shift_jisx0213 '<0>' '\ufffd' '' [(0, 2, 'illegal multibyte sequence')]
# expect: big5hkscs '\xca\u0304\u1ebe' '\xca\u0304\u1ebe' '\xca\u0304\u1ebe' []
# expect: euc_jp b'a<1>b' b'a?b' b'a&#4660;b' [(1, 2, 'illegal multibyte sequence')]
# expect: iso2022_jp b'\x1b$B$"\x1b(B<1>\x1b$B$"\x1b(B' b'\x1b$B$"\x1b(B?\x1b$B$"\x1b(B' b'\x1b$B$"\x1b(B&#4660;\x1b$B$"\x1b(B' [(1, 2, 'illegal multibyte sequence')]
# expect: big5hkscs b'\x88f<1>' b'\x88f?' b'\x88f&#4660;' [(1, 2, 'illegal multibyte sequence')]
# expect: gb18030 b'<0>' b'?' b'&#56448;' [(0, 1, 'illegal multibyte sequence')]
# expect: euc_kr b'\xa4\xd4\xa4\xa1\xa4\xbf\xa4\xa2\xa4\xd4\xa4\xa1\xa4\xbf\xa4\xa3' b'\xa4\xd4\xa4\xa1\xa4\xbf\xa4\xa2\xa4\xd4\xa4\xa1\xa4\xbf\xa4\xa3' b'\xa4\xd4\xa4\xa1\xa4\xbf\xa4\xa2\xa4\xd4\xa4\xa1\xa4\xbf\xa4\xa3' []
# expect: ('x', 100) IndexError 'position 100 from error handler out of bounds'
# expect: ('x', 100) IndexError 'position 100 from error handler out of bounds'
# expect: ('x', -100) IndexError 'position -96 from error handler out of bounds'
# expect: ('x', -100) IndexError 'position -96 from error handler out of bounds'
# expect: ('x', 1180591620717411303424) IndexError 'position -1 from error handler out of bounds'
# expect: ('x', 1180591620717411303424) IndexError 'position -1 from error handler out of bounds'
# expect: ('x', None) TypeError 'encoding error handler must return (str, int) tuple'
# expect: ('x', None) TypeError 'decoding error handler must return (str, int) tuple'
# expect: ('ሴ', 2) UnicodeEncodeError "'cp932' codec can't encode character '\\u1234' in position 0: illegal multibyte sequence"
# expect: ('ሴ', 2) 'a\u1234bc'
# expect: (b'\xff', 2) b'a\xffbc'
# expect: (b'\xff', 2) TypeError 'decoding error handler must return (str, int) tuple'
# expect: 3 TypeError 'encoding error handler must return (str, int) tuple'
# expect: 3 TypeError 'decoding error handler must return (str, int) tuple'
# expect: ('x', -2) b'axbc'
# expect: ('x', -2) 'axbc'
