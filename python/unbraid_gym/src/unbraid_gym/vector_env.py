"""Many environments on the server as one Gymnasium vector environment: one message for all their steps."""

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from unbraid_gym.errors import ModelError
from unbraid_gym.group import Group, metadata_of, supported_mode
from unbraid_gym.spaces import decode_batch, decode_one, encode_batch
from unbraid_gym.tokens import Spec

_AUTORESET = {
    AutoresetMode.NEXT_STEP: "next-step",
    AutoresetMode.SAME_STEP: "same-step",
    AutoresetMode.DISABLED: "disabled",
}


class UnbraidVectorEnv(Spec, VectorEnv):
    """`num_envs` environments of one kind, stepped together. Arguments as of UnbraidEnv, and:

    Args:
        autoreset_mode: what happens to an environment whose episode has ended, as Gymnasium's vector environments have it.
    """

    def __init__(
        self,
        env_id,
        num_envs=1,
        url=None,
        token=None,
        render_mode=None,
        max_episode_steps=None,
        timeout=150.0,
        autoreset_mode=AutoresetMode.NEXT_STEP,
        limited=True,
        **arguments,
    ):
        mode = AutoresetMode(autoreset_mode)
        self._group = Group(
            env_id,
            num_envs,
            url=url,
            token=token,
            timeout=timeout,
            autoreset=_AUTORESET[mode],
            max_episode_steps=max_episode_steps,
            limited=limited,
            arguments=arguments,
        )
        self.metadata = {**metadata_of(self._group.frames), "autoreset_mode": mode}
        self.render_mode = supported_mode(env_id, render_mode, self._group.frames)
        self.num_envs = num_envs
        self.single_observation_space = self._group.observation_space
        self.single_action_space = self._group.action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)

    def reset(self, *, seed=None, options=None):
        """Resets all environments, or those that a boolean array `reset_mask` in `options` chooses.

        Args:
            seed: of the first environment, the others get the numbers after it; or a list of one (or None) for each.
        """
        super().reset(seed=seed if seed is None or np.ndim(seed) == 0 else seed[0])
        request = {}
        if seed is not None:
            single = np.ndim(seed) == 0
            request["seed"] = int(seed) if single else [None if one is None else int(one) for one in seed]
        if options is not None and "reset_mask" in options:
            options = dict(options)
            request["mask"] = np.asarray(options.pop("reset_mask"), dtype=bool).tolist()
        reply = self._group.reset(options=options or None, **request)
        return self._observations(reply), self._infos(reply)

    def step(self, actions):
        try:
            reply = self._group.step(encode_batch(self.single_action_space, actions, self.num_envs))
        except ModelError as error:
            if error.results is not None:
                error.results = self._results(error.results)
            raise
        return self._results(reply)

    def _results(self, reply):
        ends = reply["terminations"].astype(bool), reply["truncations"].astype(bool)
        return self._observations(reply), reply["rewards"], *ends, self._infos(reply)

    def render(self):
        return None if self.render_mode is None else tuple(self._group.render())

    def close_extras(self, **_):
        self._group.close()

    def _observations(self, reply):
        return decode_batch(self.single_observation_space, reply["observations"], self.num_envs)

    def _infos(self, reply):
        infos = {}
        for i, info in reply["infos"]:
            if "final_obs" in info:
                info["final_obs"] = decode_one(self.single_observation_space, info["final_obs"])
            infos = self._add_info(infos, info, i)
        return infos
