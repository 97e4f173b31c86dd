import type { CheckpointStore } from '@unbraid/nn';
import type { NodeModel } from '../models.ts';
import type { NodeGraph } from '../node-graph.ts';
import type { Weighing } from '../tasks/objective.ts';
import { factsOf, type TaskFacts } from '../tasks/task.ts';
import type { Monitor } from './epoch.ts';
import { murmurHash, type Words } from './murmur-hash.ts';

/** What every way to train is told that its epochs follow from. */
interface Told {
  readonly seed: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly monitor: Monitor;
  /** To start from. */
  readonly params?: Float32Array | undefined;
  readonly checkpoint?: CheckpointStore | undefined;
}

/** What a fit is made of. */
interface Made {
  readonly model: NodeModel;
  readonly task: TaskFacts;
  readonly weighing: Weighing;
  /** Settings that not every way to train has. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Split, targets, edges and features. */
  readonly data: Readonly<Record<string, Words | undefined>>;
}

/**
 * What a fit that goes on from a checkpoint must agree with, as JSON: everything that its epochs follow from but layers of one's own, of data hashes. How many
 * epochs there are may change, so that a fit can be prolonged.
 * @returns nothing where there is no checkpoint, since hashes of large graphs take a while
 */
export function factsFor(
  { checkpoint, params, ...told }: Told,
  { model, task, weighing, settings, data }: Made,
): string {
  if (!checkpoint) return '';
  const { seed, learningRate, weightDecay, monitor } = told;
  const hashes = Object.entries({ ...data, params }).map(([name, array]) => [name, array && murmurHash(array)]);
  return JSON.stringify({
    ...{ settings: model.settings, seed, learningRate, weightDecay, monitor, ...settings },
    ...{ task: factsOf(task), weights: weighing.classes && Array.from(weighing.classes) },
    data: Object.fromEntries(hashes),
  });
}

/** The arrays of a matrix, for `Made`'s data. */
export function arraysOf(name: string, matrix: NodeGraph['features'] | undefined): Record<string, Words> {
  if (!matrix) return {};
  const shape = Int32Array.of(matrix.rows, matrix.cols);
  if ('data' in matrix) return { [`${name} shape`]: shape, [name]: matrix.data };
  const { starts, columns, values } = matrix;
  return { [`${name} shape`]: shape, [`${name} starts`]: starts, [`${name} columns`]: columns, [name]: values };
}
