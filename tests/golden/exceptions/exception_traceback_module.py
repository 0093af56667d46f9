import traceback
def f(): g()
def g(): raise ValueError("deep")
try:
    f()
except ValueError as e:
    print([fr.name for fr in traceback.extract_tb(e.__traceback__)], traceback.format_exception_only(e))
    print(traceback.format_exc().splitlines()[-1], len(traceback.format_exc().splitlines()))

# expect: ['<module>', 'f', 'g'] ['ValueError: deep\n']
# expect: ValueError: deep 11
