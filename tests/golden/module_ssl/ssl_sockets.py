# Over loopback: blocking, with a time limit, not blocking; a writer and a reader at the same time; the end of the stream.
import socket
import ssl
import threading
from _tls import contexts

client, server = contexts()
listener = socket.create_server(("127.0.0.1", 0))


def serve():
    with server.wrap_socket(listener.accept()[0], server_side=True) as s:
        while data := s.recv(65536):
            s.sendall(data)
        s.unwrap()


thread = threading.Thread(target=serve)
thread.start()
s = client.wrap_socket(socket.create_connection(listener.getsockname()), server_hostname="localhost")
print(s.version(), s.server_hostname, s.getpeercert()["subjectAltName"])
data = bytes(range(256)) * 4096
got = bytearray()


def read():
    while len(got) < len(data):
        got.extend(s.recv(10000))


reader = threading.Thread(target=read)
reader.start()
s.sendall(data)
reader.join()
print(got == data)
s.settimeout(0.05)
try:
    s.recv(1)
except TimeoutError as e:
    print(e)
s.setblocking(False)
try:
    s.recv(1)
except ssl.SSLWantReadError as e:
    print(e.errno == ssl.SSL_ERROR_WANT_READ)
s.setblocking(True)
s.sendall(b"last")
print(s.recv(10))
plain = s.unwrap()
print(plain is s, s.recv(1))
s.close()
thread.join()
listener.close()
# expect: TLSv1.3 localhost (('DNS', 'localhost'),)
# expect: True
# expect: The read operation timed out
# expect: True
# expect: b'last'
# expect: True b''
