try:
    raise FileNotFoundError(2, "gone")
except OSError as e:
    print("os", type(e).__name__)  # expect: os FileNotFoundError
except FileNotFoundError:
    print("never")
try:
    raise KeyboardInterrupt
except BaseException as e:
    print("base", type(e).__name__)  # expect: base KeyboardInterrupt
