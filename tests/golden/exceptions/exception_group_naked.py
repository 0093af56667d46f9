try:
    raise ValueError("solo")
except* ValueError as g:
    print(type(g).__name__, g.exceptions)  # expect: ExceptionGroup (ValueError('solo'),)
