"""Environments of one kind on the server, which step together."""

import time
import weakref

import numpy as np
from gymnasium import logger

from unbraid_gym import sharing, spaces
from unbraid_gym.connection import Connection, seconds
from unbraid_gym.errors import ConnectionLost, NoReply, Unreachable

# Seconds between two tries to connect again: at first, and at most; doubled each time.
_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class Group:
    """`count` environments, on a connection of their own or, with `share`, on the one of this process. Where that is lost, the next reset makes them again.

    Attributes:
        observation_space, action_space: of each of them.
        frames: what they draw: "text", "image" or None.
        max_episode_steps: after which the server truncates; None for no limit.
        url: of their server.
    """

    def __init__(
        self,
        env_id,
        count,
        *,
        url,
        token,
        timeout,
        autoreset,
        max_episode_steps,
        limited,
        arguments=None,
        share=False,
        reconnect=30.0,
        on_error="throw",
    ):
        self._where = (url, token, timeout)
        self._share = share
        self._patience = seconds("reconnect", reconnect)
        self._closed = False
        # null, to the server, is no limit at all; nothing is the environment's own.
        steps = None if max_episode_steps == -1 else max_episode_steps
        given = {"arguments": {name: plain(value) for name, value in arguments.items()}} if arguments else {}
        limit = {} if limited and max_episode_steps is None else {"maxEpisodeSteps": steps}
        self._making = {"env": env_id, "count": count, "autoreset": autoreset, "onError": on_error, **limit, **given}
        self._make(None)

    def _make(self, within):
        """Connects, and makes the environments there."""
        self._connection = sharing.shared(*self._where, within) if self._share else Connection(*self._where, within)
        self.url = self._connection.url
        try:
            made = self._connection.ask("make", **self._making)
        except BaseException:
            if not self._share:
                self._connection.close()
            raise
        self._group = made["group"]
        self.observation_space = spaces.from_description(made["observationSpace"])
        self.action_space = spaces.from_description(made["actionSpace"])
        self.frames = made["frames"]
        self.max_episode_steps = made["maxEpisodeSteps"]
        if self._share:
            self._connection.users.add(self)
            # One that is dropped is closed, as with a connection of its own.
            self._dropped = weakref.finalize(self, _drop, weakref.ref(self._connection), self._group)
            self._dropped.atexit = False

    def reset(self, **request):
        """Begins episodes. Where the connection is lost, it connects again, and has `reconnect` seconds for that.

        Raises:
            Unreachable: where that is not enough.
            UnbraidError: for what the server replies.
        """
        if not self._closed and not self._connection.alive:
            self._make_again()
        try:
            return self._ask("reset", **request)
        except NoReply:
            # As long again would be twice what was asked for.
            raise
        except ConnectionLost:
            if self._closed:
                raise
        self._make_again()
        return self._ask("reset", **request)

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

    def step(self, actions):
        """One step of all of them.

        Raises:
            ConnectionLost: where the connection ends, or has ended: so have their episodes, until the next reset.
            UnbraidError: for what the server replies.
        """
        return self.receive(self.send(actions))

    def send(self, actions):
        """The first half of a step; gives what `receive` takes. Raises as `step`."""
        try:
            return self._connection.send("step", group=self._group, actions=actions)
        except ConnectionLost as error:
            raise self._over(error) from error

    def receive(self, number):
        """The second half. Raises as `step`."""
        try:
            return self._with_masks(self._connection.receive(number))
        except ConnectionLost as error:
            raise self._over(error) from error

    def _over(self, error):
        return error if self._closed else ConnectionLost(f"{error}; the episode is over, and the next reset connects again")

    def _ask(self, do, **request):
        return self._with_masks(self._connection.ask(do, group=self._group, **request))

    def _with_masks(self, reply):
        """Action masks as `action_space.sample(mask)` takes them."""
        for _, info in reply["infos"]:
            for one in (info, info.get("final_info", {})):
                if "action_mask" in one:
                    one["action_mask"] = spaces.decode_mask(self.action_space, one["action_mask"])
        return reply

    @property
    def closed(self):
        return self._closed

    def snapshot(self):
        """Where the environment of a group of one stands, as bytes. Raises as `step`."""
        return self._connection.ask("snapshot", group=self._group)["snapshot"].tobytes()

    def restore(self, snapshot):
        """Takes it there; gives what a reset would."""
        return self._ask("restore", snapshot=np.frombuffer(snapshot, np.uint8))

    def render(self):
        """Text, or arrays of height x width x 3 bytes; None where nothing is drawn."""
        frames = self._connection.ask("render", group=self._group)["frames"]
        return [image(frame) if isinstance(frame, dict) else frame for frame in frames]

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


def plain(value):
    """A number as Python's own where NumPy made it, such as one of a grid of settings."""
    return value.item() if isinstance(value, np.generic) else value


def image(frame):
    """A frame of the server's as height x width x 3 bytes."""
    return frame["data"].reshape(frame["height"], frame["width"], 4)[:, :, :3].copy()


_ON_ERROR = {"raise": "throw", "reset": "reset"}


def on_error_of(given):
    """What the server calls it.

    Raises:
        ValueError: for another than "raise" and "reset".
    """
    if given in _ON_ERROR:
        return _ON_ERROR[given]
    raise ValueError(f"unbraid_gym: on_error is 'raise' or 'reset', got {given!r}")


_MODES = {"text": ["ansi"], "image": ["rgb_array"], None: []}


def metadata_of(frames):
    """Gymnasium's metadata of environments by what they draw. Decisions have no pace of their own; 4 a second can be watched."""
    return {"render_modes": _MODES[frames], "render_fps": 4}


def supported_mode(env_id, mode, frames):
    """`mode`, or None with a warning where the environment does not draw so: trainers ask for pixels of any environment."""
    if mode is None or mode in _MODES[frames]:
        return mode
    logger.warn(f"{env_id} draws by {_MODES[frames] or 'no mode'}, not by {mode!r}, and will not be rendered")
    return None
