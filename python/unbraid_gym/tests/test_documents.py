"""What documents show of Python runs as it stands, with the address of a server in place of theirs."""

import re
import subprocess
import sys
from contextlib import contextmanager

import pytest
from serving import REPOSITORY, start_server

README = REPOSITORY / "python" / "unbraid_gym" / "README.md"
GUIDE = REPOSITORY / "docs" / "from-your-model-to-a-trained-agent.md"
AGENTS_GUIDE = REPOSITORY / "docs" / "guides" / "sim-env.md"


def blocks(path, language):
    return re.findall(rf"```{language}[^\n]*\n(.*?)```", path.read_text(), re.DOTALL)


def run(code, server):
    code = code.replace("ws://127.0.0.1:8765", server.url).replace("…", server.token)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_the_blocks_of_the_readme_run_one_after_another(server):
    shown = blocks(README, "python(?! sb3)")
    assert len(shown) == 3
    run("\n".join(shown), server)


def test_the_block_for_stable_baselines3_runs_after_the_first_of_the_readme(server):
    pytest.importorskip("stable_baselines3")
    (shown,) = blocks(README, "python sb3")
    run(f"{blocks(README, 'python')[0]}\n{shown}", server)


@contextmanager
def served_files(path, name, exporter):
    """A server of a guide's own files, where @unbraid/sim-env resolves."""
    folder = REPOSITORY / "packages" / "sim-env" / "dist" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, code in re.findall(r"```js file=(\S+)\n(.*?)```", path.read_text(), re.DOTALL):
        (folder / file).write_text(code)
    started = start_server(folder / exporter)
    yield started
    started.stop()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def test_the_block_of_the_guide_makes_its_environment():
    shown = blocks(GUIDE, "python")
    assert len(shown) == 1
    with served_files(GUIDE, "guide-in-python", "environment.js") as bakery:
        run(shown[0] + "\nassert 0 <= observation < 7", bakery)


def test_the_block_of_the_guide_to_several_agents_plays_both_its_environments():
    shown = blocks(AGENTS_GUIDE, "python")
    assert len(shown) == 1
    with served_files(AGENTS_GUIDE, "agents-in-python", "beach.js") as beach:
        run(shown[0] + "\nassert all(truncations.values()) and truncated and not turns.agents", beach)
