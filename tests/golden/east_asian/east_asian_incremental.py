# SPDX-License-Identifier: MIT
"""Incremental coders in the East Asian encodings: input in pieces, states, reset."""
import codecs


def attempt(what, *args):
    try:
        return what(*args)
    except Exception as error:
        return type(error).__name__ + ": " + ascii(str(error))


for name in ("euc_jis_2004", "big5hkscs", "iso2022_jp", "iso2022_kr", "hz", "gb18030"):
    e = codecs.getincrementalencoder(name)()
    for text in ("\xe6", "\u0300", "\xe6\xca", "\u304b", "\u309a\u3042", "\uac00", "z", "\u4e00"):
        print(name, ascii(text), attempt(e.encode, text), e.getstate())
    print(name, "end", attempt(e.encode, "", True), e.getstate())
    d = codecs.getincrementaldecoder(name)()
    for byte in b"a\x1b$B$\"\x1b(B~{VP~}\x0e0!\x0f\x88\x62\x81\x30\x81\x30\xab\xc4":
        print(name, byte, ascii(attempt(d.decode, bytes([byte]))), d.getstate())
    print(name, "end", ascii(attempt(d.decode, b"", True)), d.getstate())
    d.reset()
    print(name, "reset", d.getstate())

d = codecs.getincrementaldecoder("cp949")()
print(d.decode(b"\xc6"), attempt(d.decode, b"", True), ascii(d.decode(b"\xc4")))
e = codecs.getincrementalencoder("jisx0213")("backslashreplace")
print(e.encode("\xe6"), e.encode("\u0123"), e.errors, attempt(setattr, e, "errors", 3), attempt(delattr, e, "errors"))
for state in (9, -1, 1 << 200, "x"):
    print(attempt(e.setstate, state))
for state in ((b"123456789", 0), 3, (b"1", "x"), (b"1", 1 << 65), ("x", 1), (b"\x1b$", 0x4242C2)):
    d = codecs.getincrementaldecoder("iso2022_jp")()
    print(attempt(d.setstate, state), d.getstate(), ascii(attempt(d.decode, b"B$\"")))
