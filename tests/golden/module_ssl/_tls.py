"""What the tests of ssl share: the certificates of CPython's test suite, contexts, and a handshake in memory."""
import os
import ssl
import test.support

CERTS = os.path.join(os.path.dirname(os.path.dirname(test.support.__file__)), "certdata")


def cert(name):
    return os.path.join(CERTS, name)


def contexts(keycert="keycert3.pem"):
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cert("pycacert.pem"))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert(keycert))
    return client, server


class Pair:
    """Two ends of a connection, joined by MemoryBIOs."""

    def __init__(self, client, server, name="localhost", session=None):
        self.to_client, self.to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        from_client, from_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.pipes = [(from_client, self.to_server), (from_server, self.to_client)]
        self.client = client.wrap_bio(self.to_client, from_client, server_hostname=name, session=session)
        self.server = server.wrap_bio(self.to_server, from_server, server_side=True)

    def pump(self):
        for source, sink in self.pipes:
            if source.pending:
                sink.write(source.read())

    def run(self, *calls):
        """Runs the calls in turn until each has ended; their results."""
        results = [None] * len(calls)
        left = set(range(len(calls)))
        for turn in range(20):
            for i in sorted(left):
                try:
                    results[i] = calls[i]()
                    left.discard(i)
                except ssl.SSLWantReadError:
                    pass
                finally:
                    self.pump()
            if not left:
                return results
        raise RuntimeError("no end")

    def handshake(self):
        self.run(self.client.do_handshake, self.server.do_handshake)
        return self
