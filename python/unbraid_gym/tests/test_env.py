"""One environment: Gymnasium's own checks, values, errors, frames."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.vector.utils import concatenate, create_empty_array

import unbraid_gym
from unbraid_gym import InvalidValue, ModelError, UnbraidEnv, UnbraidError, UnbraidVectorEnv
from unbraid_gym.registration import SHIPPED

COUNTER = "test/Counter-v0"


def test_the_shipped_ids_are_those_that_the_models_module_serves(server):
    kinds = dict(zip(server.environments, server.kinds, strict=True))
    shipped = {each for each, kind in kinds.items() if each.startswith("unbraid/") and kind == "single"}
    assert shipped == set(SHIPPED)


@pytest.mark.parametrize("env_id", SHIPPED)
def test_gymnasiums_check_env_passes_on_every_shipped_environment(server, env_id):
    env = gymnasium.make(env_id, **server.where)
    with warnings.catch_warnings():
        # Advice about limits that are infinite or not normalized, which a pension market's are not.
        warnings.filterwarnings("ignore", message=".*Box (observation|action) space.*")
        check_env(env.unwrapped)
    env.close()


@pytest.mark.parametrize("env_id", ["test/Counter-v0", "test/Echo-v0", "test/Written-v0", "test/Painted-v0", "test/Edges-v0", "test/Varied-v0", "test/Wide-v0"])
def test_check_env_passes_on_environments_with_every_kind_of_space_and_with_frames(server, env_id):
    assert env_id in unbraid_gym.register_envs(**server.where)
    env = gymnasium.make(env_id)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*Box (observation|action) space.*")
        check_env(env.unwrapped)
    env.close()


def test_a_model_is_made_with_the_arguments_that_are_given(server):
    lengths = []
    for given in ({"days": 3}, {"days": np.int64(5)}):
        env = gymnasium.make("unbraid/InventoryShop-v0", **server.where, **given)
        env.reset(seed=1)
        steps = 1
        while not env.step(0)[3]:
            steps += 1
        lengths.append(steps)
        env.close()
    assert lengths == [3, 5]
    envs = gymnasium.make_vec("unbraid/Pension-v0", num_envs=2, **server.where, individuals=3, years=30)
    assert envs.reset(seed=1)[0].shape == (2, 4)
    envs.close()


def test_arguments_that_a_model_does_not_take_are_refused_with_the_nearest(server):
    with pytest.raises(InvalidValue, match='no argument "day"; did you mean days'):
        gymnasium.make("unbraid/InventoryShop-v0", **server.where, day=3)
    with pytest.raises(InvalidValue, match="argument days is an integer, 1 or more, got 0"):
        gymnasium.make("unbraid/InventoryShop-v0", **server.where, days=0)
    with pytest.raises(InvalidValue, match="takes no arguments, got days"):
        gymnasium.make("unbraid/CartPole-v1", **server.where, days=3)


def test_every_kind_of_value_comes_back_as_it_was_sent(server):
    env = UnbraidEnv("test/Echo-v0", **server.where)
    env.reset(seed=1)
    env.action_space.seed(4)
    for _ in range(20):
        action = env.action_space.sample()
        observation = env.step(action)[0]
        assert observation in env.observation_space
        np.testing.assert_equal(observation, {**action, "choice": action["choice"]})
    env.close()


@pytest.mark.parametrize("env_id", ["test/Varied-v0", "test/Wide-v0"])
def test_spaces_of_any_size_and_of_64_bits_come_back_as_they_were_sent(server, env_id):
    env = UnbraidEnv(env_id, **server.where)
    envs = UnbraidVectorEnv(env_id, 2, **server.where)
    env.reset(seed=1)
    envs.reset(seed=1)
    env.action_space.seed(4)
    for _ in range(20):
        actions = [env.action_space.sample() for _ in range(2)]
        observation = env.step(actions[0])[0]
        assert observation in env.observation_space
        assert data_equivalence(observation, actions[0])
        batched = concatenate(env.action_space, actions, create_empty_array(env.action_space, 2))
        observations = envs.step(batched)[0]
        assert data_equivalence(observations, batched)
    env.close()
    envs.close()


def test_a_step_has_gymnasiums_parts_and_infos_have_arrays(server):
    env = UnbraidEnv(COUNTER, **server.where, max_episode_steps=2)
    observation, info = env.reset(seed=7, options={"informs": True, "length": 9})
    assert observation == np.float32(7) and info["decisions"] == 0
    observation, reward, terminated, truncated, info = env.step(2)
    assert (observation.tolist(), reward, terminated, truncated) == ([9.0], 9.0, False, False)
    assert info["square"].dtype == np.int32 and info["square"].tolist() == [1]
    assert env.step(np.int64(0))[3] is True
    env.reset(seed=7, options={"length": 1})
    observation, reward, terminated, truncated, _ = env.step(0)
    assert (observation.tolist(), reward, terminated, truncated) == ([7.0], -1.0, True, False)
    env.close()


def test_the_same_seed_gives_the_same_course(server):
    def course():
        env = gymnasium.make("unbraid/InventoryShop-v0", **server.where)
        env.reset(seed=5)
        rewards = [env.step(action % 7)[1] for action in range(50)]
        env.close()
        return rewards

    assert course() == course()


def test_errors_say_what_is_wrong_and_leave_the_environment_usable(server):
    env = UnbraidEnv(COUNTER, **server.where)
    with pytest.raises(UnbraidError, match="step before reset"):
        env.step(0)
    env.reset(seed=1)
    with pytest.raises(InvalidValue, match="entry 0 is 3"):
        env.step(3)
    with pytest.raises(InvalidValue, match="a seed is an integer from 0 to"):
        env.reset(seed=2**60)
    env.reset(seed=1, options={"failAt": 1})
    with pytest.raises(ModelError, match="the counter is broken[^$]*at Counter.run .*served.js"):
        env.step(0)
    assert env.reset(seed=1)[0] == np.float32(1)
    env.close()
    with pytest.raises(UnbraidError, match="has ended"):
        env.step(0)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"token": "not the token at all"}, "refuses: the token is wrong"),
        ({"url": "ws://127.0.0.1:1"}, "no connection to ws://127.0.0.1:1"),
        ({"env_id": "unbraid/Chess-v0"}, "there is no environment unbraid/Chess-v0"),
        ({"max_episode_steps": 0}, "maxEpisodeSteps"),
    ],
)
def test_an_environment_is_not_made_with(server, change, message):
    with pytest.raises((UnbraidError, ValueError), match=message):
        UnbraidEnv(**{"env_id": COUNTER, **server.where, **change})


def test_url_and_token_may_come_from_the_surroundings(server, monkeypatch):
    with pytest.raises(UnbraidError, match="set UNBRAID_URL"):
        UnbraidEnv(COUNTER)
    monkeypatch.setenv("UNBRAID_URL", server.url)
    monkeypatch.setenv("UNBRAID_TOKEN", server.token)
    UnbraidEnv(COUNTER).close()


def test_frames_are_text_or_pixels(server):
    written = UnbraidEnv("test/Written-v0", **server.where, render_mode="ansi")
    written.reset(seed=3)
    assert written.render() == "at 3"
    written.close()
    painted = UnbraidEnv("test/Painted-v0", **server.where, render_mode="rgb_array")
    painted.reset(seed=3)
    assert painted.render().tolist() == [[[3, 1, 2], [3, 4, 5]]]
    painted.close()


def test_a_mode_to_draw_that_an_environment_does_not_have_is_a_warning(server):
    for make in (UnbraidEnv, UnbraidVectorEnv):
        with pytest.warns(UserWarning, match=r"draws by \['ansi'\], not by 'rgb_array'"):
            env = make("test/Written-v0", **server.where, render_mode="rgb_array")
        env.reset()
        assert env.render_mode is None and env.render() is None
        env.close()


def test_a_wait_that_was_interrupted_does_not_shift_later_replies(server, monkeypatch):
    env = UnbraidEnv(COUNTER, **server.where)
    env.reset(seed=1)

    def interrupt(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(unbraid_gym.Connection, "_receive", interrupt)
        env.step(2)
    assert env.step(1)[0] == np.float32(4)
    env.close()


def test_a_server_that_goes_away_is_an_error_not_a_wait(own_server):
    env = UnbraidEnv(COUNTER, **own_server.where)
    env.reset()
    own_server.process.kill()
    with pytest.raises(UnbraidError, match="has ended"):
        env.step(0)
    env.close()
