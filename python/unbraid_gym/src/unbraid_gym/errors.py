"""What the server says went wrong, as exceptions."""


class UnbraidError(RuntimeError):
    """Something that can't be done now, or a connection that is refused or has ended."""


class ConnectionLost(UnbraidError):
    """The connection has ended, and with it the episodes of its environments. Their next reset connects again."""


class NoReply(ConnectionLost):
    """No reply came in time, and the connection was given up for that."""


class Unreachable(UnbraidError):
    """Nobody serves there, or there is no room for one more client right now."""


class InvalidValue(UnbraidError, ValueError):
    """A value out of its range: an action outside its space, a seed, an id that nobody serves."""


class ModelError(UnbraidError):
    """The model failed; its own stack stands below the message. Its environment goes on with a reset.

    Attributes:
        environments: of a vector environment, the numbers of those that failed; else empty.
        results: of a vector environment's step, what it gave: the others have taken their steps; else None.
    """

    environments = ()
    results = None


class ModelTimeout(ModelError):
    """The model neither decided nor ended in time; the message says where it is."""


_KINDS = {"value": InvalidValue, "model": ModelError, "timeout": ModelTimeout}


def from_reply(reply):
    """The exception for a reply with an `error`."""
    error = reply["error"]
    exception = _KINDS.get(error["kind"], UnbraidError)(error.get("stack") or error["message"])
    exception.environments = tuple(reply.get("environments", ()))
    exception.results = reply.get("results")
    return exception
