def f(k):
    try:
        if k == 1: raise ValueError("v")
        if k == 2: return "returned"
        if k == 3: {}["x"]
    except ValueError as e:
        return f"caught {e}"
    except (KeyError, IndexError) as e:
        return f"lookup {e!r}"
    else:
        return "else"
    finally:
        print("finally", end=" ")
for k in range(4):
    print(f(k))

# expect: finally else
# expect: finally caught v
# expect: finally returned
# expect: finally lookup KeyError('x')
