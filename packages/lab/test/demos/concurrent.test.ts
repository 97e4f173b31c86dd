import { webRuntime } from '@unbraid/graph/web';
import { expect, it, vi } from 'vitest';
import { examplePoints } from '../../src/demos/galu/examples.ts';
import { fitGalu, fitRelu, sweepSizes, sweepWide } from '../../src/demos/galu/model.ts';
import { createBench } from '../../src/demos/gfgn/model.ts';
import type { GraphInput } from '../../src/demos/gfgn/model-settings.ts';
import { followPath, measureWidths } from '../../src/demos/linearity/model.ts';
import { taskContext } from '../../src/demos/task-context.ts';
import { isWhole } from '../is-whole.ts';

// Tasks of a Worker share one engine, whose memory grows under all of them.
const { renew } = vi.hoisted(() => ({ renew: { runtime: undefined as unknown } }));
vi.mock('../../src/demos/shared-runtime.ts', () => ({ sharedRuntime: async () => renew.runtime }));

const context = taskContext<unknown>(new AbortController().signal);

/** Results of tasks that go on side by side, and of the same tasks one after the other, each with a small engine of its own. */
async function bothWays<T>(tasks: readonly (() => Promise<T>)[]): Promise<readonly [T[], T[]]> {
  const small = () => {
    renew.runtime = webRuntime({ arena: { initialBytes: 65_536 } });
  };
  small();
  const together = await Promise.all(tasks.map((task) => task()));
  const alone: T[] = [];
  for (const task of tasks) {
    small();
    alone.push(await task());
  }
  return [together, alone];
}

it('GaLU: what tasks of one Worker give is what each gives alone', async () => {
  const problem = { points: examplePoints({ example: 'spirals', count: 40, seed: 3 }), neurons: 17, seed: 3 };
  const [together, alone] = await bothWays<unknown>([
    () => fitGalu(problem, context),
    () => fitRelu(problem, context),
    () => sweepSizes(problem, context),
    () => sweepWide(problem, context),
  ]);
  expect(together).toEqual(alone);
}, 120_000);

it('linearity: what tasks of one Worker give is what each gives alone', async () => {
  const [together, alone] = await bothWays<unknown>([
    () => measureWidths({ family: 'linear', seed: 2 }, context),
    () => followPath({ family: 'linear', width: 64, seed: 2 }, context),
    () => followPath({ family: 'bottleneck', width: 128, seed: 3 }, context),
  ]);
  expect(together).toEqual(alone);
}, 300_000);

it.skipIf(!isWhole)(
  'GFGN: what tasks of one Worker give is what each gives alone',
  async () => {
    const input: GraphInput = { preset: 'mixed', noise: 0, drawing: { nodes: [], edges: [] }, seed: 2 };
    const [together, alone] = await bothWays<unknown>([
      () => createBench().train(input, context),
      () => createBench().train({ ...input, preset: 'unlike', noise: 1 }, context),
      () => createBench().draw(input),
    ]);
    expect(together).toEqual(alone);
  },
  120_000,
);
