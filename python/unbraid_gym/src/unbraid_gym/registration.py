"""Ids for gymnasium.make."""

import gymnasium

from unbraid_gym.connection import Connection

# What @unbraid/sim-env/models serves; a test asks a server for the same list.
SHIPPED = (
    "unbraid/InventoryShop-v0",
    "unbraid/InventorySupplier-v0",
    "unbraid/Pension-v0",
    "unbraid/PensionClient-v0",
    "unbraid/PensionReputation-v0",
    "unbraid/PensionWelfare-v0",
)


def register_shipped():
    """Registers the environments that come with @unbraid/sim-env; gymnasium.make needs `url` and `token` for them."""
    for env_id in SHIPPED:
        _register(env_id, {})


def register_envs(url=None, token=None):
    """Registers all that a server serves, so that gymnasium.make(id) needs nothing more. Returns the ids."""
    connection = Connection(url, token)
    try:
        ids = connection.ask("list")["environments"]
    finally:
        connection.close()
    for env_id in ids:
        _register(env_id, {"url": url, "token": token})
    return ids


def _register(env_id, where):
    # A later server's takes the place of an earlier one's; Gymnasium would warn.
    gymnasium.registry.pop(env_id, None)
    gymnasium.register(
        env_id,
        entry_point="unbraid_gym.env:UnbraidEnv",
        vector_entry_point="unbraid_gym.vector_env:UnbraidVectorEnv",
        kwargs={"env_id": env_id, **where},
    )
