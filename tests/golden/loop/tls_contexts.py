# SPDX-License-Identifier: MIT
# What contexts can do, through the event loop: server names, ALPN, sessions taken up again, pre-shared keys, the key log, client
# certificates; and contexts whose subclass has a say in the records.
# timeout: 60
import asyncio
import os
import ssl
import tempfile

from _faults import complaints, contexts
from _tls import cert

told = []


class Facts:
    """What a transport says while it is open."""

    def __init__(self, transport):
        self.info = {name: transport.get_extra_info(name) for name in ("ssl_object", "sslcontext", "cipher", "peercert")}
        self.get_extra_info = self.info.get


async def exchange(client, server, data=b"hello", name="localhost", keep=None):
    """Sends data through an echo server; (did it come back, facts of the client's end, of the server's)."""
    ends = asyncio.get_running_loop().create_future()

    async def echo(reader, writer):
        ends.set_result(Facts(writer.transport))
        writer.write(await reader.readexactly(len(data)))
        writer.close()
    s = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=server)
    reader, writer = await asyncio.open_connection(*s.sockets[0].getsockname(), ssl=client, server_hostname=name)
    if keep:
        keep(writer)
    writer.write(data)
    try:
        back = await reader.read(-1)
        facts = Facts(writer.transport)
    finally:
        writer.close()
        s.close()
    await writer.wait_closed()
    await s.wait_closed()
    return back == data, facts, await ends


async def main():
    told.extend([complaints(asyncio.get_running_loop())])
    # Server names: another context takes over; the callback sees the transport's own object.
    client, server = contexts()
    other = contexts()[1]
    seen = []

    def sni(sslobj, name, context):
        seen.append((type(sslobj).__name__, name, context is server))
        sslobj.context = other
        faces.append(sslobj)
    faces = []
    server.sni_callback = sni
    ok, c, s = await exchange(client, server)
    print(ok, seen, s.get_extra_info("ssl_object") is faces[0], faces[0].context is other, s.get_extra_info("sslcontext") is server)
    # expect: True [('SSLObject', 'localhost', True)] True True True
    server.sni_callback = lambda *a: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    try:
        await exchange(client, server)
    except (ssl.SSLError, ConnectionResetError) as e:      # the server goes without sending the alert
        print("refused")                                    # expect: refused

    # ALPN.
    client, server = contexts()
    client.set_alpn_protocols(["h2", "http/1.1"])
    server.set_alpn_protocols(["http/1.1"])
    ok, c, s = await exchange(client, server)
    print(ok, c.get_extra_info("ssl_object").selected_alpn_protocol(), s.get_extra_info("ssl_object").selected_alpn_protocol())    # expect: True http/1.1 http/1.1

    # Sessions, of TLS 1.2 and of 1.3, whose tickets come behind the handshake.
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        client, server = contexts()
        client.maximum_version = client.minimum_version = version
        ok, c, s = await exchange(client, server)
        session = c.get_extra_info("ssl_object").session
        sessions = []

        class Again(ssl.SSLContext):
            def _wrap_bio(self, *args, session=None, **kwargs):
                return super()._wrap_bio(*args, session=sessions[0] if sessions else None, **kwargs)
        again = Again(ssl.PROTOCOL_TLS_CLIENT)
        again.load_verify_locations(cert("pycacert.pem"))
        again.maximum_version = again.minimum_version = version
        ok, c, s = await exchange(again, server)
        sessions.append(c.get_extra_info("ssl_object").session)
        ok, c, s = await exchange(again, server)
        print(ok, session.has_ticket, c.get_extra_info("ssl_object").session_reused, c.get_extra_info("ssl_object").version())
    # expect: True True True TLSv1.2
    # expect: True True True TLSv1.3

    # The key log, and pre-shared keys.
    with tempfile.TemporaryDirectory() as folder:
        client, server = contexts()
        client.keylog_filename = os.path.join(folder, "keys")
        print((await exchange(client, server))[0], sum(1 for line in open(client.keylog_filename) if "SECRET" in line) >= 4)      # expect: True True
    client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    for x in (client, server):
        x.set_ciphers("PSK")
    client.set_psk_client_callback(lambda hint: ("me", b"secret"))
    server.set_psk_server_callback(lambda identity: b"secret" if identity == "me" else b"")
    ok, c, s = await exchange(client, server)
    print(ok, "PSK" in c.get_extra_info("cipher")[0], c.get_extra_info("peercert"))                                               # expect: True True None

    # A client's certificate.
    client, server = contexts()
    client.load_cert_chain(cert("keycert3.pem"))
    server.load_verify_locations(cert("pycacert.pem"))
    server.verify_mode = ssl.CERT_REQUIRED
    ok, c, s = await exchange(client, server)
    print(ok, dict(x[0] for x in s.get_extra_info("peercert")["subject"])["commonName"])                                           # expect: True localhost

    # Subclasses in Python see every record.
    class Seen(ssl.SSLObject):
        count = 0

        def read(self, *args):
            Seen.count += 1
            return super().read(*args)

    class Wraps(ssl.SSLContext):
        def wrap_bio(self, *args, **kwargs):
            Seen.count += 1000
            return super().wrap_bio(*args, **kwargs)
    client, server = contexts()
    client.sslobject_class = Seen
    print((await exchange(client, server))[0], 0 < Seen.count < 100)            # expect: True True
    wraps = Wraps(ssl.PROTOCOL_TLS_SERVER)
    wraps.load_cert_chain(cert("keycert3.pem"))
    client, server = contexts()
    print((await exchange(client, wraps))[0], Seen.count >= 1000)               # expect: True True
    print(told)                                                                 # expect: [[]]


asyncio.run(main())
