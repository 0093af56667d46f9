def f():
    try:
        raise ValueError("first")
    except ValueError:
        raise
try:
    f()
except ValueError as e:
    print(e, e.__context__, e.__traceback__.tb_lineno, e.__traceback__.tb_next.tb_frame.f_code.co_name)

# expect: first None 7 f
