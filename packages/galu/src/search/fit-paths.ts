import { checkFiniteValues } from '@unbraid/checks';
import { createMatrix, type Matrix, selectRows } from '@unbraid/data';
import { type Runtime, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { availableMemory } from '../blocks.ts';
import { type Drawn, drawNetwork } from '../draw.ts';
import { isLearned } from '../gates/kinds.ts';
import { averaged } from '../members.ts';
import type { Trained } from '../reports.ts';
import type { TrainingData } from '../training.ts';
import { breather } from './breather.ts';
import { logisticPath } from './logistic/logistic-path.ts';
import { squaredPath } from './path.ts';
import { restOf } from './primal.ts';
import type { CheckedPath } from './settings.ts';
import { trainedOf, type Whole } from './whole.ts';

/** Networks of several sizes and ridges, and the rows that each is not trained on. */
export interface Paths {
  readonly settings: CheckedPath;
  readonly data: PathData;
  /** How much rows count. */
  readonly weights: Float64Array | undefined;
  readonly folds: readonly Int32Array[];
}

/** What networks are fitted to. */
export interface PathData extends Pick<TrainingData, 'map' | 'z' | 'y' | 'loss'> {
  /** Rows as gates see them, those of folds among them, with their targets; by default those by which gates are chosen, z and y. */
  readonly all?: { readonly x: Matrix; readonly y: Matrix };
}

/** Held-out losses of fits that end there are those of exact ones to about a hundredth, where they are small, else to a thousandth. */
const LOGISTIC_TOLERANCE = 3e-4;

/** Outputs of the rows of each fold, for each ridge: rows × c. */
type ByFold = readonly (readonly Float32Array[])[];

/** Trains the network of a size on all rows, with one of the ridges, from what its folds were fitted with and it keeps. */
export type WholeFit = (ridge: number) => Promise<Trained>;

/** Is given the held-out outputs of each size, and the fit of all rows where there is one network for all folds. */
export type SizeListener = (neurons: number, outputs: ByFold, whole?: WholeFit) => void;

/** Paths, and what they share. */
interface Fitting extends Paths {
  runtime(): Promise<Runtime>;
  breathe(): Promise<void>;
}

/** Fits all, one size after another. */
export async function fitPaths(paths: Paths, done: SizeListener): Promise<void> {
  const { settings, folds } = paths;
  let made = settings.runtime;
  const runtime = async () => {
    made ??= await defaultRuntime();
    return made;
  };
  const fitting = { ...paths, runtime, breathe: breather() };
  const total = settings.neurons.length * settings.members * folds.length;
  let finished = 0;
  for (const neurons of settings.neurons) {
    const told = async (fold: number) => {
      await settings.onProgress?.({ done: ++finished, total, neurons, fold });
    };
    if (settings.members === 1 && !isDrawnByFold(paths)) {
      const drawn = await draw(fitting, { neurons, member: 0 });
      done(neurons, ...(await fitFolds(fitting, { drawn, folds, told })));
      continue;
    }
    const members: ByFold[] = [];
    for (let member = 0; member < settings.members; member++) {
      members.push(await fitMember(fitting, { neurons, member }, told));
    }
    done(neurons, averageOf(members, paths));
  }
}

interface Which {
  readonly neurons: number;
  readonly member: number;
}

const draw = ({ settings, data, runtime }: Fitting, { neurons, member }: Which, rows: Rows = data): Promise<Drawn> =>
  drawNetwork(
    { ...settings, neurons },
    { map: data.map, z: rows.z, y: rows.y, member, runtime, signal: settings.signal },
  );

type Rows = Pick<PathData, 'z' | 'y'>;

async function fitMember(fitting: Fitting, which: Which, told: (fold: number) => Promise<void>): Promise<ByFold> {
  const { data, folds } = fitting;
  const { z, y } = data;
  if (!isDrawnByFold(fitting)) {
    const [outputs] = await fitFolds(fitting, { drawn: await draw(fitting, which), folds, told });
    return outputs;
  }
  const byFold: ByFold[number][] = [];
  for (const [f, fold] of folds.entries()) {
    const rest = restOf([fold], z.rows);
    const drawn = await draw(fitting, which, { z: selectRows(z, rest), y: selectRows(y, rest) });
    const [[outputs]] = await fitFolds(fitting, { drawn, folds: [fold], told: () => told(f) });
    byFold.push(outputs!);
  }
  return byFold;
}

/** Gates that have seen the targets of a fold would know them when it is held out. */
const isDrawnByFold = ({ settings: { gates }, folds }: Paths): boolean =>
  folds.length > 1 && isLearned(gates) && gates.kind === 'relu';

/** A network that was drawn, and the folds it is fitted to. */
interface DrawnFolds {
  readonly drawn: Drawn;
  readonly folds: readonly Int32Array[];
  told(fold: number): Promise<void>;
}

/** The held-out outputs of the folds, for each ridge, and how to go on to all rows. */
async function fitFolds(
  { settings, data, weights, runtime, breathe }: Fitting,
  { drawn, folds, told }: DrawnFolds,
): Promise<[ByFold, WholeFit]> {
  const { intercept, ridges, signal, availableBytes = availableMemory() } = settings;
  const { z, y, loss, all = { x: z, y } } = data;
  return withScope(async (scope) => {
    const design = { ...all, ...drawn, intercept, weights };
    const plan = { folds, ridges, runtime };
    const path =
      loss === 'squared'
        ? await squaredPath(scope, design, plan, availableBytes)
        : await logisticPath(scope, design, {
            ...plan,
            exclusive: loss === 'softmax',
            tolerance: LOGISTIC_TOLERANCE,
            signal,
          });
    const byFold: Float32Array[][] = [];
    for (let fold = 0; fold < folds.length; fold++) {
      await breathe();
      signal?.throwIfAborted();
      const { outputs } = await path.fold(fold, signal);
      const rounded = outputs.map((part) => Float32Array.from(part));
      for (const part of rounded) checkFiniteValues('galu: held-out outputs', part, 'scale X and Y to about 1');
      byFold.push(rounded);
      await told(fold);
    }
    return [byFold, wholeFit({ path: path.whole, design, loss, signal })];
  });
}

const wholeFit =
  (whole: Omit<Whole, 'ridge'>): WholeFit =>
  (ridge) =>
    trainedOf({ ...whole, ridge });

function averageOf(members: readonly ByFold[], { data: { y, loss } }: Paths): ByFold {
  const [first] = members as [ByFold];
  if (members.length === 1) return first;
  return first.map((ridges, f) =>
    ridges.map((part, r) => {
      const matrices = members.map((member) => createMatrix(part.length / y.cols, y.cols, member[f]![r]!));
      return averaged(matrices, loss).data;
    }),
  );
}
