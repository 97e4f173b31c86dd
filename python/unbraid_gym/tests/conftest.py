"""A server for all tests: the shipped environments and those of packages/sim-env/test/fixtures."""

import pytest

from serving import start_server

MODULES = ("@unbraid/sim-env/models", "packages/sim-env/test/fixtures/served.js")


@pytest.fixture(scope="session")
def server():
    started = start_server(*MODULES)
    yield started
    started.stop()


@pytest.fixture
def own_server():
    """A server that a test may do away with."""
    started = start_server(*MODULES)
    with started.process:
        yield started
        started.process.kill()
