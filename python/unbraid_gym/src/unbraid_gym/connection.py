"""One connection to `unbraid serve-env`."""

import gc
import itertools
import os
import threading
import time
import weakref
from collections import deque

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from unbraid_gym import keeper, tokens, wire
from unbraid_gym.errors import ConnectionLost, NoReply, UnbraidError, Unreachable, from_reply
from unbraid_gym.websocket import WebSocket

SUBPROTOCOL = "unbraid-env.1"
# Observations may be large; a server that one has the token of is trusted with this machine's memory.
_LARGEST_REPLY = 2**30
# The server has no room for one more client, or for one more environment.
_FULL = 503
# Seconds after the end of a connection in which the server may still be closing its environments.
_CLOSING = 10.0
# Seconds that a server has to answer when a connection is closed in order; its environments end with the connection in any case.
_FAREWELL = 1.0

# When a connection of this process ended last; time.monotonic.
_last_end = float("-inf")


class Connection:
    """Asks and waits for replies. Threads may share one; a forked process may not. One that is dropped is closed.

    Args:
        url: such as `ws://127.0.0.1:8765`; default the environment variable UNBRAID_URL.
        token: what `unbraid serve-env` printed; default what this process knows of the url, then the environment variable UNBRAID_TOKEN.
        timeout: seconds that a reply may take.
        within: seconds in which it has to be there; default the timeout.

    Raises:
        Unreachable: where there is no server, or it is full.
        UnbraidError: where it refuses.
        ValueError: for a timeout that isn't a positive number.
    """

    def __init__(self, url=None, token=None, timeout=150.0, within=None):
        self.url = _given("url", url, None, "UNBRAID_URL")
        self._timeout = seconds("timeout", timeout)
        self._process = os.getpid()
        self._asked = 0
        # Of requests whose replies somebody waits for, in their order: the reply, once it is there.
        self._replies = {}
        self._sending = threading.Lock()
        # Guards the replies; one thread at a time reads from the socket, and tells the others of what has come.
        self._news = threading.Condition()
        self._reading = False
        self._packer = wire.packer()
        # Groups that were dropped; whoever speaks next says so. Finalizers must not wait for locks.
        self._dropped = deque()
        # Groups on it, where several share it.
        self.users = weakref.WeakSet()
        secret = _given("token", token, tokens.known(self.url), "UNBRAID_TOKEN")
        try:
            self._socket = self._connect(secret, self._timeout if within is None else within)
        except InvalidStatus as error:
            refusal = Unreachable if error.response.status_code == _FULL else UnbraidError
            raise refusal(f"unbraid_gym: {self.url} refuses: {bytes(error.response.body or b'').decode()}") from None
        except (OSError, WebSocketException) as error:
            raise Unreachable(f"unbraid_gym: no connection to {self.url}: {error}") from error
        tokens.remember(self.url, secret)
        # Not a method, which would keep the connection alive.
        self._abandon = weakref.finalize(self, _abandon, self._socket)
        keeper.keep(self)

    def _connect(self, secret, within):
        headers = {"Authorization": f"Bearer {secret}"}
        for tries in itertools.count():
            try:
                return WebSocket(self.url, SUBPROTOCOL, headers, within, _LARGEST_REPLY)
            except InvalidStatus as error:
                if error.response.status_code != _FULL:
                    raise
                if tries == 0:
                    # Environments that were dropped, but are in a cycle that nobody has collected yet, may be what fills it.
                    gc.collect()
                # What this process has just left, the server needs a moment to give away again.
                if time.monotonic() > _last_end + _CLOSING:
                    raise
                time.sleep(0.1)

    @property
    def alive(self):
        """Whether anything can be asked: not after `close`, and not once it is known to be lost."""
        return self._abandon.alive

    def ask(self, do, **request):
        """The reply to one request.

        Raises:
            ConnectionLost: where the connection ends, or has ended; NoReply where it was given up, since none came in time.
            UnbraidError: or one of its kinds, for what the server replies.
            TypeError: for a value that can't be sent.
        """
        return self.receive(self.send(do, **request))

    def send(self, do, **request):
        """Sends one request, and returns its number, with which somebody must `receive` the reply. Raises as `ask`."""
        if os.getpid() != self._process:
            raise UnbraidError("unbraid_gym: this connection belongs to the process that this one was forked from; make another")
        with self._sending:
            while self._dropped:
                self._write("close", {"group": self._dropped.popleft()})
            self._asked += 1
            number = self._asked
            with self._news:
                self._replies[number] = None
            try:
                self._write(do, request, number)
            except BaseException:
                with self._news:
                    del self._replies[number]
                raise
        return number

    def _write(self, do, request, number=0):
        message = self._packer.pack({"id": number, "do": do, **request})
        try:
            self._socket.send(message)
        except ConnectionClosed as error:
            raise self._lost(error) from error

    def receive(self, number):
        """The reply to the request of that number. Raises as `ask`."""
        with self._news:
            try:
                while self._replies[number] is None:
                    self._read_or_wait()
                reply = self._replies[number]
            finally:
                del self._replies[number]
        if "error" in reply:
            raise from_reply(reply)
        return reply

    def _read_or_wait(self):
        """What one who waits for a reply, and holds the lock, does: reads, or lets another read."""
        if self._reading:
            self._news.wait()
            return
        self._reading = True
        self._news.release()
        reply = None
        try:
            reply = self._receive()
        except ConnectionClosed as error:
            raise self._lost(error) from error
        except TimeoutError:
            # At once: a server that doesn't reply wouldn't say farewell either.
            self._abandon()
            raise NoReply(
                f"unbraid_gym: no reply from {self.url} within {self._timeout} s, so the connection is given up"
            ) from None
        finally:
            self._news.acquire()
            self._reading = False
            self._news.notify_all()
            if reply is not None:
                self._hand_over(reply)

    def _hand_over(self, reply):
        """To whoever asked; a reply to no request is for the oldest. One that nobody waits for any more, since Ctrl-C ended the wait, is dropped."""
        number = reply["id"]
        if number is None:
            number = next((asked for asked, known in self._replies.items() if known is None), None)
        if number in self._replies:
            self._replies[number] = reply

    def _receive(self):
        return wire.decode(self._socket.receive(self._timeout))

    def _lost(self, error):
        self._abandon()
        reason = (error.rcvd.reason or f"code {error.rcvd.code}") if error.rcvd else "without a word"
        return ConnectionLost(f"unbraid_gym: the connection to {self.url} has ended: {reason}")

    def drop(self, group):
        """Closes a group of environments, as soon as somebody speaks next. It doesn't wait for anything, so that finalizers may call it."""
        self._dropped.append(group)

    def keep(self):
        """Answers the server's pings and passes on what was dropped, where nobody else is at the connection right now."""
        if not self._sending.acquire(blocking=False):
            return
        try:
            with self._news:
                if not self.alive or self._reading or os.getpid() != self._process:
                    return
                while self._dropped:
                    self._write("close", {"group": self._dropped.popleft()})
                self._socket.look()
        except UnbraidError:
            # Whoever asks next hears of it.
            pass
        finally:
            self._sending.release()

    def close(self):
        """Ends the connection, and with it all its environments. Closing twice is fine."""
        if self._abandon.detach() is None or os.getpid() != self._process:
            return
        _note_end()
        with self._sending:
            if self._reading:
                # Another thread waits for a reply, and hears of it.
                self._socket.abandon()
            else:
                self._socket.close(_FAREWELL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _abandon(socket):
    """Ends a connection without a word, which the server notices. It doesn't wait for anything."""
    _note_end()
    socket.abandon()


def _note_end():
    global _last_end
    _last_end = time.monotonic()


def _given(name, value, known, variable):
    found = value if value is not None else known or os.environ.get(variable)
    if not found:
        raise UnbraidError(f"unbraid_gym: no {name}: give {name}=… or set {variable}; `unbraid serve-env` prints it")
    return found


def seconds(name, given):
    """`given`, a positive number of seconds.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(given, (int, float)) and not isinstance(given, bool) and 0 < given < float("inf"):
        return given
    raise ValueError(f"unbraid_gym: {name} is a positive number of seconds, got {given!r}")