# expect: euc_jis_2004 '\xe6' b'' 10928898
# expect: euc_jis_2004 '\u0300' b'\xab\xc4' 0
# expect: euc_jis_2004 '\xe6\xca' b'\xa9\xdc\xa9\xc1' 0
# expect: euc_jis_2004 '\u304b' b'' 2340545283
# expect: euc_jis_2004 '\u309a\u3042' b'\xa4\xf7\xa4\xa2' 0
# expect: euc_jis_2004 '\uac00' UnicodeEncodeError: "'euc_jis_2004' codec can't encode character '\\uac00' in position 0: illegal multibyte sequence" 0
# expect: euc_jis_2004 'z' b'z' 0
# expect: euc_jis_2004 '\u4e00' b'\xb0\xec' 0
# expect: euc_jis_2004 end b'' 0
# expect: euc_jis_2004 97 'a' (b'', 0)
# expect: euc_jis_2004 27 '\x1b' (b'', 0)
# expect: euc_jis_2004 36 '$' (b'', 0)
# expect: euc_jis_2004 66 'B' (b'', 0)
# expect: euc_jis_2004 36 '$' (b'', 0)
# expect: euc_jis_2004 34 '"' (b'', 0)
# expect: euc_jis_2004 27 '\x1b' (b'', 0)
# expect: euc_jis_2004 40 '(' (b'', 0)
# expect: euc_jis_2004 66 'B' (b'', 0)
# expect: euc_jis_2004 126 '~' (b'', 0)
# expect: euc_jis_2004 123 '{' (b'', 0)
# expect: euc_jis_2004 86 'V' (b'', 0)
# expect: euc_jis_2004 80 'P' (b'', 0)
# expect: euc_jis_2004 126 '~' (b'', 0)
# expect: euc_jis_2004 125 '}' (b'', 0)
# expect: euc_jis_2004 14 '\x0e' (b'', 0)
# expect: euc_jis_2004 48 '0' (b'', 0)
# expect: euc_jis_2004 33 '!' (b'', 0)
# expect: euc_jis_2004 15 '\x0f' (b'', 0)
# expect: euc_jis_2004 136 '' (b'\x88', 0)
# expect: euc_jis_2004 98 'UnicodeDecodeError: "\'euc_jis_2004\' codec can\'t decode byte 0x88 in position 0: illegal multibyte sequence"' (b'', 0)
# expect: euc_jis_2004 129 '' (b'\x81', 0)
# expect: euc_jis_2004 48 'UnicodeDecodeError: "\'euc_jis_2004\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 0)
# expect: euc_jis_2004 129 '' (b'\x81', 0)
# expect: euc_jis_2004 48 'UnicodeDecodeError: "\'euc_jis_2004\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 0)
# expect: euc_jis_2004 171 '' (b'\xab', 0)
# expect: euc_jis_2004 196 '\xe6\u0300' (b'', 0)
# expect: euc_jis_2004 end '' (b'', 0)
# expect: euc_jis_2004 reset (b'', 0)
# expect: big5hkscs '\xe6' UnicodeEncodeError: "'big5hkscs' codec can't encode character '\\xe6' in position 0: illegal multibyte sequence" 0
# expect: big5hkscs '\u0300' UnicodeEncodeError: "'big5hkscs' codec can't encode character '\\u0300' in position 0: illegal multibyte sequence" 0
# expect: big5hkscs '\xe6\xca' UnicodeEncodeError: "'big5hkscs' codec can't encode character '\\xe6' in position 0: illegal multibyte sequence" 0
# expect: big5hkscs '\u304b' b'\xc6\xf1' 0
# expect: big5hkscs '\u309a\u3042' UnicodeEncodeError: "'big5hkscs' codec can't encode character '\\u309a' in position 0: illegal multibyte sequence" 0
# expect: big5hkscs '\uac00' UnicodeEncodeError: "'big5hkscs' codec can't encode character '\\uac00' in position 0: illegal multibyte sequence" 0
# expect: big5hkscs 'z' b'z' 0
# expect: big5hkscs '\u4e00' b'\xa4@' 0
# expect: big5hkscs end b'' 0
# expect: big5hkscs 97 'a' (b'', 0)
# expect: big5hkscs 27 '\x1b' (b'', 0)
# expect: big5hkscs 36 '$' (b'', 0)
# expect: big5hkscs 66 'B' (b'', 0)
# expect: big5hkscs 36 '$' (b'', 0)
# expect: big5hkscs 34 '"' (b'', 0)
# expect: big5hkscs 27 '\x1b' (b'', 0)
# expect: big5hkscs 40 '(' (b'', 0)
# expect: big5hkscs 66 'B' (b'', 0)
# expect: big5hkscs 126 '~' (b'', 0)
# expect: big5hkscs 123 '{' (b'', 0)
# expect: big5hkscs 86 'V' (b'', 0)
# expect: big5hkscs 80 'P' (b'', 0)
# expect: big5hkscs 126 '~' (b'', 0)
# expect: big5hkscs 125 '}' (b'', 0)
# expect: big5hkscs 14 '\x0e' (b'', 0)
# expect: big5hkscs 48 '0' (b'', 0)
# expect: big5hkscs 33 '!' (b'', 0)
# expect: big5hkscs 15 '\x0f' (b'', 0)
# expect: big5hkscs 136 '' (b'\x88', 0)
# expect: big5hkscs 98 '\xca\u0304' (b'', 0)
# expect: big5hkscs 129 '' (b'\x81', 0)
# expect: big5hkscs 48 'UnicodeDecodeError: "\'big5hkscs\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 0)
# expect: big5hkscs 129 '' (b'\x81', 0)
# expect: big5hkscs 48 'UnicodeDecodeError: "\'big5hkscs\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 0)
# expect: big5hkscs 171 '' (b'\xab', 0)
# expect: big5hkscs 196 '\u5b69' (b'', 0)
# expect: big5hkscs end '' (b'', 0)
# expect: big5hkscs reset (b'', 0)
# expect: iso2022_jp '\xe6' UnicodeEncodeError: "'iso2022_jp' codec can't encode character '\\xe6' in position 0: illegal multibyte sequence" 4342272
# expect: iso2022_jp '\u0300' UnicodeEncodeError: "'iso2022_jp' codec can't encode character '\\u0300' in position 0: illegal multibyte sequence" 4342272
# expect: iso2022_jp '\xe6\xca' UnicodeEncodeError: "'iso2022_jp' codec can't encode character '\\xe6' in position 0: illegal multibyte sequence" 4342272
# expect: iso2022_jp '\u304b' b'\x1b$B$+' 4375040
# expect: iso2022_jp '\u309a\u3042' UnicodeEncodeError: "'iso2022_jp' codec can't encode character '\\u309a' in position 0: illegal multibyte sequence" 4375040
# expect: iso2022_jp '\uac00' UnicodeEncodeError: "'iso2022_jp' codec can't encode character '\\uac00' in position 0: illegal multibyte sequence" 4375040
# expect: iso2022_jp 'z' b'\x1b(Bz' 4342272
# expect: iso2022_jp '\u4e00' b'\x1b$B0l' 4375040
# expect: iso2022_jp end b'\x1b(B' 4342272
# expect: iso2022_jp 97 'a' (b'', 4342338)
# expect: iso2022_jp 27 '' (b'\x1b', 4342338)
# expect: iso2022_jp 36 '' (b'\x1b$', 4342338)
# expect: iso2022_jp 66 '' (b'', 4342466)
# expect: iso2022_jp 36 '' (b'$', 4342466)
# expect: iso2022_jp 34 '\u3042' (b'', 4342466)
# expect: iso2022_jp 27 '' (b'\x1b', 4342466)
# expect: iso2022_jp 40 '' (b'\x1b(', 4342466)
# expect: iso2022_jp 66 '' (b'', 4342338)
# expect: iso2022_jp 126 '~' (b'', 4342338)
# expect: iso2022_jp 123 '{' (b'', 4342338)
# expect: iso2022_jp 86 'V' (b'', 4342338)
# expect: iso2022_jp 80 'P' (b'', 4342338)
# expect: iso2022_jp 126 '~' (b'', 4342338)
# expect: iso2022_jp 125 '}' (b'', 4342338)
# expect: iso2022_jp 14 '\x0e' (b'', 4342338)
# expect: iso2022_jp 48 '0' (b'', 4342338)
# expect: iso2022_jp 33 '!' (b'', 4342338)
# expect: iso2022_jp 15 '\x0f' (b'', 4342338)
# expect: iso2022_jp 136 'UnicodeDecodeError: "\'iso2022_jp\' codec can\'t decode byte 0x88 in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_jp 98 'b' (b'', 4342338)
# expect: iso2022_jp 129 'UnicodeDecodeError: "\'iso2022_jp\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_jp 48 '0' (b'', 4342338)
# expect: iso2022_jp 129 'UnicodeDecodeError: "\'iso2022_jp\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_jp 48 '0' (b'', 4342338)
# expect: iso2022_jp 171 'UnicodeDecodeError: "\'iso2022_jp\' codec can\'t decode byte 0xab in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_jp 196 'UnicodeDecodeError: "\'iso2022_jp\' codec can\'t decode byte 0xc4 in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_jp end '' (b'', 4342338)
# expect: iso2022_jp reset (b'', 4342338)
# expect: iso2022_kr '\xe6' b'\x1b$)C\x0e)!' 1099524424192
# expect: iso2022_kr '\u0300' UnicodeEncodeError: "'iso2022_kr' codec can't encode character '\\u0300' in position 0: illegal multibyte sequence" 1099524424192
# expect: iso2022_kr '\xe6\xca' UnicodeEncodeError: "'iso2022_kr' codec can't encode character '\\xca' in position 1: illegal multibyte sequence" 1099524424192
# expect: iso2022_kr '\u304b' b'*+' 1099524424192
# expect: iso2022_kr '\u309a\u3042' UnicodeEncodeError: "'iso2022_kr' codec can't encode character '\\u309a' in position 0: illegal multibyte sequence" 1099524424192
# expect: iso2022_kr '\uac00' b'0!' 1099524424192
# expect: iso2022_kr 'z' b'\x0fz' 12796416
# expect: iso2022_kr '\u4e00' b'\x0eli' 1099524424192
# expect: iso2022_kr end b'\x0f' 12796416
# expect: iso2022_kr 97 'a' (b'', 4342338)
# expect: iso2022_kr 27 '' (b'\x1b', 4342338)
# expect: iso2022_kr 36 '' (b'\x1b$', 4342338)
# expect: iso2022_kr 66 'UnicodeDecodeError: "\'iso2022_kr\' codec can\'t decode bytes in position 0-2: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_kr 36 '$' (b'', 4342338)
# expect: iso2022_kr 34 '"' (b'', 4342338)
# expect: iso2022_kr 27 '' (b'\x1b', 4342338)
# expect: iso2022_kr 40 '' (b'\x1b(', 4342338)
# expect: iso2022_kr 66 '' (b'', 4342338)
# expect: iso2022_kr 126 '~' (b'', 4342338)
# expect: iso2022_kr 123 '{' (b'', 4342338)
# expect: iso2022_kr 86 'V' (b'', 4342338)
# expect: iso2022_kr 80 'P' (b'', 4342338)
# expect: iso2022_kr 126 '~' (b'', 4342338)
# expect: iso2022_kr 125 '}' (b'', 4342338)
# expect: iso2022_kr 14 '' (b'', 4299309634)
# expect: iso2022_kr 48 '0' (b'', 4299309634)
# expect: iso2022_kr 33 '!' (b'', 4299309634)
# expect: iso2022_kr 15 '' (b'', 4342338)
# expect: iso2022_kr 136 'UnicodeDecodeError: "\'iso2022_kr\' codec can\'t decode byte 0x88 in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_kr 98 'b' (b'', 4342338)
# expect: iso2022_kr 129 'UnicodeDecodeError: "\'iso2022_kr\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_kr 48 '0' (b'', 4342338)
# expect: iso2022_kr 129 'UnicodeDecodeError: "\'iso2022_kr\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_kr 48 '0' (b'', 4342338)
# expect: iso2022_kr 171 'UnicodeDecodeError: "\'iso2022_kr\' codec can\'t decode byte 0xab in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_kr 196 'UnicodeDecodeError: "\'iso2022_kr\' codec can\'t decode byte 0xc4 in position 0: illegal multibyte sequence"' (b'', 4342338)
# expect: iso2022_kr end '' (b'', 4342338)
# expect: iso2022_kr reset (b'', 4342338)
# expect: hz '\xe6' UnicodeEncodeError: "'hz' codec can't encode character '\\xe6' in position 0: illegal multibyte sequence" 0
# expect: hz '\u0300' UnicodeEncodeError: "'hz' codec can't encode character '\\u0300' in position 0: illegal multibyte sequence" 0
# expect: hz '\xe6\xca' UnicodeEncodeError: "'hz' codec can't encode character '\\xe6' in position 0: illegal multibyte sequence" 0
# expect: hz '\u304b' b'~{$+' 256
# expect: hz '\u309a\u3042' UnicodeEncodeError: "'hz' codec can't encode character '\\u309a' in position 0: illegal multibyte sequence" 256
# expect: hz '\uac00' UnicodeEncodeError: "'hz' codec can't encode character '\\uac00' in position 0: illegal multibyte sequence" 256
# expect: hz 'z' b'~}z' 0
# expect: hz '\u4e00' b'~{R;' 256
# expect: hz end b'~}' 0
# expect: hz 97 'a' (b'', 0)
# expect: hz 27 '\x1b' (b'', 0)
# expect: hz 36 '$' (b'', 0)
# expect: hz 66 'B' (b'', 0)
# expect: hz 36 '$' (b'', 0)
# expect: hz 34 '"' (b'', 0)
# expect: hz 27 '\x1b' (b'', 0)
# expect: hz 40 '(' (b'', 0)
# expect: hz 66 'B' (b'', 0)
# expect: hz 126 '' (b'~', 0)
# expect: hz 123 '' (b'', 1)
# expect: hz 86 '' (b'V', 1)
# expect: hz 80 '\u4e2d' (b'', 1)
# expect: hz 126 '' (b'~', 1)
# expect: hz 125 '' (b'', 0)
# expect: hz 14 '\x0e' (b'', 0)
# expect: hz 48 '0' (b'', 0)
# expect: hz 33 '!' (b'', 0)
# expect: hz 15 '\x0f' (b'', 0)
# expect: hz 136 'UnicodeDecodeError: "\'hz\' codec can\'t decode byte 0x88 in position 0: illegal multibyte sequence"' (b'', 0)
# expect: hz 98 'b' (b'', 0)
# expect: hz 129 'UnicodeDecodeError: "\'hz\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 0)
# expect: hz 48 '0' (b'', 0)
# expect: hz 129 'UnicodeDecodeError: "\'hz\' codec can\'t decode byte 0x81 in position 0: illegal multibyte sequence"' (b'', 0)
# expect: hz 48 '0' (b'', 0)
# expect: hz 171 'UnicodeDecodeError: "\'hz\' codec can\'t decode byte 0xab in position 0: illegal multibyte sequence"' (b'', 0)
# expect: hz 196 'UnicodeDecodeError: "\'hz\' codec can\'t decode byte 0xc4 in position 0: illegal multibyte sequence"' (b'', 0)
# expect: hz end '' (b'', 0)
# expect: hz reset (b'', 0)
# expect: gb18030 '\xe6' b'\x810\x8a3' 0
# expect: gb18030 '\u0300' b'\x810\xbc6' 0
# expect: gb18030 '\xe6\xca' b'\x810\x8a3\x810\x878' 0
# expect: gb18030 '\u304b' b'\xa4\xab' 0
# expect: gb18030 '\u309a\u3042' b'\x819\xa72\xa4\xa2' 0
# expect: gb18030 '\uac00' b'\x827\xcf5' 0
# expect: gb18030 'z' b'z' 0
# expect: gb18030 '\u4e00' b'\xd2\xbb' 0
# expect: gb18030 end b'' 0
# expect: gb18030 97 'a' (b'', 0)
# expect: gb18030 27 '\x1b' (b'', 0)
# expect: gb18030 36 '$' (b'', 0)
# expect: gb18030 66 'B' (b'', 0)
# expect: gb18030 36 '$' (b'', 0)
# expect: gb18030 34 '"' (b'', 0)
# expect: gb18030 27 '\x1b' (b'', 0)
# expect: gb18030 40 '(' (b'', 0)
# expect: gb18030 66 'B' (b'', 0)
# expect: gb18030 126 '~' (b'', 0)
# expect: gb18030 123 '{' (b'', 0)
# expect: gb18030 86 'V' (b'', 0)
# expect: gb18030 80 'P' (b'', 0)
# expect: gb18030 126 '~' (b'', 0)
# expect: gb18030 125 '}' (b'', 0)
# expect: gb18030 14 '\x0e' (b'', 0)
# expect: gb18030 48 '0' (b'', 0)
# expect: gb18030 33 '!' (b'', 0)
# expect: gb18030 15 '\x0f' (b'', 0)
# expect: gb18030 136 '' (b'\x88', 0)
# expect: gb18030 98 '\u5746' (b'', 0)
# expect: gb18030 129 '' (b'\x81', 0)
# expect: gb18030 48 '' (b'\x810', 0)
# expect: gb18030 129 '' (b'\x810\x81', 0)
# expect: gb18030 48 '\x80' (b'', 0)
# expect: gb18030 171 '' (b'\xab', 0)
# expect: gb18030 196 '\ue081' (b'', 0)
# expect: gb18030 end '' (b'', 0)
# expect: gb18030 reset (b'', 0)
# expect:  UnicodeDecodeError: "'cp949' codec can't decode byte 0xc6 in position 0: incomplete multibyte sequence" '\ud30c'
# expect: b'' b'\xa9\xdc\\u0123' backslashreplace TypeError: 'errors must be a string' AttributeError: 'cannot delete attribute'
# expect: UnicodeError: 'pending buffer too large'
# expect: OverflowError: "can't convert negative int to unsigned"
# expect: OverflowError: 'int too big to convert'
# expect: TypeError: 'setstate() argument must be int, not str'
# expect: UnicodeDecodeError: "'iso2022_jp' codec can't decode bytes in position 0-8: pending buffer too large" (b'', 4342338) 'B$"'
# expect: TypeError: 'setstate() argument must be tuple, not int' (b'', 4342338) 'B$"'
# expect: TypeError: 'setstate(): illegal state argument' (b'', 4342338) 'B$"'
# expect: OverflowError: 'int too big to convert' (b'', 4342338) 'B$"'
# expect: TypeError: 'setstate(): illegal state argument' (b'', 4342338) 'B$"'
# expect: None (b'\x1b$', 4342466) '\u3042'
