"""Gymnasium's CartPole for scale: one environment, or many in its own vector environment in this process."""

import time

from serve import serve


class CartPole:
    def prepare(self, task):
        import gymnasium

        self.count = task["count"]
        if self.count == 1:
            self.env = gymnasium.make("CartPole-v1").unwrapped
            kind = "one"
        else:
            self.env = gymnasium.make_vec("CartPole-v1", self.count, vectorization_mode="sync")
            kind = f"SyncVectorEnv of {self.count}"
        self.env.reset(seed=1)
        return {"version": f"Gymnasium {gymnasium.__version__} CartPole", "note": kind}

    def run(self, options):
        steps = options["steps"]
        return {"milliseconds": self.one(steps) if self.count == 1 else self.many(steps)}

    def one(self, steps):
        env = self.env
        start = time.perf_counter()
        for count in range(steps):
            if env.step(count & 1)[2]:
                env.reset()
        return (time.perf_counter() - start) * 1e3 / steps

    def many(self, steps):
        rounds = max(1, steps // self.count)
        actions = self.env.action_space.sample()
        start = time.perf_counter()
        for _ in range(rounds):
            self.env.step(actions)
        return (time.perf_counter() - start) * 1e3 / (rounds * self.count)


serve(CartPole())
