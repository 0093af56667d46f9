x = input("prompt> ")
print("got", repr(x))
try:
    input()
except EOFError as e:
    print(e)
# stdin: hello there

# expect: prompt> got 'hello there'
# expect: EOF when reading a line
