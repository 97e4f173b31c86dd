"""Many environments on the server as one VecEnv of Stable-Baselines3: one message for all their steps. Needs stable-baselines3."""

import copy
import warnings

import numpy as np
from gymnasium import logger
from gymnasium.envs.registration import EnvSpec
from gymnasium.vector.utils import batch_space, iterate
from stable_baselines3.common.preprocessing import check_for_nested_spaces
from stable_baselines3.common.vec_env import VecEnv

from unbraid_gym.errors import ConnectionLost
from unbraid_gym.group import Group, metadata_of, on_error_of, supported_mode
from unbraid_gym.masks import flat_mask
from unbraid_gym.spaces import decode_batch, decode_one, encode_batch


class UnbraidVecEnv(VecEnv):
    """`n_envs` environments of one kind, stepped together; `unbraid_gym.sb3_vec_env` makes one. Arguments as of UnbraidVectorEnv.

    It gives what a DummyVecEnv of as many UnbraidEnv gives: observations, float32 rewards, dones, `terminal_observation` and `TimeLimit.truncated` in
    infos, `reset_infos`. For returns of episodes, put VecMonitor around it.

    Raises:
        NotImplementedError: for observations in more than one level, which Stable-Baselines3 doesn't have.
    """

    def __init__(
        self,
        env_id,
        n_envs=1,
        url=None,
        token=None,
        render_mode=None,
        max_episode_steps=None,
        timeout=150.0,
        share=False,
        reconnect=30.0,
        on_error="raise",
        **arguments,
    ):
        self._group = group = Group(
            env_id,
            n_envs,
            url=url,
            token=token,
            timeout=timeout,
            autoreset="same-step",
            max_episode_steps=max_episode_steps,
            limited=True,
            arguments=arguments,
            share=share,
            reconnect=reconnect,
            on_error=on_error_of(on_error),
        )
        self._made_with = {
            **arguments,
            "env_id": env_id,
            "n_envs": n_envs,
            "url": group.url,
            "render_mode": render_mode,
            "max_episode_steps": max_episode_steps,
            "timeout": timeout,
            "share": share,
            "reconnect": reconnect,
            "on_error": on_error,
        }
        self._goes_on = on_error == "reset"
        self._warned = False
        self._step = None
        self._last = None
        # Those of the infos that came last; sb3-contrib asks for them.
        self._masks = [None] * n_envs
        mode = supported_mode(env_id, render_mode, group.frames)
        spec = EnvSpec(
            env_id,
            entry_point="unbraid_gym.env:UnbraidEnv",
            max_episode_steps=group.max_episode_steps,
            kwargs={**arguments, "env_id": env_id, "url": group.url},
        )
        self._members = [Member(self, i, spec, mode) for i in range(n_envs)]
        try:
            check_for_nested_spaces(group.observation_space)
            super().__init__(n_envs, group.observation_space, group.action_space)
        except BaseException:
            group.close()
            raise
        self.metadata = metadata_of(group.frames)

    def reset(self):
        """Begins episodes in all of them, with the seeds and options that `seed` and `set_options` gave."""
        self._step = None
        request = {}
        if any(seed is not None for seed in self._seeds):
            request["seed"] = [None if seed is None else int(seed) for seed in self._seeds]
        if any(self._options):
            request["optionsOfEach"] = [options or None for options in self._options]
        observations = self._begin(self._group.reset(**request))
        # Seeds and options are only used once.
        self._reset_seeds()
        self._reset_options()
        return observations

    def _begin(self, reply):
        self._masks = [None] * self.num_envs
        self.reset_infos = [{} for _ in range(self.num_envs)]
        for i, info in reply["infos"]:
            self.reset_infos[i] = info
            self._masks[i] = info.get("action_mask")
        return self._observations(reply)

    def step_async(self, actions):
        try:
            self._step = self._group.send(encode_batch(self.action_space, actions, self.num_envs))
        except ConnectionLost as error:
            # As where the other half finds out.
            self._step = error

    def step_wait(self):
        step, self._step = self._step, None
        if step is None:
            raise RuntimeError("unbraid_gym: step_wait comes after step_async")
        try:
            if isinstance(step, ConnectionLost):
                raise step
            reply = self._group.receive(step)
        except ConnectionLost as error:
            if not self._goes_on or self._last is None:
                raise
            return self._end_all(error)
        truncated = reply["truncations"] & ~reply["terminations"]
        infos = [{"TimeLimit.truncated": False} for _ in range(self.num_envs)]
        for i, info in reply["infos"]:
            infos[i] = self._info(i, info)
        for i in np.flatnonzero(truncated):
            infos[i]["TimeLimit.truncated"] = True
        dones = (reply["terminations"] | reply["truncations"]).view(bool)
        return self._observations(reply), reply["rewards"].astype(np.float32), dones, infos

    def _info(self, i, given):
        """What an environment says of its step, in Stable-Baselines3's terms."""
        if "final_obs" not in given:
            self._masks[i] = given.get("action_mask")
            return {**given, "TimeLimit.truncated": False}
        last, final = given.pop("final_obs"), given.pop("final_info")
        self.reset_infos[i] = given
        self._masks[i] = given.get("action_mask")
        self._warn_of(final)
        return {**final, "TimeLimit.truncated": False, "terminal_observation": decode_one(self.observation_space, last)}

    def _end_all(self, error):
        """What a step gives that finds the connection lost: the end of all episodes, and the beginnings of others."""
        said = {"error": str(error)}
        self._warn_of(said)
        lasts = iterate(batch_space(self.observation_space, self.num_envs), copy.deepcopy(self._last))
        infos = [{**said, "TimeLimit.truncated": True, "terminal_observation": last} for last in lasts]
        observations = self._begin(self._group.reset())
        return observations, np.zeros(self.num_envs, np.float32), np.ones(self.num_envs, bool), infos

    def _warn_of(self, info):
        if self._goes_on and not self._warned and "error" in info:
            self._warned = True
            logger.warn(f"an error has ended an episode, and the next is begun (told once): {info['error']}")

    def _observations(self, reply):
        observations = decode_batch(self.observation_space, reply["observations"], self.num_envs)
        if self._goes_on:
            self._last = observations
        return observations

    def close(self):
        self._group.close()

    def get_images(self):
        if self.render_mode != "rgb_array":
            warnings.warn(f"The render mode is {self.render_mode}, and images are those of `rgb_array`.", stacklevel=2)
            return [None] * self.num_envs
        return self._group.render()

    def get_attr(self, attr_name, indices=None):
        return [getattr(member, attr_name) for member in self._chosen(indices)]

    def set_attr(self, attr_name, value, indices=None):
        for member in self._chosen(indices):
            setattr(member, attr_name, value)

    def env_method(self, method_name, *method_args, indices=None, **method_kwargs):
        return [getattr(member, method_name)(*method_args, **method_kwargs) for member in self._chosen(indices)]

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False for _ in self._chosen(indices)]

    def _chosen(self, indices):
        return [self._members[i] for i in self._get_indices(indices)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __reduce__(self):
        return _again, (type(self), self._made_with)


class Member:
    """One of the environments, as far as it can be told from the others: what `get_attr`, `set_attr` and `env_method` reach."""

    def __init__(self, envs, index, spec, render_mode):
        self._envs = envs
        self._index = index
        self.spec = spec
        self.render_mode = render_mode
        self.metadata = metadata_of(envs._group.frames)
        self.observation_space = envs._group.observation_space
        self.action_space = envs._group.action_space

    @property
    def unwrapped(self):
        return self

    def action_masks(self):
        """As UnbraidEnv's."""
        return flat_mask(self.action_space, self._envs._masks[self._index])

    def reset(self, *, seed=None, options=None):
        """Begins an episode of this one, and gives its observation and info; the others go on."""
        envs, i = self._envs, self._index
        mask = [other == i for other in range(envs.num_envs)]
        seeds = {} if seed is None else {"seed": [int(seed) if chosen else None for chosen in mask]}
        reply = envs._group.reset(mask=mask, options=options or None, **seeds)
        info = dict(reply["infos"]).get(i, {})
        envs.reset_infos[i] = info
        envs._masks[i] = info.get("action_mask")
        batch = batch_space(self.observation_space, envs.num_envs)
        return list(iterate(batch, envs._observations(reply)))[i], info

    def render(self):
        return None if self.render_mode is None else self._envs._group.render()[self._index]

    def get_wrapper_attr(self, name):
        return getattr(self, name)

    def has_wrapper_attr(self, name):
        return hasattr(self, name)

    def set_wrapper_attr(self, name, value):
        setattr(self, name, value)


def _again(make, arguments):
    return make(**arguments)
