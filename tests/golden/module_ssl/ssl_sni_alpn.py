# A server name callback sees the name and changes the context; ALPN picks the server's first choice that the client has.
import ssl
from _tls import Pair, contexts

client, server = contexts()
other = contexts("keycert4.pem")[1]
client.set_alpn_protocols(["h2", "http/1.1"])
server.set_alpn_protocols(["http/1.1", "h2"])
other.set_alpn_protocols(["h2"])


def choose(connection, name, context):
    print("asked for", name, context is server, connection.server_side)
    if name == "fakehostname":
        connection.context = other


server.sni_callback = choose
for name in "localhost", "fakehostname", None:
    client.check_hostname = name is not None
    pair = Pair(client, server, name).handshake()
    print(pair.client.selected_alpn_protocol(), pair.client.getpeercert()["subject"][-1], pair.server.context is other)
server.sni_callback = lambda *a: ssl.ALERT_DESCRIPTION_ACCESS_DENIED
pair = Pair(client, server)
try:
    pair.handshake()
except ssl.SSLError as e:
    print(e.reason)
try:
    pair.client.do_handshake()
except ssl.SSLError as e:
    print(e.reason)
print(server.sni_callback is not None)
server.sni_callback = None
print(server.sni_callback)
# expect: asked for localhost True True
# expect: http/1.1 (('commonName', 'localhost'),) False
# expect: asked for fakehostname True True
# expect: h2 (('commonName', 'fakehostname'),) True
# expect: asked for None True True
# expect: http/1.1 (('commonName', 'localhost'),) False
# expect: CALLBACK_FAILED
# expect: TLSV1_ALERT_ACCESS_DENIED
# expect: True
# expect: None
