"""The pension market of the original Sim-Env, in Python, from a checkout of github.com/schuderer/bprl that UNBRAID_BPRL names.

Nothing of it is in this repository. An environment that has come to its end is not reset but replaced: resetting it there races
with the thread that has just ended.
"""

import sys
import time

from serve import serve


class OriginalPension:
    def prepare(self, task):
        if task["checkout"] is None:
            raise ModuleNotFoundError(name="gym_fin; UNBRAID_BPRL names a checkout of github.com/schuderer/bprl")
        sys.path.insert(0, task["checkout"])
        import gym
        import numpy as np
        from examples.pension_env_def import get_env_cls

        self.create = get_env_cls()
        self.task = task
        self.young, self.old = map(np.float32, task["actions"])
        return {"version": f"Sim-Env in Python (bprl), gym {gym.__version__}"}

    def run(self, options):
        steps = 0
        start = time.perf_counter()
        for _ in range(self.task["episodes"]):
            steps += self.play()
        return {"milliseconds": (time.perf_counter() - start) * 1e3 / steps}

    def play(self):
        env = self.create()
        observation = env.reset()
        for count in range(1, self.task["episodeSteps"] + 1):
            young = observation[0] < self.task["retirementAge"]
            observation, _, done, _ = env.step(self.young if young else self.old)
            if done:
                break
        env.close()
        return count


serve(OriginalPension())
