try:
    raise ValueError("x").with_traceback(None)
except ValueError as e:
    tb = e.__traceback__
    e2 = KeyError("y").with_traceback(tb)
    print(e2.__traceback__ is tb, tb.tb_lineno)  # expect: True 2
