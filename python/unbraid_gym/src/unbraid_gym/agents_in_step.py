"""One environment on the server, whose agents act at the same time, as PettingZoo has it."""

import pettingzoo

from unbraid_gym.errors import InvalidValue, UnbraidError
from unbraid_gym.group import supported_mode


class UnbraidParallelEnv(pettingzoo.ParallelEnv):
    """An environment that `unbraid_gym.parallel_env` makes.

    One that is passed over in a round stays in `agents`; its action may be left out. After an error of the model, or of the connection, nobody acts until
    the next reset; after a bad action everything is as it was.
    """

    def __init__(self, group, render_mode=None):
        self._group = group
        self.metadata = group.metadata
        self.render_mode = supported_mode(group.env_id, render_mode, group.frames)
        self.possible_agents = list(group.possible_agents)
        self.agents = []
        # All have left; nothing has gone wrong.
        self._over = False
        self.observation_spaces = group.observation_spaces
        self.action_spaces = group.action_spaces
        if group.state_space is not None:
            self.state_space = group.state_space

    def observation_space(self, agent):
        return self.observation_spaces[self._group.known(agent)]

    def action_space(self, agent):
        return self.action_spaces[self._group.known(agent)]

    def reset(self, seed=None, options=None):
        self.agents = []
        self._over = False
        told = self._group.reset(seed, options)
        self.agents = list(told["agents"])
        return told["observations"], _infos(told)

    def step(self, actions):
        # As PettingZoo's environments have it, and SuperSuit's wrappers expect: nobody does nothing.
        if self._over and not actions:
            return {}, {}, {}, {}, {}
        try:
            told = self._group.step(actions)
        except InvalidValue:
            raise
        except UnbraidError:
            self.agents = []
            raise
        self.agents = list(told["agents"])
        self._over = not self.agents
        return told["observations"], told["rewards"], told["terminations"], told["truncations"], _infos(told)

    def state(self):
        return self._group.state()

    def render(self):
        return None if self.render_mode is None else self._group.render()

    def close(self):
        self._group.close()

    def __str__(self):
        return f"UnbraidParallelEnv<{self._group.env_id}>"

    def __reduce__(self):
        return _again, ({**self._group.given, "render_mode": self.render_mode},)


def _again(arguments):
    from unbraid_gym.agents import parallel_env

    return parallel_env(**arguments)


def _infos(told):
    return {agent: told["infos"].get(agent, {}) for agent in told["observations"]}
