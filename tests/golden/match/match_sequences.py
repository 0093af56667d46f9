def f(x):
    match x:
        case []: return "empty"
        case [a]: return f"one {a}"
        case [1, b]: return f"1 and {b}"
        case (a, b): return f"two {a} {b}"
        case [first, *mid, last] if len(mid) > 2: return f"long {first} {mid} {last}"
        case [first, *_]: return f"starts {first}"
        case _: return "no"
print([f(x) for x in ([], [5], [1, 2], (3, 4), [1, 2, 3], [1, 2, 3, 4, 5], "ab", {1: 2}, range(2), b"ab", iter([1]))])

# expect: ['empty', 'one 5', '1 and 2', 'two 3 4', 'starts 1', 'long 1 [2, 3, 4] 5', 'no', 'no', 'two 0 1', 'no', 'no']
