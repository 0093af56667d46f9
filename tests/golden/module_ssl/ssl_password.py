# Keys with a password: given, or asked for by a callable.
import ssl
from _tls import cert

c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
path = cert("keycert.passwd.pem")
asked = []


class Asker:
    def ask(self):
        asked.append(1)
        return b"somepass"

    def __call__(self):
        return bytearray(b"somepass")


for password in "somepass", b"somepass", bytearray(b"somepass"), lambda: "somepass", Asker().ask, Asker():
    c.load_cert_chain(path, password=password)
print(len(asked))
for password in "wrong", "x" * 1025, 5, lambda: None, lambda: "x" * 1025, lambda: 1 / 0:
    try:
        c.load_cert_chain(path, password=password)
    except Exception as e:
        print(type(e).__name__, str(e).rpartition(" (_ssl.c:")[0] or e)
c.load_cert_chain(cert("keycert3.pem"), password=lambda: print("not asked"))
# expect: 1
# expect: SSLError [SSL] PEM lib
# expect: ValueError password cannot be longer than 1024 bytes
# expect: TypeError password should be a string or callable
# expect: TypeError password callback must return a string
# expect: ValueError password cannot be longer than 1024 bytes
# expect: ZeroDivisionError division by zero
