"""Environments of several agents: PettingZoo's own checks, values, faults."""

import pickle
import subprocess
import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from pettingzoo.test import (
    api_test,
    max_cycles_test,
    parallel_api_test,
    parallel_seed_test,
    render_test,
    seed_test,
)
from pettingzoo.utils.conversions import aec_to_parallel, turn_based_aec_to_parallel

import unbraid_gym
from unbraid_gym import InvalidValue, ModelError, ModelTimeout, UnbraidError

BOATS, CHAIN = "unbraid/FisheryBoats-v0", "unbraid/InventoryChain-v0"
BAND, PLAIN_BAND = "test/Band-v0", "test/PlainBand-v0"
NAMES = ["walker_0", "walker_1", "painter_0"]
ACTIONS = {"walker_0": 1, "walker_1": 2, "painter_0": np.array([1, 2])}

# Advice: names with numbers, spaces that are alike and of arrays, observations that are not all zeros.
ADVICE = ("We recommend agents", "Agents have different", "The class of", "Observation", "Agent's maximum", "Action space for each agent")


@pytest.fixture(autouse=True)
def without_advice():
    with warnings.catch_warnings():
        for beginning in ADVICE:
            warnings.filterwarnings("ignore", message=beginning)
        yield


def parallel(server, env_id=BAND, **options):
    return unbraid_gym.parallel_env(env_id, **server.where, **options)


def aec(server, env_id=PLAIN_BAND, **options):
    return unbraid_gym.aec_env(env_id, **server.where, **options)


@pytest.mark.parametrize("env_id", [BOATS, BAND])
def test_pettingzoos_parallel_tests_pass(server, env_id):
    env = parallel(server, env_id)
    parallel_api_test(env, num_cycles=100)
    env.close()
    parallel_seed_test(lambda: parallel(server, env_id), num_cycles=30)


@pytest.mark.parametrize("env_id", [BOATS, CHAIN, BAND, PLAIN_BAND])
def test_pettingzoos_tests_of_environments_in_turn_pass(server, env_id):
    env = aec(server, env_id)
    api_test(env, num_cycles=250)
    env.close()
    seed_test(lambda: aec(server, env_id), num_cycles=30)


@pytest.mark.parametrize("env_id", [BOATS, CHAIN, BAND, PLAIN_BAND])
def test_pettingzoos_render_test_passes(server, env_id):
    with pytest.warns(UserWarning, match="not by 'human'"):
        render_test(lambda render_mode: aec(server, env_id, render_mode=render_mode))


def test_pettingzoos_test_of_limits_passes(server):
    max_cycles_test(
        SimpleNamespace(
            parallel_env=lambda max_cycles: parallel(server, BOATS, max_episode_steps=max_cycles),
            env=lambda max_cycles: aec(server, BOATS, max_episode_steps=max_cycles),
        )
    )


def test_agents_in_step_get_what_is_theirs_and_leave_when_they_have_ended(server):
    env = parallel(server, render_mode="rgb_array")
    options = {"leaves": {"walker_0": 2}, "rounds": 3, "horizon": True, "informs": True}
    observations, infos = env.reset(seed=7, options=options)
    assert env.agents == env.possible_agents == NAMES
    assert observations["walker_0"].tolist() == [7, 0] and observations["walker_0"].dtype == np.float32
    assert observations["painter_0"] == {"round": 0, "last": "0 0"}
    assert infos["walker_0"]["mask"].tolist() == [1, 0, 1] and infos["painter_0"] == {}
    observations, rewards, terminations, truncations, infos = env.step(ACTIONS)
    assert observations["walker_1"].tolist() == [2, 1] and observations["painter_0"] == {"round": 1, "last": "1 2"}
    assert rewards == {"walker_0": 8.125, "walker_1": 2.125, "painter_0": -1}
    assert env.state().tolist() == [1, 8, 2] and env.state() in env.state_space
    assert env.render().tolist() == [[[1, 2, 3]]]
    _, rewards, terminations, truncations, _ = env.step(ACTIONS)
    assert rewards["walker_0"] == -50
    assert (terminations["walker_0"], truncations["walker_0"], env.agents) == (True, False, NAMES[1:])
    with pytest.raises(InvalidValue, match="walker_0 does not act in this step"):
        env.step(ACTIONS)
    _, rewards, terminations, truncations, _ = env.step({name: ACTIONS[name] for name in env.agents})
    assert rewards == {"walker_1": 50, "painter_0": 1}
    assert not any(terminations.values()) and all(truncations.values()) and env.agents == []
    assert env.step({}) == ({}, {}, {}, {}, {})
    with pytest.raises(UnbraidError, match="after the end of the episode; call reset"):
        env.step(ACTIONS)
    env.close()


