"""Action masks of environments on the server."""

import numpy as np
import pytest

from unbraid_gym import InvalidValue, UnbraidEnv, UnbraidVectorEnv

BOXES = "test/Boxes-v0"


@pytest.mark.parametrize("env_id", [BOXES, "test/BoxesTwice-v0", "test/BoxesNamed-v0"])
def test_sample_takes_the_mask_of_the_info_and_what_it_draws_is_possible(server, env_id):
    env = UnbraidEnv(env_id, **server.where)
    env.action_space.seed(3)
    _, info = env.reset(seed=1)
    for step in range(5):
        observation, reward, terminated, _, info = env.step(env.action_space.sample(mask=info["action_mask"]))
        assert (observation.sum(), reward, terminated) == (min(4 - step, 4) or 1, float(step < 4), step == 4)
    assert "action_mask" not in info
    env.close()


def test_an_action_that_the_mask_forbids_is_refused_and_another_is_taken(server):
    env = UnbraidEnv(BOXES, **server.where)
    env.reset()
    info = env.step(2)[4]
    assert info["action_mask"].dtype == np.int8 and info["action_mask"].tolist() == [1, 0, 1, 1, 1]
    with pytest.raises(InvalidValue, match="the action is masked: 2 is not possible now"):
        env.step(2)
    assert env.step(3)[4]["action_mask"].tolist() == [1, 0, 0, 1, 1]
    env.close()


def test_a_vector_has_the_masks_of_all(server):
    envs = UnbraidVectorEnv(BOXES, 3, **server.where)
    _, infos = envs.reset()
    assert infos["action_mask"].shape == (3, 5) and infos["action_mask"].all()
    infos = envs.step(np.array([1, 2, 3]))[4]
    assert infos["action_mask"].tolist() == [[0, 1, 1, 1, 1], [1, 0, 1, 1, 1], [1, 1, 0, 1, 1]]
    envs.close()
