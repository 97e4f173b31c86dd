"""Gymnasium and PettingZoo environments that run in Node: the client of `unbraid serve-env`."""

from unbraid_gym.agents import aec_env, parallel_env
from unbraid_gym.connection import Connection
from unbraid_gym.env import UnbraidEnv
from unbraid_gym.errors import ConnectionLost, InvalidValue, ModelError, ModelTimeout, UnbraidError
from unbraid_gym.registration import make, register_envs, register_inherited, register_shipped
from unbraid_gym.vector_env import UnbraidVectorEnv

__all__ = [
    "Connection",
    "ConnectionLost",
    "InvalidValue",
    "ModelError",
    "ModelTimeout",
    "UnbraidEnv",
    "UnbraidError",
    "UnbraidVectorEnv",
    "aec_env",
    "make",
    "parallel_env",
    "register_envs",
]

register_shipped()
register_inherited()