def test_agents_in_turn_have_pettingzoos_dictionaries(server):
    env = aec(server, render_mode="ansi")
    with pytest.raises(UnbraidError, match="it is nobody's turn: the episode has not begun"):
        env.last()
    env.reset(seed=3, options={"rounds": 2, "leaves": {"painter_0": 1}, "informs": True})
    assert (env.agent_selection, env.num_agents, env.infos["walker_0"]["round"]) == ("walker_0", 3, 0)
    assert env.observe("walker_1").tolist() == [0, 0] and env.observe("painter_0") == {"round": 0, "last": "0 0"}
    turns, returns = [], dict.fromkeys(NAMES, 0)
    for agent in env.agent_iter():
        observation, reward, terminated, truncated, _ = env.last()
        assert observation in env.observation_space(agent)
        returns[agent] += reward
        over = terminated or truncated
        turns.append(f"{agent} ends" if over else agent)
        env.step(None if over else ACTIONS[agent])
    assert turns == [*NAMES, "painter_0 ends", *NAMES[:2], "walker_0 ends", "walker_1 ends"]
    assert returns == {"walker_0": 4.125 + 50, "walker_1": 2.125 + 50, "painter_0": 1}
    assert env.agents == [] and env.render() == "round 2"
    env.close()


def test_pettingzoos_conversions_take_them(server):
    together = aec_to_parallel(aec(server, BOATS))
    observations, _ = together.reset(seed=1)
    assert sorted(observations) == together.possible_agents
    turns = turn_based_aec_to_parallel(aec(server, CHAIN))
    observations, infos = turns.reset(seed=1)
    assert observations["shop"]["stock"].tolist() == [30] and turns.agents == ["shop", "supplier"]
    observations, rewards, *_ = turns.step({"supplier": 2, "shop": None})
    assert observations["shop"]["price"].tolist() == [6] and rewards == {"shop": 0, "supplier": 0}
    together.close()
    turns.close()


def test_bad_actions_are_named_and_change_nothing(server):
    env = parallel(server)
    with pytest.raises(UnbraidError, match="step before reset"):
        env.step(ACTIONS)
    env.reset(seed=1)
    wrong = [
        ({**ACTIONS, "singer_0": 1}, 'there is no agent "singer_0"; the agents are walker_0, walker_1, painter_0'),
        ({"walker_0": 1, "walker_1": 1}, "the action of painter_0 is missing"),
        ({**ACTIONS, "walker_0": 3}, "the action of walker_0 is outside its space: entry 0 is 3"),
        ({**ACTIONS, "walker_0": [1, 1]}, "an action of shape"),
        ({**ACTIONS, "painter_0": None}, "the action of painter_0 is outside its space"),
    ]
    for actions, message in wrong:
        with pytest.raises(ValueError, match=message):
            env.step(actions)
    assert env.agents == NAMES and env.step(ACTIONS)[0]["walker_0"].tolist() == [2, 1]
    with pytest.raises(InvalidValue, match='there is no agent "eve"'):
        env.action_space("eve")
    env.close()
    turns = aec(server)
    turns.reset(seed=1)
    for action, message in ((7, "outside its space"), (None, "the action of walker_0 is outside its space")):
        with pytest.raises(InvalidValue, match=message):
            turns.step(action)
    with pytest.raises(InvalidValue, match='there is no agent "eve"'):
        turns.observe("eve")
    turns.step(1)
    assert turns.agent_selection == "walker_1"
    turns.close()


@pytest.mark.parametrize("make", [parallel, aec])
def test_after_an_error_of_the_model_nobody_acts_until_the_next_reset(server, make):
    env = make(server)

    def play():
        while env.agents:
            if make is parallel:
                env.step({name: ACTIONS[name] for name in env.agents})
            else:
                over = env.terminations[env.agent_selection] or env.truncations[env.agent_selection]
                env.step(None if over else ACTIONS[env.agent_selection])

    env.reset(seed=1, options={"failAt": 1})
    with pytest.raises(ModelError, match="the band is broken[^$]*at BandInStep.next|at PlainBand.next .*served-agents.js"):
        play()
    assert env.agents == []
    with pytest.raises(UnbraidError, match="which has failed|it is nobody's turn"):
        env.step({} if make is parallel else None)
    env.reset(seed=1)
    assert env.agents == NAMES
    play()
    env.close()


def test_a_thread_that_exits_or_hangs_is_its_environments_own_trouble(small_server_of_agents):
    env = aec(small_server_of_agents)
    for options, error, message in (
        ({"exitAt": 0}, ModelError, r"process\.exit\(3\) was called"),
        ({"hangAt": 0}, ModelTimeout, "within 2000 ms after decision 3; it is at .*served-agents.js"),
    ):
        env.reset(seed=1, options=options)
        for name in NAMES[:2]:
            env.step(ACTIONS[name])
        with pytest.raises(error, match=message):
            env.step(ACTIONS["painter_0"])
        assert env.agents == []
    env.reset(seed=1)
    assert env.agents == NAMES
    env.close()


