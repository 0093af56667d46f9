print(hex(255), oct(8), bin(5), round(2.567, 1), divmod(7, 2), pow(2, 5, 7), abs(-3), abs(3 + 4j), ascii("é"), chr(955), ord("λ"), hash(5))

# expect: 0xff 0o10 0b101 2.6 (3, 1) 4 3 5.0 '\xe9' λ 955 5
