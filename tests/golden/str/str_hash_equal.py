print(hash("") == hash(b"") or True, hash("abc") == hash("abc"), len({"a", "a", "b"}))  # expect: True True 2
