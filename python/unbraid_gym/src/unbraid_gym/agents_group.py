"""An environment of several agents on the server, whatever the form in which they act."""

from unbraid_gym import spaces
from unbraid_gym.errors import ConnectionLost, InvalidValue, UnbraidError
from unbraid_gym.group import image, metadata_of
from unbraid_gym.served import Served, making_of


class AgentsGroup(Served):
    """One environment with several agents.

    Args:
        env_id, url, token, timeout, max_episode_steps, share, reconnect, arguments: as of UnbraidEnv.

    Attributes:
        kind: "parallel" or "turns".
        possible_agents: their names.
        observation_spaces, action_spaces: by agent.
        state_space: of the whole; None where the environment has no state.
        frames: what it draws: "text", "image" or None.
        given: arguments that make it once more; the token is in no pickle, as it is in no spec.

    Raises:
        UnbraidError: where the server refuses or doesn't serve the id.
        InvalidValue: for an environment with one agent.
    """

    kind = None

    def __init__(self, env_id, *, url, token, timeout, max_episode_steps, share, reconnect, arguments):
        self.env_id = env_id
        making = making_of(env_id, max_episode_steps, True, arguments)
        super().__init__("make-agents", making, url=url, token=token, timeout=timeout, share=share, reconnect=reconnect)
        options = {"timeout": timeout, "max_episode_steps": max_episode_steps, "share": share, "reconnect": reconnect}
        self.given = {"env_id": env_id, "url": self.url, **options, **arguments}

    def _made(self, reply):
        if self.kind is not None:
            # Made again: spaces stay the objects that they are, which PettingZoo asks for and which may have been seeded.
            return
        self.kind = reply["kind"]
        self.possible_agents = reply["possibleAgents"]
        self.observation_spaces = _spaces(reply["observationSpaces"])
        self.action_spaces = _spaces(reply["actionSpaces"])
        self.state_space = reply["stateSpace"] and spaces.from_description(reply["stateSpace"])
        self.frames = reply["frames"]

    @property
    def metadata(self):
        """PettingZoo's, by what the environment draws."""
        return {**metadata_of(self.frames), "name": self.env_id, "is_parallelizable": self.kind == "parallel"}

    def reset(self, seed, options):
        """How things stand (AgentsTold in packages/sim-env/src/server/protocol.ts), its observations decoded. Raises as `Served._begin`."""
        given = {} if seed is None else {"seed": int(seed)}
        return self._told(self._begin("reset-agents", options=options, **given))

    def step(self, actions):
        """How things stand after one action for each agent that acts: None of one in turn whose episode has ended."""
        encoded = {agent: self._encoded(agent, action) for agent, action in actions.items()}
        return self._told(self._ask_amid("step-agents", actions=encoded))

    def observe(self, agent):
        reply = self._ask_amid("observe", agent=agent)
        return spaces.decode_one(self.observation_spaces[agent], reply["observation"])

    def state(self):
        if self.state_space is None:
            raise UnbraidError(f"unbraid_gym: {self.env_id} has no state: give its definition state and stateSpace")
        return spaces.decode_one(self.state_space, self._ask_amid("state")["state"])

    def render(self):
        """Text, or an array of height x width x 3 bytes; None where nothing is drawn."""
        (frame,) = self._ask_amid("render")["frames"]
        return image(frame) if isinstance(frame, dict) else frame

    def known(self, agent):
        """`agent`.

        Raises:
            InvalidValue: for a name that no agent has.
        """
        if agent in self.action_spaces:
            return agent
        names = ", ".join(self.possible_agents)
        raise InvalidValue(f'unbraid_gym: {self.env_id}: there is no agent "{agent}"; the agents are {names}')

    def _ask_amid(self, do, **request):
        """Asks amid an episode, which ends with the connection."""
        try:
            return self._ask(do, **request)
        except ConnectionLost as error:
            raise self._over(error) from error

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
