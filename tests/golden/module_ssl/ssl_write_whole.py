# write() takes all it is given, however many records that makes; what does not block comes back for the rest with the same bytes.
import os, socket, ssl, sys
sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
from _tls import contexts

client_context, server_context = contexts()
c_in, c_out, s_in, s_out = (ssl.MemoryBIO() for _ in range(4))
client = client_context.wrap_bio(c_in, c_out, server_hostname="localhost")
server = server_context.wrap_bio(s_in, s_out, server_side=True)
for _ in range(3):
    for side in (client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
        s_in.write(c_out.read())
        c_in.write(s_out.read())
data = os.urandom(1_000_000)
print(server.write(data))                   # expect: 1000000
c_in.write(s_out.read())
got = b""
while len(got) < len(data):
    got += client.read(1 << 20)
print(got == data)                          # expect: True

a, b = socket.socketpair()
with a, b:
    a.setblocking(False)
    b.setblocking(False)
    a = client_context.wrap_socket(a, server_hostname="localhost", do_handshake_on_connect=False)
    b = server_context.wrap_socket(b, server_side=True, do_handshake_on_connect=False)
    for _ in range(6):
        for side in (a, b):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
    got, sent, waits = b"", None, 0
    while sent is None or len(got) < len(data):
        if sent is None:
            try:
                sent = a.send(data)
            except ssl.SSLWantWriteError:
                waits += 1
        try:
            got += b.recv(1 << 20)
        except ssl.SSLWantReadError:
            pass
    print(sent, waits > 0, got == data)     # expect: 1000000 True True
    a.close()
    b.close()
