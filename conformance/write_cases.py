"""Writes the tests that the Python package onnx ships into a folder that conformance/src reads.

usage: python write_cases.py FOLDER

Node tests exist only as Python; the others are files of the package. For each test there is FOLDER/<kind>-<name>.onnx, and in
FOLDER/cases.json {name, kind, rtol, atol, model, opset, operators, sets: [{inputs, outputs}]}. A tensor is {name, type, shape, at, bytes}:
its values lie in FOLDER/values.bin, little-endian, in the type that @unbraid/onnx reads them in (float16 as float32, int8 as int32 …);
one that has no such type has a `type` alone.
"""

import json
import os
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests
from onnx.backend.test.runner import Runner

warnings.filterwarnings("ignore")

# How NumPy's types are read.
READ = {
    **{name: name for name in ("float32", "float64", "int32", "int64", "uint32")},
    **{name: "float32" for name in ("float16", "bfloat16")},
    **{name: "int32" for name in ("int8", "uint8", "int16", "uint16")},
    **{"uint64": "int64", "bool": "uint8"},
}


def tensor(value, name, out):
    """A value as it stands in cases.json; its numbers are added to values.bin."""
    if isinstance(value, onnx.TensorProto):
        value = numpy_helper.to_array(value)
    if value is None or isinstance(value, (list, tuple, dict)):
        return {"name": name, "type": "none" if value is None else type(value).__name__}
    value = np.asarray(value)
    type_name = value.dtype.name
    if type_name == "object" or value.dtype.kind in "USO":
        type_name = "string"
    if type_name not in READ:
        return {"name": name, "type": type_name}
    data = np.ascontiguousarray(value.astype(READ[type_name])).tobytes()
    at = out.tell()
    out.write(data)
    # Views of eight bytes begin at multiples of eight.
    out.write(b"\0" * (-len(data) % 8))
    return {"name": name, "type": type_name, "shape": list(value.shape), "at": at, "bytes": len(data)}


def operators(graph):
    for node in graph.node:
        yield f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
        for attribute in node.attribute:
            for inner in ([attribute.g] if attribute.HasField("g") else []) + list(attribute.graphs):
                yield from operators(inner)


def stored(folder, prefix, infos):
    """Inputs or outputs of a test of the package's files; None where they are no tensors."""
    values = []
    for index in range(len(list(Path(folder).glob(f"{prefix}_*.pb")))):
        data = Path(folder, f"{prefix}_{index}.pb").read_bytes()
        kind = infos[index].type.WhichOneof("value") if index < len(infos) else "tensor_type"
        if kind != "tensor_type":
            values.append([])
            continue
        value = onnx.TensorProto()
        value.ParseFromString(data)
        values.append(value)
    return values


def loaded(case):
    """Model and data sets of a test."""
    if case.model is not None:
        return case.model, case.data_sets
    if case.url is not None:
        package = Path(onnx.__file__).parent.parent
        path = package / case.url
        model = onnx.load(path)
        outputs = onnx.TensorProto()
        outputs.ParseFromString(path.with_name(path.stem + "_output_0.pb").read_bytes())
        initial = {each.name for each in model.graph.initializer}
        inputs = [each for each in model.graph.input if each.name not in initial]
        # As onnx's own runner makes the inputs of these.
        return model, [([Runner.generate_dummy_data(each, seed=0, name="", random=False) for each in inputs], [outputs])]
    model = onnx.load(os.path.join(case.model_dir, "model.onnx"))
    initial = {each.name for each in model.graph.initializer}
    inputs = [each for each in model.graph.input if each.name not in initial]
    sets = [
        (stored(folder, "input", inputs), stored(folder, "output", model.graph.output))
        for folder in sorted(Path(case.model_dir).glob("test_data_set_*"))
    ]
    return model, sets


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    records = []
    with open(folder / "values.bin", "wb") as out:
        for kind in ("node", "simple", "real", "pytorch-converted", "pytorch-operator"):
            for case in load_model_tests(kind=kind):
                model, sets = loaded(case)
                file = f"{kind}-{case.name}.onnx"
                (folder / file).write_bytes(model.SerializeToString())
                initial = {each.name for each in model.graph.initializer}
                inputs = [each.name for each in model.graph.input if each.name not in initial]
                outputs = [each.name for each in model.graph.output]
                records.append(
                    {
                        "name": case.name,
                        "kind": kind,
                        "rtol": case.rtol,
                        "atol": case.atol,
                        "model": file,
                        "opset": max((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), default=None),
                        "operators": sorted(set(operators(model.graph))),
                        "sets": [
                            {
                                "inputs": [tensor(value, name, out) for value, name in zip(values, inputs)],
                                "outputs": [tensor(value, name, out) for value, name in zip(results, outputs)],
                            }
                            for values, results in sets
                        ],
                    }
                )
    # Last, so that a folder that has it is complete.
    (folder / "cases.json").write_text(json.dumps({"onnx": onnx.__version__, "cases": records}))
    print(f"{len(records)} tests of onnx {onnx.__version__}")


main(sys.argv[1])
