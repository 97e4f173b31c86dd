"""The tangent kernel of a fully connected network by torch.func: jacrev and vmap give the Jacobian, its product with itself
the kernel. The Jacobian is taken for one layer's weights at a time, since that by all weights (17 GB for n = 512 and three
layers of width 2048) does not fit the memory of many machines; it is multiplied in place.

With `reference` it is the first rows alone, in float64.
"""

import math
import time

from serve import serve


class TangentKernel:
    def prepare(self, task):
        import torch
        from safetensors.torch import load_file

        self.torch = torch
        self.rows = task["rows"]
        torch.set_num_threads(task["threads"])
        data = load_file(task["file"])
        self.reference = task["reference"]
        number = torch.float64 if self.reference else torch.float32
        self.x = data.pop("x").to(number)
        self.weights = [data[name].to(number) for name in sorted(data)]
        # The first call loads what torch.func needs.
        self.jacobian(len(self.weights) - 1, self.x[:2])
        kind = "float64" if self.reference else "jacrev and vmap"
        return {"version": f"PyTorch {torch.__version__} torch.func, {kind}", "note": "one layer's Jacobian at a time"}

    def run(self, options):
        start = time.perf_counter()
        kernel = sum(self.layer(index) for index in range(len(self.weights)))
        milliseconds = (time.perf_counter() - start) * 1e3
        return {"milliseconds": milliseconds, "weights": kernel[: self.rows].ravel().tolist()}

    def layer(self, index):
        if self.reference:
            first = self.jacobian(index, self.x[: self.rows])
            parts = self.x.split(64)
            return self.torch.cat([first @ self.jacobian(index, part).T for part in parts], dim=1)
        jacobian = self.jacobian(index, self.x)
        return jacobian @ jacobian.T

    def jacobian(self, index, x):
        from torch.func import jacrev, vmap

        def output(weight, row):
            return network(self.torch, [*self.weights[:index], weight, *self.weights[index + 1 :]], row[None])[0, 0]

        return vmap(jacrev(output), (None, 0))(self.weights[index], x).reshape(len(x), -1)


def network(torch, weights, alpha):
    *hidden, last = weights
    for weight in hidden:
        alpha = torch.tanh(alpha @ weight / math.sqrt(len(weight)))
    return alpha @ last / math.sqrt(len(last))


serve(TangentKernel())
