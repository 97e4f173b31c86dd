"""What a client has made on a server, through the loss of its connection."""

import time
import weakref

import numpy as np

from unbraid_gym import sharing
from unbraid_gym.connection import Connection, seconds
from unbraid_gym.errors import ConnectionLost, NoReply, Unreachable

# Seconds between two tries to connect again: at first, and at most; doubled each time.
_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class Served:
    """What one request has made, on a connection of its own or, with `share`, on the one of this process. Where that is lost, the next reset makes it again.

    Attributes:
        url: of the server.
    """

    def __init__(self, do, making, *, url, token, timeout, share, reconnect):
        self._where = (url, token, timeout)
        self._share = share
        self._patience = seconds("reconnect", reconnect)
        self._closed = False
        self._making = (do, making)
        self._make(None)

    def _made(self, reply):
        """Takes what the server says of what it has made, each time that it has: for those that inherit."""
        raise NotImplementedError

    def _make(self, within):
        """Connects, and makes it there."""
        self._connection = sharing.shared(*self._where, within) if self._share else Connection(*self._where, within)
        self.url = self._connection.url
        do, making = self._making
        try:
            made = self._connection.ask(do, **making)
        except BaseException:
            if not self._share:
                self._connection.close()
            raise
        self._group = made["group"]
        self._made(made)
        if self._share:
            self._connection.users.add(self)
            # One that is dropped is closed, as with a connection of its own.
            self._dropped = weakref.finalize(self, _drop, weakref.ref(self._connection), self._group)
            self._dropped.atexit = False

    def _begin(self, do, **request):
        """Asks for a reset. Where the connection is lost, it connects again, and has `reconnect` seconds for that.

        Raises:
            Unreachable: where that is not enough.
            UnbraidError: for what the server replies.
        """
        if not self._closed and not self._connection.alive:
            self._make_again()
        try:
            return self._ask(do, **request)
        except NoReply:
            # As long again would be twice what was asked for.
            raise
        except ConnectionLost:
            if self._closed:
                raise
        self._make_again()
        return self._ask(do, **request)

    def _make_again(self):
        deadline = time.monotonic() + self._patience
        pause = _PAUSE
        while True:
            try:
                return self._make(max(deadline - time.monotonic(), _PAUSE))
            except (Unreachable, ConnectionLost) as error:
                if time.monotonic() + pause > deadline:
                    raise Unreachable(f"{error}; tried to connect again for {self._patience} s") from error
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _ask(self, do, **request):
        return self._connection.ask(do, group=self._group, **request)

    def _over(self, error):
        """What the loss of the connection means for one who is amid an episode."""
        return error if self._closed else ConnectionLost(f"{error}; the episode is over, and the next reset connects again")

    def close(self):
        """Closes the environments, and the connection with the last of those that share it. Closing twice is fine."""
        if self._closed:
            return
        self._closed = True
        users = self._connection.users
        users.discard(self)
        if not users:
            self._connection.close()
        elif self._connection.alive:
            self._dropped()


def _drop(connection, group):
    there = connection()
    if there is not None:
        there.drop(group)


def making_of(env_id, max_episode_steps, limited, arguments):
    """What every request that makes environments says. `limited` is False where nobody but `max_episode_steps` limits them."""
    # null, to the server, is no limit at all; nothing is the environment's own.
    steps = None if max_episode_steps == -1 else max_episode_steps
    given = {"arguments": {name: plain(value) for name, value in arguments.items()}} if arguments else {}
    limit = {} if limited and max_episode_steps is None else {"maxEpisodeSteps": steps}
    return {"env": env_id, **limit, **given}


def plain(value):
    """A number as Python's own where NumPy made it, such as one of a grid of settings."""
    return value.item() if isinstance(value, np.generic) else value
