"""What goes on: vectors where one model fails, environments whose server was lost, shared connections, pickles and processes."""

import gc
import pickle
import time

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import unbraid_gym
from unbraid_gym import ConnectionLost, UnbraidEnv, UnbraidError, UnbraidVectorEnv, Unreachable
from unbraid_gym.registration import _VARIABLE

COUNTER = "test/Counter-v0"
ONES = np.array([1, 1])
MASK = {"reset_mask": np.array([False, True])}


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch):
    monkeypatch.setenv(_VARIABLE, "{}")


def failing(server, mode):
    """Two, the second of which fails in its second step."""
    envs = UnbraidVectorEnv(COUNTER, 2, **server.where, autoreset_mode=mode, on_error="reset")
    envs.reset(seed=1)
    envs.reset(seed=[None, 2], options={"failAt": 2, **MASK})
    envs.step(ONES)
    with pytest.warns(UserWarning, match="an error has ended an episode"):
        return envs, envs.step(ONES)


def test_a_failed_episode_is_truncated_and_the_next_step_begins_another(server):
    envs, (observations, rewards, terminations, truncations, infos) = failing(server, AutoresetMode.NEXT_STEP)
    assert (observations.ravel().tolist(), rewards[1]) == ([3, 3], 0)
    assert (terminations.tolist(), truncations.tolist()) == ([False, False], [False, True])
    assert infos["_error"].tolist() == [False, True] and "the counter is broken" in infos["error"][1]
    assert "Counter.run" in infos["error_stack"][1]
    observations, _, _, truncations, infos = envs.step(ONES)
    assert (observations[0, 0], truncations.any(), infos) == (4, False, {})
    envs.close()


def test_a_failed_episode_is_followed_by_another_in_the_same_step(server):
    envs, (_, _, _, truncations, infos) = failing(server, AutoresetMode.SAME_STEP)
    assert truncations.tolist() == [False, True]
    assert infos["final_obs"][1].tolist() == [3] and "the counter is broken" in infos["final_info"]["error"][1]
    assert not envs.step(ONES)[3].any()
    envs.close()


def test_where_nobody_resets_by_itself_the_caller_does(server):
    envs, (_, _, _, truncations, _) = failing(server, AutoresetMode.DISABLED)
    assert truncations.tolist() == [False, True]
    with pytest.raises(UnbraidError, match="step after the end of the episode"):
        envs.step(ONES)
    assert envs.reset(seed=[None, 9], options=dict(MASK))[0][1, 0] == 9
    envs.close()
    with pytest.raises(ValueError, match="on_error is 'raise' or 'reset', got 'ignore'"):
        UnbraidVectorEnv(COUNTER, 2, **server.where, on_error="ignore")


def test_an_environment_whose_server_is_lost_says_so_and_its_next_reset_connects_again(served_twice):
    env = UnbraidEnv(COUNTER, **served_twice.where, reconnect=20)
    shared = [UnbraidEnv(COUNTER, **served_twice.where, reconnect=20, share=True) for _ in range(2)]
    hasty = UnbraidEnv(COUNTER, **served_twice.where, reconnect=0.3)
    for one in (env, hasty, *shared):
        one.reset(seed=1)
    served_twice.kill()
    begin = time.monotonic()
    with pytest.raises(Unreachable, match="tried to connect again for 0.3 s"):
        hasty.reset()
    assert time.monotonic() - begin < 5
    served_twice.restart()
    for one in (env, *shared):
        for _ in range(2):
            with pytest.raises(ConnectionLost, match="has ended: .*; the episode is over, and the next reset connects again"):
                one.step(1)
        assert one.reset(seed=6)[0] == np.float32(6)
        assert one.step(1)[0] == np.float32(7)
    assert shared[0]._group._connection is shared[1]._group._connection
    env.close()
    with pytest.raises(ConnectionLost):
        env.reset()


@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_a_vector_that_loses_its_server_ends_all_episodes_and_goes_on(served_twice, mode):
    envs = UnbraidVectorEnv(COUNTER, 2, **served_twice.where, reconnect=20, autoreset_mode=mode, on_error="reset")
    envs.reset(seed=3)
    served_twice.restart()
    with pytest.warns(UserWarning, match="an error has ended an episode"):
        observations, rewards, terminations, truncations, infos = envs.step(ONES)
    assert truncations.all() and not terminations.any() and not rewards.any()
    if mode is AutoresetMode.SAME_STEP:
        assert [final.tolist() for final in infos["final_obs"]] == [[3], [4]]
        infos = infos["final_info"]
    else:
        assert observations.ravel().tolist() == [3, 4]
    assert all("has ended" in error for error in infos["error"])
    if mode is AutoresetMode.DISABLED:
        envs.reset(seed=5)
    observations = envs.step(ONES)[0]
    results = envs.step(ONES)
    assert (results[0] == observations + 1).all() and not results[3].any()
    envs.close()


def test_environments_that_share_a_connection_are_one_client(small_server):
    envs = [UnbraidEnv(COUNTER, **small_server.where, share=True) for _ in range(6)]
    vector = UnbraidVectorEnv(COUNTER, 2, **small_server.where, share=True)
    for seed, env in enumerate(envs):
        assert env.reset(seed=seed)[0] == np.float32(seed)
    vector.reset(seed=1)
    assert [float(env.step(1)[0][0]) for env in envs] == [1, 2, 3, 4, 5, 6]
    envs.pop(0).close()
    # One that is dropped is closed.
    envs.pop(0)
    gc.collect()
    connection = envs[0]._group._connection
    assert len(connection.users) == 5
    assert [float(env.step(1)[0][0]) for env in envs] == [4, 5, 6, 7]
    with pytest.raises(UnbraidError, match="there is no group 1, or it is closed"):
        connection.ask("render", group=1)
    with pytest.raises(UnbraidError, match="there is no group 2, or it is closed"):
        connection.ask("render", group=2)
    vector.close()
    for env in envs:
        env.close()
    assert not connection.alive


def test_a_vector_is_pickled_as_what_makes_it_again(server):
    with UnbraidVectorEnv(COUNTER, 2, **server.where, max_episode_steps=7, autoreset_mode=AutoresetMode.SAME_STEP) as envs:
        pickled = pickle.dumps(envs)
    assert server.token.encode() not in pickled
    with pickle.loads(pickled) as again:
        again.reset(seed=2)
        truncated = [again.step(ONES)[3].all() for _ in range(7)]
        assert truncated == [False] * 6 + [True]
        assert again.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP


def test_processes_that_are_spawned_make_environments_by_their_ids(server):
    unbraid_gym.register_envs(**server.where)
    context = {"context": "spawn", "shared_memory": False}
    apart = gymnasium.make_vec(f"unbraid_gym:{COUNTER}", num_envs=2, vectorization_mode="async", vector_kwargs=context)
    together = SyncVectorEnv([lambda: gymnasium.make(COUNTER)] * 2)
    assert data_equivalence(apart.reset(seed=4), together.reset(seed=4), exact=True)
    for _ in range(3):
        assert data_equivalence(apart.step(ONES), together.step(ONES), exact=True)
    apart.close()
    together.close()
    vec_env = pytest.importorskip("stable_baselines3.common.vec_env")
    env_util = pytest.importorskip("stable_baselines3.common.env_util")
    workers = env_util.make_vec_env(
        f"unbraid_gym:{COUNTER}", 2, seed=4, vec_env_cls=vec_env.SubprocVecEnv, vec_env_kwargs={"start_method": "spawn"}
    )
    assert workers.reset().ravel().tolist() == [4, 5]
    workers.close()
