"""Environments of one kind on the server, which step together."""

import numpy as np
from gymnasium import logger

from unbraid_gym import spaces
from unbraid_gym.connection import Connection


class Group:
    """`count` environments, on a connection of their own.

    Attributes:
        observation_space, action_space: of each of them.
        frames: what they draw: "text", "image" or None.
    """

    def __init__(self, env_id, count, *, url, token, timeout, autoreset, max_episode_steps, limited, arguments=None):
        self._connection = Connection(url, token, timeout)
        # null, to the server, is no limit at all; nothing is the environment's own.
        steps = None if max_episode_steps == -1 else max_episode_steps
        given = {"arguments": {name: plain(value) for name, value in arguments.items()}} if arguments else {}
        limit = {} if limited and max_episode_steps is None else {"maxEpisodeSteps": steps}
        try:
            made = self._connection.ask("make", env=env_id, count=count, autoreset=autoreset, **limit, **given)
            self._group = made["group"]
            self.observation_space = spaces.from_description(made["observationSpace"])
            self.action_space = spaces.from_description(made["actionSpace"])
            self.frames = made["frames"]
        except BaseException:
            self._connection.close()
            raise

    def reset(self, **request):
        return self._with_masks(self._connection.ask("reset", group=self._group, **request))

    def step(self, actions):
        return self._with_masks(self._connection.ask("step", group=self._group, actions=actions))

    def _with_masks(self, reply):
        """Action masks as `action_space.sample(mask)` takes them."""
        for _, info in reply["infos"]:
            if "action_mask" in info:
                info["action_mask"] = spaces.decode_mask(self.action_space, info["action_mask"])
        return reply

    def render(self):
        """Text, or arrays of height x width x 3 bytes; None where nothing is drawn."""
        frames = self._connection.ask("render", group=self._group)["frames"]
        return [image(frame) if isinstance(frame, dict) else frame for frame in frames]

    def close(self):
        self._connection.close()


def plain(value):
    """A number as Python's own where NumPy made it, such as one of a grid of settings."""
    return value.item() if isinstance(value, np.generic) else value


def image(frame):
    """A frame of the server's as height x width x 3 bytes."""
    return frame["data"].reshape(frame["height"], frame["width"], 4)[:, :, :3].copy()


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
