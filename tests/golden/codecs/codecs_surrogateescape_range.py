try:
    "\udc80\u20ac".encode("latin-1", "surrogateescape")
except UnicodeEncodeError as e:
    print(e.start, e.end)  # expect: 1 2
