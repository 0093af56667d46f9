# SPDX-License-Identifier: MIT
"""Pipe transports of ladon.loop: pipes, terminals, sockets and other descriptors that go one way.

Reading and writing are native (the module _ladon_loop); what happens once per transport is asyncio's own code.
"""
from asyncio import unix_events

import _ladon_loop

__all__ = ("ReadPipeTransport", "WritePipeTransport")


class ReadPipeTransport(unix_events._UnixReadPipeTransport):
    """The end of a pipe that is read."""

    __slots__ = ("_core",)

    def __init__(self, loop, pipe, protocol, waiter=None, extra=None):
        _ladon_loop._pipe_init(self, loop)
        super().__init__(loop, pipe, protocol, waiter, extra)

    def _read_eof(self):
        loop = self._loop
        if loop.get_debug():
            unix_events.logger.info("%r was closed by peer", self)
        self._closing = True
        loop._remove_reader(self._fileno)
        loop.call_soon(self._protocol.eof_received)
        loop.call_soon(self._call_connection_lost, None)


class WritePipeTransport(unix_events._UnixWritePipeTransport):
    """The end of a pipe that is written to."""

    __slots__ = ("_core",)

    def __init__(self, loop, pipe, protocol, waiter=None, extra=None):
        _ladon_loop._pipe_init(self, loop)
        super().__init__(loop, pipe, protocol, waiter, extra)

    # What waits is native: this says only whether there is something.
    @property
    def _buffer(self):
        return bytearray(1 if self.get_write_buffer_size() else 0)

    @_buffer.setter
    def _buffer(self, empty):
        pass

    def _flushed(self):
        self._loop._remove_reader(self._fileno)
        self._call_connection_lost(None)

    def _close(self, exc=None):
        if self._forget():
            self._loop._remove_writer(self._fileno)
        super()._close(exc)


def _pipe_warning():
    unix_events.logger.warning("pipe closed by peer or os.write(pipe, data) raised exception.")


helpers = {"_pipe_warning": _pipe_warning}
_ladon_loop._pipe_classes(ReadPipeTransport, WritePipeTransport)
