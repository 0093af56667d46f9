# Byte order functions and interface indices take unsigned numbers of their width.
import socket

for f in socket.htons, socket.ntohl, socket.if_indextoname:
    for v in -1, -1 << 1000, 1 << 32, 1 << 1000, "x":
        try:
            print(f.__name__, f(v))
        except (ValueError, OverflowError, TypeError) as e:
            print(f.__name__, type(e).__name__, e)
print(socket.ntohs(socket.htons(258)), socket.ntohl(socket.htonl(1 << 31)))
# expect: htons ValueError Cannot convert negative int
# expect: htons ValueError Cannot convert negative int
# expect: htons OverflowError Python int too large for C uint16_t
# expect: htons OverflowError Python int too large for C uint16_t
# expect: htons TypeError 'str' object cannot be interpreted as an integer
# expect: ntohl ValueError Cannot convert negative int
# expect: ntohl ValueError Cannot convert negative int
# expect: ntohl OverflowError Python int too large for C uint32_t
# expect: ntohl OverflowError Python int too large for C uint32_t
# expect: ntohl TypeError 'str' object cannot be interpreted as an integer
# expect: if_indextoname ValueError Cannot convert negative int
# expect: if_indextoname ValueError Cannot convert negative int
# expect: if_indextoname OverflowError Python int too large for C unsigned int
# expect: if_indextoname OverflowError Python int too large for C unsigned int
# expect: if_indextoname TypeError 'str' object cannot be interpreted as an integer
# expect: 258 2147483648
