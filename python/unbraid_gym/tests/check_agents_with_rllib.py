"""RLlib on several agents: two iterations of PPO with one policy for all boats of a fishery, through its ParallelPettingZooEnv.

    python tests/check_agents_with_rllib.py

Not a test of every run: in an environment of its own, with `ray[rllib]` and torch. Prints one JSON line; exit 0 where every boat has acted in both iterations, else 1.
"""

import json
import os
import sys
from pathlib import Path

# Ray's own processes find this package too.
os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[1] / "src")

import ray
import torch
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.env.wrappers.pettingzoo_env import ParallelPettingZooEnv
from ray.tune.registry import register_env
from serving import start_server

import unbraid_gym

BOATS = "unbraid/FisheryBoats-v0"


def main():
    torch.set_num_threads(1)
    server = start_server("@unbraid/sim-env/models")
    # Ray pickles this, and a server is a process.
    where = server.where
    register_env("boats", lambda _: ParallelPettingZooEnv(unbraid_gym.parallel_env(BOATS, **where)))
    ray.init(num_cpus=1, num_gpus=0, include_dashboard=False)
    try:
        results = train()
    finally:
        ray.shutdown()
        server.stop()
    print(json.dumps({"ray": ray.__version__, "iterations": results}))
    return 0 if all(len(each["steps"]) == 4 and min(each["steps"].values()) > 0 for each in results) else 1


def train():
    config = (
        PPOConfig()
        .environment("boats")
        .env_runners(num_env_runners=0)
        .multi_agent(policies={"shared"}, policy_mapping_fn=lambda *_, **__: "shared")
        .training(train_batch_size_per_learner=256, minibatch_size=64, num_epochs=2)
    )
    algorithm = config.build_algo()
    told = [algorithm.train()["env_runners"] for _ in range(2)]
    algorithm.stop()
    return [
        {
            "return": round(float(each["episode_return_mean"]), 2),
            "steps": {agent: int(steps) for agent, steps in each["num_agent_steps_sampled"].items()},
        }
        for each in told
    ]


if __name__ == "__main__":
    sys.exit(main())
