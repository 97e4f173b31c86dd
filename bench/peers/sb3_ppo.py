"""Stable-Baselines3's PPO on Gymnasium's CartPole: collecting and learning from rollouts, with its default network."""

import time

from serve import serve


class Ppo:
    def prepare(self, task):
        import gymnasium
        import stable_baselines3
        import torch
        from stable_baselines3 import PPO
        from stable_baselines3.common.env_util import make_vec_env

        torch.set_num_threads(task["threads"])
        self.timesteps = task["timesteps"]
        settings = {"n_steps": task["rolloutSteps"], "batch_size": task["batchSize"], "n_epochs": task["epochs"], "seed": 1, "device": "cpu"}
        self.model = PPO("MlpPolicy", make_vec_env("CartPole-v1", task["envs"], seed=1), **settings)
        # What is loaded and allocated when it is first needed is not timed.
        warm = {**settings, "n_steps": task["batchSize"], "n_epochs": 1}
        PPO("MlpPolicy", make_vec_env("CartPole-v1", task["envs"], seed=1), **warm).learn(1)
        return {
            "version": f"Stable-Baselines3 {stable_baselines3.__version__}, PyTorch {torch.__version__}",
            "note": f"{task['threads']} of PyTorch's threads; Gymnasium {gymnasium.__version__}",
        }

    def run(self, options):
        start = time.perf_counter()
        self.model.learn(self.timesteps, reset_num_timesteps=False)
        return {"milliseconds": (time.perf_counter() - start) * 1e3 / self.timesteps}


serve(Ppo())
