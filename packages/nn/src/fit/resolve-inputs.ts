import {
  checkFiniteValues,
  InputError,
  listed,
  showValue,
  toMatrix,
  toWholeMatrix,
  unknownName,
} from '@unbraid/checks';
import { sizeOf, type TypedArray } from '@unbraid/graph';
import { type Reading, readingsOf } from '../input-spec.ts';
import type { ModelFacts } from '../model.ts';
import { showShape } from '../show-shape.ts';
import type { InputRows } from './data.ts';

/** The inputs of a model, as they are computed with. */
export interface Inputs {
  readonly rows: number;
  readonly inputs: readonly InputRows[];
}

/**
 * Inputs in any form that is taken: rows, or rows of each input by name, for a model that names them.
 * @param name how messages call them: `nn: data.x`
 * @throws {InputError} in one line, for what has no clear meaning, names that aren't the model's, rows that don't fit, NaN, infinities, and entries that are
 * no whole numbers where such are needed
 */
export function resolveInputs(name: string, model: ModelFacts, given: unknown): Inputs {
  if (model.inputs === undefined) {
    const { data, rows, cols } = toMatrix(name, given);
    return { rows, inputs: readingsOf(model, cols).map((reading) => ({ ...reading, data, cols })) };
  }
  const readings = readingsOf(model, 0);
  const byName = recordOf(name, readings, given);
  const parts = readings.map((reading) => rowsOf(`${name}.${reading.name}`, reading, byName[reading.name]));
  const [first] = parts as [(typeof parts)[number]];
  parts.forEach(({ rows }, i) => {
    if (rows === first.rows) return;
    throw new InputError(
      'data',
      `${name}.${readings[i]!.name} has ${rows} rows, ${name}.${readings[0]!.name} has ${first.rows}; each input needs the same rows`,
    );
  });
  return { rows: first.rows, inputs: parts.map(({ input }) => input) };
}

/** What is given for each input; a model with one input may be given its rows alone. */
function recordOf(name: string, readings: readonly Reading[], given: unknown): Readonly<Record<string, unknown>> {
  const names = readings.map((reading) => reading.name);
  const isRecord = typeof given === 'object' && given !== null && !Array.isArray(given) && !ArrayBuffer.isView(given);
  // `{ data, cols }` are rows, whatever the input is called.
  const isFlat = isRecord && 'data' in given && 'cols' in given && !names.includes('cols');
  if (names.length === 1 && (!isRecord || isFlat)) return { [names[0]!]: given };
  if (!isRecord || isFlat)
    throw new InputError(
      'data',
      `${name} is ${showValue(given)}; the model reads ${listed(names)}: give an object with rows of each`,
    );
  const record = given as Readonly<Record<string, unknown>>;
  const missing = names.find((each) => !Object.hasOwn(record, each));
  const stray = Object.keys(record).find((each) => !names.includes(each));
  if (stray !== undefined) throw new InputError('data', `${name}: ${unknownName('input', stray, names)}`);
  if (missing !== undefined)
    throw new InputError('data', `${name} has no ${showValue(missing)}, which the model reads; give rows of it`);
  return record;
}

function rowsOf(name: string, reading: Reading, given: unknown): { readonly rows: number; readonly input: InputRows } {
  const { rows, cols, data } = entriesOf(name, reading, given);
  const size = sizeOf(reading.shape);
  if (cols !== size)
    throw new InputError(
      'data',
      `${name} has rows of ${cols} entries, the model reads ${reading.dtype} ${showShape(reading.shape)} a row: ${size} entries`,
    );
  return { rows, input: { ...reading, data, cols } };
}

function entriesOf(
  name: string,
  { dtype }: Reading,
  given: unknown,
): { readonly data: TypedArray; readonly rows: number; readonly cols: number } {
  if (dtype === 'float32') return toMatrix(name, given);
  if (dtype !== 'float64') return toWholeMatrix(name, given, dtype);
  const { data, rows, cols } = (given ?? {}) as { data?: unknown; rows?: number; cols?: number };
  if (data instanceof Float64Array && cols !== undefined && data.length === (rows ?? data.length / cols) * cols) {
    checkFiniteValues(name, data, 'drop or impute such rows');
    return { data, rows: data.length / cols, cols };
  }
  const matrix = toMatrix(name, given);
  return { ...matrix, data: Float64Array.from(matrix.data) };
}
