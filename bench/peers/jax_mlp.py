"""One training step of an MLP by JAX, jitted as a whole with its state donated. Its threads come from the environment:
it starts as many as it may use processors."""

import itertools
import os
import time

from serve import serve


class Mlp:
    def prepare(self, task):
        os.environ["JAX_PLATFORMS"] = "cpu"
        import jax
        import jax.numpy as jnp
        from safetensors.numpy import load_file

        tensors = load_file(task["file"])
        parameters = tuple(jnp.asarray(tensors[name]) for name in ("W0", "b0", "W1", "b1"))
        zeros = tuple(map(jnp.zeros_like, parameters))
        self.state = (parameters, zeros, tuple(map(jnp.copy, zeros)), jnp.float32(0))
        self.update = make_update(jax, jnp, float(tensors["learningRate"][0]))
        pairs = zip(jnp.asarray(tensors["x"]), jnp.asarray(tensors["labels"]))
        self.batches = itertools.cycle(list(pairs))
        losses = [float(self.step()) for _ in range(task["checkedSteps"])]
        return {"version": f"JAX {jax.__version__} jit", "losses": losses}

    def run(self, options):
        start = time.perf_counter()
        for _ in range(options["steps"]):
            loss = self.step()
        loss.block_until_ready()
        return {"milliseconds": (time.perf_counter() - start) * 1e3 / options["steps"]}

    def step(self):
        loss, self.state = self.update(self.state, *next(self.batches))
        return loss


def make_update(jax, jnp, rate):
    def loss(parameters, x, labels):
        w0, b0, w1, b1 = parameters
        logits = jax.nn.relu(x @ w0 + b0) @ w1 + b1
        return -jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels].mean()

    def update(state, x, labels):
        parameters, m, v, count = state
        value, gradient = jax.value_and_grad(loss)(parameters, x, labels)
        count += 1
        m = jax.tree.map(lambda old, g: 0.9 * old + 0.1 * g, m, gradient)
        v = jax.tree.map(lambda old, g: 0.999 * old + 0.001 * g**2, v, gradient)

        def moved(parameter, mean, square):
            root = jnp.sqrt(square / (1 - 0.999**count)) + 1e-8
            return parameter - rate * mean / (1 - 0.9**count) / root

        return value, (jax.tree.map(moved, parameters, m, v), m, v, count)

    return jax.jit(update, donate_argnums=0)


serve(Mlp())
