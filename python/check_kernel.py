"""Holds entries of a kernel file that `unbraid inspect MODEL --data DATA --kernel KERNEL --index N` wrote against PyTorch in float64.

    python3 python/check_kernel.py model.safetensors x.npy kernel.npy --index 0 --entries 100

For models that saveModel wrote of dense layers with ReLU between, and data of as many rows as the kernel has.
The kernel is mapped into memory, not read.
"""

import argparse
import random

import numpy as np
import torch
from safetensors.torch import load_file

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("model")
parser.add_argument("data")
parser.add_argument("kernel")
parser.add_argument("--index", type=int, default=0)
parser.add_argument("--entries", type=int, default=100)
parser.add_argument("--seed", type=int, default=0)
arguments = parser.parse_args()

kernel = np.load(arguments.kernel, mmap_mode="r")
data = np.load(arguments.data, mmap_mode="r")
params = {name: value.double() for name, value in load_file(arguments.model).items()}
layers = sorted({int(name.split(".")[0]) for name in params})


def output(weights, x):
    for layer in layers:
        x = x @ weights[f"{layer}.weight"] + weights[f"{layer}.bias"]
        if layer != layers[-1]:
            x = torch.relu(x)
    return x[arguments.index]


def gradient(row):
    x = torch.from_numpy(np.array(data[row])).double()
    return torch.cat([part.ravel() for part in torch.func.grad(output)(params, x).values()])


if kernel.shape != (len(data), len(data)):
    raise SystemExit(f"the kernel has shape {kernel.shape}, the data {len(data)} rows")
draw = random.Random(arguments.seed)
worst = 0.0
for _ in range(arguments.entries):
    i, j = draw.randrange(len(data)), draw.randrange(len(data))
    a, b = gradient(i), gradient(j)
    scale = float(a.norm() * b.norm())
    worst = max(worst, abs(float(kernel[i, j]) - float(a @ b)) / scale)
    if kernel[i, j] != kernel[j, i]:
        raise SystemExit(f"entry {i}, {j} is {kernel[i, j]}, its mirror image {kernel[j, i]}")
print(f"{arguments.entries} entries of {kernel.dtype}: off by at most {worst:.1e} of |g_i| |g_j|")
