"""Messages: MessagePack, with NumPy arrays as an extension (packages/sim-env/src/server/wire.ts)."""

import msgpack
import numpy as np

_ARRAY = 1
# A type's number on the wire is its place here.
_DTYPES = tuple(
    np.dtype(name).newbyteorder("<")
    for name in ("float32", "float64", "int8", "int16", "int32", "uint8", "uint16", "uint32", "int64", "uint64")
)
_CODES = {dtype: bytes([code]) for code, dtype in enumerate(_DTYPES)}
# Models get these as bigints, so nothing travels so that isn't meant to.
_WIDE = {np.dtype(np.int64), np.dtype(np.uint64)}


def packer():
    """What packs messages, one after another; not to be used by two threads at a time."""
    # Built once: a Packer takes 256 kB of memory, which is more work than a message.
    return msgpack.Packer(default=_encode_other)


def decode(data):
    return msgpack.unpackb(data, ext_hook=_decode_extension, strict_map_key=False)


def _encode_other(value):
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        # What has no type of ours, and int64 in the options of a reset, travels as a list.
        unknown = value.dtype in _WIDE or value.dtype.newbyteorder("<") not in _CODES
        return value.tolist() if unknown else array(value)
    raise TypeError(f"unbraid_gym: {type(value).__name__} cannot be sent: {value!r}")


def array(value):
    """An array of one of our types as it travels, int64 and uint64 too."""
    dtype = value.dtype.newbyteorder("<")
    return msgpack.ExtType(_ARRAY, _CODES[dtype] + value.astype(dtype, copy=False).tobytes())


def _decode_extension(code, data):
    if code != _ARRAY:
        return msgpack.ExtType(code, data)
    # A copy, which its receiver may change.
    return np.frombuffer(data, dtype=_DTYPES[data[0]], offset=1).copy()
