"""A server for all tests: the shipped environments and those of packages/sim-env/test/fixtures."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
COMMAND = REPOSITORY / "packages" / "cli" / "bin" / "unbraid.js"
MODULES = ("@unbraid/sim-env/models", "packages/sim-env/test/fixtures/served.js")


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen
    url: str
    token: str
    environments: tuple

    @property
    def where(self):
        return {"url": self.url, "token": self.token}


def start_server():
    process = subprocess.Popen(
        ["node", COMMAND, "serve-env", *MODULES, "--json"], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    line = process.stdout.readline()
    assert line, "unbraid serve-env said nothing; is it built (npm run build)?"
    said = json.loads(line)
    return Server(process, said["url"], said["token"], tuple(said["environments"]))


@pytest.fixture(scope="session")
def server():
    started = start_server()
    yield started
    with started.process:
        started.process.terminate()
        assert started.process.wait(timeout=20) == 0
