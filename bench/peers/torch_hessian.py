"""The spectral norm of a network's Hessian by Lanczos on PyTorch's double backward: the graph of the gradient is kept, so that
a product is one backward pass through it. The basis is one matrix, orthogonalized by two products with it."""

import math
import time

from serve import serve


class HessianNorm:
    def prepare(self, task):
        import torch
        from safetensors.torch import load_file

        self.torch = torch
        torch.set_num_threads(task["threads"])
        self.products = task["products"]
        data = load_file(task["file"])
        self.x = data.pop("x")
        self.weights = [data[name].requires_grad_() for name in sorted(data)]
        self.norm()
        return {"version": f"PyTorch {torch.__version__} double backward", "note": "the gradient's graph is kept"}

    def run(self, options):
        start = time.perf_counter()
        norm = self.norm()
        return {"milliseconds": (time.perf_counter() - start) * 1e3, "weights": [norm]}

    def norm(self):
        torch = self.torch
        *hidden, last = self.weights
        alpha = self.x
        for weight in hidden:
            alpha = torch.tanh(alpha @ weight / math.sqrt(len(weight)))
        gradient = torch.autograd.grad((alpha @ last / math.sqrt(len(last))).sum(), self.weights, create_graph=True)
        sizes = [weight.numel() for weight in self.weights]
        basis = torch.empty(self.products, sum(sizes))
        alphas, betas = [], []
        v = torch.randn(sum(sizes))
        for step in range(self.products):
            torch.div(v, v.norm(), out=basis[step])
            parts = [part.view_as(weight) for part, weight in zip(basis[step].split(sizes), self.weights)]
            image = torch.autograd.grad(gradient, self.weights, parts, retain_graph=True)
            v = torch.cat([part.ravel() for part in image])
            along = basis[: step + 1] @ v
            v -= along @ basis[: step + 1]
            alphas.append(along[-1])
            betas.append(v.norm())
        tridiagonal = torch.diag(torch.stack(alphas))
        off = torch.diag(torch.stack(betas[:-1]), 1)
        return torch.linalg.eigvalsh(tridiagonal + off + off.T).abs().max().item()


serve(HessianNorm())
