def f(*a):
    raise ValueError
def g():
    return f(
        1,
        2,
    )
try:
    g()
except ValueError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_lineno, tb.tb_frame.f_code.co_name, tb.tb_frame.f_lineno)
        tb = tb.tb_next

# expect: 9 <module> 13
# expect: 4 g 4
# expect: 2 f 2
