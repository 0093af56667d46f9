# A timeout comes back as it was given.
import socket

with socket.socket() as s:
    for t in (30, 0.1, 1e-9, 12345.678, 0, None):
        s.settimeout(t)
        print(s.gettimeout(), s.getblocking())
# expect: 30.0 True
# expect: 0.1 True
# expect: 1e-09 True
# expect: 12345.678 True
# expect: 0.0 False
# expect: None True
