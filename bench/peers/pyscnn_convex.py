"""Gated and exact ReLU networks with weight decay by pyscnn: group-l1 by R-FISTA, ReLU by its augmented Lagrangian.

R-FISTA stops on a gradient norm, not on an objective: the fewest iterations after which the objective, in float64, is low
enough are found here, before anything is timed. AL changes the patterns of its neurons while constraints don't hold, so that
its objective says nothing until they do: it is run to its own default tolerances, 1e-6 for the gradient and the constraints.
The columns of X stay as they are: scaled ones would have another penalty, hence another optimum.
"""

import time

from serve import serve

LONGEST = 4000


class ConvexPrograms:
    def prepare(self, task):
        from importlib.metadata import version

        import numpy as np
        import torch
        from safetensors.numpy import load_file

        torch.set_num_threads(task["threads"])
        self.np = np
        data = load_file(task["file"])
        self.x, self.y, self.gates = data["X"], data["y"], data["U"]
        self.penalty, self.method, self.optimum = task["penalty"], task["method"], task["optimum"]
        if self.method == "gated":
            self.iterations = self.fewest_iterations(task["target"])
            note = f"{self.iterations} iterations of R-FISTA"
        else:
            self.iterations = 10000
            note = "AL to its own tolerances"
        return {"version": f"pyscnn {version('pyscnn')}", "note": note}

    def run(self, options):
        start, busy = time.perf_counter(), time.process_time()
        model = self.fit()
        milliseconds = (time.perf_counter() - start) * 1e3
        processor = (time.process_time() - busy) * 1e3
        above = 1e6 * (self.objective(model) / self.optimum - 1)
        return {
            "milliseconds": milliseconds,
            "weights": self.weights_of(model).ravel().tolist(),
            "figures": {"processor": processor, "above": above},
        }

    def fit(self):
        from scnn.metrics import Metrics
        from scnn.models import ConvexGatedReLU, ConvexReLU
        from scnn.optimize import optimize_model
        from scnn.regularizers import NeuronGL1
        from scnn.solvers import AL, RFISTA

        if self.method == "gated":
            model = ConvexGatedReLU(self.gates.T)
            solver = RFISTA(model, max_iters=self.iterations, tol=1e-14)
        else:
            model = ConvexReLU(self.gates.T)
            solver = AL(model, max_primal_iters=self.iterations)
        fitted, _ = optimize_model(
            model,
            solver,
            Metrics(metric_freq=10 * LONGEST),
            self.x,
            self.y[:, None],
            regularizer=NeuronGL1(self.penalty),
            return_convex=self.method == "gated",
            unitize_data=False,
            device="cpu",
        )
        return fitted

    def fewest_iterations(self, target):
        """By doubling, then by halving what is between."""
        low, high = 0, 16
        while not self.reaches(high, target):
            low, high = high, 2 * high
            if high > LONGEST:
                raise RuntimeError(f"the objective {target} was not reached in {LONGEST} iterations")
        while high - low > max(1, high // 20):
            middle = (low + high) // 2
            if self.reaches(middle, target):
                high = middle
            else:
                low = middle
        return high

    def reaches(self, iterations, target):
        self.iterations = iterations
        return self.objective(self.fit()) <= target

    def objective(self, model):
        np = self.np
        x = self.x.astype(np.float64)
        weights = self.weights_of(model).astype(np.float64)
        if self.method == "gated":
            outputs = ((x @ weights.T) * (self.x @ self.gates.T >= 0)).sum(1)
            norms = np.linalg.norm(weights, axis=1)
        else:
            hidden, output = weights[:, :-1], weights[:, -1]
            outputs = np.maximum(x @ hidden.T, 0) @ output
            norms = np.linalg.norm(hidden, axis=1) * np.abs(output)
        return ((outputs - self.y) ** 2).mean() / 2 + self.penalty * norms.sum()

    def weights_of(self, model):
        """Gated: W in the order of the task's gates, which pyscnn sorts by their patterns. ReLU: a row (v, a) a neuron."""
        np = self.np
        if self.method == "relu":
            hidden, output = model.parameters
            return np.concatenate([hidden, output.reshape(-1, 1)], axis=1)
        directions = self.gates / np.linalg.norm(self.gates, axis=1, keepdims=True)
        order = np.argmax(directions @ model.G, axis=0)
        assert len(set(order)) == len(order), "two gates of the task have one activation pattern"
        weights = np.zeros_like(self.gates)
        weights[order] = model.parameters[0][0]
        return weights


serve(ConvexPrograms())
