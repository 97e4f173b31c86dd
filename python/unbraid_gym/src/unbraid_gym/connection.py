"""One connection to `unbraid serve-env`."""

import os
from contextlib import ExitStack

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from unbraid_gym import wire
from unbraid_gym.errors import UnbraidError, from_reply

SUBPROTOCOL = "unbraid-env.1"
# Observations may be large; a server that one has the token of is trusted with this machine's memory.
_LARGEST_REPLY = 2**30


class Connection:
    """Asks and waits for replies. Not to be shared by threads or with a forked process.

    Args:
        url: such as `ws://127.0.0.1:8765`; default the environment variable UNBRAID_URL.
        token: what `unbraid serve-env` printed; default the environment variable UNBRAID_TOKEN.
        timeout: seconds that a reply may take.
    """

    def __init__(self, url=None, token=None, timeout=150.0):
        self.url = _given("url", url, "UNBRAID_URL")
        self._timeout = timeout
        self._asked = 0
        headers = {"Authorization": f"Bearer {_given('token', token, 'UNBRAID_TOKEN')}"}
        self._open = ExitStack()
        try:
            connecting = connect(
                self.url,
                subprotocols=[SUBPROTOCOL],
                additional_headers=headers,
                compression=None,
                max_size=_LARGEST_REPLY,
                proxy=None,
            )
            self._socket = self._open.enter_context(connecting)
        except InvalidStatus as error:
            raise UnbraidError(f"unbraid_gym: {self.url} refuses: {error.response.body.decode()}") from None
        except (OSError, WebSocketException) as error:
            raise UnbraidError(f"unbraid_gym: no connection to {self.url}: {error}") from error

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
            self.close()
            raise UnbraidError(f"unbraid_gym: no reply from {self.url} within {self._timeout} s") from None
        if "error" in reply:
            raise from_reply(reply["error"])
        return reply

    def _receive(self):
        return wire.decode(self._socket.recv(timeout=self._timeout))

    def close(self):
        """Ends the connection, and with it all its environments. Closing twice is fine."""
        self._open.close()


def _given(name, value, variable):
    found = value if value is not None else os.environ.get(variable)
    if not found:
        raise UnbraidError(f"unbraid_gym: no {name}: give {name}=… or set {variable}; `unbraid serve-env` prints it")
    return found
