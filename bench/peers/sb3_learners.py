"""Stable-Baselines3's DQN on CartPole and SAC on Pendulum, at rl-baselines3-zoo's hyperparameters."""

import time

from serve import serve

DQN_SETTINGS = {
    "learning_rate": 2.3e-3,
    "batch_size": 64,
    "buffer_size": 100_000,
    "learning_starts": 1000,
    "target_update_interval": 10,
    "train_freq": 256,
    "gradient_steps": 128,
    "exploration_fraction": 0.16,
    "exploration_final_eps": 0.04,
    "policy_kwargs": {"net_arch": [256, 256]},
}


class Learner:
    def prepare(self, task):
        import gymnasium
        import stable_baselines3
        import torch

        torch.set_num_threads(task["threads"])
        self.timesteps = task["timesteps"]
        if task["learner"] == "dqn":
            self.model = stable_baselines3.DQN("MlpPolicy", gymnasium.make("CartPole-v1"), seed=0, **DQN_SETTINGS)
        else:
            self.model = stable_baselines3.SAC("MlpPolicy", gymnasium.make("Pendulum-v1"), seed=0, learning_rate=1e-3)
        self.model.learn(task["begun"])
        return {
            "version": f"Stable-Baselines3 {stable_baselines3.__version__}",
            "note": f"PyTorch {torch.__version__}, threads: {task['threads']}",
        }

    def run(self, _options):
        before = self.model.num_timesteps
        start = time.perf_counter()
        self.model.learn(self.timesteps, reset_num_timesteps=False)
        return {"milliseconds": (time.perf_counter() - start) * 1e3 / (self.model.num_timesteps - before)}


serve(Learner())
