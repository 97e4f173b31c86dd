"""Answers the pings of servers while nobody asks anything: a trainer may compute for minutes, and a notebook wait for its user."""

import os
import threading
import time
import weakref

# Seconds between two looks; `unbraid serve-env` pings each minute, and lets two in a row go unanswered.
_INTERVAL = 20.0

_lock = threading.Lock()
_connections = weakref.WeakSet()
_thread = None


def keep(connection):
    """Looks after a connection (its `keep` and `alive`) as long as it is there. One thread of the process does so for all of them."""
    global _thread
    with _lock:
        _connections.add(connection)
        if _thread is None:
            _thread = threading.Thread(target=_look_around, name="unbraid_gym keeper", daemon=True)
            _thread.start()


def _look_around():
    global _thread
    while True:
        time.sleep(_INTERVAL)
        with _lock:
            there = [connection for connection in _connections if connection.alive]
            if not there:
                _thread = None
                return
        for connection in there:
            connection.keep()
        # Not until the next look, since one that its user drops is to be closed at once.
        del there
        connection = None


def _after_fork():
    """The thread is not in the child, and connections are their parent's."""
    global _lock, _connections, _thread
    _lock, _connections, _thread = threading.Lock(), weakref.WeakSet(), None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
