"""What goes wrong at the server, or on the way, comes to the caller at once and says what it was."""

import gc
import time

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from unbraid_gym import ConnectionLost, ModelError, ModelTimeout, UnbraidEnv, UnbraidError, UnbraidVectorEnv

COUNTER = "test/Counter-v0"
TROUBLED = "troubled-v0"


def test_environments_that_are_dropped_make_room(small_server):
    for seed in range(12):
        env = UnbraidEnv(COUNTER, **small_server.where)
        assert env.reset(seed=seed)[0] == np.float32(seed)
        # In a cycle, which only the collector of garbage finds.
        env.itself = env
    del env
    gc.collect()


def test_a_timeout_is_as_long_as_it_says(small_server, monkeypatch):
    env = UnbraidEnv(COUNTER, **small_server.where)
    monkeypatch.setattr(env._group._connection, "_timeout", 1)
    begin = time.monotonic()
    with pytest.raises(UnbraidError, match="no reply from .* within 1 s"):
        env.reset(options={"hangAt": 0})
    assert time.monotonic() - begin < 6
    with pytest.raises(ConnectionLost, match="the episode is over, and the next reset connects again"):
        env.step(0)
    assert env.reset(seed=7)[0] == np.float32(7)
    env.close()
    with pytest.raises(ValueError, match="timeout is a positive number of seconds, got nan"):
        UnbraidEnv(COUNTER, **small_server.where, timeout=float("nan"))


def test_a_message_beyond_the_limit_names_the_limit(small_server):
    env = UnbraidEnv(COUNTER, **small_server.where)
    with pytest.raises(UnbraidError, match="a message is longer than 2000 bytes, the limit messageBytes"):
        env.reset(options={"note": "x" * 5000})
    env.close()


@pytest.mark.parametrize(
    "trouble, message",
    [
        ("exits", r"process\.exit\(3\) was called[^$]*at Troubled\.exits .*troubled\.js"),
        ("hoards", "ran out of memory: its objects took more than 64 MB"),
        ("hoardsArrays", "typed arrays hold .* MB of memory, and 64 MB are the limit"),
    ],
)
def test_trouble_of_a_plain_model_names_its_cause_and_leaves_the_environment_usable(small_server, trouble, message):
    env = UnbraidEnv(TROUBLED, **small_server.where)
    env.reset(seed=1, options={"trouble": trouble})
    with pytest.raises(ModelError, match=message):
        env.step(0)
    with pytest.raises(UnbraidError, match="which has failed"):
        env.step(0)
    assert env.reset(seed=1)[0] == 0
    env.close()


def test_a_plain_model_that_hangs_is_named_by_file_and_line(hasty_server):
    env = UnbraidEnv(TROUBLED, **hasty_server.where)
    env.reset(seed=1, options={"trouble": "hangs"})
    with pytest.raises(ModelTimeout, match=r"within 2000 ms after decision 1; it is at hangs \(.*troubled\.js:\d+:\d+\)"):
        env.step(0)
    assert env.reset(seed=1)[0] == 0
    env.close()


def test_one_of_four_that_fails_has_its_number_and_the_others_go_on(server):
    envs = UnbraidVectorEnv("test/Scribe-v0", 4, **server.where)
    envs.reset(seed=0, options={"days": 9})
    mask = {"reset_mask": np.array([False, False, True, False])}
    envs.reset(seed=[None, None, 2, None], options={"failAt": 1, **mask})
    with pytest.raises(ModelError, match="environment 2: Scribe: the model failed after decision 1") as failed:
        envs.step([0, 0, 0, 0])
    assert failed.value.environments == (2,)
    assert failed.value.results[0][:, 0].tolist() == [1, 2, 2, 4]
    with pytest.raises(UnbraidError, match="environment 2 has failed .* waits for a reset"):
        envs.step([0, 0, 0, 0])
    assert envs.reset(seed=[None, None, 7, None], options=dict(mask))[0][:, 0].tolist() == [1, 2, 7, 4]
    assert envs.step([0, 0, 0, 0])[0][:, 0].tolist() == [2, 3, 8, 5]
    envs.close()


def test_what_a_model_goes_on_writing_to_is_not_what_it_gave(server):
    env = UnbraidEnv("test/Scribe-v0", **server.where)
    first, info = env.reset(seed=0)
    second = env.step(0)[0]
    assert (first[0], second[0], info["page"][0]) == (0, 1, 0)
    env.close()
    envs = UnbraidVectorEnv("test/Scribe-v0", 1, **server.where, autoreset_mode=AutoresetMode.SAME_STEP)
    envs.reset(seed=0, options={"days": 1})
    observations, _, terminations, _, infos = envs.step([0])
    assert terminations.all()
    assert infos["final_obs"][0].tolist() == [1, 0]
    assert infos["final_info"]["page"][0].tolist() == [1, 0]
    assert observations[0, 0] != 1 or observations[0, 1] != 0
    envs.close()


def test_actions_that_rounding_puts_beyond_a_limit_are_the_limit(server):
    env = UnbraidEnv("test/Bounds-v0", **server.where)
    env.reset(seed=1)
    low, high = env.action_space.low, env.action_space.high
    beyond = np.nextafter(high, np.float32(np.inf)), np.nextafter(low, np.float32(-np.inf))
    assert (env.step(beyond[0])[0] == high).all()
    assert (env.step(beyond[1])[0] == low).all()
    with pytest.raises(ValueError, match="entry 0 is .*, above 0.1"):
        env.step(high + np.float32(1e-4))
    # As trainers scale to the limits.
    scaled = low + np.float32(0.5) * (np.ones(4, np.float32) + np.float32(1)) * (high - low)
    assert (env.step(scaled)[0] <= high).all()
    env.close()


def test_spaces_at_the_edges_come_and_go_whole(server):
    env = UnbraidEnv("test/Edges-v0", **server.where)
    env.reset(seed=1)
    env.action_space.seed(2)
    for _ in range(20):
        action = env.action_space.sample()
        observation = env.step(action)[0]
        assert observation in env.observation_space
        np.testing.assert_equal(observation, action)
    env.close()
    envs = UnbraidVectorEnv("test/Edges-v0", 3, **server.where)
    envs.reset(seed=1)
    actions = envs.action_space.sample()
    observations = envs.step(actions)[0]
    np.testing.assert_equal(observations, actions)
    envs.close()
