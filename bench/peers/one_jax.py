"""JAX on the CPU, with the number of threads that the sides have."""

import os


def import_jax():
    """JAX and its NumPy. XLA takes as many threads as PJRT_NPROC says, or as many as there are cores."""
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["PJRT_NPROC"] = os.environ["OMP_NUM_THREADS"]
    import jax
    import jax.numpy

    return jax, jax.numpy
