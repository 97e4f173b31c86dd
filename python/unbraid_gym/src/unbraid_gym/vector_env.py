"""Many environments on the server as one Gymnasium vector environment: one message for all their steps."""

import copy

import numpy as np
from gymnasium import logger
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space, iterate

from unbraid_gym.errors import ConnectionLost, ModelError
from unbraid_gym.group import Group, metadata_of, on_error_of, supported_mode
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
        on_error: "raise" where an environment's model fails, or the connection is lost; "reset" to end the episodes it meets as truncated, with
            `infos["error"]`, and go on by autoreset. The first of them is warned of.

    One that is pickled is made anew where it is unpickled, with the token that is known there.
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
        share=False,
        reconnect=30.0,
        on_error="raise",
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
            share=share,
            reconnect=reconnect,
            on_error=on_error_of(on_error),
        )
        self._made_with = {
            **arguments,
            "env_id": env_id,
            "num_envs": num_envs,
            "url": self._group.url,
            "render_mode": render_mode,
            "max_episode_steps": max_episode_steps,
            "timeout": timeout,
            "autoreset_mode": mode,
            "limited": limited,
            "share": share,
            "reconnect": reconnect,
            "on_error": on_error,
        }
        self._goes_on = on_error == "reset"
        self._warned = False
        # Where the connection was lost: what is to be reset in the next step.
        self._lost = False
        self._last = None
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
        self._lost = False
        return self._observations(reply), self._infos(reply)

    def step(self, actions):
        if self._lost and self.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP:
            return self._begin_again()
        try:
            reply = self._group.step(encode_batch(self.single_action_space, actions, self.num_envs))
        except ModelError as error:
            if error.results is not None:
                error.results = self._results(error.results)
            raise
        except ConnectionLost as error:
            if not self._goes_on or self._last is None:
                raise
            return self._end_all(error)
        return self._results(reply)

    def _results(self, reply):
        # Bytes of 0 and 1 are booleans as they are.
        ends = reply["terminations"].view(bool), reply["truncations"].view(bool)
        return self._observations(reply), reply["rewards"], *ends, self._infos(reply)

    def _end_all(self, error):
        """What a step gives that finds the connection lost: the end of all episodes, as autoreset shows it."""
        self._lost = True
        said = {"error": str(error)}
        self._warn_once(str(error))
        if self.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP:
            finals = list(iterate(self.observation_space, copy.deepcopy(self._last)))
            observations, rewards, *ends, infos = self._begin_again()
            for i, final in enumerate(finals):
                infos = self._add_info(infos, {"final_obs": final, "final_info": said}, i)
        else:
            observations, rewards, ends, infos = copy.deepcopy(self._last), np.zeros(self.num_envs), [self._none(), self._none()], {}
            for i in range(self.num_envs):
                infos = self._add_info(infos, said, i)
        return observations, rewards, ends[0], ~ends[1], infos

    def _begin_again(self):
        """A step that resets all."""
        observations, infos = self.reset()
        return observations, np.zeros(self.num_envs), self._none(), self._none(), infos

    def _none(self):
        return np.zeros(self.num_envs, bool)

    def _warn_once(self, error):
        if not self._warned:
            logger.warn(f"an error has ended an episode, and the next is begun (told once): {error}")
        self._warned = True

    def render(self):
        return None if self.render_mode is None else tuple(self._group.render())

    def close_extras(self, **_):
        self._group.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __reduce__(self):
        return _again, (type(self), self._made_with)

    def _observations(self, reply):
        observations = decode_batch(self.single_observation_space, reply["observations"], self.num_envs)
        if self._goes_on:
            self._last = observations
        return observations

    def _infos(self, reply):
        infos = {}
        for i, info in reply["infos"]:
            if "final_obs" in info:
                info["final_obs"] = decode_one(self.single_observation_space, info["final_obs"])
            if self._goes_on and not self._warned:
                said = info.get("error") or info.get("final_info", {}).get("error")
                if said:
                    self._warn_once(said)
            infos = self._add_info(infos, info, i)
        return infos


def _again(make, arguments):
    return make(**arguments)
