import { InputError, showValue } from '@unbraid/checks';
import { checkFinite, type Matrix } from '@unbraid/data';

/** @throws {InputError} in one line, for anything but a matrix of the length that its shape says, all of it finite */
export function checkMatrix(name: string, x: unknown): asserts x is Matrix {
  if (!isMatrix(x)) {
    throw new InputError(
      'data',
      `${name} is ${showValue(x)}; give a matrix, made by createMatrix(rows, cols, Float32Array) or matrixFromRows(rows) of @unbraid/data`,
    );
  }
  if (x.data.length !== x.rows * x.cols) {
    throw new InputError(
      'data',
      `${name} has ${x.data.length} entries, ${x.rows} rows of ${x.cols} take ${x.rows * x.cols}; make it by createMatrix`,
    );
  }
  checkFinite(name, x);
}

function isMatrix(x: unknown): x is Matrix {
  if (typeof x !== 'object' || x === null) return false;
  const { data, rows, cols } = x as Partial<Matrix>;
  return data instanceof Float32Array && isSize(rows) && isSize(cols);
}

const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= 0;

/** Gates U, output weights A and inputs X that belong together. */
export interface Parts {
  readonly x: Matrix;
  readonly gates: Matrix;
  readonly a: Matrix;
}

/** @throws {InputError} unless X (m × d), U (k × d) and A (k × c) are finite and their sizes agree */
export function checkParts({ x, gates, a }: Parts): void {
  checkMatrix('galu: X', x);
  checkMatrix('galu: gates', gates);
  checkMatrix('galu: A', a);
  if (x.cols === gates.cols && gates.rows === a.rows) return;
  throw new InputError(
    'data',
    `galu: X has ${x.cols} columns, the gates are ${gates.rows} × ${gates.cols} and A is ${a.rows} × ${a.cols}; ` +
      'gates are k × d for X with d columns, and A is k × c',
  );
}
