import { InputError } from '../input-error.ts';
import { nearestFirst } from '../nearest.ts';
import { showValue } from '../show-value.ts';
import { type Matrix, type MatrixLike, showFlat, toMatrix } from './matrix.ts';

/** A class for each row: whole numbers from 0, or names. Names are kept with the model. */
export type LabelsLike =
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | readonly string[]
  | readonly boolean[]
  | readonly number[];

/** What to predict, in every form that is taken: classes, one quantity a row, or several. */
export type TargetsLike = LabelsLike | Float32Array | Float64Array | MatrixLike;

/** Classes as they are computed with. */
export interface Labels {
  /** From 0, one for each row; the array given where it was an Int32Array. */
  readonly labels: Int32Array;
  /** The name of each class, where classes were given by name. */
  readonly classes?: readonly string[];
}

/** What `toLabels` may be told. */
export interface LabelsOptions {
  /** How many there must be. */
  readonly rows?: number;
  /** Names of the classes in their order, such as those of a model; by default those that occur, sorted by their characters' codes. */
  readonly classes?: readonly string[] | undefined;
  /** Whether the classes are known and have no names, as those of a model that was trained on numbers: text is then refused, since which class a name is would be a guess. Default false. */
  readonly numbered?: boolean | undefined;
}

/** What targets are, once told apart. */
export type Targets = (Labels & { readonly kind: 'labels' }) | { readonly kind: 'quantities'; readonly matrix: Matrix };

/** What `toTargets` may be told. */
export interface TargetsOptions extends LabelsOptions {
  /** What a plain array of numbers means, where the caller can know; without it such an array is refused. */
  readonly plain?: 'labels' | 'quantities' | undefined;
}

/**
 * The one place where labels that a user gives become Int32Array from 0: whole numbers as they are, names and booleans by their place among the
 * classes.
 *
 * @param name how the message names them, with the caller's prefix: `'galu: y'`
 * @throws {InputError} `data`, in one line, for anything else, with what it is; a number of labels that isn't that of the rows, a label that is
 * negative, no whole number, or a name that isn't among the classes, or where these have no names
 */
export function toLabels(name: string, y: unknown, { rows, classes, numbered }: LabelsOptions = {}): Labels {
  if (!isFlat(y) || y instanceof Float32Array || y instanceof Float64Array)
    throw refuse(`${name} is ${showValue(y)}; give a class for each row, as whole numbers from 0 or as text`);
  if (y.length === 0) throw refuse(`${name} has no labels; at least 1 is needed`);
  if (rows !== undefined && y.length !== rows)
    throw refuse(`${name} has ${y.length} labels, X has ${rows} rows; give one label for each row, in the same order`);
  const kind = typeof y[0];
  if (kind === 'string' && numbered)
    throw refuse(
      `${name} has ${showValue(y[0])} at row 0 (counted from 0), and the classes have no names; give their numbers, from 0`,
    );
  if (kind === 'string' || kind === 'boolean') return byName(name, y as ArrayLike<unknown>, kind, classes);
  for (let i = 0; i < y.length; i++) {
    const label = y[i];
    if (Number.isInteger(label) && Number(label) >= 0 && Number(label) < 2 ** 31) continue;
    throw refuse(`${name} has ${showValue(label)} at row ${i} (counted from 0); labels are whole numbers from 0`);
  }
  return { labels: y instanceof Int32Array ? y : Int32Array.from(y as ArrayLike<number>), ...(classes && { classes }) };
}

/**
 * Tells labels from quantities: integer arrays, text and booleans are labels, floating-point arrays and matrices are quantities.
 *
 * @param name how the message names them, with the caller's prefix: `'nn: data.y'`
 * @throws {InputError} in one line, as `toLabels` and `toMatrix` do, and for a plain array of numbers that may be either
 */
export function toTargets(name: string, y: unknown, options: TargetsOptions = {}): Targets {
  const { rows, plain } = options;
  if (Array.isArray(y) && typeof y[0] === 'number' && plain === undefined) {
    throw refuse(
      `${name} is ${showFlat(y)}, which may be classes or quantities; give classes as Int32Array.from(y) or as text, quantities as Float32Array.from(y)`,
    );
  }
  const isColumn = y instanceof Float32Array || y instanceof Float64Array;
  const isPlain = Array.isArray(y) && typeof y[0] === 'number';
  if (isColumn || (isPlain && plain === 'quantities')) {
    const matrix = toMatrix(name, { data: y, cols: 1 });
    return { kind: 'quantities', matrix: checkRows(name, matrix, rows) };
  }
  if (isFlat(y) && !(Array.isArray(y) && typeof y[0] === 'object'))
    return { kind: 'labels', ...toLabels(name, y, options) };
  if (typeof y !== 'object' || y === null || !(Array.isArray(y) || 'data' in y)) {
    throw refuse(
      `${name} is ${showValue(y)}; give classes as whole numbers (Int32Array) or text, quantities as a Float32Array or as rows of numbers`,
    );
  }
  return { kind: 'quantities', matrix: checkRows(name, toMatrix(name, y), rows) };
}

const refuse = (message: string): InputError => new InputError('data', message);

const isFlat = (y: unknown): y is ArrayLike<unknown> => Array.isArray(y) || (ArrayBuffer.isView(y) && 'length' in y);

function checkRows(name: string, matrix: Matrix, rows: number | undefined): Matrix {
  if (rows === undefined || matrix.rows === rows) return matrix;
  throw refuse(`${name} has ${matrix.rows} rows, X has ${rows}; give one for each row of X, in the same order`);
}

function byName(
  name: string,
  y: ArrayLike<unknown>,
  kind: 'string' | 'boolean',
  known: readonly string[] | undefined,
): Labels {
  const texts = Array.from(y, (label, i) => {
    if (typeof label === kind) return String(label);
    const place = `row ${i} (counted from 0)`;
    throw refuse(`${name} has ${showValue(label)} at ${place} and ${showValue(y[0])} at row 0; labels are of one kind`);
  });
  const classes = known ?? (kind === 'boolean' ? ['false', 'true'] : [...new Set(texts)].sort());
  const places = new Map(classes.map((text, at) => [text, at]));
  const labels = Int32Array.from(texts, (text, i) => {
    const at = places.get(text);
    if (at !== undefined) return at;
    const nearest = nearestFirst(text, classes)
      .slice(0, 3)
      .map((each) => showValue(each))
      .join(', ');
    throw refuse(
      `${name} has ${showValue(text)} at row ${i} (counted from 0), which is no class; the nearest are ${nearest}`,
    );
  });
  return { labels, classes };
}
