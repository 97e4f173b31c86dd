"""Makes points.onnx, which the page fine-tunes: a network that PyTorch trained to tell five spirals of points in the plane apart.

    pip install torch onnx
    python3 make_model.py
"""

import math
from pathlib import Path

import torch
from torch import nn

ARMS, EACH, WIDTH = 5, 400, 48


def spirals(generator):
    """Points [rows, 2] within the unit disc, and the arm that each belongs to."""
    radius = torch.rand(ARMS, EACH, generator=generator).sqrt()
    arm = torch.arange(ARMS)[:, None].expand(ARMS, EACH)
    angle = 2 * math.pi * arm / ARMS + 3 * radius + 0.1 * torch.randn(ARMS, EACH, generator=generator)
    return torch.stack([radius * angle.cos(), radius * angle.sin()], -1).reshape(-1, 2), arm.reshape(-1)


def main():
    torch.manual_seed(1)
    x, y = spirals(torch.Generator().manual_seed(1))
    model = nn.Sequential(
        *[nn.Linear(2, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh()],
        nn.Linear(WIDTH, ARMS),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(1500):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    unseen, arms = spirals(torch.Generator().manual_seed(2))
    print(f"right on {(model(unseen).argmax(1) == arms).float().mean():.1%} of points not seen")

    path = Path(__file__).with_name("points.onnx")
    torch.onnx.export(
        model.eval(), (x[:1],), path, input_names=["points"], output_names=["scores"],
        dynamic_axes={"points": {0: "batch"}, "scores": {0: "batch"}}, opset_version=18, dynamo=False,
    )
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
