"""Checks a pipeline from raw columns: `check_table_onnx.py MODEL.onnx DATA.csv PREDICTIONS.csv`.

MODEL.onnx takes an input of shape [rows, 1] for each column of DATA.csv that it uses, and gives `prediction`, or `label` and
`probabilities` or `scores`; the entry `unbraid.pipeline` of its metadata says which is which. PREDICTIONS.csv holds what
was predicted for the same rows in the same order: `prediction`, and for classes one column `probability CLASS` each.
onnx.checker looks at the model, Python's onnxruntime runs it, and every prediction is compared: numbers with --tolerance
(relative to 1, the number, or the root mean square of all, whichever is largest), class names as they are, but where two probabilities tie within it.

One line a check on stdout; exit 0 all passed, 1 a check failed, 2 bad usage or a file that is not there.
"""

import argparse
import csv
import json
import math
import os
import sys
from datetime import datetime, timezone
from pathlib import Path

# Before onnxruntime is loaded, which sends telemetry otherwise.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import onnx
import onnxruntime

# What files write where an entry is missing, in lower case.
MISSING = {"", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"}
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def main():
    options = parse()
    try:
        check(options)
    # The checkers raise many unrelated types; every one of them means that the model does not pass.
    except Exception as error:
        print(f"check_table_onnx: {options.model}: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--tolerance", type=float, default=1e-5)
    parser.add_argument("--delimiter", help="of DATA.csv; found out unless given")
    options = parser.parse_args()
    for path in (options.model, options.data, options.predictions):
        if not path.is_file():
            parser.error(f"{path} is not a file")
    return options


def check(options):
    onnx.checker.check_model(str(options.model), full_check=True)
    print(f"{options.model}: onnx.checker passed (onnx {onnx.__version__})")
    session = onnxruntime.InferenceSession(str(options.model), providers=["CPUExecutionProvider"])
    described = json.loads(session.get_modelmeta().custom_metadata_map["unbraid.pipeline"])
    check_declared(session, described)
    columns = read_columns(options.data, options.delimiter)
    expected = read_columns(options.predictions, ",")
    feeds = {each["name"]: feed(each, columns, options.data) for each in described["inputs"]}
    names = {each["what"]: each["name"] for each in described["outputs"]}
    results = dict(zip(names, session.run(list(names.values()), feeds)))
    rows = len(next(iter(feeds.values())))
    print(f"{options.model}: onnxruntime {onnxruntime.__version__} ran {rows} rows of {len(feeds)} raw columns")
    for name, values in expected.items():
        if len(values) != rows:
            raise ValueError(f"{options.predictions} has {len(values)} rows in {name!r}, {options.data} {rows}")
    if described.get("classes"):
        compare_classes(results, described["classes"], expected, options)
    else:
        compare_numbers("prediction", results["prediction"][:, 0], expected, options)


def check_declared(session, described):
    declared = [each.name for each in session.get_inputs()]
    if declared != [each["name"] for each in described["inputs"]]:
        raise ValueError(f"the model takes {declared}, its metadata says otherwise")
    for each, said in zip(session.get_inputs(), described["inputs"]):
        wanted = "tensor(string)" if said["kind"] == "text" else "tensor(double)"
        if each.type != wanted or each.shape[1:] != [1]:
            raise ValueError(f"input {each.name!r} is {each.type} {each.shape}, not {wanted} [rows, 1]")


def read_columns(path, delimiter):
    with path.open(newline="", encoding="utf-8-sig") as file:
        text = file.read()
    if delimiter is None:
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t|", key=first.count)
    rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    header, rows = rows[0], [row for row in rows[1:] if row]
    for at, row in enumerate(rows):
        if len(row) != len(header):
            raise ValueError(f"{path} has {len(row)} entries in row {at}, {len(header)} columns")
    return {name: [row[j] for row in rows] for j, name in enumerate(header)}


def feed(described, columns, path):
    """A raw column as the input of a pipeline."""
    name, kind = described["column"], described["kind"]
    if name not in columns:
        raise ValueError(f"{path} has no column {name!r}")
    entries = columns[name]
    if kind == "text":
        # One dtype=object array of str: what onnxruntime takes for strings.
        kept = ["" if entry.strip().lower() in MISSING else entry for entry in entries]
        return np.array(kept, dtype=object).reshape(-1, 1)
    value = {"number": number, "boolean": boolean, "date": milliseconds}[kind]
    kept = [math.nan if entry.strip().lower() in MISSING else value(entry.strip()) for entry in entries]
    return np.array(kept, dtype=np.float64).reshape(-1, 1)


def number(entry):
    try:
        return float(entry)
    except ValueError:
        return float(entry.replace(".", "").replace(",", "."))


def boolean(entry):
    if entry.lower() in ("true", "1"):
        return 1.0
    if entry.lower() in ("false", "0"):
        return 0.0
    raise ValueError(f"{entry!r} is neither true nor false")


def milliseconds(entry):
    time = datetime.fromisoformat(entry)
    if time.tzinfo is None:
        time = time.replace(tzinfo=timezone.utc)
    since = time - EPOCH
    return (since.days * 86400 + since.seconds) * 1000 + since.microseconds / 1000


def compare_numbers(name, values, expected, options):
    if name not in expected:
        raise ValueError(f"{options.predictions} has no column {name!r}")
    wanted = np.array([float(entry) for entry in expected[name]])
    if not np.isfinite(values).all():
        raise ValueError(f"{name!r} has {np.count_nonzero(~np.isfinite(values))} values that are not finite")
    # Float32 knows a sum to the size of its terms, which is that of predictions in general and not of one near 0.
    size = np.sqrt(np.mean(wanted**2)) if len(wanted) > 0 else 0
    differences = np.abs(values - wanted) / np.maximum(max(1, size), np.abs(wanted))
    worst = differences.max(initial=0)
    if not worst <= options.tolerance:
        row = int(differences.argmax())
        raise ValueError(f"{name!r} differs by {worst:.3g}, most at row {row}: {values[row]} here, {wanted[row]} expected")
    print(f"{options.model}: {name!r} agrees, largest difference {worst:.3g}")


def compare_classes(results, classes, expected, options):
    scores = results.get("probabilities", results.get("scores"))
    if "probabilities" in results:
        for c, each in enumerate(classes):
            if f"probability {each}" in expected:
                compare_numbers(f"probability {each}", scores[:, c], expected, options)
    sorted_scores = np.sort(scores, axis=1)
    ties = sorted_scores[:, -1] - sorted_scores[:, -2] <= options.tolerance
    labels = np.array(results["label"], dtype=str)
    wrong = (labels != np.array(expected["prediction"], dtype=str)) & ~ties
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"{np.count_nonzero(wrong)} labels differ, first at row {row}: "
            f"{labels[row]!r} here, {expected['prediction'][row]!r} expected"
        )
    print(f"{options.model}: 'label' agrees in {len(labels)} rows")


if __name__ == "__main__":
    sys.exit(main())
