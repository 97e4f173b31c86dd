"""One training step of an MLP by PyTorch: eager, as most people write it or with the fused Adam, or compiled."""

import itertools
import time

from compiled import adam_of, compiling, described, loss_of
from serve import serve


class Mlp:
    def prepare(self, task):
        import torch
        from safetensors.torch import load_file

        torch.set_num_threads(task["threads"])
        tensors = load_file(task["file"])
        net = build(torch, tensors)
        self.loss = loss_of(torch, lambda x, labels: torch.nn.functional.cross_entropy(net(x), labels), task)
        self.optimizer = adam_of(torch, net.parameters(), {**task, "learningRate": tensors["learningRate"].item()})
        self.batches = itertools.cycle(list(zip(tensors["x"], tensors["labels"].long())))
        with compiling(torch, task):
            losses = [self.step().item() for _ in range(task["checkedSteps"])]
        return {"version": f"PyTorch {torch.__version__} {described(task)}", "losses": losses}

    def run(self, options):
        start = time.perf_counter()
        for _ in range(options["steps"]):
            self.step()
        return {"milliseconds": (time.perf_counter() - start) * 1e3 / options["steps"]}

    def step(self):
        x, labels = next(self.batches)
        self.optimizer.zero_grad()
        loss = self.loss(x, labels)
        loss.backward()
        self.optimizer.step()
        return loss


def build(torch, tensors):
    """inputs-hidden-classes with a relu; a Linear keeps its weight as outputs x inputs, the file has inputs x outputs."""
    inputs, hidden = tensors["W0"].shape
    classes = tensors["W1"].shape[1]
    net = torch.nn.Sequential(torch.nn.Linear(inputs, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, classes))
    with torch.no_grad():
        for layer, weight, bias in ((net[0], "W0", "b0"), (net[2], "W1", "b1")):
            layer.weight.copy_(tensors[weight].T)
            layer.bias.copy_(tensors[bias])
    return net


serve(Mlp())
