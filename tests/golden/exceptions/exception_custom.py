class MyError(Exception):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code
try:
    raise MyError(5)
except MyError as e:
    print(e, repr(e), e.code, e.args)
raise MyError(7)

# expect: code 5 MyError('code 5') 5 ('code 5',)
# expect-error: MyError: code 7
