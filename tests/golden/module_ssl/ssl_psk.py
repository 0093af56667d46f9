# Pre-shared keys: both callbacks get what the other side says.
import ssl
from _tls import Pair

client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
client.check_hostname = False
client.verify_mode = ssl.CERT_NONE
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
for c in client, server:
    c.maximum_version = ssl.TLSVersion.TLSv1_2
    c.set_ciphers("PSK")
client.set_psk_client_callback(lambda hint: print("hint", hint) or ("me", b"\x01\x02"))
server.set_psk_server_callback(lambda identity: print("identity", identity) or b"\x01\x02", "who")
pair = Pair(client, server).handshake()
print(pair.client.version(), pair.client.getpeercert())
client.set_psk_client_callback(lambda hint: (None, b"\x03"))
try:
    Pair(client, server).handshake()
except ssl.SSLError as e:
    print(e.library, e.reason is not None)
# expect: hint who
# expect: identity me
# expect: TLSv1.2 None
# expect: identity None
# expect: SSL True
