"""A VAE's training step in PyTorch, eager or compiled: the paper's network at 64 pixels, or a like one for 48 x 80, by beta-VAE or beta-TCVAE, Adam."""

import math
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
        self.x = tensors["x"].reshape(-1, *((3, 48, 80) if task["work"] == "own" else (1, 64, 64)))
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
        encoder, decoder = networks(torch, *((3, (3, 5)) if task["work"] == "own" else (1, 4)))
        load(torch, encoder, self.weights, "encoder")
        load(torch, decoder, self.weights, "decoder")
        if task["channelsLast"]:
            encoder, decoder = (net.to(memory_format=torch.channels_last) for net in (encoder, decoder))
        optimizer = adam_of(torch, [*encoder.parameters(), *decoder.parameters()], task)
        rows = len(self.x)

        def loss_of_batch(x, noise):
            mean, log_variance = encoder(x).chunk(2, dim=1)
            z = mean + (log_variance / 2).exp() * noise
            outputs = decoder(z)
            if task["work"] == "own":
                reconstruction = optimal_sigma_loss(F, outputs.sigmoid(), x) / rows
            else:
                reconstruction = F.binary_cross_entropy_with_logits(outputs, x, reduction="sum") / rows
            if task["work"] == "tc":
                return reconstruction + tc_terms(torch, z, mean, log_variance, task["beta"])
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


LOG_TWO_PI = math.log(2 * math.pi)
SPRITES = 737280


def optimal_sigma_loss(F, means, x):
    """-log p(x|z) with the sigma that maximizes it, whose logarithm is at least about -6."""
    squares = (x - means).square()
    log_sigma = -6 + F.softplus((squares.mean() + 1e-12).log() / 2 + 6)
    return squares.sum() / (2 * (2 * log_sigma).exp()) + x.numel() * (log_sigma + LOG_TWO_PI / 2)


def tc_terms(torch, z, mean, log_variance, beta):
    """Mutual information + beta x total correlation + dimension-wise KL, by minibatch-weighted sampling."""

    def log_normal(z, mean, log_variance):
        return -0.5 * ((z - mean).square() * (-log_variance).exp() + log_variance + LOG_TWO_PI)

    pairs = log_normal(z[:, None], mean[None], log_variance[None])
    shift = math.log(len(z) * SPRITES)
    log_q = torch.logsumexp(pairs.sum(2), dim=1) - shift
    log_marginals = (torch.logsumexp(pairs, dim=1) - shift).sum(1)
    log_posterior = log_normal(z, mean, log_variance).sum(1)
    log_prior = -0.5 * (z.square() + LOG_TWO_PI).sum(1)
    return ((log_posterior - log_q) + beta * (log_q - log_marginals) + (log_marginals - log_prior)).mean()


def networks(torch, colours, last):
    nn = torch.nn
    down = [(colours, 32), (32, 32), (32, 64), (64, 64)]
    encoder, decoder = [], [nn.Linear(10, 256), nn.ReLU(), nn.Unflatten(1, (256, 1, 1)), nn.ConvTranspose2d(256, 64, last)]
    for channels, filters in down:
        encoder += [nn.Conv2d(channels, filters, 4, stride=2, padding=1), nn.ReLU()]
    for channels, filters in reversed(down):
        decoder += [nn.ReLU(), nn.ConvTranspose2d(filters, channels, 4, stride=2, padding=1)]
    encoder += [nn.Conv2d(64, 256, last), nn.ReLU(), nn.Flatten(), nn.Linear(256, 20)]
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
