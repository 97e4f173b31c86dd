import { emitWarning, InputError, scaleNotice } from '@unbraid/checks';
import { createMatrix, type Matrix, selectRows } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { assembled } from '../assembled.ts';
import { availableMemory } from '../blocks.ts';
import { drawNetwork, neuronsIn, spreadOut } from '../draw.ts';
import type { FittedGalu } from '../fitted.ts';
import { type InputMap, mapInputs } from '../inputs.ts';
import type { Trained } from '../reports.ts';
import { type CheckedSettings, checkFitOptions, type FitOptions } from '../settings.ts';
import { type ShownIterations, shownIterations } from '../shown-iterations.ts';
import { encodeTargets, lossOf, type Targets, taskOf } from '../targets.ts';
import { inputMapOf, scalingKind } from '../training.ts';
import { firstPass, sampledRows } from './first-pass.ts';
import { type Streamed, streamedRows } from './passes.ts';
import { predictRows } from './predict-rows.ts';
import { checkSource, createReader, type RowReader, type RowSource } from './row-source.ts';
import { solveLogisticRows } from './solve-logistic.ts';
import { solveSquaredRows } from './solve-squared.ts';

/** Trains on rows that are read a block at a time. @throws as `Galu.fit` */
export async function trainRows(
  settings: CheckedSettings,
  source: RowSource,
  targets: Targets,
  fitOptions: FitOptions = {},
): Promise<FittedGalu> {
  const { onWarning = emitWarning, progress, ...options } = checkFitOptions(fitOptions);
  const shown = shownIterations(progress, settings);
  checkSource(source);
  const encoded = taskOf(targets, { rows: source.rows, loss: settings.loss, classes: settings.classes });
  const loss = lossOf(encoded, settings.loss);
  checkSolvable({ ...settings, loss }, options);
  const y = encodeTargets(encoded, settings.loss);
  const sizes = { neurons: neuronsIn(settings, y.cols), dimension: source.cols + 1 };
  checkMemory({ ...sizes, outputs: y.cols, samples: source.rows }, settings.availableBytes ?? availableMemory());
  const start = performance.now();
  const reader = createReader(source, streamedRows(sizes, source.rows));
  const places = sampledRows(source.rows, createRandom(settings.seed).split('sampled rows'));
  const kind = settings.scale === false ? undefined : scalingKind(settings.scale);
  const { scaling, sample } = await firstPass(reader, { kind, places, signal: options.signal });
  const map = inputMapOf(settings, scaling);
  const runtime = settings.runtime ?? (await defaultRuntime());
  const training = {
    settings: { ...settings, loss },
    reader,
    map,
    y,
    runtime,
    options,
    shown,
    z: mapInputs(map, sample),
    sampleY: selectRows(y, places),
  };
  const trained: Trained[] = [];
  for (let at = 0; at < settings.members; at++) trained.push(await trainMember(training, at));
  shown.end();
  return assembled(trained, {
    settings: training.settings,
    map,
    encoded,
    y,
    seconds: (performance.now() - start) / 1000,
    runtime,
    onWarning,
    notices: scaling ? [] : [scaleNotice('galu: X', sample)],
    outputs: (network) => predictRows(network, source, runtime),
  });
}

interface Training {
  readonly settings: CheckedSettings;
  readonly reader: RowReader;
  readonly map: InputMap;
  readonly y: Matrix;
  /** Rows from which gates are learned, as gates see them, and their targets. */
  readonly z: Matrix;
  readonly sampleY: Matrix;
  readonly runtime: Runtime;
  readonly options: Pick<ReturnType<typeof checkFitOptions>, 'signal' | 'onIteration'>;
  readonly shown: ShownIterations;
}

async function trainMember(training: Training, at: number): Promise<Trained> {
  const { settings, reader, map, y, z, sampleY, runtime, options, shown } = training;
  const { signal } = options;
  const onIteration = shown.listener(at, options.onIteration);
  const { loss, ridge, intercept, precondition, tolerance, targetError, maxIterations } = settings;
  const context = { map, z, y: sampleY, member: at, runtime: async () => runtime, signal };
  const { gates, a } = spreadOut(await drawNetwork(settings, context), y.cols);
  const streamed: Streamed = { reader, map, gates, a, y, runtime, signal };
  const stop = { tolerance, targetError, maxIterations, signal, onIteration };
  const start = performance.now();
  const solve = loss === 'logistic' ? solveLogisticRows : solveSquaredRows;
  const solution = await solve(streamed, { ridge, intercept, precondition }, stop);
  const weights = createMatrix(gates.rows, gates.cols, solution.weights);
  const seconds = (performance.now() - start) / 1000;
  return { member: { gates, weights, a, intercept: solution.intercept }, solution, method: 'primal', seconds };
}

function checkSolvable(
  { method, loss }: CheckedSettings,
  { classWeights, sampleWeights }: Omit<ReturnType<typeof checkFitOptions>, 'onWarning' | 'progress'>,
): void {
  const refuse = (what: string, advice: string): InputError =>
    new InputError('setting', `galu: rows that are read have no ${what}; ${advice}, or give X as a matrix`);
  if (method !== 'auto' && method !== 'primal') throw refuse(`${method} solver`, 'use method primal');
  if (loss === 'softmax') throw refuse('solver for the softmax loss', 'use the logistic or the squared loss');
  if (classWeights !== undefined || sampleWeights !== undefined) throw refuse('weights', 'leave them out');
}

/** @throws {InputError} where blocks and the vectors of training take more memory than there is */
function checkMemory(
  { neurons, dimension, outputs, samples }: Record<'neurons' | 'dimension' | 'outputs' | 'samples', number>,
  available: number,
): void {
  const block = streamedRows({ neurons, dimension }, samples) * (3 * neurons + 2 * dimension + 4 * outputs);
  const vectors = 2 * ((10 + outputs) * neurons * dimension + 3 * neurons ** 2 + 3 * dimension ** 2);
  const bytes = 4 * (block + vectors + 2 * samples * outputs);
  if (bytes <= available) return;
  const gigabytes = (size: number) => `${(size / 1e9).toFixed(1)} GB`;
  throw new InputError(
    'limit',
    `galu: d = ${dimension}, k = ${neurons} and ${samples} rows of ${outputs} targets would take ${gigabytes(bytes)}, ${gigabytes(available)} are available; use fewer neurons, or raise availableBytes`,
  );
}
