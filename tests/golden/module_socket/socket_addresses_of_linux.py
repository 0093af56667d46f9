# Addresses of Linux's own families: what bind(), connect() and sendto() take and what they say of the rest. The socket itself is of another
# family, so that no kernel needs to have them: it refuses, once the address was understood.
import os
import socket

base = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def attempt(family, address, proto=0):
    with socket.socket(family, socket.SOCK_RAW, proto, fileno=os.dup(base.fileno())) as s:
        try:
            s.connect(address)
        except Exception as e:
            print(type(e).__name__, "understood" if isinstance(e, OSError) and e.errno in (22, 97) else e)
        else:
            print("fine")


for addr in [("lo",), ("",), "lo", (5,), ("x"*40,), ("nodev",), (b"lo",), ("lo", 1)]:
    attempt(socket.AF_CAN, addr, proto=1)
for addr in [("lo", 1, 2), ("lo",), ("", 1, 2), ("lo", "x", 2), ("lo", 2**33, 1)]:
    attempt(socket.AF_CAN, addr, proto=6)
for addr in [("lo", 1, 2, 3), ("lo", 1, 2), ("", 1, 2, 2**40), ("lo", 1, 2, 300)]:
    attempt(socket.AF_CAN, addr, proto=7)
attempt(socket.AF_CAN, ("lo",), proto=99)
for addr in [("hash", "sha256"), ("x"*20, "y"), ("hash", "y"*70), ("hash", "sha1", 1, 2), ("hash",), "x", ("hash", 5)]:
    attempt(socket.AF_ALG, addr)
for addr in [(1, 2, 3, 4), (socket.TIPC_ADDR_NAME, 1, 2, 3), (socket.TIPC_ADDR_ID, 1, 2, 3), (socket.TIPC_ADDR_NAMESEQ, 1, 2, 3, 2), (1,), "x", (9, 1, 2, 3), (1, "x", 2, 3)]:
    attempt(socket.AF_TIPC, addr)
for addr in [(1, 2), ("x", 2), (1,), "x", (-1, 2), (2**32, 1)]:
    attempt(socket.AF_QIPCRTR, addr)
for addr in [(1, 2), ("x", 2), (1,), "x", (-1, 2), (2**32, 1)]:
    attempt(socket.AF_VSOCK, addr)
for addr in [(1, 2), ("x", 2), (1,), "x", (-1, 2), (2**32, 1)]:
    attempt(socket.AF_NETLINK, addr)
for addr in [("lo", 3), ("lo", 3, 1, 1, b"abc"), ("lo", 70000), ("nope", 3), ("lo",), "x", ("lo", 3, 1, 1, b"x"*9), ("lo", "x")]:
    attempt(socket.AF_PACKET, addr)
attempt(77, ("x",))
attempt(socket.AF_UNSPEC, ("x",))
base.close()
# expect: OSError understood
# expect: OSError understood
# expect: TypeError connect(): AF_CAN address must be tuple, not str
# expect: TypeError expected str, bytes or os.PathLike object, not int
# expect: OSError AF_CAN interface name too long
# expect: OSError [Errno 19] No such device
# expect: OSError understood
# expect: TypeError AF_CAN address must be a tuple (interface, )
# expect: OSError understood
# expect: TypeError function takes exactly 3 arguments (1 given)
# expect: OSError understood
# expect: TypeError argument 2 must be int, not str
# expect: OSError understood
# expect: OSError understood
# expect: TypeError function takes exactly 4 arguments (3 given)
# expect: OSError understood
# expect: OSError understood
# expect: OSError connect(): unsupported CAN protocol
# expect: OSError understood
# expect: ValueError AF_ALG type too long.
# expect: ValueError AF_ALG name too long.
# expect: OSError understood
# expect: TypeError AF_ALG address must be a tuple (type, name[, feat[, mask]])
# expect: TypeError connect(): AF_ALG address must be tuple, not str
# expect: TypeError AF_ALG address must be a tuple (type, name[, feat[, mask]])
# expect: OSError understood
# expect: OSError understood
# expect: OSError understood
# expect: OSError understood
# expect: TypeError AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])
# expect: TypeError connect(): AF_TIPC address must be tuple, not str
# expect: TypeError Invalid address type
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: OSError understood
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: TypeError getsockaddrarg() takes exactly 2 arguments (1 given)
# expect: TypeError getsockaddrarg: AF_QIPCRTR address must be tuple, not str
# expect: OSError understood
# expect: OSError understood
# expect: OSError understood
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: TypeError getsockaddrarg() takes exactly 2 arguments (1 given)
# expect: TypeError getsockaddrarg: AF_VSOCK address must be tuple, not str
# expect: OSError understood
# expect: OSError understood
# expect: OSError understood
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: TypeError AF_NETLINK address must be a pair (pid, groups)
# expect: TypeError connect(): AF_NETLINK address must be tuple, not str
# expect: OSError understood
# expect: OSError understood
# expect: OSError understood
# expect: OSError understood
# expect: OverflowError connect(): proto must be 0-65535.
# expect: OSError [Errno 19] No such device
# expect: TypeError AF_PACKET address must be a tuple of two to five elements
# expect: TypeError connect(): AF_PACKET address must be tuple, not str
# expect: ValueError Hardware address must be 8 bytes or less
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: OSError connect(): bad family
# expect: OSError connect(): bad family
