"""Our own side of the bridge: many environments of a server, stepped from Python by python/unbraid_gym."""

import sys
import time
from pathlib import Path

from serve import serve

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python" / "unbraid_gym" / "src"))


class Bridge:
    def prepare(self, task):
        from unbraid_gym import UnbraidVectorEnv

        self.envs = UnbraidVectorEnv(task["env"], task["count"], task["url"], task["token"])
        self.envs.reset(seed=1)
        self.actions = self.envs.action_space.sample()
        return {"version": "unbraid_gym"}

    def run(self, options):
        rounds = max(1, options["steps"] // self.envs.num_envs)
        start = time.perf_counter()
        for _ in range(rounds):
            self.envs.step(self.actions)
        return {"milliseconds": (time.perf_counter() - start) * 1e3 / (rounds * self.envs.num_envs)}


serve(Bridge())
