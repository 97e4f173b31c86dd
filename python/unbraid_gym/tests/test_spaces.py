"""Spaces from descriptions, and elements as batches."""

import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.vector.utils import batch_space

from unbraid_gym import wire
from unbraid_gym.spaces import decode_batch, decode_mask, decode_one, encode_batch, encode_one, from_description

DISCRETE = {"type": "Discrete", "n": 3, "start": -1}
BOX = {"type": "Box", "low": 0, "high": 1, "shape": [2], "dtype": "float32"}

CASES = [
    (
        {"type": "Box", "low": ["-Infinity", 0], "high": ["Infinity", 1.5], "shape": [2], "dtype": "float64"},
        spaces.Box(np.array([-np.inf, 0]), np.array([np.inf, 1.5]), dtype=np.float64),
    ),
    (
        {"type": "Box", "low": 0, "high": 255, "shape": [2, 3], "dtype": "uint8"},
        spaces.Box(0, 255, (2, 3), dtype=np.uint8),
    ),
    (
        {"type": "Box", "low": -1, "high": [0, 1, 2, 3], "shape": [2, 2], "dtype": "float32"},
        spaces.Box(np.full((2, 2), -1), np.array([[0, 1], [2, 3]]), dtype=np.float32),
    ),
    ({"type": "Discrete", "n": 5, "start": -2}, spaces.Discrete(5, start=-2)),
    ({"type": "MultiDiscrete", "nvec": [2, 3], "dtype": "int32"}, spaces.MultiDiscrete([2, 3], dtype=np.int32)),
    ({"type": "MultiBinary", "n": 4}, spaces.MultiBinary(4)),
    (
        {"type": "Box", "low": ["-9223372036854775808", 0], "high": [7, "9223372036854775806"], "shape": [2], "dtype": "int64"},
        spaces.Box(np.array([-(2**63), 0]), np.array([7, 2**63 - 2]), dtype=np.int64),
    ),
    (
        {"type": "Box", "low": 3, "high": ["9007199254740993", 5], "shape": [2], "dtype": "uint64"},
        spaces.Box(np.array([3, 3], np.uint64), np.array([2**53 + 1, 5], np.uint64), dtype=np.uint64),
    ),
    ({"type": "Box", "low": -1, "high": 1, "shape": [2, 2], "dtype": "float16"}, spaces.Box(-1, 1, (2, 2), np.float16)),
    ({"type": "Box", "low": 0, "high": 1, "shape": [3], "dtype": "bool"}, spaces.Box(0, 1, (3,), np.bool_)),
    ({"type": "Discrete", "n": 2**40, "start": 7}, spaces.Discrete(2**40, start=7)),
    (
        {"type": "MultiDiscrete", "nvec": [[2, 3], [4, 5]], "start": [[0, 1], [-2, 0]], "dtype": "int64"},
        spaces.MultiDiscrete([[2, 3], [4, 5]], start=[[0, 1], [-2, 0]]),
    ),
    ({"type": "MultiDiscrete", "nvec": [2, 3], "dtype": "uint8"}, spaces.MultiDiscrete([2, 3], dtype=np.uint8)),
    ({"type": "MultiBinary", "n": [2, 3]}, spaces.MultiBinary([2, 3])),
    (
        {"type": "OneOf", "spaces": [DISCRETE, BOX, {"type": "Text", "min_length": 1, "max_length": 3, "charset": "ab"}]},
        spaces.OneOf([spaces.Discrete(3, start=-1), spaces.Box(0, 1, (2,)), spaces.Text(3, charset="ab")]),
    ),
    ({"type": "Sequence", "space": BOX, "stack": False}, spaces.Sequence(spaces.Box(0, 1, (2,)))),
    ({"type": "Sequence", "space": BOX, "stack": True}, spaces.Sequence(spaces.Box(0, 1, (2,)), stack=True)),
    (
        {"type": "Sequence", "space": {"type": "Tuple", "spaces": [DISCRETE, BOX]}, "stack": True},
        spaces.Sequence(spaces.Tuple([spaces.Discrete(3, start=-1), spaces.Box(0, 1, (2,))]), stack=True),
    ),
    (
        {"type": "Graph", "node_space": BOX, "edge_space": DISCRETE},
        spaces.Graph(spaces.Box(0, 1, (2,)), spaces.Discrete(3, start=-1)),
    ),
    ({"type": "Graph", "node_space": DISCRETE, "edge_space": None}, spaces.Graph(spaces.Discrete(3, start=-1), None)),
    (
        {"type": "Dict", "spaces": {"a": {"type": "OneOf", "spaces": [{"type": "Sequence", "space": DISCRETE, "stack": False}]}}},
        spaces.Dict({"a": spaces.OneOf([spaces.Sequence(spaces.Discrete(3, start=-1))])}),
    ),
    (
        {"type": "Text", "min_length": 0, "max_length": 5, "charset": "ab€😀"},
        spaces.Text(5, min_length=0, charset="ab€😀"),
    ),
    (
        {"type": "Tuple", "spaces": [{"type": "Discrete", "n": 2, "start": 0}, {"type": "MultiBinary", "n": 1}]},
        spaces.Tuple([spaces.Discrete(2), spaces.MultiBinary(1)]),
    ),
    (
        {"type": "Dict", "spaces": {"b": {"type": "MultiBinary", "n": 2}}},
        spaces.Dict({"b": spaces.MultiBinary(2)}),
    ),
]


