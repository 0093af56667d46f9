b = bytearray(b"abc")
b[0] = 65
b.append(100)
b.extend(b"ef")
b[1:2] = b"XY"
print(b, len(b), b.pop(), b.pop(0), b)
del b[0]
b.insert(0, 33)
b += b"!!"
b.reverse()
print(b, bytes(b), b.find(b"!"), bytearray(2), bytearray("é", "latin-1"))
b.clear()
print(b)

# expect: bytearray(b'XYcde') 7 102 65 bytearray(b'XYcde')
# expect: bytearray(b'!!edcY!') b'!!edcY!' 0 bytearray(b'\x00\x00') bytearray(b'\xe9')
# expect: bytearray(b'')
