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
        net = NETWORKS[task["network"]](torch, dropout)
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
    """In the order of the layers, each weight before its bias; names begin with their number."""
    return [tensors[name] for name in sorted(tensors) if name.startswith(prefix)]


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


def conv4(torch, dropout):
    nn = torch.nn
    dropped = lambda rate: [nn.Dropout(rate)] if dropout > 0 else []
    norm = lambda kind, features: kind(features, eps=1e-3, momentum=0.01)

    def convolution(channels, filters):
        return nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(), norm(nn.BatchNorm2d, filters)

    return nn.Sequential(
        nn.Unflatten(1, (3, 32, 32)),
        *convolution(3, 64),
        *dropped(0.3),
        *convolution(64, 64),
        nn.MaxPool2d(2),
        *convolution(64, 128),
        *dropped(0.4),
        *convolution(128, 128),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128 * 8 * 8, 256),
        nn.ReLU(),
        *dropped(0.5),
        norm(nn.BatchNorm1d, 256),
        nn.Linear(256, 256),
        nn.ReLU(),
        norm(nn.BatchNorm1d, 256),
        *dropped(0.5),
        nn.Linear(256, 10),
    )


def resnet18(torch, dropout):
    nn = torch.nn

    class Block(nn.Module):
        def __init__(self, channels, filters, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(channels, filters, 3, stride=stride, padding=1, bias=False)
            self.norm1 = nn.BatchNorm2d(filters)
            self.conv2 = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
            self.norm2 = nn.BatchNorm2d(filters)
            self.shortcut = None
            if stride > 1:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(channels, filters, 1, stride=stride, bias=False), nn.BatchNorm2d(filters)
                )

        def forward(self, x):
            branch = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
            return torch.relu(branch + (self.shortcut(x) if self.shortcut else x))

    filters = (64, 128, 256, 512)
    stages = [
        block
        for channels, count in zip((64, *filters), filters)
        for block in (Block(channels, count, 1 if count == 64 else 2), Block(count, count, 1))
    ]
    return nn.Sequential(
        nn.Unflatten(1, (3, 32, 32)),
        nn.Conv2d(3, 64, 3, padding=1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        *stages,
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(512, 10),
    )


NETWORKS = {"F2": f2, "Conv7": conv7, "Conv4": conv4, "ResNet-18": resnet18}

serve(Training())
