"""Training F2 by LaPerm in JAX: a jitted step with its state donated, which takes its batch out of the data, Adam, and
every `period` steps each neuron's first weights in the new order."""

import time

from one_jax import import_jax
from serve import serve


class Training:
    def prepare(self, task):
        jax, jnp = import_jax()
        import numpy as np
        from safetensors.numpy import load_file

        self.jnp, self.np, self.task = jnp, np, task
        tensors = load_file(task["file"])
        self.data = jnp.asarray(tensors["x"]), jnp.asarray(tensors["labels"])
        self.start = weights_of(tensors, "start.")
        self.places = [jnp.int32(at) for at in range(0, len(tensors["x"]), task["batch"])]
        self.update = jax.jit(make_update(jax, jnp, task), static_argnames="batch", donate_argnums=0)
        self.synchronize = jax.jit(make_synchronize(jnp), donate_argnums=0)
        losses = self.first_losses(weights_of(tensors, "check."))
        self.train()
        return {"version": f"JAX {jax.__version__} jit", "losses": losses}

    def run(self, options):
        return {"milliseconds": self.train()}

    def train(self):
        """Milliseconds of the steps; putting the network and the optimizer back to their start is not counted."""
        jnp, task = self.jnp, self.task
        rows = len(self.data[0])
        state, first = self.begin(self.start)
        done = 0
        begin = time.perf_counter()
        while done < task["steps"]:
            order = jnp.asarray(self.np.random.permutation(rows).astype(self.np.int32))
            for index, place in enumerate(self.places):
                batch = min(task["batch"], rows - index * task["batch"])
                loss, state = self.update(state, *self.data, order, place, batch=batch)
                done += 1
                if done % task["period"] == 0:
                    state = self.synchronize(state, first)
                if done == task["steps"]:
                    break
        state[0][0].block_until_ready()
        return (time.perf_counter() - begin) * 1e3

    def first_losses(self, weights):
        jnp, task = self.jnp, self.task
        state, first = self.begin(weights)
        order = jnp.arange(len(self.data[0]), dtype=jnp.int32)
        losses = []
        for done in range(1, task["checkedSteps"] + 1):
            loss, state = self.update(state, *self.data, order, self.places[0], batch=task["batch"])
            losses.append(float(loss))
            if done % 2 == 0:
                state = self.synchronize(state, first)
        return losses

    def begin(self, weights):
        """The state before the first step, and each neuron's first weights in order."""
        jnp = self.jnp
        parameters = tuple(map(jnp.array, weights))
        first = tuple(jnp.sort(weight, axis=0) for weight in parameters)
        zeros = lambda: tuple(map(jnp.zeros_like, parameters))
        return (parameters, zeros(), zeros(), jnp.float32(0)), first


def weights_of(tensors, prefix):
    """In the order of the layers; F2 has no biases."""
    names = sorted((name for name in tensors if name.startswith(prefix)), key=lambda name: int(name.split(".")[1]))
    return [tensors[name] for name in names]


def make_update(jax, jnp, task):
    rate = task["learningRate"]

    def loss_of(parameters, x, labels):
        *hidden, last = parameters
        for weight in hidden:
            x = jax.nn.relu(x @ weight)
        scores = jax.nn.log_softmax(x @ last)
        penalty = sum((weight**2).sum() for weight in hidden)
        return -scores[jnp.arange(len(labels)), labels].mean() + task["l2"] * penalty

    def update(state, x, labels, order, place, batch):
        parameters, m, v, count = state
        rows = jax.lax.dynamic_slice(order, (place,), (batch,))
        value, gradient = jax.value_and_grad(loss_of)(parameters, x[rows], labels[rows])
        count += 1
        m = [0.9 * old + 0.1 * g for old, g in zip(m, gradient)]
        v = [0.999 * old + 0.001 * g**2 for old, g in zip(v, gradient)]
        moved = [
            parameter - rate * mean / (1 - 0.9**count) / (jnp.sqrt(square / (1 - 0.999**count)) + 1e-8)
            for parameter, mean, square in zip(parameters, m, v)
        ]
        return value, (tuple(moved), tuple(m), tuple(v), count)

    return update


def make_synchronize(jnp):
    def synchronize(state, first):
        parameters, *rest = state
        permuted = (
            jnp.put_along_axis(weight, weight.argsort(axis=0), values, axis=0, inplace=False)
            for weight, values in zip(parameters, first)
        )
        return tuple(permuted), *rest

    return synchronize


serve(Training())
