"""`unbraid serve-env`, as the tests and scripts of this folder start it."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
COMMAND = REPOSITORY / "packages" / "cli" / "bin" / "unbraid.js"


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen
    url: str
    token: str
    environments: tuple
    kinds: tuple

    @property
    def where(self):
        """Arguments of an environment on this server."""
        return {"url": self.url, "token": self.token}

    def stop(self):
        """Asks it to end, as a supervisor would, and expects that it ends well."""
        with self.process:
            self.process.terminate()
            code = self.process.wait(timeout=20)
        assert code == 0, f"unbraid serve-env ended with {code}"


class Restarted:
    """A server that another takes the place of, at the same address and with the same token."""

    def __init__(self, *modules):
        self._modules = modules
        self._server = start_server(*modules)

    @property
    def where(self):
        return self._server.where

    def kill(self):
        with self._server.process as process:
            process.kill()

    def restart(self):
        self.kill()
        port = self._server.url.rsplit(":")[-1]
        self._server = start_server(*self._modules, options=("--port", port, "--token", self._server.token))

    def stop(self):
        self._server.stop()


def start_server(*modules, limits=(), options=()):
    options = [*options, *(word for limit in limits for word in ("--limit", limit))]
    command = ["node", COMMAND, "serve-env", *modules, *options, "--json"]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line, "unbraid serve-env said nothing; is it built (npm run build)?"
    said = json.loads(line)
    return Server(process, said["url"], said["token"], tuple(said["environments"]), tuple(said["kinds"]))
