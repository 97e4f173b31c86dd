"""One training step of an MLP by JAX, jitted as a whole with its state donated: an array for each parameter and each
of Adam's moments, or all of them in one, which takes less for a call and more for a large network."""

import itertools
import time

from one_jax import import_jax
from serve import serve


class Mlp:
    def prepare(self, task):
        jax, jnp = import_jax()
        from safetensors.numpy import load_file

        tensors = load_file(task["file"])
        parameters = tuple(jnp.asarray(tensors[name]) for name in ("W0", "b0", "W1", "b1"))
        make = packed_update if task["packed"] else make_update
        self.state, self.update = make(jax, jnp, parameters, float(tensors["learningRate"][0]))
        pairs = zip(jnp.asarray(tensors["x"]), jnp.asarray(tensors["labels"]))
        self.batches = itertools.cycle(list(pairs))
        losses = [float(self.step()) for _ in range(task["checkedSteps"])]
        state = "all state in one array" if task["packed"] else "an array for each parameter"
        return {"version": f"JAX {jax.__version__} jit", "note": state, "losses": losses}

    def run(self, options):
        start = time.perf_counter()
        for _ in range(options["steps"]):
            loss = self.step()
        loss.block_until_ready()
        return {"milliseconds": (time.perf_counter() - start) * 1e3 / options["steps"]}

    def step(self):
        loss, self.state = self.update(self.state, *next(self.batches))
        return loss


def loss_of(jax, jnp, parameters, x, labels):
    w0, b0, w1, b1 = parameters
    logits = jax.nn.relu(x @ w0 + b0) @ w1 + b1
    return -jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels].mean()


def adam(jnp, rate, count, parameter, m, v, gradient):
    """The parameter and its moments after step `count`."""
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient**2
    root = jnp.sqrt(v / (1 - 0.999**count)) + 1e-8
    return parameter - rate * m / (1 - 0.9**count) / root, m, v


def make_update(jax, jnp, parameters, rate):
    zeros = tuple(map(jnp.zeros_like, parameters))

    def update(state, x, labels):
        parameters, m, v, count = state
        value, gradient = jax.value_and_grad(lambda p: loss_of(jax, jnp, p, x, labels))(parameters)
        count += 1
        moved = [adam(jnp, rate, count, *each) for each in zip(parameters, m, v, gradient)]
        return value, (*zip(*moved), count)

    state = (parameters, zeros, tuple(map(jnp.copy, zeros)), jnp.float32(0))
    return state, jax.jit(update, donate_argnums=0)


def packed_update(jax, jnp, parameters, rate):
    from jax.flatten_util import ravel_pytree

    flat, unravel = ravel_pytree(parameters)
    size = flat.size

    def update(state, x, labels):
        parameters, m, v = state[:-1].reshape(3, size)
        value, gradient = jax.value_and_grad(lambda p: loss_of(jax, jnp, unravel(p), x, labels))(parameters)
        count = state[-1] + 1
        return value, jnp.concatenate([*adam(jnp, rate, count, parameters, m, v, gradient), count[None]])

    return jnp.concatenate([flat, jnp.zeros(2 * size + 1)]), jax.jit(update, donate_argnums=0)


serve(Mlp())
