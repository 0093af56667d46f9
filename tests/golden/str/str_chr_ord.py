print(ord("a"), ord("€"), chr(97), chr(0x1F600), ord("\x00"), chr(0x10FFFF) == "\U0010ffff")

# expect: 97 8364 a 😀 0 True
