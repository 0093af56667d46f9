# The message callback sees both directions, what it raises ends the call; the key log is written.
import os
import ssl
from _tls import Pair, contexts

client, server = contexts()
seen = []
client._msg_callback = lambda conn, direction, version, content, message, data: seen.append((direction, content.name, getattr(message, "name", message)))
client.keylog_filename = "keys.txt"
pair = Pair(client, server).handshake()
print(seen[0], seen[1])
print(("read", "HANDSHAKE", "SERVER_HELLO") in seen, ("write", "HANDSHAKE", "FINISHED") in seen)
lines = open("keys.txt").read().splitlines()
print(lines[0].startswith("# TLS secrets log file"), sorted({line.split()[0] for line in lines[1:]}))
client.keylog_filename = None
print(client.keylog_filename, os.path.getsize("keys.txt") > 0)


def fail(*args):
    raise KeyError("in the callback")


client._msg_callback = fail
try:
    Pair(client, server).handshake()
except KeyError as e:
    print("KeyError", e)
client._msg_callback = None
Pair(client, server).handshake()
# expect: ('write', 'HEADER', 'HANDSHAKE') ('write', 'HANDSHAKE', 'CLIENT_HELLO')
# expect: True True
# expect: True ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'CLIENT_TRAFFIC_SECRET_0', 'EXPORTER_SECRET', 'SERVER_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_TRAFFIC_SECRET_0']
# expect: None True
# expect: KeyError 'in the callback'
