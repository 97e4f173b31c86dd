"""What documents show of Python runs as it stands, with the address of a server in place of theirs."""

import re
import subprocess
import sys

import pytest

from serving import REPOSITORY, start_server

README = REPOSITORY / "python" / "unbraid_gym" / "README.md"
GUIDE = REPOSITORY / "docs" / "from-your-model-to-a-trained-agent.md"


def blocks(path, language):
    return re.findall(rf"```{language}[^\n]*\n(.*?)```", path.read_text(), re.DOTALL)


def run(code, server):
    code = code.replace("ws://127.0.0.1:8765", server.url).replace("…", server.token)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_the_blocks_of_the_readme_run_one_after_another(server):
    shown = blocks(README, "python")
    assert len(shown) == 3
    run("\n".join(shown), server)


@pytest.fixture
def bakery():
    """The guide's own files, where @unbraid/sim-env resolves."""
    folder = REPOSITORY / "packages" / "sim-env" / "dist" / "guide-in-python"
    folder.mkdir(parents=True, exist_ok=True)
    model, environment = blocks(GUIDE, "js")[:2]
    (folder / "bakery.js").write_text(model)
    (folder / "environment.js").write_text(environment)
    started = start_server(folder / "environment.js")
    yield started
    started.stop()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def test_the_block_of_the_guide_makes_its_environment(bakery):
    shown = blocks(GUIDE, "python")
    assert len(shown) == 1
    run(shown[0] + "\nassert 0 <= observation < 7", bakery)
