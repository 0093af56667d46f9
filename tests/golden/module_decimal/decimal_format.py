from decimal import *
D = Decimal
for value, specs in (("1234567.891", ",.2f _ _.1f .3e E % + 020,.1f <20 ^20 =+20 *>20,.0f .10 .3g z.1f # .0f #.0f ,.4_f n"), ("-0.0001", "z.2f .2f .1% z e .2e 010 =10 -^12"),
                     ("0E+3", "f g e .2f .2e % n"), ("0E-5", "f g e .2f .2e"), ("NaN", "010 +.2f % <6"), ("-Inf", "12 % <12 f"), ("1E+30", "f g , .5g .5f"), ("1E-10", "f g .3 .12f .3%"),
                     ("12345678901234567890123456789012345678901234567890.5", ".0f , .60g 070,.1f"), ("2.5", ".0f .1f 05 +.0f"), ("999.995", ".2f .2e ,.2f .5g"), ("6.6E-34", "N>10.3 \u20ac<12")):
    print(value, *(repr(format(D(value), spec)) for spec in specs.split()))
for spec in ("<>=10", "d", "x", "_,", "010<", "<010", ".", "1.", ",n", "5z", "..2f", "%%", "\u0661\u0660"):
    try:
        print(repr(spec), repr(format(D("1.5"), spec)))
    except ValueError as e:
        print(repr(spec), e)
with localcontext(rounding=ROUND_DOWN, capitals=0):
    print(format(D("1.999"), ".1f"), format(D("1E+9"), ""), format(D("1E+9"), "#"), D("1E+9"), format(D("1E+9"), "E"))
print(D("1.5").__format__("n", {"decimal_point": ",", "grouping": "\3\3", "thousands_sep": "."}), D("-1234567.5").__format__("015n", {"decimal_point": "\u00bf", "grouping": "\2\3", "thousands_sep": "\u00b4"}))
print(f"{D('3.14159'):.{3}f}", "%s %r" % (D("1e3"), D("1e3")), "{:>10}|{:<8}|".format(D("1.50"), D(2)))
print(*(D(x).to_eng_string() for x in ("1E+5", "1.5E+7", "123E-10", "0E-7", "0E+7", "0E+1", "-0E+2", "NaN12", "1E-8")))
print(*(str(D(x)) for x in ("1E-6", "1E-7", "123E-8", "0.000", "0E-7", "0E+2", "-1.50E+3", "+Infinity", "-sNaN007", "1E+999999999999999999", "0001.2300")))

# expect: 1234567.891 '1,234,567.89' '1_234_567.891' '1_234_567.9' '1.235e+6' '1.234567891E+6' '123456789.1%' '+1234567.891' '00,000,001,234,567.9' '1234567.891         ' '    1234567.891     ' '+        1234567.891' '***********1,234,568' '1234567.891' '1.23e+6' '1234567.9' '1234567.891' '1234568' '1234568.' '1,234,567.891_0' '1234567.891'
# expect: -0.0001 '0.00' '-0.00' '-0.0%' '-0.0001' '-1e-4' '-1.00e-4' '-0000.0001' '-   0.0001' '---0.0001---'
# expect: 0E+3 '0' '0e+3' '0e+3' '0.00' '0.00e+5' '0%' '0e+3'
# expect: 0E-5 '0.00000' '0.00000' '0e-5' '0.00' '0.00e-3'
# expect: NaN '       NaN' '+NaN' 'NaN%' 'NaN   '
# expect: -Inf '   -Infinity' '-Infinity%' '-Infinity   ' '-Infinity'
# expect: 1E+30 '1000000000000000000000000000000' '1e+30' '1E+30' '1e+30' '1000000000000000000000000000000.00000'
# expect: 1E-10 '0.0000000001' '1e-10' '1E-10' '0.000000000100' '0.000%'
# expect: 12345678901234567890123456789012345678901234567890.5 '12345678901234567890123456789012345678901234567890' '12,345,678,901,234,567,890,123,456,789,012,345,678,901,234,567,890.5' '12345678901234567890123456789012345678901234567890.5' '0,012,345,678,901,234,567,890,123,456,789,012,345,678,901,234,567,890.5'
# expect: 2.5 '2' '2.5' '002.5' '+2'
# expect: 999.995 '1000.00' '1.00e+3' '1,000.00' '1000.0'
# expect: 6.6E-34 'NNN6.6E-34' '6.6E-34€€€€€'
# expect: '<>=10' invalid format string
# expect: 'd' invalid format string
# expect: 'x' invalid format string
# expect: '_,' invalid format string
# expect: '010<' invalid format string
# expect: '<010' invalid format string
# expect: '.' invalid format string
# expect: '1.' invalid format string
# expect: ',n' invalid format string
# expect: '5z' invalid format string
# expect: '..2f' invalid format string
# expect: '%%' invalid format string
# expect: '١٠' '       1.5'
# expect: 1.9 1e+9 1.e+9 1e+9 1E+9
# expect: 1,5 -0´012´345´67¿5
# expect: 3.142 1E+3 Decimal('1E+3')       1.50|2       |
# expect: 100E+3 15E+6 12.3E-9 0.0E-6 0.00E+9 0.00E+3 -0.0E+3 NaN12 10E-9
# expect: 0.000001 1E-7 0.00000123 0.000 0E-7 0E+2 -1.50E+3 Infinity -sNaN7 1E+999999999999999999 1.2300
