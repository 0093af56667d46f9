try:
    raise ExceptionGroup("eg", [ValueError(1), KeyError("k")])
except* ValueError:
    print("handled")

# expect: handled
# expect-error:     +------------------------------------
