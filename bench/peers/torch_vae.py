"""A VAE's training step in PyTorch, eager or compiled: the paper's network at 64 pixels, beta-VAE loss, Adam."""

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
        self.x = tensors["x"].reshape(-1, 1, 64, 64)
        if task["channelsLast"]:
            self.x = self.x.to(memory_format=torch.channels_last)
        self.weights = {name[7:]: tensor for name, tensor in tensors.items() if name.startswith("params.")}
        step = self.trainer()
        with compiling(torch, task):
            losses = [step(noise).item() for noise in tensors["noise"]]
        self.step = step
        layout = ", channels last" if task["channelsLast"] else ""
        return {"version": f"PyTorch {torch.__version__} {described(task)}{layout}", "losses": losses}

    def run(self, options):
        torch = self.torch
        begin = time.perf_counter()
        for _ in range(options["steps"]):
            self.step(torch.randn(len(self.x), 10))
        return {"milliseconds": (time.perf_counter() - begin) * 1e3 / options["steps"]}

    def trainer(self):
        torch, task = self.torch, self.task
        F = torch.nn.functional
        encoder, decoder = networks(torch)
        load(torch, encoder, self.weights, "encoder")
        load(torch, decoder, self.weights, "decoder")
        if task["channelsLast"]:
            encoder, decoder = (net.to(memory_format=torch.channels_last) for net in (encoder, decoder))
        optimizer = adam_of(torch, [*encoder.parameters(), *decoder.parameters()], task)
        rows = len(self.x)

        def loss_of_batch(x, noise):
            mean, log_variance = encoder(x).chunk(2, dim=1)
            logits = decoder(mean + (log_variance / 2).exp() * noise)
            reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / rows
            kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum() / rows
            return reconstruction + task["beta"] * kl

        evaluate = loss_of(torch, loss_of_batch, task)

        def step(noise):
            optimizer.zero_grad()
            loss = evaluate(self.x, noise)
            loss.backward()
            optimizer.step()
            return loss.detach()

        return step


def networks(torch):
    nn = torch.nn
    down = [(1, 32), (32, 32), (32, 64), (64, 64)]
    encoder, decoder = [], [nn.Linear(10, 256), nn.ReLU(), nn.Unflatten(1, (256, 1, 1)), nn.ConvTranspose2d(256, 64, 4)]
    for channels, filters in down:
        encoder += [nn.Conv2d(channels, filters, 4, stride=2, padding=1), nn.ReLU()]
    for channels, filters in reversed(down):
        decoder += [nn.ReLU(), nn.ConvTranspose2d(filters, channels, 4, stride=2, padding=1)]
    encoder += [nn.Conv2d(64, 256, 4), nn.ReLU(), nn.Flatten(), nn.Linear(256, 20)]
    return nn.Sequential(*encoder), nn.Sequential(*decoder)


def load(torch, net, weights, half):
    """Our tensors in the order of the layers; dense weights are inputs x outputs, and so are convolutions that see all of their input."""
    names = sorted((name for name in weights if name.startswith(half)), key=place)
    with torch.no_grad():
        for parameter, name in zip(net.parameters(), names, strict=True):
            weight = weights[name]
            if weight.ndim == 2 and not (parameter.ndim == 4 and half == "decoder"):
                weight = weight.T
            parameter.copy_(weight.reshape(parameter.shape))


def place(name):
    _, layer, kind = name.split(".")
    return int(layer), kind == "bias"


serve(Training())
