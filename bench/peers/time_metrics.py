"""Processor time of the estimators that metrics of disentanglement are made of: `time_metrics.py CODES FACTORS`.

CODES are float32 [rows, 10], FACTORS int32 [rows, 5], as raw bytes. A line each on stdout.
"""

import sys
import time
import warnings

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_selection import mutual_info_classif
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

codes = np.fromfile(sys.argv[1], dtype=np.float32).reshape(-1, 10)
factors = np.fromfile(sys.argv[2], dtype=np.int32).reshape(-1, 5)
train = 2 * len(codes) // 3


def seconds(name, run):
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run()
    print(f"scikit-learn  {name}: {time.process_time() - start:.2f} s", flush=True)


def sap():
    for k in range(factors.shape[1]):
        for j in range(codes.shape[1]):
            LinearSVC(C=0.01, class_weight="balanced").fit(codes[:train, j : j + 1], factors[:train, k])


def info_mec():
    x = (codes - codes.mean(axis=0)) / codes.std(axis=0)
    for k in range(factors.shape[1]):
        for j in range(codes.shape[1]):
            mutual_info_classif(codes[:, j : j + 1], factors[:, k], n_neighbors=10)
        LogisticRegression(C=np.inf, tol=1e-4, max_iter=100).fit(x, factors[:, k])


seconds("SAP", sap)
seconds("InfoMEC", info_mec)
seconds(
    "boosted trees of the factor of 6 values",
    lambda: GradientBoostingClassifier().fit(codes[:train], factors[:train, 1]),
)
