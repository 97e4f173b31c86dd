"""The tangent kernel of a fully connected network by neural-tangents, by its fastest implementation, found before anything
is timed. Its last release works with a JAX of its time, so both have a folder of their own (`npm run bench:setup`)."""

import math
import sys
import time
import types

from serve import serve


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
        kinds = ("JACOBIAN_CONTRACTION", "NTK_VECTOR_PRODUCTS", "STRUCTURED_DERIVATIVES")
        times = {}
        for kind in kinds[1:]:
            self.kernel = self.compiled(jax, nt, getattr(nt.NtkImplementation, kind))
            self.timed()
            times[kind] = self.timed()
        fastest = min(times, key=times.get)
        self.kernel = self.compiled(jax, nt, getattr(nt.NtkImplementation, fastest))
        self.timed()
        note = f"{fastest} of {', '.join(times)}; {kinds[0]} forms the Jacobian, which does not fit"
        return {"version": f"neural-tangents {nt.__version__}, JAX {jax.__version__} jit", "note": note}

    def compiled(self, jax, nt, implementation):
        options = {"trace_axes": (-1,), "vmap_axes": 0, "implementation": implementation}
        return jax.jit(nt.empirical_ntk_fn(lambda weights, x: network(jax.numpy, weights, x), **options))

    def timed(self):
        start = time.perf_counter()
        self.result = self.kernel(self.x, None, self.weights).block_until_ready()
        return time.perf_counter() - start

    def run(self, options):
        milliseconds = self.timed() * 1e3
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


serve(TangentKernel())
