"""Stable-Baselines3 on several agents through SuperSuit: one policy for all boats of a fishery, who have to learn not to take all they can.

    python tests/check_agents_with_sb3.py [--steps 10000] [--seed 1]

Not a test of every run, since stable-baselines3 brings PyTorch. Prints one JSON line: returns of an episode, all boats together, mean of ten episodes of seeds not
learnt from, after training, before it (where the best action of a fresh network is the same effort nearly everywhere, good or bad by chance), and of boats that make all the
effort they can. Exit 0 where the learnt return is above the last, else 1.
"""

import argparse
import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
import supersuit
import torch
from serving import start_server
from stable_baselines3 import PPO
from stable_baselines3.common.utils import set_random_seed
from stable_baselines3.common.vec_env import VecMonitor, VecNormalize

import unbraid_gym

BOATS = "unbraid/FisheryBoats-v0"
MOST_EFFORT = 5
EPISODES = 10
# Above those of training, which follow from its own.
FIRST_SEED = 1_000_000


def main():
    options = parse()
    warnings.filterwarnings("ignore", module="supersuit")
    torch.set_num_threads(1)
    server = start_server("@unbraid/sim-env/models")
    try:
        made = {"untrained": 0, "trained": options.steps}
        results, seconds = {}, 0.0
        for name, steps in made.items():
            begin = time.perf_counter()
            policy = train(server, steps, options.seed)
            seconds = time.perf_counter() - begin
            results[name] = evaluate(server, policy)
        results["greedy"] = evaluate(server, lambda _: MOST_EFFORT)
    finally:
        server.stop()
    versions = {package: version(package) for package in ("stable-baselines3", "supersuit", "pettingzoo")}
    print(json.dumps({**results, "steps": options.steps, "seconds": round(seconds, 1), **versions}))
    return 0 if results["trained"] > results["greedy"] else 1


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def train(server, steps, seed):
    """PPO with its default settings, but for shorter rollouts. Boats that are laid up go on as zeros, since a vector environment keeps its size."""
    env = supersuit.black_death_v3(unbraid_gym.parallel_env(BOATS, **server.where))
    envs = supersuit.pettingzoo_env_to_vec_env_v1(env)
    envs = supersuit.concat_vec_envs_v1(envs, 2, num_cpus=0, base_class="stable_baselines3")
    # SuperSuit's vectors have no `seed`, by which Stable-Baselines3 would pass its own on; later resets follow from this one.
    set_random_seed(seed)
    envs.venv.reset(seed=seed)
    envs = VecNormalize(VecMonitor(envs))
    model = PPO("MlpPolicy", envs, n_steps=128, batch_size=128)
    if steps > 0:
        model.learn(steps)
    envs.training = False
    envs.close()
    return lambda observation: int(model.predict(envs.normalize_obs(observation), deterministic=True)[0])


def evaluate(server, policy):
    env = unbraid_gym.parallel_env(BOATS, **server.where)
    returns = []
    for episode in range(EPISODES):
        observations, _ = env.reset(seed=FIRST_SEED + episode)
        total = 0.0
        while env.agents:
            actions = {agent: policy(observations[agent]) for agent in env.agents}
            observations, rewards, *_ = env.step(actions)
            total += sum(rewards.values())
        returns.append(total)
    env.close()
    return round(float(np.mean(returns)), 2)


if __name__ == "__main__":
    sys.exit(main())
