"""Stable-Baselines3 on the shipped environments: its check_env on each, and PPO on one, one by one and batched, whose return has to rise.

    python tests/check_with_sb3.py [--steps 20000] [--env unbraid/InventoryShop-v0] [--seed 1]

With sb3-contrib also MaskablePPO, batched, on boxes that are opened once each: with masks no action is refused, and every episode has the return of
the best. Not a test of every run, since stable-baselines3 brings PyTorch. Prints one JSON line; exit 0 where all checks pass and the mean return of
the last ten episodes of training is above that of the first ten in both ways, else 1.
"""

import argparse
import json
import sys
import time
import warnings

import gymnasium
import numpy as np
import stable_baselines3
import torch
from serving import REPOSITORY, start_server
from stable_baselines3 import PPO
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecMonitor, VecNormalize

from unbraid_gym import sb3_vec_env
from unbraid_gym.registration import SHIPPED

# How many episodes at either end of training are compared.
WINDOW = 10
ENVIRONMENTS = 4
BOXES = "test/BoxesTwice-v0"


def main():
    options = parse()
    server = start_server("@unbraid/sim-env/models", REPOSITORY / "packages/sim-env/test/fixtures/served-more.js")
    try:
        checked = [check(env_id, server) for env_id in SHIPPED]
        trained = {way: train(options, make(options, server)) for way, make in WAYS.items()}
        masked = train_masked(options, server)
    finally:
        server.stop()
    print(json.dumps({"checked": checked, **trained, "masked": masked, "stableBaselines3": stable_baselines3.__version__}))
    return 0 if all(way["lastReturn"] > way["firstReturn"] for way in trained.values()) else 1


def one_by_one(options, server):
    return make_vec_env(options.env, ENVIRONMENTS, seed=options.seed, env_kwargs=server.where)


def batched(options, server):
    return VecMonitor(sb3_vec_env(options.env, ENVIRONMENTS, options.seed, **server.where))


WAYS = {"oneByOne": one_by_one, "batched": batched}


def train_masked(options, server):
    """Trains MaskablePPO where a wrong action would be an error; the mean return of its episodes, or None without sb3-contrib."""
    try:
        from sb3_contrib import MaskablePPO
    except ModuleNotFoundError:
        return None
    returns = Returns(VecMonitor(sb3_vec_env(BOXES, ENVIRONMENTS, options.seed, **server.where)))
    MaskablePPO("MlpPolicy", returns.envs, n_steps=64, batch_size=64, seed=options.seed).learn(1000, callback=returns.collect)
    returns.envs.close()
    return {"env": BOXES, "episodes": len(returns.episodes), "meanReturn": float(np.mean(returns.episodes))}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--env", default="unbraid/InventoryShop-v0", choices=SHIPPED)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def check(env_id, server):
    env = gymnasium.make(env_id, **server.where)
    with warnings.catch_warnings():
        # Advice to normalize, which train() follows by a wrapper.
        warnings.filterwarnings("ignore", message=".*symmetric and normalized Box action space.*")
        check_env(env.unwrapped)
    env.close()
    print(f"{env_id}: check_env passed", file=sys.stderr)
    return env_id


def train(options, envs):
    """Trains PPO with its default settings, but for shorter rollouts: 20,000 steps are few."""
    torch.set_num_threads(1)
    returns = Returns(VecNormalize(envs))
    policy = "MultiInputPolicy" if isinstance(envs.observation_space, gymnasium.spaces.Dict) else "MlpPolicy"
    model = PPO(policy, returns.envs, n_steps=256, batch_size=64, seed=options.seed)
    begin = time.perf_counter()
    model.learn(options.steps, callback=returns.collect)
    seconds = time.perf_counter() - begin
    returns.envs.close()
    collected = returns.episodes
    if len(collected) < 2 * WINDOW:
        sys.exit(f"{options.env}: {len(collected)} episodes in {options.steps} steps are too few to compare")
    return {
        "env": options.env,
        "steps": model.num_timesteps,
        "episodes": len(collected),
        "firstReturn": float(np.mean(collected[:WINDOW])),
        "lastReturn": float(np.mean(collected[-WINDOW:])),
        "seconds": round(seconds, 1),
    }


class Returns:
    """Collects the returns of episodes, unnormalized, as their monitors report them."""

    def __init__(self, envs):
        self.envs = envs
        self.episodes = []

    def collect(self, local, _):
        self.episodes += [info["episode"]["r"] for info in local["infos"] if "episode" in info]
        return True


if __name__ == "__main__":
    sys.exit(main())
