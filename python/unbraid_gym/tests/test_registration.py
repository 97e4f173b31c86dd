"""Ids, specs and limits of steps."""

import json
import os
import re
import subprocess
import sys

import gymnasium
import numpy as np
import pytest

import unbraid_gym
from serving import COMMAND, REPOSITORY
from unbraid_gym import UnbraidEnv
from unbraid_gym.registration import _VARIABLE, SHIPPED

COUNTER = "test/Counter-v0"


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch):
    monkeypatch.setenv(_VARIABLE, "{}")


def steps_until_truncated(env):
    env.reset(seed=1)
    for step in range(1, 200):
        if env.step(env.action_space.sample())[3]:
            return step
    return None


def test_the_line_that_the_command_prints_runs_as_it_is_printed():
    command = ["node", COMMAND, "serve-env", "packages/sim-env/test/fixtures/served.js"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        line = next(line for line in process.stdout if "import unbraid_gym" in line).strip()
        ran = subprocess.run([sys.executable, "-c", f"{line}; print(env.reset(seed=5)[0])"], capture_output=True, text=True)
        process.terminate()
        process.communicate()
    assert ran.stdout.strip() == "[5.]", ran.stderr


def test_processes_below_know_the_ids_that_were_registered_above(server):
    unbraid_gym.register_envs(**server.where)
    code = f"import gymnasium; print(gymnasium.make('unbraid_gym:{COUNTER}').reset(seed=4)[0])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == "[4.]", ran.stderr


def test_no_spec_has_the_token_and_it_makes_the_environment_again(server):
    unbraid_gym.register_envs(**server.where)
    made = [
        gymnasium.make(COUNTER),
        gymnasium.make("unbraid/InventoryShop-v0", **server.where),
        unbraid_gym.make(COUNTER, **server.where),
        gymnasium.make_vec(COUNTER, num_envs=2),
        gymnasium.make_vec("unbraid/InventoryShop-v0", num_envs=2, **server.where),
    ]
    for env in made:
        for text in (repr(env.spec), env.spec.to_json(), repr(env), repr(gymnasium.spec(env.spec.id))):
            assert server.token not in text
        env.close()
    again = gymnasium.make(made[0].spec)
    assert again.reset(seed=3)[0] == np.float32(3)
    again.close()


def test_the_spec_has_the_limit_of_steps_and_make_can_give_another(server):
    unbraid_gym.register_envs(**server.where)
    env = gymnasium.make(COUNTER)
    assert env.spec.max_episode_steps == 50
    assert steps_until_truncated(env) == 50
    for given, expected in ((100, 100), (7, 7), (-1, None)):
        other = gymnasium.make(COUNTER, max_episode_steps=given)
        assert steps_until_truncated(other) == expected
        other.close()
    env.close()
    shipped = {env_id: gymnasium.spec(env_id).max_episode_steps for env_id in SHIPPED}
    assert shipped == SHIPPED
    direct = UnbraidEnv(COUNTER, **server.where)
    assert steps_until_truncated(direct) == 50
    direct.close()


@pytest.mark.parametrize(
    "given, expected",
    [({}, 50), ({"max_episode_steps": 60}, 60), ({"vectorization_mode": "sync"}, 50)],
)
def test_a_vector_has_the_limit_of_its_environments_or_the_one_that_is_given(server, given, expected):
    unbraid_gym.register_envs(**server.where)
    envs = gymnasium.make_vec(COUNTER, num_envs=2, **given)
    envs.reset(seed=1)
    truncated = [envs.step(np.array([1, 1]))[3].all() for _ in range(60)]
    assert truncated.index(True) + 1 == expected
    envs.close()


def test_what_stands_in_the_surroundings_is_what_the_server_serves(server, monkeypatch):
    unbraid_gym.register_envs(**server.where)

    known = json.loads(os.environ[_VARIABLE])
    assert known[server.url]["environments"][COUNTER] == 50
    assert re.fullmatch(r"[\w-]{20,}", known[server.url]["token"])
