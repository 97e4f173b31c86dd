import { InputError } from '@unbraid/checks';
import { hdf5Answer, hdf5Reason } from '../hdf5-worker.ts';
import { checkedName, damage } from './mat-elements.ts';
import { type ExtractAnswer, type Extracted, type ExtractStart, extract } from './mat-hdf5-extract.ts';
import { createBudget, type MatMatrix, type MatOptions, refuseComplex, sparseMatrix } from './mat-matrix.ts';

/**
 * The matrices of the bytes of a MATLAB 7.3 file, as `parseMat` gives those of version 5. Read by h5wasm, an optional dependency, in a thread that ends afterwards.
 *
 * @throws InputError, one line, where h5wasm isn't installed, or the file is damaged or takes more than the limit.
 */
export async function parseMat73(
  bytes: Uint8Array,
  name: string,
  options: MatOptions,
): Promise<Map<string, MatMatrix>> {
  const { limit, onPassedOver } = options;
  const budget = createBudget(bytes.length, name, limit);
  const answer = await ask({ library: libraryUrl(name), bytes, limit: budget.left }, name);
  if ('exceeded' in answer) throw budget.exceeded(answer.exceeded);
  const faulty = (fault: string) => new InputError('file', `data: ${name} is damaged: ${hdf5Reason(fault)}`);
  if ('fault' in answer) throw faulty(answer.fault);
  const found = new Map<string, MatMatrix>();
  for (const variable of answer.variables) {
    try {
      checkedName(variable.name);
      if (variable.kind === undefined) found.set(variable.name, matrixOf(variable));
    } catch (error) {
      throw faulty((error as Error).message);
    }
    if (variable.kind !== undefined) onPassedOver?.(variable.name, variable.kind);
  }
  refuseComplex(found, name, options);
  return found;
}

function matrixOf({ name, rows, cols, values, imaginary, rowOf, starts }: Extracted): MatMatrix {
  const [height, width] = [rows!, cols!];
  if (rowOf && starts) {
    const arrays = { rows: height, cols: width, rowOf, starts, values: values!, imaginary };
    return sparseMatrix(arrays, `the sparse matrix ${name} of ${height} × ${width}`);
  }
  if (values!.length !== height * width)
    throw damage(`${name} is ${height} × ${width} and has ${values!.length} values`);
  return { rows: height, cols: width, values: values!, ...(imaginary ? { imaginary } : {}) };
}

function libraryUrl(name: string): string {
  try {
    return import.meta.resolve('h5wasm');
  } catch (cause) {
    throw new InputError(
      'missing',
      `data: ${name} is of MATLAB's version 7.3 (HDF5); install h5wasm to read it (npm install h5wasm), or save it with -v7`,
      { cause },
    );
  }
}

function ask(start: ExtractStart, name: string): Promise<ExtractAnswer> {
  const buffers =
    '({ variables = [] }) => variables.flatMap((v) => [v.values, v.imaginary, v.rowOf, v.starts]).filter(Boolean).map((a) => a.buffer)';
  const { length: size } = start.bytes;
  return hdf5Answer<ExtractAnswer>({ thread: 'unbraid MATLAB 7.3', extract, buffers }, start, { name, size });
}
