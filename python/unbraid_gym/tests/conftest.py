"""A server for all tests: the shipped environments and those of packages/sim-env/test/fixtures."""

import pytest

from serving import Restarted, start_server

FIXTURES = "packages/sim-env/test/fixtures"
MODULES = ("@unbraid/sim-env/models", f"{FIXTURES}/served.js", f"{FIXTURES}/served-more.js", f"{FIXTURES}/served-agents.js")


@pytest.fixture(scope="session")
def server():
    started = start_server(*MODULES)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def small_server():
    """A server with room for little, and models in trouble."""
    limits = ("connections=3", "messageBytes=2000", "modelSeconds=100", "memoryMegabytes=128")
    started = start_server(f"{FIXTURES}/served.js", f"{FIXTURES}/troubled.js", limits=limits)
    yield started
    started.stop()


@pytest.fixture
def hasty_server():
    """A server that gives models little time."""
    started = start_server(f"{FIXTURES}/troubled.js", limits=("modelSeconds=2",))
    yield started
    started.stop()


@pytest.fixture
def own_server():
    """A server that a test may do away with."""
    started = start_server(*MODULES)
    with started.process:
        yield started
        started.process.kill()


@pytest.fixture
def small_server_of_agents():
    """A server of agents that gives models little time."""
    started = start_server(f"{FIXTURES}/served-agents.js", limits=("modelSeconds=2",))
    yield started
    started.stop()


@pytest.fixture
def served_twice():
    """A server that a test may start anew."""
    server = Restarted(f"{FIXTURES}/served.js")
    yield server
    server.stop()


@pytest.fixture
def agents_served_twice():
    """A server of the shipped environments that a test may have restarted."""
    server = Restarted("@unbraid/sim-env/models")
    yield server
    server.stop()
