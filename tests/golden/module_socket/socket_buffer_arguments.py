# What receives must be writable, addresses and ancillary data have their shapes.
import socket

a, b = socket.socketpair()
with a, b:
    for call in (lambda: a.recv_into(b"x"), lambda: a.recvmsg_into([bytearray(2), b"f"]), lambda: a.recvmsg_into(5),
                 lambda: a.sendmsg([b""], [5]), lambda: a.sendmsg([b""], [(1, 2)]), lambda: socket.CMSG_LEN(-1)):
        try:
            print(call())
        except (TypeError, OverflowError) as e:
            print(type(e).__name__, e)
    b.send(b"text")
    into = bytearray(6)
    print(a.recvmsg_into([into])[0], into)
with socket.socket() as s:
    try:
        s.bind(("", -1))
    except OverflowError as e:
        print(e)
# expect: TypeError recv_into() argument 1 must be read-write bytes-like object, not bytes
# expect: TypeError recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers
# expect: TypeError recvmsg_into() argument 1 must be an iterable
# expect: TypeError [sendmsg() ancillary data items]() argument must be 3-item tuple, not int
# expect: TypeError [sendmsg() ancillary data items]() argument must be tuple of length 3, not 2
# expect: OverflowError CMSG_LEN() argument out of range
# expect: 4 bytearray(b'text\x00\x00')
# expect: bind(): port must be 0-65535.
