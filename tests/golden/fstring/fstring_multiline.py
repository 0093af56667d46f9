x = 3
print(f"""a
{
    x
    + 1   # a comment
}
b""")
print(f"{x
}")

# expect: a
# expect: 4
# expect: b
# expect: 3
