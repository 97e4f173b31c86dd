"""One connection to `unbraid serve-env`."""

import gc
import itertools
import os
import time
import weakref
from contextlib import ExitStack

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from unbraid_gym import tokens, wire
from unbraid_gym.errors import UnbraidError, from_reply

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
    """Asks and waits for replies. Not to be shared by threads or with a forked process. One that is dropped is closed.

    Args:
        url: such as `ws://127.0.0.1:8765`; default the environment variable UNBRAID_URL.
        token: what `unbraid serve-env` printed; default what this process knows of the url, then the environment variable UNBRAID_TOKEN.
        timeout: seconds that a reply may take.

    Raises:
        UnbraidError: where there is no server, or it refuses.
        ValueError: for a timeout that isn't a positive number.
    """

    def __init__(self, url=None, token=None, timeout=150.0):
        self.url = _given("url", url, None, "UNBRAID_URL")
        self._timeout = _seconds(timeout)
        self._asked = 0
        self._open = ExitStack()
        secret = _given("token", token, tokens.known(self.url), "UNBRAID_TOKEN")
        try:
            self._socket = self._connect(secret)
        except InvalidStatus as error:
            raise UnbraidError(f"unbraid_gym: {self.url} refuses: {error.response.body.decode()}") from None
        except (OSError, WebSocketException) as error:
            raise UnbraidError(f"unbraid_gym: no connection to {self.url}: {error}") from error
        tokens.remember(self.url, secret)
        # Not a method, which would keep the connection alive.
        self._abandon = weakref.finalize(self, _abandon, self._socket)

    def _connect(self, secret):
        for tries in itertools.count():
            try:
                connecting = connect(
                    self.url,
                    subprotocols=[SUBPROTOCOL],
                    additional_headers={"Authorization": f"Bearer {secret}"},
                    compression=None,
                    max_size=_LARGEST_REPLY,
                    proxy=None,
                    open_timeout=self._timeout,
                    close_timeout=_FAREWELL,
                )
                return self._open.enter_context(connecting)
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

    def ask(self, do, **request):
        """The reply to one request.

        Raises:
            UnbraidError: or one of its kinds, for what the server replies, and where the connection ends.
            TypeError: for a value that can't be sent.
        """
        self._asked += 1
        message = wire.encode({"id": self._asked, "do": do, **request})
        try:
            self._socket.send(message)
            reply = self._receive()
            # Replies that nobody waited for, since Ctrl-C ended the wait, come first.
            while reply["id"] not in (None, self._asked):
                reply = self._receive()
        except ConnectionClosed as error:
            reason = error.rcvd.reason if error.rcvd else "without a word"
            raise UnbraidError(f"unbraid_gym: the connection to {self.url} has ended: {reason}") from error
        except TimeoutError:
            # At once: a server that doesn't reply wouldn't say farewell either.
            self._abandon()
            raise UnbraidError(f"unbraid_gym: no reply from {self.url} within {self._timeout} s") from None
        if "error" in reply:
            raise from_reply(reply)
        return reply

    def _receive(self):
        return wire.decode(self._socket.recv(timeout=self._timeout))

    def close(self):
        """Ends the connection, and with it all its environments. Closing twice is fine."""
        if self._abandon.detach() is not None:
            _note_end()
            self._open.close()


def _abandon(socket):
    """Ends a connection without a word, which the server notices. It doesn't wait for anything."""
    _note_end()
    socket.close_socket()


def _note_end():
    global _last_end
    _last_end = time.monotonic()


def _given(name, value, known, variable):
    found = value if value is not None else known or os.environ.get(variable)
    if not found:
        raise UnbraidError(f"unbraid_gym: no {name}: give {name}=… or set {variable}; `unbraid serve-env` prints it")
    return found


def _seconds(timeout):
    if isinstance(timeout, (int, float)) and not isinstance(timeout, bool) and 0 < timeout < float("inf"):
        return timeout
    raise ValueError(f"unbraid_gym: timeout is a positive number of seconds, got {timeout!r}")
