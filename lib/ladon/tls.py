# SPDX-License-Identifier: MIT
"""TLS transports of the native event loop: the class of what a program gets, and what happens once per connection.

Handshake, records, shutdown and flow control are native (sched/loop/tls*.c): between the socket and the protocol's own methods no Python code
runs. asyncio.sslproto does it instead where a program has a say in its steps: a context whose class or objects wrap in Python, a patched
SSLProtocol, TLS over anything but a stream transport of this loop (over TLS, for example).
"""
import warnings
from asyncio import constants, exceptions, protocols, sslproto, streams
from asyncio.log import logger

import _ladon_loop

_SSLProtocol = sslproto.SSLProtocol
if sslproto.ssl is not None:
    _wrap_bio = sslproto.ssl.SSLContext.wrap_bio
    _SSLObject = sslproto.ssl.SSLObject
    _SSLContext = sslproto.ssl.SSLContext


def is_native(sslcontext):
    """May this context's connections be native?"""
    return (isinstance(sslcontext, _SSLContext)
            and getattr(sslcontext.wrap_bio, "__func__", None) is _wrap_bio
            and sslcontext.sslobject_class is _SSLObject
            and sslproto.SSLProtocol is _SSLProtocol)


def connection(loop, protocol, sslcontext, waiter, server_side, server_hostname, handshake_timeout, shutdown_timeout, made=False):
    """(the program's transport, the protocol for the stream below it). made: the protocol had its connection_made() already."""
    if sslproto.ssl is None:
        raise RuntimeError("stdlib ssl module not available")
    if not sslcontext and sslproto.SSLProtocol is _SSLProtocol:
        sslcontext = sslproto._create_transport_context(server_side, server_hostname)
    if is_native(sslcontext):
        transport = SSLTransport(loop, protocol, sslcontext, waiter, server_side, server_hostname, handshake_timeout, shutdown_timeout, made)
        return transport, transport._ssl_protocol
    below = sslproto.SSLProtocol(loop, protocol, sslcontext, waiter, server_side, server_hostname, call_connection_made=not made,
                                 ssl_handshake_timeout=handshake_timeout, ssl_shutdown_timeout=shutdown_timeout)
    return below._app_transport, below


def take_over(below, protocol):
    """What a stream reader has read of the handshake before start_tls()."""
    reader = protocol._stream_reader if isinstance(protocol, streams.StreamReaderProtocol) else None
    if reader is not None and reader._buffer:
        below._keep(reader._buffer)
        reader._buffer.clear()


def _timeout(name, seconds, default):
    if seconds is None:
        return default
    if seconds <= 0:
        raise ValueError(f"{name} should be a positive number, got {seconds}")
    return seconds


class SSLTransport(sslproto._SSLProtocolTransport):
    """A TLS connection. Its methods for reading, writing and closing are native."""

    __slots__ = ("_core", "_info")

    def __init__(self, loop, protocol, sslcontext, waiter, server_side, server_hostname, handshake_timeout, shutdown_timeout, made):
        handshake_timeout = _timeout("ssl_handshake_timeout", handshake_timeout, constants.SSL_HANDSHAKE_TIMEOUT)
        shutdown_timeout = _timeout("ssl_shutdown_timeout", shutdown_timeout, constants.SSL_SHUTDOWN_TIMEOUT)
        ssl = sslproto.ssl
        ssl_object = sslcontext.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_side=server_side,
                                         server_hostname=server_hostname if server_hostname and not server_side else None)
        self._info = None
        _ladon_loop._tls_init(self, loop, ssl_object, ssl_object._sslobj, waiter, made, handshake_timeout, shutdown_timeout, sslcontext)
        self.set_protocol(protocol)

    def get_extra_info(self, name, default=None):
        """Get optional transport information."""
        below = self._ssl_protocol
        if name == "sslcontext":
            return below._sslcontext
        if below._made:
            ssl_object = below._sslobj
            if name == "ssl_object":
                return ssl_object
            if name in ("peercert", "cipher", "compression"):
                info = self._info
                if info is None and ssl_object is not None:
                    info = self._info = {"peercert": ssl_object.getpeercert(), "cipher": ssl_object.cipher(), "compression": ssl_object.compression()}
                return info[name] if info else default
        stream = below._transport
        return default if stream is None else stream.get_extra_info(name, default)

    def set_protocol(self, protocol):
        self._set_protocol(protocol, isinstance(protocol, protocols.BufferedProtocol))

    def write_eof(self):
        """TLS cannot close one direction: NotImplementedError."""
        raise NotImplementedError

    def can_write_eof(self):
        """Return True if this transport supports write_eof(), False if not."""
        return False

    def __del__(self, _warn=warnings.warn):
        try:
            closed = self._closed
        except (AttributeError, RuntimeError):      # __init__ failed
            return
        if not closed:
            _warn("unclosed transport <asyncio._SSLProtocolTransport object>", ResourceWarning)


# What native code calls; below is a _ladon_loop.Tls.

def _tls_debug(below, what):
    logger.debug("%r" + what, below)


def _tls_fatal(below, exc, message):
    stream = below._transport
    if stream is not None:
        stream._force_close(exc)
    if isinstance(exc, OSError):
        if below._loop.get_debug():
            logger.debug("%r: %s", below, message, exc_info=exc)
    elif not isinstance(exc, exceptions.CancelledError):
        below._loop.call_exception_handler({
            "message": message,
            "exception": exc,
            "transport": stream,
            "protocol": below,
        })


def _tls_handshake_failed(below, exc):
    verifying = isinstance(exc, sslproto.ssl.CertificateError)
    _tls_fatal(below, exc, "SSL handshake failed on verifying the certificate" if verifying else "SSL handshake failed")


def _tls_wake(waiter, exc):
    if not waiter.done():
        if exc is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(exc)


def _tls_eof_kept(below):
    logger.warning("returning true from eof_received() has no effect when using ssl")


def _tls_closed_write():
    logger.warning("SSL connection is closed")


helpers = {f.__name__: f for f in (_tls_debug, _tls_fatal, _tls_handshake_failed, _tls_wake, _tls_eof_kept, _tls_closed_write)}
_ladon_loop._tls_class(SSLTransport)
