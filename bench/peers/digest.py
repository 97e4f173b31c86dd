"""The number of bench/src/digest.ts, which tells one order of the same values from another."""


def digest(values):
    """values: a NumPy array, read row-major."""
    import numpy as np

    flat = values.ravel().astype(np.float64)
    return float(flat @ (np.arange(flat.size) % 9973).astype(np.float64)) / flat.size
