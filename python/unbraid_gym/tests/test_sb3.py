"""The batched VecEnv against Stable-Baselines3's DummyVecEnv over the same environments one by one; skipped where that isn't installed."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence

from unbraid_gym import ConnectionLost, UnbraidEnv, sb3_vec_env

COUNTER = "test/Counter-v0"
SHOP = "unbraid/InventoryShop-v0"


def test_without_stable_baselines3_it_says_what_to_install():
    code = "import sys; sys.modules['stable_baselines3'] = None; import unbraid_gym; unbraid_gym.sb3_vec_env('a/b-v0')"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert 'ImportError: unbraid_gym: sb3_vec_env needs Stable-Baselines3; install it: pip install "unbraid-gym[sb3]"' in ran.stderr


@pytest.fixture(scope="module")
def vec_env():
    return pytest.importorskip("stable_baselines3.common.vec_env")


def same(a, b):
    return data_equivalence(plain(a), plain(b), exact=True)


def plain(value):
    """Without Stable-Baselines3's ordered dictionaries."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return type(value)(map(plain, value)) if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("env_id, steps", [(COUNTER, 7), (SHOP, 5), ("unbraid/Pension-v0", 5), ("unbraid/CartPole-v1", 9)])
def test_it_gives_what_a_dummy_vec_env_gives(server, vec_env, env_id, steps):
    one_by_one = vec_env.DummyVecEnv([lambda: UnbraidEnv(env_id, **server.where, max_episode_steps=steps)] * 3)
    together = sb3_vec_env(env_id, 3, **server.where, max_episode_steps=steps)
    for envs in (one_by_one, together):
        envs.seed(5)
        envs.set_options([{"informs": True}, {}, {"length": 4}] if env_id == COUNTER else {})
    assert same(together.reset(), one_by_one.reset())
    assert together.reset_infos == one_by_one.reset_infos
    one_by_one.action_space.seed(1)
    for _ in range(4 * steps):
        actions = np.array([one_by_one.action_space.sample() for _ in range(3)])
        mine, theirs = together.step(actions), one_by_one.step(actions)
        assert same(mine, theirs)
        assert same(together.reset_infos, one_by_one.reset_infos)
    assert mine[1].dtype == theirs[1].dtype and mine[2].dtype == theirs[2].dtype
    assert together.get_attr("render_mode") == [None] * 3
    together.close()
    one_by_one.close()


def test_its_wrappers_work_around_it(server, vec_env):
    envs = sb3_vec_env("unbraid/CartPole-v1", 4, 1, **server.where)
    envs = vec_env.VecFrameStack(vec_env.VecNormalize(vec_env.VecMonitor(envs)), 2)
    envs = vec_env.VecCheckNan(envs, raise_exception=True)
    assert envs.reset().shape == (4, 8)
    infos = [info for _ in range(20) for info in envs.step(np.zeros(4, int))[3] if "episode" in info]
    assert len(infos) >= 4 and all(info["terminal_observation"].shape == (8,) for info in infos)
    assert all(info["episode"]["r"] == info["episode"]["l"] > 5 for info in infos)
    envs.close()


def test_single_environments_are_reached_by_their_indices(server, vec_env):
    with sb3_vec_env(COUNTER, 3, **server.where) as envs:
        envs.seed(4)
        envs.reset()
        envs.set_attr("difficulty", 3, indices=[1])
        assert envs.get_attr("difficulty", 1) == [3] and not envs.has_attr("difficulty")
        observation, info = envs.env_method("reset", seed=9, indices=2)[0]
        assert (observation.tolist(), info) == ([9.0], {})
        assert envs.step(np.array([1, 1, 1]))[0].ravel().tolist() == [5, 6, 10]
        assert envs.env_is_wrapped(object) == [False] * 3
        assert envs.get_attr("spec", 0)[0].max_episode_steps == 50
        with pytest.raises(AttributeError):
            envs.env_method("step", 1)
        with pytest.raises(RuntimeError, match="step_wait comes after step_async"):
            envs.step_wait()
    painted = sb3_vec_env("test/Painted-v0", 2, 3, **server.where, render_mode="rgb_array")
    painted.reset()
    assert [image.shape for image in painted.get_images()] == [(1, 2, 3)] * 2
    assert painted.render().shape[2] == 3
    painted.close()


@pytest.mark.parametrize("env_id, choices", [("test/Boxes-v0", 5), ("test/BoxesTwice-v0", None)])
def test_masks_are_those_of_the_infos(server, vec_env, env_id, choices):
    utils = pytest.importorskip("sb3_contrib.common.maskable.utils")
    envs, single = sb3_vec_env(env_id, 2, 1, **server.where), UnbraidEnv(env_id, **server.where)
    envs.reset(), single.reset(seed=1)
    single.action_space.seed(2)
    for _ in range(12):
        assert utils.is_masking_supported(envs) and utils.is_masking_supported(single)
        masks = utils.get_action_masks(envs)
        assert masks.dtype == bool and same(masks[0], single.action_masks())
        assert choices is None or masks.shape == (2, choices)
        action = single.action_space.sample(mask=single._mask)
        _, _, terminated, truncated, _ = single.step(action)
        envs.step(np.array([action, action]))
        if terminated or truncated:
            single.reset()
    envs.close(), single.close()


def test_a_model_that_fails_ends_its_own_episode_alone(server, vec_env):
    envs = sb3_vec_env(COUNTER, 2, 1, **server.where, on_error="reset")
    envs.set_options([{}, {"failAt": 2}])
    envs.reset()
    envs.step(np.array([1, 1]))
    with pytest.warns(UserWarning, match="an error has ended an episode"):
        observations, rewards, dones, infos = envs.step(np.array([1, 1]))
    assert (dones.tolist(), rewards[1], observations[0, 0]) == ([False, True], 0, 3)
    assert infos[1]["TimeLimit.truncated"] and "the counter is broken" in infos[1]["error"]
    assert infos[1]["terminal_observation"].tolist() == [3]
    assert envs.step(np.array([1, 1]))[2].tolist() == [False, False]
    envs.close()


def test_a_lost_server_ends_all_episodes_and_the_next_begin_on_its_successor(served_twice, vec_env):
    plain = sb3_vec_env(COUNTER, 2, 1, **served_twice.where, reconnect=20)
    going_on = sb3_vec_env(COUNTER, 2, 5, **served_twice.where, reconnect=20, on_error="reset")
    plain.reset(), going_on.reset()
    served_twice.restart()
    with pytest.raises(ConnectionLost, match="the episode is over, and the next reset connects again"):
        plain.step(np.array([1, 1]))
    plain.seed(8)
    assert plain.reset().ravel().tolist() == [8, 9]
    with pytest.warns(UserWarning, match="an error has ended an episode"):
        _, _, dones, infos = going_on.step(np.array([1, 1]))
    assert dones.all() and all("has ended" in info["error"] and info["TimeLimit.truncated"] for info in infos)
    assert [info["terminal_observation"].tolist() for info in infos] == [[5], [6]]
    assert not going_on.step(np.array([1, 1]))[2].any()
    plain.close(), going_on.close()


def test_it_is_pickled_as_what_makes_it_again(server, vec_env):
    envs = sb3_vec_env(COUNTER, 2, **server.where)
    again = pickle.loads(pickle.dumps(envs))
    assert server.token.encode() not in pickle.dumps(envs)
    again.seed(3)
    assert again.reset().ravel().tolist() == [3, 4]
    envs.close(), again.close()
