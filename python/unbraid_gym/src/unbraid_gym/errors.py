"""What the server says went wrong, as exceptions."""


class UnbraidError(RuntimeError):
    """Something that can't be done now, or a connection that is refused or has ended."""


class InvalidValue(UnbraidError, ValueError):
    """A value out of its range: an action outside its space, a seed, an id that nobody serves."""


class ModelError(UnbraidError):
    """The model failed; its own stack stands below the message. Its environment goes on with a reset."""


class ModelTimeout(ModelError):
    """The model neither decided nor ended in time; the message says where it is."""


_KINDS = {"value": InvalidValue, "model": ModelError, "timeout": ModelTimeout}


def from_reply(error):
    """The exception for the `error` of a reply."""
    text = error.get("stack") or error["message"]
    return _KINDS.get(error["kind"], UnbraidError)(text)
