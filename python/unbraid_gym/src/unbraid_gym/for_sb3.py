"""What loads the part for Stable-Baselines3 where it is asked for, since that brings PyTorch."""


def sb3_vec_env(env_id, n_envs=1, seed=None, **kwargs):
    """`n_envs` environments on the server as one batched VecEnv of Stable-Baselines3.

    Args:
        seed: of the first environment, the others get the numbers after it, at the first reset.
        kwargs: of `unbraid_gym.sb3.UnbraidVecEnv`: `url`, `token`, `on_error`, … and what the model is made with.

    Raises:
        ImportError: where stable-baselines3 isn't installed.
        UnbraidError: where the server refuses or doesn't serve the id.
    """
    try:
        from unbraid_gym.sb3 import UnbraidVecEnv
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "stable_baselines3":
            raise
        raise ImportError(
            'unbraid_gym: sb3_vec_env needs Stable-Baselines3; install it: pip install "unbraid-gym[sb3]", or stable-baselines3'
        ) from error
    envs = UnbraidVecEnv(env_id, n_envs, **kwargs)
    if seed is not None:
        envs.seed(seed)
    return envs