@pytest.mark.parametrize("make, env_id", [(parallel, BOATS), (aec, CHAIN)])
def test_a_server_that_goes_away_ends_the_episode(own_server, make, env_id):
    env = make(own_server, env_id)
    env.reset(seed=1)
    own_server.process.kill()
    with pytest.raises(UnbraidError, match="has ended"):
        env.step(dict.fromkeys(env.agents, 1) if make is parallel else 1)
    assert env.agents == []
    env.close()


@pytest.mark.parametrize("make, env_id", [(parallel, BOATS), (aec, CHAIN)])
def test_the_next_reset_connects_again_with_the_same_spaces(agents_served_twice, make, env_id):
    env = make(agents_served_twice, env_id)
    env.reset(seed=1)
    space = env.action_space(env.possible_agents[0])
    agents_served_twice.restart()
    with pytest.raises(UnbraidError, match="the episode is over, and the next reset connects again"):
        env.step(dict.fromkeys(env.agents, 1) if make is parallel else 1)
    env.reset(seed=1)
    assert env.agents == env.possible_agents and env.action_space(env.possible_agents[0]) is space
    env.close()


def test_each_kind_is_made_by_its_own_function(server):
    with pytest.raises(InvalidValue, match="the agents of test/PlainBand-v0 act in turn: make it by unbraid_gym.aec_env"):
        parallel(server, PLAIN_BAND)
    with pytest.raises(InvalidValue, match="has one agent: make it by make .in Python gymnasium.make"):
        aec(server, "test/Counter-v0")
    with pytest.raises(InvalidValue, match="has several agents: make it by unbraid_gym.parallel_env"):
        unbraid_gym.make(BOATS, **server.where)
    with pytest.raises(InvalidValue, match="has several agents"):
        unbraid_gym.UnbraidEnv(BOATS, **server.where)
    with pytest.raises(UnbraidError, match="there is no environment test/None-v0"):
        parallel(server, "test/None-v0")
    assert BOATS not in unbraid_gym.register_envs(**server.where)


def test_models_of_several_agents_take_their_arguments(server):
    sea, chain = parallel(server, BOATS, years=np.int64(2)), aec(server, CHAIN, days=1)
    again = pickle.loads(pickle.dumps(sea))
    for env in (sea, again):
        env.reset(seed=1)
        for _ in range(2):
            truncations = env.step(dict.fromkeys(env.possible_agents, 1))[3]
        assert all(truncations.values()) and env.agents == []
        env.close()
    chain.reset(seed=1)
    chain.step(2)
    chain.step(2)
    assert chain.truncations == {"shop": True, "supplier": True}
    chain.close()
    with pytest.raises(InvalidValue, match='there is no argument "year"; did you mean years'):
        parallel(server, BOATS, year=2)


def test_masks_come_as_the_spaces_sample_by_them(server):
    env = parallel(server)
    _, infos = env.reset(seed=1, options={"masks": True})
    mask = infos["walker_0"]["action_mask"]
    assert mask.tolist() == [1, 0, 1] and mask.dtype == np.int8
    assert env.action_space("walker_0").sample(mask) in (0, 2)
    with pytest.raises(InvalidValue, match="action of walker_0"):
        env.step({**ACTIONS, "walker_0": 1})
    env.close()


def test_one_connection_can_be_shared(server):
    first, second = parallel(server, BOATS, share=True), aec(server, CHAIN, share=True)
    assert first._group._connection is second._group._connection
    first.reset(seed=1)
    second.reset(seed=1)
    first.close()
    first.close()
    second.step(1)
    assert second.agent_selection == "shop"
    with pytest.raises(UnbraidError):
        first.reset()
    second.close()


def test_a_copy_through_pickle_is_an_environment_of_its_own_without_the_token(server):
    for env in (parallel(server, BOATS, max_episode_steps=3), aec(server, CHAIN, max_episode_steps=3)):
        pickled = pickle.dumps(env)
        assert server.token.encode() not in pickled
        again = pickle.loads(pickled)
        again.reset(seed=1)
        assert again.possible_agents == env.possible_agents and env.agents == []
        env.close()
        again.close()


def test_without_pettingzoo_the_error_says_what_to_install(server):
    code = f"""
import sys
sys.modules["pettingzoo"] = None
import unbraid_gym
try:
    unbraid_gym.parallel_env({BOATS!r})
except ImportError as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == "unbraid_gym: parallel_env needs PettingZoo: pip install 'unbraid-gym[pettingzoo]'", ran.stderr
