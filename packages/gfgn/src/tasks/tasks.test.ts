import { compile, f32, type Tensor, trace, valueAndGrad } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { describe, expect, it, test } from 'vitest';
import { tasks } from '../../test/fixtures.ts';
import { measure } from './measure.ts';
import { objective, objectiveSpecs, writeTargets } from './objective.ts';
import { unscale, withScale } from './scale.ts';
import { targetsOf } from './targets.ts';
import type { Targets } from './task.ts';
import { weighingOf } from './weighing.ts';

const runtime = nodeRuntime({ threads: 1 });
const rowsOf = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

/** Targets of a case of the fixture. */
function targetsFor({
  task,
  labels,
  values,
  outputs,
}: (typeof tasks.scores)[number] | (typeof tasks.losses)[number]): Targets {
  const [count, cols] = outputs.shape as readonly [number, number];
  const given = labels ? { labels, ...(task === 'classification' && { classes: cols }) } : { targets: values as never };
  return targetsOf(task, given, { count, name: 'node' });
}

test.each(tasks.losses)('losses and their gradients are those of PyTorch: $task, weights $classes', async (wanted) => {
  const { outputs, classes } = wanted;
  const [count, cols] = outputs.shape as readonly [number, number];
  const targets = targetsFor(wanted);
  const weighing = weighingOf('fit', classes ?? undefined, targets, rowsOf(count));
  const specs = objectiveSpecs(targets, count, classes !== null);
  const inputSpecs = { z: f32(count, cols), target: specs.target, weight: specs.weight ?? f32(count) };
  const graph = trace(inputSpecs, ({ z, target, weight }) => {
    const loss = (x: Tensor) => objective(targets, x, specs.weight ? { target, weight } : { target });
    return valueAndGrad(loss)(z);
  });
  const run = await compile(graph, runtime);
  run.inputs.z.float32.set(outputs.data);
  writeTargets(targets, weighing, rowsOf(count), {
    target: run.inputs.target.data as Float32Array,
    weight: run.inputs.weight.float32,
  });
  await run.run();
  expect(run.outputs.value.float32[0]).toBeCloseTo(wanted.loss, 5);
  run.outputs.grad.float32.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted.grad[i]!, 6);
  });
  const found = measure(Float32Array.from(outputs.data), targets, weighing, rowsOf(count));
  expect(found.loss).toBeCloseTo(wanted.loss, 5);
  await run.release();
});

test.each(tasks.scores)("scores are scikit-learn's: $task", (wanted) => {
  const outputs = Float32Array.from(wanted.outputs.data);
  const found = measure(outputs, targetsFor(wanted), {}, Int32Array.from(wanted.rows));
  expect(found.score).toBeCloseTo(wanted.score, 5);
  if (wanted.accuracy !== undefined) expect(found.accuracy).toBeCloseTo(wanted.accuracy, 12);
  if (wanted.mae !== undefined) expect(found.meanAbsoluteError).toBeCloseTo(wanted.mae, 6);
});

describe('quantities', () => {
  it('are learnt with mean 0 and deviation 1, and told in their own units', () => {
    const given = {
      targets: [
        [1000, 3],
        [3000, 3],
        [Number.NaN, 3],
      ],
    };
    const targets = withScale(targetsOf('regression', given, { count: 3, name: 'node' }), rowsOf(3));
    expect(targets.scale).toEqual({ means: [2000, 3], deviations: [1000, 1] });
    expect([...unscale(Float32Array.of(-1, 0.5), targets)]).toEqual([1000, 3.5]);
    const out = { target: new Float32Array(6), weight: new Float32Array(6) };
    writeTargets(targets, {}, rowsOf(3), out);
    expect([...out.target]).toEqual([-1, 0, 1, 0, 0, 0]);
    expect([...out.weight]).toEqual([1, 1, 1, 1, 0, 1]);
  });
});

test('R² is the mean over quantities that some row has', () => {
  const NaN_ = Number.NaN;
  const given = {
    targets: [
      [1, NaN_],
      [2, NaN_],
      [3, NaN_],
    ],
  };
  const targets = targetsOf('regression', given, { count: 3, name: 'node' });
  // 1 − (0.5² + 0 + 0.5²) / 2
  expect(measure(Float32Array.of(1.5, 9, 2, 9, 2.5, 9), targets, {}, rowsOf(3)).score).toBe(0.75);
  expect(measure(new Float32Array(6), targets, {}, rowsOf(0)).score).toBeNaN();
});

test('balanced labels count as much where they are as where they are not', () => {
  const targets = targetsOf(
    'multilabel',
    {
      targets: [
        [1, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    },
    { count: 4, name: 'node' },
  );
  expect([...weighingOf('fit', 'balanced', targets, rowsOf(4)).classes!]).toEqual([3, 1]);
});

describe('targets', () => {
  const rows = { count: 2, name: 'node' };
  it.each([
    ['binary', { labels: [0, 2] }, 'the task binary takes two classes, there are 3; use the task classification'],
    ['binary', { labels: [0] }, 'there are 2 nodes and 1 labels'],
    [
      'multilabel',
      {
        targets: [
          [0, 1],
          [0, 0.5],
        ],
      },
      'target 1 of node 1 (counted from 0) is 0.5; 0 or 1, or NaN',
    ],
    ['multilabel', { targets: [[0, 1], [0]] }, 'targets of node 1 are 1 numbers, those of node 0 are 2'],
    ['regression', { targets: [1, 2, 3] }, 'there are 2 nodes and 3 targets in 1 columns; one row for each is needed'],
    ['regression', { targets: [1, Number.POSITIVE_INFINITY] }, 'target 0 of node 1 (counted from 0) is Infinity'],
    ['regression', { targets: [1, 'x'] }, 'target 0 of node 1 is "x"; give a number for each'],
    ['regression', { targets: 7 }, 'targets are 7; give a number for each'],
    ['regression', { targets: { data: [1, 2], cols: 0 } }, 'there are 2 nodes and 2 targets in 0 columns'],
  ] as const)("of the task %s that can't be are refused in one line, %#", (task, given, message) => {
    expect(() => targetsOf(task, given as never, rows)).toThrow(message);
  });

  it('of a trained model have as many columns as it gives', () => {
    const seven = { name: 'classification', outputs: 7 } as const;
    expect(() => targetsOf('classification', { labels: [0, 2], classes: 3 }, rows, seven)).toThrow(
      'there are 3 classes, the model was trained on 7',
    );
    expect(targetsOf('classification', { labels: [0, 2] }, rows, seven).outputs).toBe(7);
    const known = { name: 'regression', outputs: 2 } as const;
    expect(targetsOf('regression', {}, rows, known).outputs).toBe(2);
    expect(() => targetsOf('regression', { targets: [1, 2] }, rows, known)).toThrow(
      'targets have 1 numbers for each node, 2 are needed',
    );
  });

  it('weights of classes are refused for quantities', () => {
    const targets = targetsOf('regression', { targets: [1, 2] }, rows);
    expect(() => weighingOf('gfgn: fit', 'balanced', targets, rowsOf(2))).toThrow(
      'gfgn: fit: classWeights go with classes, and the task is regression',
    );
  });
});
