"""Runs this package's tests in a virtual environment of its own, which it makes where there is none: `python3 run_tests.py [PYTEST…]`.

Needs Python 3.10 or newer, the packages of requirements-test.txt from an index or cache that pip knows, Node, and a built repository
(`npm run build`). What is installed already is kept. Exit code: pytest's, or 77 where the packages cannot be installed.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = FOLDER / ".venv"

CANNOT_INSTALL = 77


def main():
    if sys.version_info < (3, 10):
        sys.exit("unbraid_gym: its tests need Python 3.10 or newer")
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run([*install, "--requirement", FOLDER / "requirements-test.txt"], check=True)
        subprocess.run([*install, "--no-deps", "--editable", FOLDER], check=True)
    except subprocess.CalledProcessError:
        print("unbraid_gym: the packages of requirements-test.txt could not be installed", file=sys.stderr)
        return CANNOT_INSTALL
    return subprocess.run([python, "-m", "pytest", *sys.argv[1:]], cwd=FOLDER, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
