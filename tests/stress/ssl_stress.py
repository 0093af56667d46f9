# SPDX-License-Identifier: MIT
"""TLS: threads that share one context for handshakes, and threads that share one connection: one reads, others write."""
import os
import socket
import ssl
import threading
import test.support
from _hammer import hammer

CERTS = os.path.join(os.path.dirname(os.path.dirname(test.support.__file__)), "certdata")
client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
client.load_verify_locations(os.path.join(CERTS, "pycacert.pem"))
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain(os.path.join(CERTS, "keycert3.pem"))
names = []
server.sni_callback = lambda connection, name, context: names.append(name)


def pump(call, out, to):
    try:
        call()
        done = True
    except ssl.SSLWantReadError:
        done = False
    if out.pending:
        to.write(out.read())
    return done


def handshake(rng):
    a, b, c, d = (ssl.MemoryBIO() for _ in range(4))
    client.set_ciphers("ALL")
    one = client.wrap_bio(a, b, server_hostname="localhost")
    two = server.wrap_bio(c, d, server_side=True)
    for turn in range(10):
        if pump(one.do_handshake, b, c) & pump(two.do_handshake, d, a):
            break
    assert one.getpeercert()["subjectAltName"] == (("DNS", "localhost"),)
    assert one.context is client and two.context is server


def settings(rng):
    client.check_hostname = True
    client.set_alpn_protocols(["h2", "http/1.1"][: rng.randrange(1, 3)])
    server.set_alpn_protocols(["h2"])
    server.sni_callback = server.sni_callback
    server._msg_callback = rng.choice([None, lambda *a: None])
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    client.verify_flags &= ~ssl.VERIFY_X509_STRICT
    server.set_ciphers(rng.choice(["ALL", "DEFAULT", "ECDHE+AESGCM"]))
    assert len(server.get_ciphers()) > 3
    len(client.get_ca_certs()), server.cert_store_stats(), server.session_stats(), client.options


hammer(handshake, handshake, handshake, settings, turns=60)
print(set(names) == {"localhost"})

# ---- one connection ----
listener = socket.create_server(("127.0.0.1", 0))


def echo():
    with server.wrap_socket(listener.accept()[0], server_side=True) as s:
        while data := s.recv(65536):
            s.sendall(data)
        s.unwrap()


thread = threading.Thread(target=echo)
thread.start()
s = client.wrap_socket(socket.create_connection(listener.getsockname()), server_hostname="localhost")
WRITERS, TURNS, SIZE = 2, 60, 50000
counts = [0] * 256


def read():
    left = WRITERS * TURNS * SIZE
    buffer = bytearray(20000)
    while left:
        n = s.recv_into(buffer)
        assert n
        left -= n
        for byte in range(WRITERS):
            counts[byte] += buffer.count(byte, 0, n)


def write(byte):
    data = bytes([byte]) * SIZE
    for i in range(TURNS):
        s.sendall(data)
        s.version(), s.cipher(), s.pending(), s.getpeercert(True)


threads = [threading.Thread(target=read)] + [threading.Thread(target=write, args=(i,)) for i in range(WRITERS)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counts[:WRITERS] == [TURNS * SIZE] * WRITERS)
s.unwrap()
s.close()
thread.join()
listener.close()

# ---- one MemoryBIO ----
bio = ssl.MemoryBIO()
taken = []


def put(rng):
    bio.write(bytes(100))


def take(rng):
    taken.append(len(bio.read(rng.randrange(300))))


hammer(put, put, take, take, turns=2000)
print((sum(taken) + bio.pending) % 100)

# expect: True
# expect: True
# expect: 0
