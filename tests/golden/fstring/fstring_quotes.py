d = {"k": "v"}
print(f"{d["k"]} {d['k']} {"\n".join(["a", "b"])!r} {'\''}")  # expect: v v 'a\nb' '
