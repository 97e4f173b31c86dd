"""Ids for gymnasium.make."""

import json
import os

import gymnasium

from unbraid_gym import tokens
from unbraid_gym.connection import Connection
from unbraid_gym.errors import InvalidValue

# What @unbraid/sim-env/models serves of environments with one agent, with its limits of steps; a test asks a server for the same list.
SHIPPED = {
    "unbraid/CartPole-v1": 500,
    "unbraid/InventoryShop-v0": None,
    "unbraid/InventorySupplier-v0": None,
    "unbraid/MountainCar-v0": 200,
    "unbraid/Pendulum-v1": 200,
    "unbraid/Pension-v0": 20_000,
    "unbraid/PensionClient-v0": 20_000,
    "unbraid/PensionReputation-v0": 20_000,
    "unbraid/PensionWelfare-v0": 20_000,
}

# What this process has registered, for processes that it starts: there the import of this package registers it again.
_VARIABLE = "UNBRAID_REGISTERED"


def register_shipped():
    """Registers the environments that come with @unbraid/sim-env; gymnasium.make needs `url` and `token` for them."""
    for env_id, limit in SHIPPED.items():
        _register(env_id, limit, {})


def register_inherited():
    """Registers what a process above this one has registered, whose workers know no ids but the text of an id."""
    for url, server in _inherited().items():
        tokens.remember(url, server["token"])
        for env_id, limit in server["environments"].items():
            _register(env_id, limit, {"url": url})


def register_envs(url=None, token=None):
    """Registers all that a server serves of environments with one agent, so that gymnasium.make(id) needs nothing more. Returns the ids.

    A process that this one starts knows them too: as `unbraid_gym:ID`, by which Gymnasium imports this package first. For that, the token stands in the
    environment variable UNBRAID_REGISTERED of this process and those below it.
    """
    limits, _ = _register_served(url, token)
    return list(limits)


def _register_served(url, token):
    """Limits of steps of what has one agent and was registered, and the kinds of the others, both by id."""
    connection = Connection(url, token)
    try:
        listed = connection.ask("list")
    finally:
        connection.close()
    served = list(zip(listed["environments"], listed["maxEpisodeSteps"], listed["kinds"], strict=True))
    limits = {env_id: limit for env_id, limit, kind in served if kind == "single"}
    for env_id, limit in limits.items():
        _register(env_id, limit, {"url": connection.url})
    server = {"token": tokens.known(connection.url), "environments": limits}
    os.environ[_VARIABLE] = json.dumps({**_inherited(), connection.url: server})
    return limits, {env_id: kind for env_id, _, kind in served if kind != "single"}


def make(env_id, url=None, token=None, **kwargs):
    """gymnasium.make(env_id, **kwargs) of an environment that a server serves, which needs no registration before."""
    _, several = _register_served(url, token)
    if env_id in several:
        maker = {"parallel": "parallel_env", "turns": "aec_env"}[several[env_id]]
        raise InvalidValue(f"unbraid_gym: {env_id} has several agents: make it by unbraid_gym.{maker}")
    return gymnasium.make(env_id, **kwargs)


def _inherited():
    try:
        return json.loads(os.environ.get(_VARIABLE, "{}"))
    except ValueError:
        return {}


def _register(env_id, limit, where):
    # A later server's takes the place of an earlier one's; Gymnasium would warn.
    gymnasium.registry.pop(env_id, None)
    gymnasium.register(
        env_id,
        entry_point="unbraid_gym.env:UnbraidEnv",
        vector_entry_point="unbraid_gym.vector_env:UnbraidVectorEnv",
        # Gymnasium limits episodes itself, by this or by what make is given; the server's own limit would come before a longer one.
        max_episode_steps=limit,
        kwargs={"env_id": env_id, "limited": False, **where},
    )
