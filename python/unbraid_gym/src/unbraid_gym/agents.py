"""Environments of several agents, as PettingZoo has them, which is loaded when they are made."""

from unbraid_gym.agents_group import AgentsGroup
from unbraid_gym.errors import InvalidValue


def parallel_env(
    env_id,
    url=None,
    token=None,
    *,
    render_mode=None,
    max_episode_steps=None,
    timeout=150.0,
    share=False,
    reconnect=30.0,
    **arguments,
):
    """An environment whose agents act at the same time: a `pettingzoo.ParallelEnv`.

    Args:
        env_id: of a model that asks several agents `together`, such as "unbraid/FisheryBoats-v0".
        url, token: as the server printed them; default the environment variables UNBRAID_URL and UNBRAID_TOKEN.
        render_mode: "ansi" or "rgb_array", where the environment draws.
        max_episode_steps: rounds, instead of the environment's own limit; -1 for none.
        timeout: seconds that a reply may take.
        share: True for one connection of all environments of this process that say so; default one of its own.
        reconnect: seconds in which a reset has to connect again where the connection is lost.
        arguments: what the model is made with, such as `years=10`; the environment's definition says what there is.

    Raises:
        ImportError: without PettingZoo.
        UnbraidError: where the server refuses or doesn't serve the id.
        InvalidValue: for an environment with one agent, or whose agents act in turn.
    """
    _need_pettingzoo("parallel_env")
    from unbraid_gym.agents_in_step import UnbraidParallelEnv

    group = _group(env_id, url, token, max_episode_steps, timeout, share, reconnect, arguments)
    if group.kind == "turns":
        group.close()
        raise InvalidValue(f"unbraid_gym: the agents of {env_id} act in turn: make it by unbraid_gym.aec_env")
    return UnbraidParallelEnv(group, render_mode)


def aec_env(
    env_id,
    url=None,
    token=None,
    *,
    render_mode=None,
    max_episode_steps=None,
    timeout=150.0,
    share=False,
    reconnect=30.0,
    **arguments,
):
    """An environment whose agents act in turn: a `pettingzoo.AECEnv`. One whose agents act at the same time is made into such a one by PettingZoo's
    `parallel_to_aec`. Arguments and errors as of `parallel_env`; `max_episode_steps` counts decisions where the model asks for one after another.
    """
    _need_pettingzoo("aec_env")
    from pettingzoo.utils.conversions import parallel_to_aec

    from unbraid_gym.agents_in_step import UnbraidParallelEnv
    from unbraid_gym.agents_in_turn import UnbraidAECEnv

    group = _group(env_id, url, token, max_episode_steps, timeout, share, reconnect, arguments)
    if group.kind == "turns":
        return UnbraidAECEnv(group, render_mode)
    return parallel_to_aec(UnbraidParallelEnv(group, render_mode))


def _group(env_id, url, token, max_episode_steps, timeout, share, reconnect, arguments):
    return AgentsGroup(
        env_id,
        url=url,
        token=token,
        timeout=timeout,
        max_episode_steps=max_episode_steps,
        share=share,
        reconnect=reconnect,
        arguments=arguments,
    )


def _need_pettingzoo(maker):
    try:
        import pettingzoo  # noqa: F401
    except ImportError as error:
        raise ImportError(f"unbraid_gym: {maker} needs PettingZoo: pip install 'unbraid-gym[pettingzoo]'") from error
