"""A WebSocket on a plain blocking socket: websockets' own protocol (its Sans-I/O layer), without its thread.

That thread costs a switch between threads for each message, which takes longer than a small model's step.
"""

import select
import socket
import ssl
import threading
import time
from collections import deque
from contextlib import suppress

from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, ConnectionClosedError
from websockets.frames import Opcode
from websockets.protocol import SEND_EOF, State
from websockets.uri import parse_uri

_CHUNK = 65536


class WebSocket:
    """One connection. One thread may send while another receives, and no more at a time.

    Args:
        url: ws:// or wss://.
        subprotocol: the only one that is offered.
        headers: of the opening request, besides those of the protocol.
        timeout: seconds that the handshake, or sending a message, may take.
        largest: bytes that a message from the server may have.

    Raises:
        OSError: where nobody listens there.
        websockets.exceptions.WebSocketException: where the other side refuses (`InvalidStatus`) or is no WebSocket.
    """

    def __init__(self, url, subprotocol, headers, timeout, largest):
        uri = parse_uri(url)
        self._timeout = timeout
        self._protocol = ClientProtocol(uri, subprotocols=[subprotocol], max_size=largest)
        # Of a message in several frames, those that have come.
        self._parts = []
        self._messages = deque()
        self._broken = False
        # The protocol answers by itself while it reads.
        self._mutex = threading.Lock()
        self._socket = socket.create_connection((uri.host, uri.port), timeout)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if uri.secure:
                self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=uri.host)
            self._readable = _waiter(self._socket)
            self._shake_hands(headers)
        except BaseException:
            self._socket.close()
            raise

    def _shake_hands(self, headers):
        request = self._protocol.connect()
        request.headers.update(headers)
        self._protocol.send_request(request)
        self._flush()
        deadline = time.monotonic() + self._timeout
        while self._protocol.state is State.CONNECTING and self._protocol.handshake_exc is None:
            self._wait(deadline)
            self._read()
        if self._protocol.handshake_exc is not None:
            raise self._protocol.handshake_exc

    def send(self, message):
        """Sends bytes as one binary message.

        Raises:
            ConnectionClosed: where the connection has ended, or ends meanwhile. One that fails in the middle is of no use any more.
        """
        if self._protocol.state is not State.OPEN:
            self.abandon()
            raise self._ended()
        try:
            with self._mutex:
                self._protocol.send_binary(message)
                self._flush()
        except OSError as error:
            # The other side may have said why before it went.
            self.look()
            self.abandon()
            raise self._ended() from error
        except BaseException:
            self.abandon()
            raise

    def receive(self, timeout):
        """The next message. One that is interrupted while it waits (Ctrl-C) has lost nothing.

        Raises:
            TimeoutError: after so many seconds.
            ConnectionClosed: where the connection has ended.
        """
        deadline = time.monotonic() + timeout
        while not self._messages:
            if self._over:
                raise self._ended()
            self._wait(deadline)
            self._read()
        return self._messages.popleft()

    def look(self):
        """Answers the other side's pings, where some have come, without waiting for anything."""
        while not self._over and self._readable(0):
            self._read()

    def close(self, timeout):
        """Ends the connection in order; the other side has `timeout` seconds to do its part."""
        deadline = time.monotonic() + timeout
        try:
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(1000)
                self._flush()
            while not self._over:
                self._wait(deadline)
                self._read()
        except (OSError, ConnectionClosed):
            pass
        finally:
            self.abandon()

    def abandon(self):
        """Ends the connection without a word, which the other side notices. It doesn't wait for anything."""
        with suppress(OSError):
            # Another thread may wait for it.
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        # An interruption may have ended the protocol's own parser, which then says StopIteration.
        with suppress(StopIteration):
            self._protocol.receive_eof()
        self._broken = self._protocol.state is not State.CLOSED

    @property
    def _over(self):
        return self._broken or self._protocol.state is State.CLOSED

    def _ended(self):
        return ConnectionClosedError(None, None) if self._broken else self._protocol.close_exc

    def _wait(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not self._readable(left):
            raise TimeoutError("timed out")

    def _read(self):
        """Takes what has come. From here on an interruption would lose a part of it, and with it everything after."""
        protocol = self._protocol
        try:
            try:
                data = self._socket.recv(_CHUNK)
            except ssl.SSLWantReadError:
                return
            except OSError:
                data = b""
            with self._mutex:
                if data:
                    protocol.receive_data(data)
                else:
                    protocol.receive_eof()
                self._flush()
                events = protocol.events_received()
            for event in events:
                self._take(event)
        except OSError:
            self.abandon()
        except BaseException:
            self.abandon()
            raise

    def _take(self, event):
        opcode = getattr(event, "opcode", None)
        if opcode is Opcode.BINARY or opcode is Opcode.CONT:
            self._parts.append(event.data)
            if event.fin:
                parts, self._parts = self._parts, []
                self._messages.append(parts[0] if len(parts) == 1 else b"".join(parts))

    def _flush(self):
        for data in self._protocol.data_to_send():
            if data is SEND_EOF:
                self._socket.shutdown(socket.SHUT_WR)
            else:
                self._socket.sendall(data)


def _waiter(connected):
    """What waits so many seconds for something to read, and says whether there is."""
    pending = getattr(connected, "pending", lambda: 0)
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(connected, select.POLLIN)
        return lambda seconds: pending() > 0 or bool(poll.poll(1000 * seconds))
    return lambda seconds: pending() > 0 or bool(select.select([connected], [], [], seconds)[0])
