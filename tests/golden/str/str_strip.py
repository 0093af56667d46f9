print("  x ".strip() + "|", "xxaxx".strip("x"), "abcba".lstrip("ab"), "abcba".rstrip("ab"), "\u3000a\u3000".strip(), "prefix".removeprefix("pre"), "a.py".removesuffix(".py"))

# expect: x| a cba abc a fix a
