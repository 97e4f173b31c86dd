"""Environments that are copied, pickled, and taken back to where they stood."""

import copy
import pickle

import gymnasium
import numpy as np
import pytest

from unbraid_gym import InvalidValue, UnbraidEnv, UnbraidError, tokens

# By the model's state; by replay in the session; by replay in a thread.
ENVIRONMENTS = [
    ("unbraid/CartPole-v1", {}),
    ("unbraid/InventoryShop-v0", {"days": 40}),
    ("unbraid/PensionClient-v0", {"individuals": 5}),
]


def course(env, steps, seed=3):
    """What comes of random actions, and of the next episode."""
    env.action_space.seed(seed)
    told = [env.step(env.action_space.sample()) for _ in range(steps)]
    return [*told, env.reset()]


@pytest.mark.parametrize("way", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["deepcopy", "pickle"])
@pytest.mark.parametrize(("env_id", "given"), ENVIRONMENTS)
def test_a_copy_goes_on_as_the_environment_itself_does(server, env_id, given, way):
    env = gymnasium.make(env_id, **server.where, **given)
    env.reset(seed=4)
    env.reset()
    env.action_space.seed(1)
    for _ in range(4):
        env.step(env.action_space.sample())
    other = way(env)
    np.testing.assert_equal(course(other, 4), course(env, 4))
    assert other.spec == env.spec and "token" not in other.spec.kwargs
    other.close()
    # The copy had a connection of its own.
    env.step(env.action_space.sample())
    env.close()


def test_a_snapshot_is_where_the_environment_goes_back_to(server):
    env = UnbraidEnv("unbraid/InventoryShop-v0", **server.where)
    with pytest.raises(UnbraidError, match="snapshot before a reset"):
        env.snapshot()
    env.reset(seed=1)
    env.step(3)
    stands = env.snapshot()
    first = course(env, 5)
    observation, info = env.restore(stands)
    assert observation in env.observation_space and info == {}
    np.testing.assert_equal(course(env, 5), first)
    car = UnbraidEnv("unbraid/MountainCar-v0", **server.where)
    with pytest.raises(InvalidValue, match="it is of InventoryShop"):
        car.restore(stands)
    with pytest.raises(InvalidValue, match="snapshot: this is"):
        car.restore(b"nonsense")
    car.close()
    env.close()


def test_a_copy_of_one_that_has_not_begun_has_not_begun(server):
    env = UnbraidEnv("unbraid/CartPole-v1", **server.where, max_episode_steps=2)
    other = copy.deepcopy(env)
    with pytest.raises(UnbraidError, match="before reset"):
        other.step(0)
    other.reset(seed=1)
    other.step(0)
    assert other.step(0)[3] is True
    env.close()
    other.close()
    with pytest.raises(UnbraidError, match="closed can't be copied"):
        copy.deepcopy(env)


def test_a_pickle_has_no_token(server, monkeypatch):
    env = UnbraidEnv("unbraid/CartPole-v1", **server.where)
    env.reset(seed=1)
    pickled = pickle.dumps(env)
    assert server.token.encode() not in pickled
    env.close()
    monkeypatch.setattr(tokens, "_tokens", {})
    with pytest.raises(UnbraidError, match="no token"):
        pickle.loads(pickled)
