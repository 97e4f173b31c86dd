"""Gymnasium's spaces from the server's descriptions, and their elements in batches as the server writes them."""

import numpy as np
from gymnasium import spaces


def from_description(description):
    """The space that `description` (SpaceDescription in packages/sim-env/src/spaces) describes."""
    match description:
        case {"type": "Box", "low": low, "high": high, "shape": shape, "dtype": dtype}:
            return spaces.Box(_limit(low, shape, dtype), _limit(high, shape, dtype), dtype=np.dtype(dtype))
        case {"type": "Discrete", "n": n, "start": start}:
            return spaces.Discrete(n, start=start)
        case {"type": "MultiDiscrete", "nvec": nvec, "dtype": dtype}:
            return spaces.MultiDiscrete(nvec, dtype=np.dtype(dtype), start=description.get("start"))
        case {"type": "MultiBinary", "n": n}:
            return spaces.MultiBinary(n)
        case {"type": "Text", "min_length": shortest, "max_length": longest, "charset": charset}:
            return spaces.Text(longest, min_length=shortest, charset=charset)
        case {"type": "Tuple", "spaces": parts}:
            return spaces.Tuple([from_description(part) for part in parts])
        case {"type": "Dict", "spaces": parts}:
            return spaces.Dict({key: from_description(part) for key, part in parts.items()})
    raise ValueError(f"unbraid_gym: this version knows no space like {description}")


def _limit(given, shape, dtype):
    """One limit for each entry; infinities come as text."""
    entries = np.array([float(entry) for entry in np.atleast_1d(np.asarray(given, dtype=object))])
    return np.broadcast_to(entries[0] if len(entries) == 1 else entries.reshape(shape), shape).astype(dtype)


def encode_batch(space, batch, count):
    """`count` elements of `space` for the server. `batch` is an element of Gymnasium's batch of the space.

    Raises:
        ValueError: for what can't be such a batch; whether its entries lie in the space is for the server to say.
    """
    match space:
        case spaces.Box():
            return _array(batch, (count, *space.shape), space.dtype)
        case spaces.Discrete():
            return _array(batch, (count,), _dtype_of_choices(space))
        case spaces.MultiDiscrete():
            return _array(batch, (count, *space.shape), np.int32)
        case spaces.MultiBinary():
            return _array(batch, (count, *space.shape), np.int8)
        case spaces.Text():
            return list(batch)
        case spaces.Tuple():
            return [encode_batch(part, batch[i], count) for i, part in enumerate(space.spaces)]
        case spaces.Dict():
            return {key: encode_batch(part, batch[key], count) for key, part in space.spaces.items()}
    raise TypeError(f"unbraid_gym: actions of {space} cannot be sent")


def _dtype_of_choices(space):
    """How elements of a Discrete travel; packages/sim-env/src/vector/batch.ts decides by the same rule."""
    fits = space.n < 2**31 and space.start >= -(2**31) and space.start + space.n - 1 < 2**31
    return np.int32 if fits else np.float64


def encode_one(space, element):
    """An element of `space` as a batch of one."""
    return encode_batch(space, _batch_of_one(space, element), 1)


def _batch_of_one(space, element):
    match space:
        case spaces.Tuple():
            return tuple(_batch_of_one(part, element[i]) for i, part in enumerate(space.spaces))
        case spaces.Dict():
            return {key: _batch_of_one(part, element[key]) for key, part in space.spaces.items()}
        case spaces.Text():
            return (element,)
    return np.asarray(element)[np.newaxis]


def decode_batch(space, batch, count):
    """`count` elements of `space` as an element of Gymnasium's batch of the space."""
    match space:
        case spaces.Discrete():
            return batch.astype(np.int64)
        case spaces.Text():
            return tuple(batch)
        case spaces.Tuple():
            return tuple(decode_batch(part, batch[i], count) for i, part in enumerate(space.spaces))
        case spaces.Dict():
            return {key: decode_batch(part, batch[key], count) for key, part in space.spaces.items()}
    return batch.reshape(count, *space.shape)


def decode_one(space, batch):
    """The element in a batch of one."""
    return _first(space, decode_batch(space, batch, 1))


def _first(space, batch):
    match space:
        case spaces.Tuple():
            return tuple(_first(part, batch[i]) for i, part in enumerate(space.spaces))
        case spaces.Dict():
            return {key: _first(part, batch[key]) for key, part in space.spaces.items()}
    # An array without dimensions, of a Box without, stays one.
    return batch[0, ...] if isinstance(space, spaces.Box) else batch[0]


def decode_mask(space, mask):
    """A mask of `space` as its `sample(mask)` takes it: MessagePack has lists where Gymnasium wants tuples."""
    match space:
        case spaces.MultiDiscrete():
            return _tuples(mask)
        case spaces.Tuple() if mask is not None:
            return tuple(decode_mask(part, mask[i]) for i, part in enumerate(space.spaces))
        case spaces.Dict() if mask is not None:
            return {key: decode_mask(part, mask[key]) for key, part in space.spaces.items()}
    return mask


def _tuples(mask):
    return tuple(map(_tuples, mask)) if isinstance(mask, list) else mask


def _array(value, shape, dtype):
    """The values as an array of the type and shape that is asked for; no value may change on the way."""
    given = np.asarray(value)
    if given.shape != shape:
        raise ValueError(f"unbraid_gym: an action of shape {shape} is expected, got {given.shape}")
    array = given.astype(dtype)
    if (array.dtype.kind in "iu" or given.dtype.kind in "iu") and not np.array_equal(array, given):
        raise ValueError(f"unbraid_gym: {value!r} is no action of type {np.dtype(dtype)}")
    return array
