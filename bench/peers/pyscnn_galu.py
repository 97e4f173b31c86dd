"""The gated ReLU model of pyscnn, without regularization, until the mean squared error is small enough.

pyscnn sums 1{g_j . x > 0} v_j . x over the gates, so its v_j is alpha_j w_j: the same class of functions, the same gates.
Its solvers stop on a gradient norm or a number of iterations, not on an error. So the fewest iterations that reach the
error are found here, before anything is timed, and the timed run gets that number: it stops where it should and pays
for no check that it would not make. Both ways of pyscnn are tried, the columns of X scaled to unit norm, which is its
default, and as they are; the faster one is measured. The whole call of pyscnn's public `optimize_model` is timed.
"""

import time

from serve import serve

LONGEST = 600


class GatedRelu:
    def prepare(self, task):
        import numpy as np
        import scnn
        from importlib.metadata import version
        from safetensors.numpy import load_file

        self.np = np
        data = load_file(task["file"])
        self.x, self.y, self.gates, self.alpha = data["X"], data["y"], data["U"], data["alpha"]
        self.target = task["error"]
        self.solver = task["solver"]
        settings = [(unitize, self.fewest_iterations(unitize)) for unitize in (True, False)]
        settings = [setting for setting in settings if setting[1] is not None]
        if not settings:
            raise RuntimeError(f"an error of {self.target} was not reached in {LONGEST} iterations")
        self.unitize, self.iterations = min(settings, key=self.seconds)
        columns = "unit columns" if self.unitize else "columns as they are"
        note = f"{self.iterations} iterations, no regularization, {columns}"
        return {"version": f"pyscnn {version('pyscnn')} {self.solver}", "note": note}

    def run(self, options):
        start = time.perf_counter()
        model, _ = self.fit(self.iterations)
        milliseconds = (time.perf_counter() - start) * 1e3
        return {"milliseconds": milliseconds, "weights": self.weights_of(model).ravel().tolist()}

    def fit(self, iterations, metric_freq=LONGEST):
        """One call of pyscnn as a user makes it: the convex model and its metrics."""
        from scnn.metrics import Metrics
        from scnn.models import ConvexGatedReLU
        from scnn.optimize import optimize_model
        from scnn.solvers import RFISTA, LeastSquaresSolver

        gates = self.gates.T
        if self.unitize:
            # pyscnn divides the columns of X by their norms before it applies the gates.
            gates = gates * self.column_norms()[:, None]
        model = ConvexGatedReLU(gates)
        if self.solver == "R-FISTA":
            solver = RFISTA(model, max_iters=iterations, tol=1e-10)
        else:
            solver = LeastSquaresSolver(model, solver="lsmr", max_iters=iterations, tol=0)
        metrics = Metrics(metric_freq=metric_freq)
        return optimize_model(
            model, solver, metrics, self.x, self.y, return_convex=True, unitize_data=self.unitize, device="cpu"
        )

    def fewest_iterations(self, unitize):
        """The smallest number whose weights have an error of at most the target, None where that is too many."""
        self.unitize = unitize
        first = self.first_by_objective() if self.solver == "R-FISTA" else 1
        for iterations in range(first, LONGEST):
            if self.error(self.fit(iterations)[0]) <= self.target:
                return iterations
        return None

    def seconds(self, setting):
        self.unitize, iterations = setting
        start = time.perf_counter()
        self.fit(iterations)
        return time.perf_counter() - start

    def first_by_objective(self):
        """Where R-FISTA's own record of its objective, half the mean squared error, first is low enough. Its error does
        not fall in every iteration."""
        _, metrics = self.fit(LONGEST, metric_freq=1)
        low_enough = self.np.flatnonzero(2 * self.np.array(metrics.objective) <= self.target)
        return int(low_enough[0]) if len(low_enough) else LONGEST

    def error(self, model):
        np = self.np
        prediction = ((self.x @ self.weights_of(model).T) * (self.x @ self.gates.T >= 0)) @ self.alpha
        return float(np.mean((prediction.astype(np.float64) - self.y) ** 2))

    def weights_of(self, model):
        """W (k x d) in the order of the task's gates: pyscnn sorts its activation patterns, and its gates with them."""
        np = self.np
        gates = model.G / self.column_norms()[:, None] if self.unitize else model.G
        order = np.argmax(self.gates @ (gates / np.linalg.norm(gates, axis=0)), axis=1)
        assert len(set(order)) == len(order), "two gates of the task have one activation pattern"
        return model.parameters[0][0][order] / self.alpha[:, None]

    def column_norms(self):
        return self.np.linalg.norm(self.x, axis=0)


serve(GatedRelu())