@pytest.mark.parametrize("description, space", CASES, ids=lambda case: str(case)[:40])
def test_a_description_gives_gymnasiums_space_and_its_elements_survive_the_wire(description, space):
    assert from_description(description) == space
    space.seed(1)
    for _ in range(20):
        element = space.sample()
        sent = wire.decode(wire.packer().pack(encode_one(space, element)))
        assert _same(decode_one(space, sent), element)
        assert decode_one(space, sent) in space


@pytest.mark.parametrize("description, space", CASES, ids=lambda case: str(case)[:40])
def test_a_batch_survives_the_wire_as_an_element_of_gymnasiums_batch(description, space):
    batches = batch_space(space, 3)
    batches.seed(2)
    batch = batches.sample()
    received = decode_batch(space, wire.decode(wire.packer().pack(encode_batch(space, batch, 3))), 3)
    assert _same(received, batch)
    assert received in batches


@pytest.mark.parametrize(
    "space, action",
    [
        (spaces.Box(0, 1, (2,)), [0.5]),
        (spaces.Box(0, 1, (2,)), 0.5),
        (spaces.Discrete(3), 1.5),
        (spaces.Discrete(3), [1, 2]),
        (spaces.Discrete(3), 2**40),
        (spaces.MultiBinary(2), [0, 300]),
        (spaces.Box(0, 1, (2,), np.bool_), [0, 2]),
        (spaces.Box(0, 9, (2,), np.int64), [0, 1.5]),
        (spaces.OneOf([spaces.Discrete(3)]), (0, 1.5)),
        (spaces.Sequence(spaces.Box(0, 1, (2,))), ([0.5],)),
    ],
)
def test_what_has_another_shape_or_would_change_is_refused(space, action):
    with pytest.raises(ValueError, match="unbraid_gym"):
        encode_one(space, action)


@pytest.mark.parametrize(
    "space, mask",
    [
        (spaces.Discrete(3), [0, 1, 0]),
        (spaces.MultiDiscrete([2, 3]), [[1, 0], [0, 0, 1]]),
        (spaces.MultiBinary(3), [2, 0, 1]),
        (spaces.Tuple([spaces.Discrete(2), spaces.Box(0, 1)]), [[0, 1], None]),
        (spaces.Dict({"a": spaces.MultiDiscrete([2])}), {"a": [[0, 1]]}),
        (spaces.MultiDiscrete([[2], [1]]), [[[0, 1]], [[1]]]),
        (spaces.OneOf([spaces.Discrete(2), spaces.Box(0, 1)]), [[0, 1], None]),
    ],
)
def test_a_mask_from_the_wire_is_one_that_sample_takes(space, mask):
    sent = wire.decode(wire.packer().pack(_masks(mask)))
    decoded = decode_mask(space, sent)
    assert space.sample(mask=decoded) in space


def _masks(mask):
    if isinstance(mask, dict):
        return {key: _masks(part) for key, part in mask.items()}
    if mask is None or not isinstance(mask[0], int):
        return mask and [_masks(part) for part in mask]
    return np.array(mask, np.int8)


def test_an_unknown_space_is_refused():
    with pytest.raises(ValueError, match="no space like"):
        from_description({"type": "Tree"})


def _same(a, b):
    if isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in b)
    if isinstance(b, tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return np.array_equal(a, b)
