# SPDX-License-Identifier: MIT
# What a TLS transport tells about itself, and what it refuses.
import asyncio
import ssl

from _faults import contexts

CLIENT, SERVER = contexts()


class P(asyncio.Protocol):
    def __init__(self):
        self.made, self.lost, self.data = (asyncio.get_running_loop().create_future() for _ in range(3))

    def connection_made(self, transport):
        self.transport = transport
        self.made.set_result(None)

    def data_received(self, data):
        self.data.set_result(data)

    def connection_lost(self, exc):
        self.lost.set_result(exc)


def says(f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except Exception as e:
        print(type(e).__name__, e)


async def main():
    loop = asyncio.get_running_loop()
    accepted = []

    def factory():
        accepted.append(P())
        return accepted[-1]
    server = await loop.create_server(factory, "127.0.0.1", 0, ssl=SERVER)
    address = server.sockets[0].getsockname()
    t, p = await loop.create_connection(P, *address, ssl=CLIENT, server_hostname="localhost")
    await accepted[0].made
    s = accepted[0].transport
    print(isinstance(t, asyncio.Transport), isinstance(t, asyncio.sslproto._SSLProtocolTransport))  # expect: True True
    for x in (t, s):
        print(x.get_extra_info("sslcontext") is (CLIENT if x is t else SERVER), x.get_extra_info("compression"), x.get_extra_info("nothing", 7))
        print(x.get_extra_info("cipher") == x.get_extra_info("ssl_object").cipher(), type(x.get_extra_info("peercert")).__name__)
        print(x.get_extra_info("peername") == (address if x is t else t.get_extra_info("sockname")), x.get_extra_info("socket").fileno() > 0)
    # expect: True None 7
    # expect: True dict
    # expect: True True
    # expect: True None 7
    # expect: True NoneType
    # expect: True True
    o = t.get_extra_info("ssl_object")
    print(type(o) is ssl.SSLObject, o.version(), o.server_side, o.server_hostname, o.context is CLIENT, o.selected_alpn_protocol(), o.pending(), o.session_reused)
    # expect: True TLSv1.3 False localhost True None 0 False
    print(dict(x[0] for x in o.getpeercert()["subject"])["commonName"], len(o.getpeercert(True)) > 500, len(o.get_verified_chain()))  # expect: localhost True 2
    print(o.get_channel_binding() is not None, s.get_extra_info("ssl_object").shared_ciphers() is not None)                         # expect: True True

    print(t.get_protocol() is p, t.is_closing(), t.is_reading(), t.can_write_eof())     # expect: True False True False
    says(t.write_eof)                                                                   # expect: NotImplementedError
    says(t.write, "text")                   # expect: TypeError data: expecting a bytes-like instance, got str
    print(t.get_write_buffer_limits(), t.get_read_buffer_limits())                      # expect: (131072, 524288) (65536, 262144)
    t.set_write_buffer_limits(high=1000)
    t.set_read_buffer_limits(low=1000)
    print(t.get_write_buffer_limits(), t.get_read_buffer_limits())                      # expect: (250, 1000) (1000, 4000)
    says(t.set_write_buffer_limits, high=1, low=2)                                      # expect: ValueError high (1) must be >= low (2) must be >= 0
    says(t.set_read_buffer_limits, high=-1)                                             # expect: ValueError high (-1) must be >= low (-1) must be >= 0
    print(t.get_write_buffer_size(), t.get_read_buffer_size())                          # expect: 0 0
    t.pause_reading()
    t.pause_reading()
    print(t.is_reading())                                                               # expect: False
    t.resume_reading()
    t.resume_reading()

    q = P()
    t.set_protocol(q)
    s.write(b"")
    s.writelines([])
    s.writelines([b"to ", bytearray(b"the "), memoryview(b"other")])
    print(await q.data, t.get_protocol() is q)                                          # expect: b'to the other' True
    t.close()
    t.write(b"nobody takes it")
    print(t.is_closing(), await q.lost, await accepted[0].lost)                         # expect: True None None
    print(s.is_closing(), s.get_protocol(), s.get_extra_info("cipher") is not None, s.get_extra_info("peername"))  # expect: True None True None
    s.close()
    s.abort()

    for name, value in (("ssl_handshake_timeout", 0), ("ssl_shutdown_timeout", -1)):
        for make in (lambda **k: loop.create_connection(P, *address, ssl=CLIENT, server_hostname="localhost", **k),
                     lambda **k: loop.create_connection(P, *address, **k)):
            try:
                await make(**{name: value})
            except Exception as e:
                print(type(e).__name__, e)
    # expect: ValueError ssl_handshake_timeout should be a positive number, got 0
    # expect: ValueError ssl_handshake_timeout is only meaningful with ssl
    # expect: ValueError ssl_shutdown_timeout should be a positive number, got -1
    # expect: ValueError ssl_shutdown_timeout is only meaningful with ssl
    server.close()
    await server.wait_closed()


asyncio.run(main())
