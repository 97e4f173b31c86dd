"""CGLS on a GaLU network of several outputs in NumPy: a fixed number of iterations, buffers made once.

Minimizes ||((X W^T) * G) A - Y||_F without forming the features: two matrix products an iteration.
"""

import time

from serve import serve


class Cgls:
    def prepare(self, task):
        import numpy as np
        from safetensors.numpy import load_file

        self.np = np
        data = load_file(task["file"])
        self.x, self.y, self.gates, self.a = data["X"], data["Y"], data["U"], data["A"]
        self.test = data["XTest"], data["labelsTest"]
        self.iterations = task["iterations"]
        return {"version": f"NumPy {np.__version__} CGLS", "note": f"{self.iterations} iterations"}

    def run(self, options):
        start = time.perf_counter()
        weights = self.fit()
        milliseconds = (time.perf_counter() - start) * 1e3
        return {"milliseconds": milliseconds, "figures": {"testAccuracy": self.accuracy(weights)}}

    def fit(self):
        """Conjugate gradients on the normal equations, by the residual of the least-squares problem itself."""
        np = self.np
        on = self.x @ self.gates.T >= 0
        hidden = np.empty((len(self.x), len(self.gates)), dtype=np.float32)

        def forward(weights):
            np.matmul(self.x, weights.T, out=hidden)
            np.multiply(hidden, on, out=hidden)
            return hidden @ self.a

        def adjoint(residual):
            np.matmul(residual, self.a.T, out=hidden)
            np.multiply(hidden, on, out=hidden)
            return hidden.T @ self.x

        weights = np.zeros_like(self.gates)
        residual = self.y.copy()
        gradient = adjoint(residual)
        direction = gradient.copy()
        squared = square(np, gradient)
        for _ in range(self.iterations):
            image = forward(direction)
            step = squared / square(np, image)
            weights += step * direction
            residual -= step * image
            gradient = adjoint(residual)
            previous, squared = squared, square(np, gradient)
            direction *= squared / previous
            direction += gradient
        return weights

    def accuracy(self, weights):
        """Percent of test images whose largest output is their class."""
        x, labels = self.test
        outputs = ((x @ weights.T) * (x @ self.gates.T >= 0)) @ self.a
        return float((outputs.argmax(1) == labels).mean() * 100)


def square(np, array):
    return np.float32(np.vdot(array, array))


serve(Cgls())
