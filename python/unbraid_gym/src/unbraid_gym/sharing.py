"""Connections that environments of a process have in common: one client, and one thread in the server, for all of them."""

import os
import threading
import weakref

from unbraid_gym.connection import Connection

_lock = threading.Lock()
_connections = weakref.WeakValueDictionary()


def shared(url, token, timeout, within):
    """The connection to `url` of all who ask with the same timeout, made where there is none, or none that is alive. Raises as Connection."""
    key = (url or os.environ.get("UNBRAID_URL"), timeout)
    with _lock:
        connection = _connections.get(key)
        if connection is None or not connection.alive:
            connection = _connections[key] = Connection(url, token, timeout, within)
        return connection


def _after_fork():
    """Those of the parent are no good in the child."""
    global _lock, _connections
    _lock, _connections = threading.Lock(), weakref.WeakValueDictionary()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
