"""Ids for gymnasium.make."""

import json
import os

import gymnasium

from unbraid_gym import tokens
from unbraid_gym.connection import Connection

# What @unbraid/sim-env/models serves, with its limits of steps; a test asks a server for the same list.
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
    """Registers all that a server serves, so that gymnasium.make(id) needs nothing more. Returns the ids.

    A process that this one starts knows them too: as `unbraid_gym:ID`, by which Gymnasium imports this package first. For that, the token stands in the
    environment variable UNBRAID_REGISTERED of this process and those below it.
    """
    connection = Connection(url, token)
    try:
        listed = connection.ask("list")
    finally:
        connection.close()
    limits = dict(zip(listed["environments"], listed["maxEpisodeSteps"], strict=True))
    for env_id, limit in limits.items():
        _register(env_id, limit, {"url": connection.url})
    server = {"token": tokens.known(connection.url), "environments": limits}
    os.environ[_VARIABLE] = json.dumps({**_inherited(), connection.url: server})
    return listed["environments"]


def make(env_id, url=None, token=None, **kwargs):
    """gymnasium.make(env_id, **kwargs) of an environment that a server serves, which needs no registration before."""
    register_envs(url, token)
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
