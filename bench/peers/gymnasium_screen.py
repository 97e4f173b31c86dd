"""Gymnasium's own way to have an environment elsewhere: one in a process of its own, whose observations of 100,000 bytes come by shared memory."""

import time

import gymnasium
import numpy as np
from serve import serve


class Screen(gymnasium.Env):
    """A light that moves along a screen, as packages/papers/src/sim-env/screen.ts has it."""

    observation_space = gymnasium.spaces.Box(0, 255, (200, 500), np.uint8)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self):
        self.bytes = np.zeros(100_000, np.uint8)
        self.place = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._light(0)
        return self._seen(), {}

    def step(self, action):
        self._light(self.place + 1 + int(action))
        return self._seen(), float(self.place == 0), False, False, {}

    def _light(self, place):
        self.bytes[self.place] = 0
        self.place = place % len(self.bytes)
        self.bytes[self.place] = 255

    def _seen(self):
        return self.bytes.reshape(200, 500).copy()


class Elsewhere:
    def prepare(self, task):
        self.envs = gymnasium.vector.AsyncVectorEnv([Screen])
        self.envs.reset(seed=1)
        self.actions = np.ones(1, np.int64)
        return {"version": f"Gymnasium {gymnasium.__version__}"}

    def run(self, options):
        start = time.perf_counter()
        for _ in range(options["steps"]):
            self.envs.step(self.actions)
        return {"milliseconds": (time.perf_counter() - start) * 1e3 / options["steps"]}


if __name__ == "__main__":
    serve(Elsewhere())
