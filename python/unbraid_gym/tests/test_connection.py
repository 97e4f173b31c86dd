"""The connection itself: threads, pings, frames, and what becomes of it."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import msgpack
import pytest
from websockets.sync.server import serve

from unbraid_gym import Connection, ConnectionLost, UnbraidError, keeper

COUNTER = "test/Counter-v0"


@contextmanager
def fake_server(attend):
    """Another WebSocket server, which does what `attend` does with a connection."""
    with serve(attend, "127.0.0.1", 0, subprotocols=["unbraid-env.1"], compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.socket.getsockname()[1]
        try:
            yield {"url": f"ws://127.0.0.1:{port}", "token": "any token that is long enough"}
        finally:
            server.shutdown()
            thread.join()


def test_threads_may_share_one_and_each_gets_its_own_replies(server):
    with Connection(**server.where, timeout=20) as connection:

        def play(seed):
            group = connection.ask("make", env=COUNTER, count=1)["group"]
            return [float(connection.ask("reset", group=group, seed=seed)["observations"][0]) for _ in range(20)]

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(play, range(8))) == [[float(seed)] * 20 for seed in range(8)]
    with pytest.raises(ConnectionLost, match="has ended"):
        connection.ask("list")


def test_requests_may_be_sent_before_the_reply_to_the_first_is_taken(server):
    with Connection(**server.where, timeout=20) as connection:
        first, second = (connection.send("make", env=COUNTER, count=count) for count in (1, 2))
        assert connection.receive(second)["group"] == 2
        assert connection.receive(first)["group"] == 1


def test_another_process_than_its_own_is_refused(server, monkeypatch):
    with Connection(**server.where, timeout=20) as connection:
        monkeypatch.setattr("os.getpid", lambda: -1)
        with pytest.raises(UnbraidError, match="belongs to the process that this one was forked from"):
            connection.ask("list")
        monkeypatch.undo()
        assert COUNTER in connection.ask("list")["environments"]


def test_closing_it_ends_the_wait_of_another_thread(server):
    connection = Connection(**server.where)
    group = connection.ask("make", env=COUNTER, count=1)["group"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(connection.ask, "reset", group=group, options={"hangAt": 0})
        while not connection._reading:
            time.sleep(0.01)
        connection.close()
        with pytest.raises(ConnectionLost):
            waiting.result(10)


def test_pings_are_answered_while_nobody_asks(monkeypatch):
    monkeypatch.setattr(keeper, "_INTERVAL", 0.02)
    # One that sleeps already sleeps for as long as it did before.
    monkeypatch.setattr(keeper, "_thread", None)
    answered = threading.Event()

    def attend(socket):
        if socket.ping().wait(10):
            answered.set()
        for _ in socket:
            pass

    with fake_server(attend) as where, Connection(**where) as connection:
        assert answered.wait(10)
        assert connection.alive


def test_a_reply_in_several_frames_is_one():
    def attend(socket):
        request = msgpack.unpackb(socket.recv())
        reply = msgpack.packb({"id": request["id"], "environments": ["x"] * 1000})
        socket.send([reply[:10], reply[10:700], reply[700:]])

    with fake_server(attend) as where, Connection(**where) as connection:
        assert connection.ask("list")["environments"] == ["x"] * 1000
        with pytest.raises(ConnectionLost, match="has ended: code 1000"):
            connection.ask("list")
        assert not connection.alive


def test_what_is_open_at_the_end_of_the_interpreter_makes_no_noise(server):
    code = "\n".join(
        [
            "import gymnasium, unbraid_gym",
            f"where = {server.where!r}",
            "env = unbraid_gym.make('test/Counter-v0', **where)",
            "envs = gymnasium.make_vec('test/Counter-v0', num_envs=2, **where)",
            "connection = unbraid_gym.Connection(**where)",
            "connection.itself = connection",
            "env.reset(), envs.reset()",
        ]
    )
    ran = subprocess.run([sys.executable, "-X", "dev", "-W", "error", "-c", code], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
