"""Gymnasium's spaces from the server's descriptions, and their elements in batches as the server writes them."""

import numpy as np
from gymnasium import spaces

from unbraid_gym import wire


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
        case {"type": "OneOf", "spaces": parts}:
            return spaces.OneOf([from_description(part) for part in parts])
        case {"type": "Sequence", "space": part, "stack": stack}:
            return spaces.Sequence(from_description(part), stack=stack)
        case {"type": "Graph", "node_space": nodes, "edge_space": edges}:
            return spaces.Graph(from_description(nodes), None if edges is None else from_description(edges))
        case {"type": "Text", "min_length": shortest, "max_length": longest, "charset": charset}:
            return spaces.Text(longest, min_length=shortest, charset=charset)
        case {"type": "Tuple", "spaces": parts}:
            return spaces.Tuple([from_description(part) for part in parts])
        case {"type": "Dict", "spaces": parts}:
            return spaces.Dict({key: from_description(part) for key, part in parts.items()})
    raise ValueError(f"unbraid_gym: this version knows no space like {description}")


def _limit(given, shape, dtype):
    """One limit for each entry; infinities and integers beyond 2**53 come as text."""
    number = float if np.dtype(dtype).kind == "f" else int
    entries = np.array([number(entry) for entry in np.atleast_1d(np.asarray(given, dtype=object))], dtype=dtype)
    return np.broadcast_to(entries[0] if len(entries) == 1 else entries.reshape(shape), shape).astype(dtype)


def _travels_as(space):
    """The type that the entries of an array travel in: JavaScript has no arrays of some of NumPy's types."""
    return {"float16": np.dtype(np.float32), "bool": np.dtype(np.uint8)}.get(space.dtype.name, space.dtype)


def encode_batch(space, batch, count):
    """`count` elements of `space` for the server. `batch` is an element of Gymnasium's batch of the space.

    Raises:
        ValueError: for what can't be such a batch; whether its entries lie in the space is for the server to say.
    """
    match space:
        case spaces.Box():
            # In the space's own type first, which may have fewer numbers than what it travels as.
            array = _checked(batch, (count, *space.shape), space.dtype)
            return wire.array(array.astype(_travels_as(space), copy=False))
        case spaces.Discrete():
            return _array(batch, (count,), _dtype_of_choices(space))
        case spaces.MultiDiscrete():
            return _array(batch, (count, *space.shape), space.dtype)
        case spaces.MultiBinary():
            return _array(batch, (count, *space.shape), np.int8)
        case spaces.Text():
            return list(batch)
        case spaces.Tuple():
            return [encode_batch(part, batch[i], count) for i, part in enumerate(space.spaces)]
        case spaces.Dict():
            return {key: encode_batch(part, batch[key], count) for key, part in space.spaces.items()}
        case spaces.OneOf():
            return [[int(index), _encode_alone(space.spaces[index], value)] for index, value in batch]
        case spaces.Sequence():
            return [_encode_sequence(space, element) for element in batch]
        case spaces.Graph():
            return [_encode_graph(space, element) for element in batch]
    raise TypeError(f"unbraid_gym: actions of {space} cannot be sent")


def _dtype_of_choices(space):
    """How elements of a Discrete travel; packages/sim-env/src/spaces/batch.ts decides by the same rule."""
    fits = space.n < 2**31 and space.start >= -(2**31) and space.start + space.n - 1 < 2**31
    return np.int32 if fits else np.int64


def _encode_alone(space, element):
    """An element that is in no batch, as one of a OneOf or a Sequence."""
    return _without_batch(space, encode_one(space, element))


def _without_batch(space, batch):
    """The element in an encoded batch of one: arrays of one row are the row."""
    match space:
        case spaces.Discrete():
            return int(np.frombuffer(batch.data[1:], dtype=_dtype_of_choices(space))[0])
        case spaces.Tuple():
            return [_without_batch(part, batch[i]) for i, part in enumerate(space.spaces)]
        case spaces.Dict():
            return {key: _without_batch(part, batch[key]) for key, part in space.spaces.items()}
        case spaces.Box() | spaces.MultiDiscrete() | spaces.MultiBinary():
            return batch
    return batch[0]


def _encode_sequence(space, elements):
    part = space.feature_space
    if space.stack:
        return encode_batch(part, elements, _count(part, elements))
    return [_encode_alone(part, element) for element in elements]


