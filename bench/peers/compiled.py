"""torch.compile for the sides in PyTorch. A task's `compiled` is `nothing`, `network` (with the loss), or `all` (with Adam)."""

from contextlib import contextmanager

from serve import Missing


def adam_of(torch, parameters, task):
    """PyTorch's Adam: the default one, the fused one, or one whose step is compiled."""
    parameters = list(parameters)
    rate = task["learningRate"]
    if task["compiled"] != "all":
        return torch.optim.Adam(parameters, lr=rate, fused=True if task["fused"] else None)
    # As a tensor the rate is an input of what is compiled.
    optimizer = torch.optim.Adam(parameters, lr=torch.tensor(rate))
    optimizer.step = torch.compile(optimizer.step, dynamic=False)
    return optimizer


def loss_of(torch, function, task):
    """The function of a batch that gives the loss, compiled where the task says so. Each shape of a batch has code of its own."""
    return function if task["compiled"] == "nothing" else torch.compile(function, dynamic=False)


def described(task):
    if task["compiled"] == "all":
        return "torch.compile of network and Adam"
    adam = "fused Adam" if task["fused"] else "default Adam"
    return f"{'eager' if task['compiled'] == 'nothing' else 'torch.compile'}, {adam}"


@contextmanager
def compiling(torch, task):
    """For the first steps, in which code is compiled: a machine without a C++ compiler that can do it lacks the peer."""
    if task["compiled"] == "nothing":
        yield
        return
    from torch._dynamo.exc import BackendCompilerFailed
    from torch._inductor.exc import CppCompileError, InductorError, InvalidCxxCompiler

    try:
        yield
    except (BackendCompilerFailed, CppCompileError, InductorError, InvalidCxxCompiler) as error:
        # The first line goes on with the name of the compiler, or with its output.
        reason = str(error).strip().partition(":")[0]
        raise Missing(f"a C++ compiler such as g++, which torch.compile needs ({reason})") from error
