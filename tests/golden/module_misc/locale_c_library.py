# SPDX-License-Identifier: MIT
# _locale over the C library: queries, errors, collation and messages in the locales that every system has.
import _locale
import locale


def attempt(f, *args):
    try:
        print(f.__name__, args, repr(f(*args)))
    except Exception as e:
        print(f.__name__, args, type(e).__module__, type(e).__name__, e)


for args in ((0, "C"), (0, "C.UTF-8"), (0,), (99,), (-1,), (99, "C"), (0, "nosuch"), (0, "a\0b"), (0, 3), (0, b"C"), ("x",)):
    attempt(_locale.setlocale, *args)
attempt(_locale.localeconv)
for item in "CODESET RADIXCHAR THOUSEP DAY_1 ABMON_12 D_T_FMT YESEXPR CRNCYSTR ALT_DIGITS ERA _DATE_FMT".split():
    print(item, repr(_locale.nl_langinfo(getattr(_locale, item))))
attempt(_locale.nl_langinfo, 12345)
for args in (("a", "b"), ("a", "a"), ("b", "a"), ("a\0", "a"), (1, "a"), ("a", 1)):
    attempt(_locale.strcoll, *args)
for s in "abc", "", "a\0b", 1, "\xe9":
    attempt(_locale.strxfrm, s)
attempt(_locale.getencoding)
for args in (("x",), (1,), ("a\0",), ("\xe9",)):
    attempt(_locale.gettext, *args)
for args in ((None, "x"), ("d", "x"), (1, "x")):
    attempt(_locale.dgettext, *args)
attempt(_locale.dcgettext, "d", "x", _locale.LC_MESSAGES)
for d in None, "dom", None, 1, "":
    attempt(_locale.textdomain, d)
for args in (("dom", "/tmp"), ("", "/tmp"), ("dom", b"/tmp"), ("dom", 3), (1, None), ("dom", "/a\0")):
    attempt(_locale.bindtextdomain, *args)
for args in (("dom", None), ("dom", "UTF-8"), ("dom", None), ("dom", 3), (None, 3)):
    attempt(_locale.bind_textdomain_codeset, *args)
print(locale.Error is _locale.Error, locale.strcoll is _locale.strcoll, format(1234567, "n"), format(1.5, "n"), locale.str(1.5), locale.atof("1.5"))

# expect: setlocale (0, 'C') 'C'
# expect: setlocale (0, 'C.UTF-8') 'C.UTF-8'
# expect: setlocale (0,) 'C.UTF-8'
# expect: setlocale (99,) locale Error locale query failed
# expect: setlocale (-1,) locale Error locale query failed
# expect: setlocale (99, 'C') locale Error unsupported locale setting
# expect: setlocale (0, 'nosuch') locale Error unsupported locale setting
# expect: setlocale (0, 'a\x00b') builtins ValueError embedded null character
# expect: setlocale (0, 3) builtins TypeError setlocale() argument 2 must be str or None, not int
# expect: setlocale (0, b'C') builtins TypeError setlocale() argument 2 must be str or None, not bytes
# expect: setlocale ('x',) builtins TypeError 'str' object cannot be interpreted as an integer
# expect: localeconv () {'int_curr_symbol': '', 'currency_symbol': '', 'mon_decimal_point': '', 'mon_thousands_sep': '', 'mon_grouping': [], 'positive_sign': '', 'negative_sign': '', 'int_frac_digits': 127, 'frac_digits': 127, 'p_cs_precedes': 127, 'p_sep_by_space': 127, 'n_cs_precedes': 127, 'n_sep_by_space': 127, 'p_sign_posn': 127, 'n_sign_posn': 127, 'decimal_point': '.', 'thousands_sep': '', 'grouping': []}
# expect: CODESET 'UTF-8'
# expect: RADIXCHAR '.'
# expect: THOUSEP ''
# expect: DAY_1 'Sunday'
# expect: ABMON_12 'Dec'
# expect: D_T_FMT '%a %b %e %H:%M:%S %Y'
# expect: YESEXPR '^[yY]'
# expect: CRNCYSTR '-'
# expect: ALT_DIGITS ''
# expect: ERA ''
# expect: _DATE_FMT '%a %b %e %H:%M:%S %Z %Y'
# expect: nl_langinfo (12345,) builtins ValueError unsupported langinfo constant
# expect: strcoll ('a', 'b') -1
# expect: strcoll ('a', 'a') 0
# expect: strcoll ('b', 'a') 1
# expect: strcoll ('a\x00', 'a') builtins ValueError embedded null character
# expect: strcoll (1, 'a') builtins TypeError strcoll() argument 1 must be str, not int
# expect: strcoll ('a', 1) builtins TypeError strcoll() argument 2 must be str, not int
# expect: strxfrm ('abc',) 'abc'
# expect: strxfrm ('',) ''
# expect: strxfrm ('a\x00b',) builtins ValueError embedded null character
# expect: strxfrm (1,) builtins TypeError strxfrm() argument must be str, not int
# expect: strxfrm ('é',) 'é'
# expect: getencoding () 'UTF-8'
# expect: gettext ('x',) 'x'
# expect: gettext (1,) builtins TypeError gettext() argument must be str, not int
# expect: gettext ('a\x00',) builtins ValueError embedded null character
# expect: gettext ('é',) 'é'
# expect: dgettext (None, 'x') 'x'
# expect: dgettext ('d', 'x') 'x'
# expect: dgettext (1, 'x') builtins TypeError dgettext() argument 1 must be str or None, not int
# expect: dcgettext ('d', 'x', 5) 'x'
# expect: textdomain (None,) 'messages'
# expect: textdomain ('dom',) 'dom'
# expect: textdomain (None,) 'dom'
# expect: textdomain (1,) builtins TypeError textdomain() argument must be str or None, not int
# expect: textdomain ('',) 'messages'
# expect: bindtextdomain ('dom', '/tmp') '/tmp'
# expect: bindtextdomain ('', '/tmp') locale Error domain must be a non-empty string
# expect: bindtextdomain ('dom', b'/tmp') '/tmp'
# expect: bindtextdomain ('dom', 3) builtins TypeError expected str, bytes or os.PathLike object, not int
# expect: bindtextdomain (1, None) builtins TypeError bindtextdomain() argument 1 must be str, not int
# expect: bindtextdomain ('dom', '/a\x00') builtins ValueError embedded null byte
# expect: bind_textdomain_codeset ('dom', None) None
# expect: bind_textdomain_codeset ('dom', 'UTF-8') 'UTF-8'
# expect: bind_textdomain_codeset ('dom', None) 'UTF-8'
# expect: bind_textdomain_codeset ('dom', 3) builtins TypeError bind_textdomain_codeset() argument 2 must be str or None, not int
# expect: bind_textdomain_codeset (None, 3) builtins TypeError bind_textdomain_codeset() argument 1 must be str, not None
# expect: True True 1234567 1.5 1.5 1.5
