"""Our own side of the bridge: many environments of a server, stepped from Python by python/unbraid_gym with one message."""

import sys
import time
from pathlib import Path

from serve import serve

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python" / "unbraid_gym" / "src"))


class Batched:
    def prepare(self, task):
        import unbraid_gym

        make = unbraid_gym.UnbraidVectorEnv if task["form"] == "VectorEnv" else unbraid_gym.sb3_vec_env
        self.envs = make(task["env"], task["count"], url=task["url"], token=task["token"])
        self.envs.reset()
        self.count = task["count"]
        self.actions = self.envs.action_space.sample() if task["form"] == "VectorEnv" else self.sampled()
        return {"version": "unbraid_gym"}

    def sampled(self):
        import numpy as np

        return np.array([self.envs.action_space.sample() for _ in range(self.count)])

    def run(self, options):
        rounds = max(1, options["steps"] // self.count)
        start = time.perf_counter()
        for _ in range(rounds):
            self.envs.step(self.actions)
        return {"milliseconds": (time.perf_counter() - start) * 1e3 / (rounds * self.count)}


serve(Batched())
