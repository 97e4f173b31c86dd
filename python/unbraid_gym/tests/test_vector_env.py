"""Many environments by one message, against the same environments one by one."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from unbraid_gym import InvalidValue, ModelError, UnbraidEnv, UnbraidVectorEnv

COUNTER = "test/Counter-v0"


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
@pytest.mark.parametrize("env_id", [COUNTER, "unbraid/InventoryShop-v0"])
def test_it_does_what_gymnasiums_own_vector_environment_does_with_the_same_environments(server, env_id, mode):
    one_by_one = SyncVectorEnv(
        [lambda: UnbraidEnv(env_id, **server.where, max_episode_steps=7)] * 3, autoreset_mode=mode
    )
    together = UnbraidVectorEnv(env_id, 3, **server.where, max_episode_steps=7, autoreset_mode=mode)
    assert together.action_space == one_by_one.action_space
    assert together.observation_space == one_by_one.observation_space
    options = {"informs": True}
    first = together.reset(seed=3, options=options)
    assert data_equivalence(first, one_by_one.reset(seed=3, options=dict(options)), exact=True)
    one_by_one.action_space.seed(1)
    for _ in range(30):
        actions = one_by_one.action_space.sample()
        results = together.step(actions)
        assert results[0] in together.observation_space
        assert data_equivalence(results, one_by_one.step(actions), exact=True)
    together.close()
    one_by_one.close()


def test_make_vec_makes_it_and_it_takes_every_kind_of_space(server):
    envs = gymnasium.make_vec("unbraid/Pension-v0", num_envs=2, **server.where)
    assert isinstance(envs.unwrapped, UnbraidVectorEnv)
    envs.reset(seed=[1, None])
    assert envs.step(envs.action_space.sample())[1].shape == (2,)
    envs.close()
    echo = UnbraidVectorEnv("test/Echo-v0", 4, **server.where)
    echo.reset(seed=1)
    actions = echo.action_space.sample()
    observations = echo.step(actions)[0]
    assert observations in echo.observation_space
    np.testing.assert_equal(observations, actions)
    echo.close()


def test_a_mask_resets_some_and_leaves_the_others(server):
    envs = UnbraidVectorEnv(COUNTER, 3, **server.where, autoreset_mode=AutoresetMode.DISABLED)
    envs.reset(seed=0)
    envs.step([2, 2, 2])
    options = {"reset_mask": np.array([True, False, True])}
    observations, _ = envs.reset(seed=[50, None, 60], options=options)
    assert observations.ravel().tolist() == [50, 3, 60]
    assert "reset_mask" in options
    envs.close()


def test_errors_name_the_place_and_spare_the_others(server):
    envs = UnbraidVectorEnv(COUNTER, 2, **server.where)
    envs.reset(seed=0)
    with pytest.raises(InvalidValue, match="entry 1 is 3"):
        envs.step([1, 3])
    with pytest.raises(ValueError, match=r"an action of shape \(2,\) is expected, got \(3,\)"):
        envs.step([1, 1, 1])
    with pytest.raises(InvalidValue, match="there are 3 seeds, but 2 environments"):
        envs.reset(seed=[1, 2, 3])
    assert envs.step([1, 1])[0].ravel().tolist() == [1, 2]
    envs.reset(seed=0, options={"failAt": 1})
    with pytest.raises(ModelError, match="the counter is broken"):
        envs.step([1, 1])
    envs.reset(seed=0)
    envs.close()
    envs.close()
