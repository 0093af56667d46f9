# SPDX-License-Identifier: MIT
"""Datagram transports of ladon.loop.

Receiving and sending are native (the module _ladon_loop); what happens once per transport is asyncio's own code.
"""
from asyncio import selector_events

import _ladon_loop

__all__ = ("DatagramTransport",)


class DatagramTransport(selector_events._SelectorDatagramTransport):
    """A socket for datagrams: UDP, Unix, or whatever else a socket.socket can be."""

    __slots__ = ("_core",)

    def __init__(self, loop, sock, protocol, address=None, waiter=None, extra=None):
        if extra is not None and "peername" in extra:
            peer = extra["peername"]
        else:
            try:
                peer = sock.getpeername()
            except OSError:
                peer = None
        _ladon_loop._datagram_init(self, loop, sock, bool(peer))
        super().__init__(loop, sock, protocol, address, waiter, extra)


_ladon_loop._datagram_class(DatagramTransport)
