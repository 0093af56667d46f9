def f():
    try:
        try:
            print("body")  # expect: body
            raise KeyError("k")
        finally:
            print("inner finally")  # expect: inner finally
    except KeyError as e:
        print("except", e)  # expect: except 'k'
        return "ret"
    finally:
        print("outer finally")  # expect: outer finally
print(f())  # expect: ret
