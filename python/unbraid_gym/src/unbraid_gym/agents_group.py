"""An environment of several agents on the server, whatever the form in which they act."""

from unbraid_gym import spaces
from unbraid_gym.connection import Connection
from unbraid_gym.errors import InvalidValue, UnbraidError
from unbraid_gym.group import image, metadata_of, plain


class AgentsGroup:
    """One environment with several agents.

    Args:
        env_id, url, token, timeout, max_episode_steps: as of UnbraidEnv.
        arguments: what the model is made with, by name.
        connection: a `Connection` to share, which stays open when the environment is closed; default one of its own.

    Attributes:
        kind: "parallel" or "turns".
        possible_agents: their names.
        observation_spaces, action_spaces: by agent.
        state_space: of the whole; None where the environment has no state.
        frames: what it draws: "text", "image" or None.

    Raises:
        UnbraidError: where the server refuses or doesn't serve the id.
        InvalidValue: for an environment with one agent.
    """

    def __init__(self, env_id, arguments, *, url, token, connection, timeout, max_episode_steps):
        self.env_id = env_id
        self._given = {**arguments, "timeout": timeout, "max_episode_steps": max_episode_steps}
        self._shared = connection is not None
        self._connection = connection if self._shared else Connection(url, token, timeout)
        self.url = self._connection.url
        self._group = None
        steps = None if max_episode_steps == -1 else max_episode_steps
        limit = {} if max_episode_steps is None else {"maxEpisodeSteps": steps}
        given = {"arguments": {name: plain(value) for name, value in arguments.items()}} if arguments else {}
        try:
            made = self._connection.ask("make-agents", env=env_id, **limit, **given)
        except BaseException:
            self.close()
            raise
        self._group = made["group"]
        self.kind = made["kind"]
        self.possible_agents = made["possibleAgents"]
        self.observation_spaces = _spaces(made["observationSpaces"])
        self.action_spaces = _spaces(made["actionSpaces"])
        self.state_space = made["stateSpace"] and spaces.from_description(made["stateSpace"])
        self.frames = made["frames"]

    @property
    def metadata(self):
        """PettingZoo's, by what the environment draws."""
        return {**metadata_of(self.frames), "name": self.env_id, "is_parallelizable": self.kind == "parallel"}

    @property
    def remaking(self):
        """Arguments that make the same environment again, on the same server; the token is in no pickle, as it is in no spec."""
        return {"env_id": self.env_id, "url": self.url, **self._given}

    def reset(self, seed, options):
        """How things stand (AgentsTold in packages/sim-env/src/server/protocol.ts), its observations decoded."""
        given = {} if seed is None else {"seed": int(seed)}
        return self._told(self._connection.ask("reset-agents", group=self._group, options=options, **given))

    def step(self, actions):
        """How things stand after one action for each agent that acts: None of one in turn whose episode has ended."""
        encoded = {agent: self._encoded(agent, action) for agent, action in actions.items()}
        return self._told(self._connection.ask("step-agents", group=self._group, actions=encoded))

    def observe(self, agent):
        reply = self._connection.ask("observe", group=self._group, agent=agent)
        return spaces.decode_one(self.observation_spaces[agent], reply["observation"])

    def state(self):
        if self.state_space is None:
            raise UnbraidError(f"unbraid_gym: {self.env_id} has no state: give its definition state and stateSpace")
        return spaces.decode_one(self.state_space, self._connection.ask("state", group=self._group)["state"])

    def render(self):
        """Text, or an array of height x width x 3 bytes; None where nothing is drawn."""
        (frame,) = self._connection.ask("render", group=self._group)["frames"]
        return image(frame) if isinstance(frame, dict) else frame

    def close(self):
        """Closes the environment, and the connection where it is its own. Closing twice is fine."""
        if not self._shared:
            self._connection.close()
        elif self._group is not None:
            group, self._group = self._group, None
            try:
                self._connection.ask("close", group=group)
            except UnbraidError:
                # What has ended, with its connection or without, needs no closing.
                pass

    def known(self, agent):
        """`agent`.

        Raises:
            InvalidValue: for a name that no agent has.
        """
        if agent in self.action_spaces:
            return agent
        names = ", ".join(self.possible_agents)
        raise InvalidValue(f'unbraid_gym: {self.env_id}: there is no agent "{agent}"; the agents are {names}')

    def _encoded(self, agent, action):
        space = self.action_spaces[self.known(agent)]
        return None if action is None else spaces.encode_one(space, action)

    def _told(self, reply):
        for agent, info in reply["infos"].items():
            # As `action_space.sample(mask)` takes it.
            if "action_mask" in info:
                info["action_mask"] = spaces.decode_mask(self.action_spaces[agent], info["action_mask"])
        observations = reply["observations"].items()
        reply["observations"] = {
            agent: spaces.decode_one(self.observation_spaces[agent], batch) for agent, batch in observations
        }
        return reply


def _spaces(descriptions):
    return {agent: spaces.from_description(description) for agent, description in descriptions.items()}
