"""Gymnasium and PettingZoo environments that run in Node: the client of `unbraid serve-env`."""

from unbraid_gym.agents import aec_env, parallel_env
from unbraid_gym.connection import Connection
from unbraid_gym.env import UnbraidEnv
from unbraid_gym.errors import ConnectionLost, InvalidValue, ModelError, ModelTimeout, UnbraidError, Unreachable
from unbraid_gym.for_sb3 import sb3_vec_env
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
    "Unreachable",
    "aec_env",
    "make",
    "parallel_env",
    "register_envs",
    "sb3_vec_env",
]

register_shipped()
register_inherited()
