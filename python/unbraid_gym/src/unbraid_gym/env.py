"""One environment on the server as a Gymnasium environment."""

import gymnasium

from unbraid_gym.errors import UnbraidError
from unbraid_gym.group import Group, metadata_of, supported_mode
from unbraid_gym.masks import flat_mask
from unbraid_gym.spaces import decode_one, encode_one
from unbraid_gym.tokens import Spec


class UnbraidEnv(Spec, gymnasium.Env):
    """An environment that `unbraid serve-env` serves.

    Args:
        env_id: such as "unbraid/Pension-v0".
        url, token: as the server printed them; default the environment variables UNBRAID_URL and UNBRAID_TOKEN.
        render_mode: "ansi" or "rgb_array", where the environment draws.
        max_episode_steps: instead of the environment's own limit; -1 for none.
        timeout: seconds that a reply may take.
        limited: False where Gymnasium limits episodes, as it does for what it makes: without `max_episode_steps` nothing else does then.
        share: True for one connection of all environments of this process that say so: one client and one thread in the server, and steps one after another.
        reconnect: seconds in which a reset has to connect again where the connection is lost.
        arguments: what the model is made with, such as `days=30`; the environment's definition says what there is.

    One that is copied (`copy.deepcopy`) or pickled is made anew, with a connection of its own or the shared one, and restored to where it stood. A pickle has no
    token: it is the one that is known where it is unpickled.

    Raises:
        UnbraidError: where the server refuses or doesn't serve the id, or the model takes no such argument.
    """

    # Of any environment; an instance's own are those that it has.
    metadata = {"render_modes": ["ansi", "rgb_array"], "render_fps": 4}

    def __init__(
        self,
        env_id,
        url=None,
        token=None,
        render_mode=None,
        max_episode_steps=None,
        timeout=150.0,
        limited=True,
        share=False,
        reconnect=30.0,
        **arguments,
    ):
        self._group = None
        self._mask = None
        self._begun = False
        self._made_with = {
            "max_episode_steps": max_episode_steps,
            "timeout": timeout,
            "limited": limited,
            "share": share,
            "reconnect": reconnect,
            "arguments": arguments,
        }
        self._env_id = env_id
        self._connect(url, token)
        self.metadata = metadata_of(self._group.frames)
        self.render_mode = supported_mode(env_id, render_mode, self._group.frames)
        self.observation_space = self._group.observation_space
        self.action_space = self._group.action_space

    def _connect(self, url, token):
        self._group = Group(self._env_id, 1, url=url, token=token, autoreset="disabled", **self._made_with)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._begun = True
        reply = self._group.reset(options=options, **({} if seed is None else {"seed": int(seed)}))
        return self._observation(reply), self._info(reply)

    def step(self, action):
        reply = self._group.step(encode_one(self.action_space, action))
        ends = bool(reply["terminations"][0]), bool(reply["truncations"][0])
        return self._observation(reply), float(reply["rewards"][0]), *ends, self._info(reply)

    def snapshot(self):
        """Where the environment stands, as bytes for `restore`.

        Raises:
            UnbraidError: before the first reset, after an error, and after 100,000 steps of one episode of a model that is restored by replay.
        """
        return self._group.snapshot()

    def restore(self, snapshot):
        """Goes there, from wherever the environment stands; gives observation and info as a reset does.

        By the model's own state where it offers that, else by a reset and all actions since, which takes as long as they took.

        Raises:
            UnbraidError: for a snapshot of another environment, or where the model doesn't come to the same observation again.
        """
        self._begun = True
        reply = self._group.restore(snapshot)
        return self._observation(reply), self._info(reply)

    def __getstate__(self):
        if self._group is None or self._group.closed:
            raise UnbraidError("unbraid_gym: an environment that is closed can't be copied or pickled")
        kept = {name: value for name, value in self.__dict__.items() if name != "_group"}
        return {**kept, "_url": self._group.url, "_stands": self.snapshot() if self._begun else None}

    def __setstate__(self, state):
        url, stands = state.pop("_url"), state.pop("_stands")
        self._group = None
        self.__dict__.update(state)
        self._connect(url, None)
        if stands is not None:
            self.restore(stands)

    def action_masks(self):
        """What is possible now, as sb3-contrib's MaskablePPO takes it: one boolean for each choice, all True where the info has no `action_mask`.

        Raises:
            TypeError: for actions that are neither Discrete, MultiDiscrete nor MultiBinary.
        """
        return flat_mask(self.action_space, self._mask)

    def render(self):
        return None if self.render_mode is None else self._group.render()[0]

    def close(self):
        if self._group is not None:
            self._group.close()

    def _observation(self, reply):
        return decode_one(self.observation_space, reply["observations"])

    def _info(self, reply):
        info = reply["infos"][0][1] if reply["infos"] else {}
        self._mask = info.get("action_mask")
        return info
