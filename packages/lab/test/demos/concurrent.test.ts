import { webRuntime } from '@unbraid/graph/web';
import { expect, it, vi } from 'vitest';
import { examplePoints } from '../../src/demos/galu/examples.ts';
import { fitGalu, fitRelu, sweepSizes, sweepWide } from '../../src/demos/galu/model.ts';
import { inTurns } from '../../src/demos/in-turns.ts';
import { followPath, measureWidths } from '../../src/demos/linearity/model.ts';
import { taskContext } from '../../src/demos/task-context.ts';

// Tasks of a Worker share one engine, whose memory grows under all of them.
const { renew } = vi.hoisted(() => ({ renew: { runtime: undefined as unknown } }));
vi.mock('../../src/demos/shared-runtime.ts', () => ({ sharedRuntime: async () => renew.runtime }));

const context = taskContext<unknown>(new AbortController().signal);

/** Results of tasks that take turns, and of the same tasks one after the other, each with a small engine of its own. */
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
  const turn = inTurns();
  const [together, alone] = await bothWays<unknown>([
    () => turn(fitGalu)(problem, context),
    () => turn(fitRelu)(problem, context),
    () => turn(sweepSizes)(problem, context),
    () => turn(sweepWide)(problem, context),
  ]);
  expect(together).toEqual(alone);
}, 120_000);

it('linearity: what tasks of one Worker give is what each gives alone', async () => {
  const turn = inTurns();
  const [together, alone] = await bothWays<unknown>([
    () => turn(measureWidths)({ family: 'linear', seed: 2 }, context),
    () => turn(followPath)({ family: 'linear', width: 64, seed: 2 }, context),
    () => turn(followPath)({ family: 'bottleneck', width: 128, seed: 3 }, context),
  ]);
  expect(together).toEqual(alone);
}, 300_000);
