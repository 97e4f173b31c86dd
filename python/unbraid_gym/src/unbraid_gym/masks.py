"""Action masks as sb3-contrib takes them."""

import numpy as np
from gymnasium import spaces


def flat_mask(space, mask):
    """One boolean for each choice of `space`: of a MultiDiscrete those of its parts one after another, of a bit its 0 and its 1.

    Args:
        mask: as `space.sample(mask)` takes it; None where everything is possible.

    Raises:
        TypeError: for a space of which nothing can be masked so.
    """
    match space:
        case spaces.Discrete():
            return np.ones(space.n, bool) if mask is None else np.asarray(mask, bool)
        case spaces.MultiDiscrete():
            return np.ones(int(space.nvec.sum()), bool) if mask is None else np.concatenate([part.astype(bool) for part in _leaves(mask)])
        case spaces.MultiBinary():
            # A bit is 0, 1, or 2 for either.
            bits = np.full(space.shape, 2) if mask is None else np.asarray(mask)
            return np.stack([bits != 1, bits != 0], axis=-1).ravel()
    raise TypeError(f"unbraid_gym: actions of {space} have no masks of choices")


def _leaves(mask):
    if isinstance(mask, (tuple, list)):
        for part in mask:
            yield from _leaves(part)
    else:
        yield mask
