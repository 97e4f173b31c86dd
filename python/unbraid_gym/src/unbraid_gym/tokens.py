"""Tokens by the address of their server, so that they stand nowhere else: specs of environments are printed, logged and saved."""

_tokens = {}


def remember(url, token):
    _tokens[url] = token


def known(url):
    """The token of a server that this process has been at; None where it hasn't."""
    return _tokens.get(url)


class Spec:
    """The `spec` of an environment, which never has the token: for environments to inherit from before Gymnasium's classes."""

    _spec = None

    @property
    def spec(self):
        return self._spec

    @spec.setter
    def spec(self, spec):
        if spec is not None and "token" in spec.kwargs:
            spec.kwargs = {key: value for key, value in spec.kwargs.items() if key != "token"}
        self._spec = spec
