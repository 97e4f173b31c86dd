"""The tangent kernel of a fully connected network by neural-tangents, by its fastest implementation, found before anything
is timed. Its last release works with a JAX of its time, so both have a folder of their own (`npm run bench:setup`)."""

import math
import sys
import time
import types

from serve import serve


KINDS = ("JACOBIAN_CONTRACTION", "NTK_VECTOR_PRODUCTS", "STRUCTURED_DERIVATIVES")
# The slower ways take minutes for all rows.
TRIED_ROWS = 32


class TangentKernel:
    def prepare(self, task):
        sys.path.insert(0, task["packages"])
        # A bridge to TensorFlow, which neural-tangents imports and this does not use.
        sys.modules["neural_tangents.experimental"] = types.ModuleType("neural_tangents.experimental")
        import neural_tangents as nt
        import jax
        import numpy as np

        data = read(task["file"], np)
        self.rows = task["rows"]
        self.x = jax.numpy.asarray(data.pop("x"))
        self.weights = [jax.numpy.asarray(data[name]) for name in sorted(data)]
        times = {kind: self.trial(jax, nt, kind) for kind in KINDS}
        fastest = min(times, key=times.get)
        self.kernel = self.compiled(jax, nt, fastest)
        self.timed(self.x)
        note = f"{fastest}, the fastest of {', '.join(KINDS)} on {TRIED_ROWS} rows"
        return {"version": f"neural-tangents {nt.__version__}, JAX {jax.__version__} jit", "note": note}

    def trial(self, jax, nt, kind):
        """Seconds for some of the inputs."""
        self.kernel = self.compiled(jax, nt, kind)
        rows = self.x[:TRIED_ROWS]
        self.timed(rows)
        return self.timed(rows)

    def compiled(self, jax, nt, kind):
        implementation = getattr(nt.NtkImplementation, kind)
        options = {"trace_axes": (-1,), "vmap_axes": 0, "implementation": implementation}
        return jax.jit(nt.empirical_ntk_fn(lambda weights, x: network(jax.numpy, weights, x), **options))

    def timed(self, x):
        start = time.perf_counter()
        self.result = self.kernel(x, None, self.weights).block_until_ready()
        return time.perf_counter() - start

    def run(self, options):
        milliseconds = self.timed(self.x) * 1e3
        return {"milliseconds": milliseconds, "weights": self.result[: self.rows].ravel().tolist()}


def network(np, weights, alpha):
    *hidden, last = weights
    for weight in hidden:
        alpha = np.tanh(alpha @ weight / math.sqrt(len(weight)))
    return alpha @ last / math.sqrt(len(last))


def read(file, np):
    """The float32 tensors of a safetensors file; safetensors itself may want another NumPy."""
    import json

    content = open(file, "rb").read()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    body = content[8 + length :]
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in header.items()
    }


if __name__ == "__main__":
    serve(TangentKernel())
