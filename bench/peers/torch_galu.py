"""Adam in PyTorch until the mean squared error on the training set is small enough: a GaLU network or its ReLU twin.

The network is one matrix of weights W (k x d) with the gates and output weights of the task. Learning rate, batch size
and start are tuned here, before anything is timed: every setting of a small grid trains once, the fastest one to reach
the error is the one that is measured. The error is that of the whole training set: of a full-batch step it is known
anyhow, with minibatches it is computed after every epoch.
"""

import time

from serve import serve

RATES = (0.003, 0.01, 0.03, 0.1, 0.3)
MINIBATCH = 1000
# Seconds that one setting may take in the search.
PATIENCE = 5


def seconds(result):
    return result[0]


class AdamTraining:
    def prepare(self, task):
        import torch
        from safetensors.torch import load_file

        self.torch = torch
        torch.set_num_threads(task["threads"])
        self.data = load_file(task["file"])
        self.target = task["error"]
        self.kind = task["network"]
        self.setting, steps = self.fastest()
        rate, batch, start = self.setting
        size = "full batch" if batch is None else f"batches of {batch}"
        note = f"best of a grid: learning rate {rate}, {size}, {start} start, {steps} steps, fused Adam"
        return {"version": f"PyTorch {torch.__version__} Adam, {self.kind} network", "note": note}

    def run(self, options):
        start = time.perf_counter()
        weights, _ = self.train(*self.setting, patience=float("inf"))
        milliseconds = (time.perf_counter() - start) * 1e3
        return {"milliseconds": milliseconds, "weights": weights.ravel().tolist()}

    def fastest(self):
        grid = [(rate, None, "random") for rate in RATES] + [(rate, MINIBATCH, "random") for rate in RATES[:3]]
        if self.kind == "GaLU":
            # Convex: it may start anywhere. At zero a ReLU network has no gradient.
            grid += [(rate, None, "zero") for rate in RATES]
        results = sorted(filter(None, map(self.timed, grid)), key=seconds)
        if not results:
            raise RuntimeError(f"no setting of the grid reached an error of {self.target} in {PATIENCE} s")
        # Timings are noisy: the best few again, three times each.
        again = [self.timed(setting) for _, setting, _ in results[:4] for _ in range(3)]
        _, setting, steps = min(filter(None, again), key=seconds)
        return setting, steps

    def timed(self, setting):
        """(seconds, setting, steps) of one training, None where it did not reach the target in PATIENCE seconds."""
        begin = time.perf_counter()
        weights, steps = self.train(*setting, patience=PATIENCE)
        return None if weights is None else (time.perf_counter() - begin, setting, steps)

    def train(self, rate, batch, start, patience):
        """The weights and the number of steps once the target is reached, (None, steps) when patience ends."""
        torch = self.torch
        begin = time.perf_counter()
        x, y, alpha = self.data["X"], self.data["y"], self.data["alpha"]
        gates = (x @ self.data["U"].T >= 0).float() * alpha if self.kind == "GaLU" else None
        weights = torch.zeros_like(self.data["start"]) if start == "zero" else self.data["start"].clone()
        weights.requires_grad_()
        optimizer = torch.optim.Adam([weights], lr=rate, fused=True)

        def loss(rows=slice(None)):
            hidden = x[rows] @ weights.T
            prediction = (hidden * gates[rows]).sum(1) if gates is not None else torch.relu(hidden) @ alpha
            return ((prediction - y[rows]) ** 2).mean()

        def step(value):
            optimizer.zero_grad()
            value.backward()
            optimizer.step()

        steps = 0
        shuffle = torch.Generator().manual_seed(0)
        while time.perf_counter() - begin < patience:
            if batch is None:
                value = loss()
            else:
                for rows in torch.randperm(len(x), generator=shuffle).split(batch):
                    step(loss(rows))
                    steps += 1
                with torch.no_grad():
                    value = loss()
            if value.detach().item() <= self.target:
                return weights.detach(), steps
            if batch is None:
                step(value)
                steps += 1
        return None, steps


serve(AdamTraining())
