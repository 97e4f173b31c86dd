"""One environment on the server, whose agents act in turn, as PettingZoo has it."""

import pettingzoo

from unbraid_gym.errors import InvalidValue, UnbraidError
from unbraid_gym.group import supported_mode


class UnbraidAECEnv(pettingzoo.AECEnv):
    """An environment that `unbraid_gym.aec_env` makes.

    After an error of the model, or of the connection, it is nobody's turn until the next reset; after a bad action everything is as it was.
    """

    def __init__(self, group, render_mode=None):
        super().__init__()
        self._group = group
        self.metadata = group.metadata
        self.render_mode = supported_mode(group.env_id, render_mode, group.frames)
        self.possible_agents = list(group.possible_agents)
        self.observation_spaces = group.observation_spaces
        self.action_spaces = group.action_spaces
        if group.state_space is not None:
            self.state_space = group.state_space
        self._forget()

    def _forget(self):
        self.agents = []
        self.agent_selection = None
        self.rewards, self._cumulative_rewards, self.terminations, self.truncations, self.infos = {}, {}, {}, {}, {}
        self._observations = {}

    def observation_space(self, agent):
        return self.observation_spaces[self._group.known(agent)]

    def action_space(self, agent):
        return self.action_spaces[self._group.known(agent)]

    def reset(self, seed=None, options=None):
        self._forget()
        self._take(self._group.reset(seed, options))

    def observe(self, agent):
        """What an agent observes; of one whose turn it isn't, the server is asked."""
        known = self._observations.get(self._group.known(agent))
        return self._group.observe(agent) if known is None else known

    def last(self, observe=True):
        self._turn()
        return super().last(observe)

    def step(self, action):
        agent = self._turn()
        if action is not None and (self.terminations[agent] or self.truncations[agent]):
            raise InvalidValue(f"unbraid_gym: {self._group.env_id}: the episode of {agent} has ended; step with None")
        try:
            told = self._group.step({agent: action})
        except InvalidValue:
            raise
        except UnbraidError:
            self._forget()
            raise
        self._take(told)

    def state(self):
        return self._group.state()

    def render(self):
        return None if self.render_mode is None else self._group.render()

    def close(self):
        self._group.close()

    def _turn(self):
        if self.agent_selection is not None:
            return self.agent_selection
        raise UnbraidError(f"unbraid_gym: {self._group.env_id}: it is nobody's turn: the episode has not begun, or has ended for all; call reset")

    def _take(self, told):
        self.agents = list(told["agents"])
        self.agent_selection = told["selection"]
        self.rewards = told["rewards"]
        self._cumulative_rewards = told["cumulativeRewards"]
        self.terminations = told["terminations"]
        self.truncations = told["truncations"]
        self.infos = {agent: told["infos"].get(agent, {}) for agent in self.agents}
        self._observations = told["observations"]

    def __str__(self):
        return f"UnbraidAECEnv<{self._group.env_id}>"

    def __reduce__(self):
        return _again, ({**self._group.given, "render_mode": self.render_mode},)


def _again(arguments):
    from unbraid_gym.agents import aec_env

    return aec_env(**arguments)
