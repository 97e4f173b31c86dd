"""Checks that an exported .onnx file is one that other tools load: `check_onnx.py MODEL [--inputs F --outputs F]`.

Always: onnx.checker with full_check (which infers every shape) and loading by Python's onnxruntime. With --inputs (a
safetensors file, one tensor an input of the model, by name) the model is run; with --outputs (likewise) what it gives
is compared. One line a check on stdout; exit 0 all passed, 1 a check failed, 2 bad usage or a file that is not there.
"""

import argparse
import os
import sys
from pathlib import Path

# Before onnxruntime is loaded, which sends telemetry otherwise.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file


def main():
    options = parse()
    try:
        onnx.checker.check_model(str(options.model), full_check=True)
        print(f"{options.model}: onnx.checker passed (onnx {onnx.__version__})")
        session = onnxruntime.InferenceSession(str(options.model), providers=["CPUExecutionProvider"])
        print(f"{options.model}: loaded by onnxruntime {onnxruntime.__version__}")
        if options.inputs:
            check_run(session, load_file(options.inputs), options)
    # The checkers raise many unrelated types; every one of them means that the model does not pass.
    except Exception as error:
        print(f"check_onnx: {options.model}: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--inputs", type=Path, help="safetensors file: one tensor an input, by name")
    parser.add_argument("--outputs", type=Path, help="safetensors file: the outputs to expect, by name")
    parser.add_argument("--rtol", type=float, default=1e-5)
    parser.add_argument("--atol", type=float, default=1e-6)
    options = parser.parse_args()
    if options.outputs and not options.inputs:
        parser.error("--outputs needs --inputs")
    for path in filter(None, (options.model, options.inputs, options.outputs)):
        if not path.is_file():
            parser.error(f"{path} is not a file")
    return options


def check_run(session, inputs, options):
    """Runs the model and, where outputs to expect were given, compares; raises ValueError where they differ."""
    declared = {each.name for each in session.get_inputs()}
    if declared != set(inputs):
        raise ValueError(f"the model takes {sorted(declared)}, {options.inputs} holds {sorted(inputs)}")
    names = [each.name for each in session.get_outputs()]
    results = dict(zip(names, session.run(names, inputs)))
    print(f"{options.model}: ran, " + ", ".join(f"{name} {list(value.shape)}" for name, value in results.items()))
    if options.outputs:
        for name, expected in load_file(options.outputs).items():
            compare(name, results, expected, options)


def compare(name, results, expected, options):
    if name not in results:
        raise ValueError(f"{options.outputs} expects output {name!r}, the model has {sorted(results)}")
    actual = results[name]
    if actual.shape != expected.shape or actual.dtype != expected.dtype:
        wanted = f"{expected.dtype} {list(expected.shape)}"
        raise ValueError(f"output {name!r} is {actual.dtype} {list(actual.shape)}, expected {wanted}")
    worst = np.max(np.abs(actual.astype(np.float64) - expected), initial=0)
    if not np.allclose(actual, expected, rtol=options.rtol, atol=options.atol, equal_nan=True):
        raise ValueError(f"output {name!r} differs by up to {worst:.3g} (rtol {options.rtol}, atol {options.atol})")
    print(f"{options.model}: output {name!r} agrees, largest difference {worst:.3g}")


if __name__ == "__main__":
    sys.exit(main())
