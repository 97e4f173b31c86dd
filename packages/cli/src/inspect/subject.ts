import { basename } from 'node:path';
import { InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { RunError } from '@unbraid/experiment';
import { input, leavesOf, mapTree, type Tensor } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, applyModel, type ParamSpec } from '@unbraid/nn';
import { hashOf } from '../hash.ts';
import { dataShapeOf, drawnRows, readData, rowsOfData } from './inputs.ts';
import { scalarView } from './scalar-view.ts';
import type { SubjectSettings } from './settings.ts';
import { readSource, type Source } from './source.ts';

/** What is inspected: a scalar function of weights at rows of data. */
export interface Subject {
  /** Takes `[n, columns]` and gives `[n, 1]`. */
  readonly model: AnyModel;
  readonly params: Float32Array;
  readonly x: Matrix;
  /** Numbers among `params` that are trained. */
  readonly trained: number;
  /** What is measured: `the sum of 1,000 entries of y`. */
  readonly measured: string;
  /** Where the rows come from: `12 rows of x.npy`. */
  readonly origin: string;
  readonly identity: Pick<SubjectSettings, 'modelSha256' | 'weightsSha256' | 'dataSha256'>;
}

/**
 * Reads model and data, and applies the one to the other once on paper, so that nothing that doesn't fit begins a run.
 * @throws {InputError} in one line
 */
export async function readSubject(settings: SubjectSettings, seed: number): Promise<Subject> {
  const { data: path, rows, ranges, index } = settings;
  const early = path === '' || /\.npz$/i.test(path) ? undefined : await readData(path, undefined);
  const source = await readSource(settings, dataShapeOf(early));
  const names = Object.keys(source.inputs);
  const data = early ?? (path === '' ? undefined : await readData(path, names));
  if (data && Object.keys(ranges).length > 0)
    throw new InputError('setting', 'inspect: --range is for inputs that are drawn, and --data gives them');
  const random = createRandom(seed).split('inspect');
  const x = data
    ? rowsOfData(data, source.inputs, rows, random.split('rows'))
    : drawnRows(source.inputs, rows, ranges, random.split('inputs'));
  const model = scalarView(source, index);
  applyOnPaper(model, x.cols);
  const weights = source.params;
  return {
    model,
    params: weights,
    x,
    trained: trainedOf(model),
    measured: measuredOf(source.output, index),
    origin: originOf(settings, source.inputs, x.rows),
    identity: {
      modelSha256: source.sha256,
      weightsSha256: hashOf(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength)),
      dataSha256: data?.sha256 ?? '',
    },
  };
}

/** The same for a run that goes on. @throws {RunError} where a file is another than the run began with */
export async function readSameSubject(settings: SubjectSettings, seed: number): Promise<Subject> {
  const subject = await readSubject(settings, seed);
  for (const key of ['modelSha256', 'weightsSha256', 'dataSha256'] as const) {
    const [now, then] = [subject.identity[key], settings[key]];
    if (now === then) continue;
    const what =
      key === 'dataSha256' ? settings.data : key === 'modelSha256' ? settings.model : `a file beside ${settings.model}`;
    throw new RunError(
      `inspect: ${what} has changed since the run began (SHA-256 ${then.slice(0, 12)}…, now ${now.slice(0, 12)}…); put it back, or start a new run`,
    );
  }
  return subject;
}

function applyOnPaper(model: AnyModel, columns: number): void {
  const params = mapTree<unknown, Tensor>(model.params, ({ shape, dtype }, at) => input(at, shape, dtype));
  applyModel(model, params, input('x', [1, columns], 'float32'));
}

const trainedOf = (model: AnyModel): number => {
  const trained = leavesOf<ParamSpec>(model.params).filter(({ value }) => value.trainable);
  return trained.reduce((sum, { value }) => sum + value.shape.reduce((product, size) => product * size, 1), 0);
};

function originOf({ data, ranges }: SubjectSettings, inputs: Source['inputs'], rows: number): string {
  if (data !== '') return `${rows} rows of ${basename(data)}`;
  const drawn = Object.keys(inputs).map((name) =>
    Object.hasOwn(ranges, name)
      ? `${name} from ${ranges[name]!.join(' to ')}`
      : Object.keys(ranges).length > 0
        ? `${name} standard normal`
        : undefined,
  );
  const parts = drawn.filter((part) => part !== undefined);
  return `${rows} random rows, ${parts.length > 0 ? parts.join(', ') : 'standard normal numbers'}`;
}

const measuredOf = (output: string | undefined, index: number): string =>
  `${index < 0 ? 'the sum of the entries' : `entry ${index}`} of ${output === undefined ? 'the output' : `the output ${output}`}`;
