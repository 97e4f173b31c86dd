"""Training by LaPerm in PyTorch, eager or compiled: Adam, and every `period` steps each neuron's first weights in the new order."""

import time

from compiled import adam_of, compiling, described, loss_of
from serve import serve


class Training:
    def prepare(self, task):
        import torch
        from safetensors.torch import load_file

        self.torch, self.task = torch, task
        torch.set_num_threads(task["threads"])
        tensors = load_file(task["file"])
        self.x, self.labels = tensors["x"], tensors["labels"].long()
        with compiling(torch, task):
            losses = self.first_losses(weights_of(tensors, "check."))
            self.begin, self.step, self.synchronize = self.trainer(weights_of(tensors, "start."), dropout=0.4)
            self.train()
        return {"version": f"PyTorch {torch.__version__} {described(task)}", "losses": losses}

    def run(self, options):
        return {"milliseconds": self.train()}

    def train(self):
        """Milliseconds of the steps; putting the network and the optimizer back to their start is not counted."""
        torch, task, step = self.torch, self.task, self.step
        self.begin()
        done = 0
        begin = time.perf_counter()
        while done < task["steps"]:
            for rows in torch.randperm(len(self.x)).split(task["batch"]):
                step(self.x[rows], self.labels[rows])
                done += 1
                if done % task["period"] == 0:
                    self.synchronize()
                if done == task["steps"]:
                    break
        return (time.perf_counter() - begin) * 1e3

    def first_losses(self, weights):
        begin, step, synchronize = self.trainer(weights, dropout=0)
        begin()
        x, labels = self.x[: self.task["batch"]], self.labels[: self.task["batch"]]
        losses = []
        for done in range(1, self.task["checkedSteps"] + 1):
            losses.append(step(x, labels).item())
            if done % 2 == 0:
                synchronize()
        return losses

    def trainer(self, weights, dropout):
        """What begins anew from the weights, what makes a step, and what synchronizes."""
        torch, task = self.torch, self.task
        net = (f2 if task["network"] == "F2" else conv7)(torch, dropout)
        optimizer = adam_of(torch, net.parameters(), task)
        vectors = [parameter.detach().flatten(1) for parameter in net.parameters() if parameter.ndim > 1]
        sorted_first = [torch.empty_like(each) for each in vectors]
        decayed = [parameter for parameter in net.parameters() if parameter.ndim > 1][:-1]

        def begin():
            with torch.no_grad():
                for parameter, weight in zip(net.parameters(), weights, strict=True):
                    # A Linear keeps its weight as outputs x inputs, the file has inputs x outputs.
                    parameter.copy_(weight.T if weight.ndim == 2 else weight)
                for first, each in zip(sorted_first, vectors):
                    first.copy_(each.sort(dim=1).values)
                # The same tensors, or what is compiled would be compiled again.
                for state in optimizer.state.values():
                    for tensor in state.values():
                        tensor.zero_()

        def loss_of_batch(x, labels):
            loss = torch.nn.functional.cross_entropy(net(x), labels)
            if task["l2"] > 0:
                loss = loss + task["l2"] * sum(weight.square().sum() for weight in decayed)
            return loss

        evaluate = loss_of(torch, loss_of_batch, task)

        def step(x, labels):
            optimizer.zero_grad()
            loss = evaluate(x, labels)
            loss.backward()
            optimizer.step()
            return loss.detach()

        def synchronize():
            for each, first in zip(vectors, sorted_first):
                each.scatter_(1, each.argsort(dim=1), first)

        return begin, step, synchronize


def weights_of(tensors, prefix):
    """In the order of the layers, each weight before its bias."""
    names = [name for name in tensors if name.startswith(prefix)]
    return [tensors[name] for name in sorted(names, key=place)]


def place(name):
    _, layer, kind = name.split(".")
    return int(layer), kind == "bias"


def f2(torch, dropout):
    nn = torch.nn
    linear = lambda inputs, outputs: nn.Linear(inputs, outputs, bias=False)
    return nn.Sequential(linear(784, 128), nn.ReLU(), linear(128, 64), nn.ReLU(), linear(64, 10))


def conv7(torch, dropout):
    nn = torch.nn

    def convolution(channels, filters, kernel):
        return nn.Conv2d(channels, filters, kernel), nn.ReLU()

    def halving(channels, filters):
        # As many zeros as make the output half the size, the odd one at the bottom and at the right.
        return nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(channels, filters, 5, stride=2), nn.ReLU(), nn.Dropout(dropout)

    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        *convolution(1, 32, 3),
        *convolution(32, 32, 3),
        *halving(32, 32),
        *convolution(32, 64, 3),
        *convolution(64, 64, 3),
        *halving(64, 64),
        *convolution(64, 128, 4),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(128, 10),
    )


serve(Training())
