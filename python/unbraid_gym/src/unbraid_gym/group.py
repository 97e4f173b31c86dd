"""Environments of one kind on the server, which step together."""

import numpy as np
from gymnasium import logger

from unbraid_gym import spaces
from unbraid_gym.errors import ConnectionLost
from unbraid_gym.served import Served, making_of


class Group(Served):
    """`count` environments.

    Attributes:
        observation_space, action_space: of each of them.
        frames: what they draw: "text", "image" or None.
        max_episode_steps: after which the server truncates; None for no limit.
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
        making = making_of(env_id, max_episode_steps, limited, arguments)
        making |= {"count": count, "autoreset": autoreset, "onError": on_error}
        super().__init__("make", making, url=url, token=token, timeout=timeout, share=share, reconnect=reconnect)

    def _made(self, reply):
        self.observation_space = spaces.from_description(reply["observationSpace"])
        self.action_space = spaces.from_description(reply["actionSpace"])
        self.frames = reply["frames"]
        self.max_episode_steps = reply["maxEpisodeSteps"]

    def reset(self, **request):
        """Begins episodes. Connects again where the connection is lost; raises as `Served._begin`."""
        return self._with_masks(self._begin("reset", **request))

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
        frames = self._ask("render")["frames"]
        return [image(frame) if isinstance(frame, dict) else frame for frame in frames]


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
