import { checkFiniteValues } from '@unbraid/checks';
import { createMatrix, type Matrix, selectRows } from '@unbraid/data';
import { type Runtime, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { availableMemory } from '../blocks.ts';
import { type Drawn, drawNetwork } from '../draw.ts';
import { isLearned } from '../gates/kinds.ts';
import { averaged } from '../members.ts';
import type { TrainingData } from '../training.ts';
import { logisticPath } from './logistic/logistic-path.ts';
import { squaredPath } from './path.ts';
import { restOf } from './primal.ts';
import type { CheckedPath } from './settings.ts';

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

/** Held-out losses of fits that end there are those of exact ones to about a thousandth. */
const LOGISTIC_TOLERANCE = 3e-4;

/** Outputs of the rows of each fold, for each ridge: rows × c. */
type ByFold = readonly (readonly Float32Array[])[];

/** Fits all, one size after another; `done` is given the held-out outputs of each. */
export async function fitPaths(paths: Paths, done: (neurons: number, outputs: ByFold) => void): Promise<void> {
  const { settings, folds } = paths;
  let runtime = settings.runtime;
  const runtimeOf = async () => {
    runtime ??= await defaultRuntime();
    return runtime;
  };
  const total = settings.neurons.length * settings.members * folds.length;
  let finished = 0;
  for (const neurons of settings.neurons) {
    const members: ByFold[] = [];
    for (let member = 0; member < settings.members; member++) {
      const told = async (fold: number) => {
        await settings.onProgress?.({ done: ++finished, total, neurons, fold });
      };
      members.push(await fitMember(paths, { neurons, member }, runtimeOf, told));
    }
    done(neurons, averageOf(members, paths));
  }
}

async function fitMember(
  paths: Paths,
  { neurons, member }: { readonly neurons: number; readonly member: number },
  runtime: () => Promise<Runtime>,
  told: (fold: number) => Promise<void>,
): Promise<ByFold> {
  const { settings, data, folds } = paths;
  const { map, z, y } = data;
  const draw = (rows: { readonly z: Matrix; readonly y: Matrix }) =>
    drawNetwork({ ...settings, neurons }, { map, ...rows, member, runtime, signal: settings.signal });
  if (folds.length === 1 || !learnFromTargets(settings.gates)) {
    return fitFolds(paths, await draw({ z, y }), folds, runtime, told);
  }
  const byFold: (readonly Float32Array[])[] = [];
  for (const [f, fold] of folds.entries()) {
    const rest = restOf([fold], z.rows);
    const drawn = await draw({ z: selectRows(z, rest), y: selectRows(y, rest) });
    byFold.push(...(await fitFolds(paths, drawn, [fold], runtime, () => told(f))));
  }
  return byFold;
}

/** Gates that have seen the targets of a fold would know them when it is held out. */
const learnFromTargets = (gates: CheckedPath['gates']): boolean => isLearned(gates) && gates.kind === 'relu';

/** Held-out outputs of the folds, for each ridge, of a network that was drawn. */
async function fitFolds(
  { settings, data, weights }: Paths,
  drawn: Drawn,
  folds: readonly Int32Array[],
  runtime: () => Promise<Runtime>,
  told: (fold: number) => Promise<void>,
): Promise<ByFold> {
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
    return byFold;
  });
}

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

/** Lets timers and signals have their turn between long computations. */
const breathe = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));
