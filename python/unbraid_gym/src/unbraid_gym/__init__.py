"""Gymnasium environments that run in Node: the client of `unbraid serve-env`."""

from unbraid_gym.connection import Connection
from unbraid_gym.env import UnbraidEnv
from unbraid_gym.errors import InvalidValue, ModelError, ModelTimeout, UnbraidError
from unbraid_gym.registration import register_envs, register_shipped
from unbraid_gym.vector_env import UnbraidVectorEnv

__all__ = [
    "Connection",
    "InvalidValue",
    "ModelError",
    "ModelTimeout",
    "UnbraidEnv",
    "UnbraidError",
    "UnbraidVectorEnv",
    "register_envs",
]

register_shipped()
