import { Arena, createKernels, createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { adam, adamW, momentum, sgd } from '../index.ts';

const SIZE = 10;

function workbench() {
  const arena = new Arena();
  return { arena, kernels: createKernels(arena) };
}

const gradients = (step: number) => createRandom(step).normal(new Float32Array(SIZE));

test.each([sgd({ l2: 0.1 }), momentum({ nesterov: true }), adam(), adamW()])(
  '$name goes on from its state as if it had not been interrupted',
  (optimizer) => {
    const runtime = workbench();
    const [straight, interrupted] = [new Float32Array(SIZE).fill(1), new Float32Array(SIZE).fill(1)];
    const first = optimizer.create(SIZE, runtime);
    const before = optimizer.create(SIZE, runtime);
    for (let step = 0; step < 6; step++) first.step(straight, gradients(step), 0.1);
    for (let step = 0; step < 3; step++) before.step(interrupted, gradients(step), 0.1);
    const after = optimizer.create(SIZE, runtime);
    after.restore(before.state());
    for (let step = 3; step < 6; step++) after.step(interrupted, gradients(step), 0.1);
    expect(interrupted).toEqual(straight);
    for (const stepper of [first, before, after]) stepper.release();
    expect(runtime.arena.stats().blocks).toBe(0);
  },
);

test('a step reports gradients that are not finite', () => {
  const stepper = adam().create(SIZE, workbench());
  const params = new Float32Array(SIZE);
  expect(stepper.step(params, gradients(1), 0.1)).toBe(true);
  expect(stepper.step(params, gradients(1).fill(Number.NaN, 3, 4), 0.1)).toBe(false);
});

test('a state of another size is refused', () => {
  const stepper = adam().create(SIZE, workbench());
  const { state } = adam().create(SIZE + 1, workbench());
  expect(() => stepper.restore(state())).toThrow('nn: the saved state of adam has 11 entries of m, 10 are needed');
});

test.each([
  [() => adam({ epsilon: 0 }), "nn: adam's epsilon is 0; a finite number above 0 is needed"],
  [() => adam({ beta3: 0.9 } as never), 'nn: adam has no setting "beta3"; the nearest are beta1, beta2'],
  [() => adamW({ l2: 0.1 } as never), 'nn: adamW has no setting "l2"; the nearest are'],
  [() => momentum({ nesterov: 1 } as never), "nn: momentum's nesterov is 1; true or false is needed"],
  [() => adam({ beta1: 1 }), "nn: adam's beta1 is 1; a finite number of at least 0 and below 1 is needed"],
  [() => adamW({ weightDecay: -1 }), "nn: adamW's weightDecay is -1; a finite number of at least 0 is needed"],
  [
    () => momentum({ momentum: Number.NaN }),
    "nn: momentum's momentum is NaN; a finite number of at least 0 and below 1 is needed",
  ],
  [() => sgd({ l2: Number.POSITIVE_INFINITY }), "nn: sgd's l2 is Infinity; a finite number of at least 0 is needed"],
])('settings out of range are refused, case %#', (make, message) => {
  expect(make).toThrow(message);
});

test('memory that was taken is given back when the arena is full', () => {
  const arena = new Arena({ maximumBytes: 65_536 });
  expect(() => adam().create(10_000, { arena, kernels: createKernels(arena) })).toThrow(/arena/);
  expect(arena.stats().blocks).toBe(0);
});
