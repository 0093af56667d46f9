# A handshake over two MemoryBIOs, data both ways, and an orderly end.
from _tls import Pair, contexts

pair = Pair(*contexts()).handshake()
print(pair.client.version(), pair.server.version(), pair.client.cipher()[1:])
pair.client.write(b"question " * 3)
pair.pump()
print(pair.server.read(8), pair.server.pending(), pair.server.read())
pair.server.write(memoryview(b"answer"))
pair.pump()
into = bytearray(10)
print(pair.client.read(4, into), into, pair.client.read(1), pair.client.read(5))
pair.client.write(b"")
pair.run(pair.client.unwrap, pair.server.unwrap)
print(pair.client.selected_alpn_protocol(), pair.client.compression(), pair.client.shared_ciphers(), len(pair.server.shared_ciphers()) > 0)
# expect: TLSv1.3 TLSv1.3 ('TLSv1.3', 256)
# expect: b'question' 19 b' question question '
# expect: 4 bytearray(b'answ\x00\x00\x00\x00\x00\x00') b'e' b'r'
# expect: None None None True