def _encode_graph(space, graph):
    edges = None if graph.edges is None else encode_batch(space.edge_space, graph.edges, _count(space.edge_space, graph.edges))
    links = None if graph.edge_links is None else _array(graph.edge_links, (len(graph.edge_links), 2), np.int32)
    return {"nodes": encode_batch(space.node_space, graph.nodes, _count(space.node_space, graph.nodes)), "edges": edges, "edgeLinks": links}


def _count(space, batch):
    """How many elements a batch holds."""
    match space:
        case spaces.Tuple():
            return _count(space.spaces[0], batch[0])
        case spaces.Dict():
            key, part = next(iter(space.spaces.items()))
            return _count(part, batch[key])
    return len(batch)


def encode_one(space, element):
    """An element of `space` as a batch of one."""
    return encode_batch(space, _batch_of_one(space, element), 1)


def _batch_of_one(space, element):
    match space:
        case spaces.Tuple():
            return tuple(_batch_of_one(part, element[i]) for i, part in enumerate(space.spaces))
        case spaces.Dict():
            return {key: _batch_of_one(part, element[key]) for key, part in space.spaces.items()}
        case spaces.Text() | spaces.OneOf() | spaces.Sequence() | spaces.Graph():
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
        case spaces.OneOf():
            return tuple((np.int64(index), _decode_alone(space.spaces[index], value)) for index, value in batch)
        case spaces.Sequence():
            return tuple(_decode_sequence(space, element) for element in batch)
        case spaces.Graph():
            return tuple(_decode_graph(space, element) for element in batch)
    return batch.reshape(count, *space.shape).astype(space.dtype, copy=False)


def _decode_alone(space, element):
    match space:
        case spaces.Discrete():
            return np.int64(element)
        case spaces.Tuple():
            return tuple(_decode_alone(part, element[i]) for i, part in enumerate(space.spaces))
        case spaces.Dict():
            return {key: _decode_alone(part, element[key]) for key, part in space.spaces.items()}
        case spaces.Box() | spaces.MultiDiscrete() | spaces.MultiBinary():
            return decode_one(space, element)
    return decode_one(space, [element])


def _decode_sequence(space, elements):
    part = space.feature_space
    if space.stack:
        return _decode_counted(part, elements)
    return tuple(_decode_alone(part, element) for element in elements)


def _decode_graph(space, graph):
    links = graph["edgeLinks"]
    return spaces.GraphInstance(
        _decode_counted(space.node_space, graph["nodes"]),
        None if graph["edges"] is None else _decode_counted(space.edge_space, graph["edges"]),
        None if links is None else links.reshape(-1, 2),
    )


def _decode_counted(space, batch):
    """A batch of as many elements as it has entries for."""
    return decode_batch(space, batch, _flat_count(space, batch))


def _flat_count(space, batch):
    match space:
        case spaces.Tuple():
            return _flat_count(space.spaces[0], batch[0])
        case spaces.Dict():
            key, part = next(iter(space.spaces.items()))
            return _flat_count(part, batch[key])
        case spaces.Box() | spaces.MultiDiscrete() | spaces.MultiBinary():
            return len(batch) // int(np.prod(space.shape))
    return len(batch)


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
        case spaces.OneOf() if mask is not None:
            return tuple(decode_mask(part, mask[i]) for i, part in enumerate(space.spaces))
        case spaces.Sequence() if mask is not None:
            return mask[0], decode_mask(space.feature_space, mask[1])
        case spaces.Tuple() if mask is not None:
            return tuple(decode_mask(part, mask[i]) for i, part in enumerate(space.spaces))
        case spaces.Dict() if mask is not None:
            return {key: decode_mask(part, mask[key]) for key, part in space.spaces.items()}
    return mask


def _tuples(mask):
    return tuple(map(_tuples, mask)) if isinstance(mask, list) else mask


def _array(value, shape, dtype):
    """The values as an array that travels."""
    return wire.array(_checked(value, shape, dtype))


def _checked(value, shape, dtype):
    """The values as an array of the type and shape that is asked for; no value may change on the way."""
    given = np.asarray(value)
    if given.shape != shape:
        raise ValueError(f"unbraid_gym: an action of shape {shape} is expected, got {given.shape}")
    array = given.astype(dtype)
    if (array.dtype.kind in "iub" or given.dtype.kind in "iub") and not np.array_equal(array, given):
        raise ValueError(f"unbraid_gym: {value!r} is no action of type {np.dtype(dtype)}")
    return array
