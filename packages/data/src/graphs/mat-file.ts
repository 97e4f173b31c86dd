import { type ByteSource, checkSettings, InputError, toBytes } from '@unbraid/checks';
import { latin1 } from '#platform';
import {
  COMPRESSED,
  checkedName,
  damage,
  MATRIX,
  type MatElement,
  matCount,
  matElements,
  matNumbers,
  unpacked,
  unpackedHead,
} from './mat-elements.ts';
import {
  createBudget,
  type MatBudget,
  type MatMatrix,
  type MatOptions,
  matSettings,
  refuseComplex,
  sparseMatrix,
} from './mat-matrix.ts';

// Classes of arrays: MATLAB, "MAT-File Format" (level 5), table 1-3.
const SPARSE_CLASS = 5;
const [FIRST_NUMERIC, LAST_NUMERIC] = [6, 15];
const OTHER_CLASSES: ReadonlyMap<number, string> = new Map([
  [1, 'cell array'],
  [2, 'struct'],
  [3, 'object'],
  [4, 'text'],
  [16, 'function'],
  [17, 'object'],
]);
const COMPLEX = 0x0800;

/** Bytes before the first element; the last four are the version and the order of bytes. */
const HEADER = 128;

const HDF5 = '\x89HDF\r\n\x1a\n';

/** Whether bytes are a MATLAB 7.3 file: HDF5, as a rule behind MATLAB's own 512 bytes. */
export const isHdf5 = (bytes: Uint8Array): boolean =>
  [0, 512].some((at) => latin1(bytes.subarray(at, at + 8)) === HDF5);

/**
 * Reads the matrices of numbers, full and sparse, real and complex, of the bytes of a MATLAB 5 file (what `save` writes by default, compressed or not, on machines of
 * either order of bytes). Other variables are passed over; `onPassedOver` hears of them.
 *
 * @param name how errors name the file.
 * @throws InputError, one line, where they are of another version (`readMat` reads files of version 7.3), are damaged, or take more than the limit unpacked.
 */
export function parseMat(
  source: ByteSource,
  name = 'the MATLAB data',
  options: MatOptions = {},
): Map<string, MatMatrix> {
  const settings = checkSettings('data: parseMat', matSettings, options);
  const bytes = toBytes(source, name);
  const little = checkHeader(bytes, name);
  const budget = createBudget(bytes.length, name, settings.limit);
  const found = new Map<string, MatMatrix>();
  try {
    for (const element of matElements(bytes.subarray(HEADER), little)) {
      const read = readVariable(element, little, budget);
      if (!('matrix' in read)) {
        settings.onPassedOver?.(read.name, read.kind);
        continue;
      }
      if (found.has(read.name)) throw damage(`it has the variable ${read.name} twice`);
      found.set(read.name, read.matrix);
    }
  } catch (cause) {
    if (cause instanceof InputError && cause.code === 'limit') throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError('file', `data: ${name} is damaged: ${reason}`, { cause });
  }
  refuseComplex(found, name, settings);
  return found;
}

/** Whether the bytes of numbers are in little-endian order. */
function checkHeader(bytes: Uint8Array, name: string): boolean {
  if (isHdf5(bytes))
    throw new InputError('file', `data: ${name} is of version 7.3 (HDF5); read it by readMat, or save it with -v7`);
  if (bytes.length < HEADER || latin1(bytes.subarray(0, 6)) !== 'MATLAB')
    throw new InputError('file', `data: ${name} is not a MATLAB 5 file; save it with -v7`);
  const order = latin1(bytes.subarray(126, 128));
  if (order === 'IM' || order === 'MI') return order === 'IM';
  throw new InputError('file', `data: ${name} is damaged: bytes 126 and 127 don't say in which order its bytes are`);
}

type Variable =
  | { readonly name: string; readonly matrix: MatMatrix }
  | { readonly name: string; readonly kind: string };

function readVariable(element: MatElement, little: boolean, budget: MatBudget): Variable {
  const { type, data } = element;
  if (type === MATRIX) return readMatrix(data, little, budget);
  if (type !== COMPRESSED) throw damage(`an element of type ${type} stands where variables do`);
  const head = unpackedHead(data);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isMatrix = head.length >= 8 && view.getUint32(0, little) === MATRIX;
  // What is no matrix is damaged; how large it is shows whether it was made to fill the memory.
  const whole = unpacked(
    data,
    isMatrix ? 8 + Math.ceil(view.getUint32(4, little) / 8) * 8 : Number.POSITIVE_INFINITY,
    budget,
  );
  const [matrix] = matElements(whole, little);
  if (matrix?.type !== MATRIX) throw damage('a compressed element holds no variable');
  return readMatrix(matrix.data, little, budget);
}

function readMatrix(data: Uint8Array, little: boolean, budget: MatBudget): Variable {
  const parts = matElements(data, little);
  const next = (): MatElement | undefined => parts.next().value ?? undefined;
  const [flags, dimensions, named] = [next(), next(), next()];
  if (!flags || flags.data.length < 4 || !dimensions || !named)
    throw damage('a matrix has no flags, dimensions or name');
  const word = new DataView(flags.data.buffer, flags.data.byteOffset).getUint32(0, little);
  const kind = word & 0xff;
  const name = checkedName(latin1(named.data));
  const other = OTHER_CLASSES.get(kind);
  if (other) return { name, kind: other };
  const numeric = kind >= FIRST_NUMERIC && kind <= LAST_NUMERIC;
  if (!numeric && kind !== SPARSE_CLASS) throw damage(`${name} is of a class, ${kind}, that is not known`);
  const sizes = matNumbers(dimensions, little);
  if (sizes.length !== 2) return { name, kind: `array of ${sizes.length} axes` };
  const [rows, cols] = sizes as unknown as [number, number];
  if (!(Number.isInteger(rows) && rows >= 0 && Number.isInteger(cols) && cols >= 0))
    throw damage(`${name} has the dimensions ${rows} × ${cols}`);
  const numbers = (element: MatElement): Float64Array => {
    budget.spend(8 * matCount(element), name);
    return matNumbers(element, little);
  };
  const read = numeric ? readFull : readSparse;
  return { name, matrix: read({ name, rows, cols, complex: (word & COMPLEX) !== 0 }, next, numbers) };
}

interface Head {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly complex: boolean;
}

type Next = () => MatElement | undefined;
type Numbers = (element: MatElement) => Float64Array;

function readFull({ name, rows, cols, complex }: Head, next: Next, numbers: Numbers): MatMatrix {
  const [values, imaginary] = (complex ? ['real', 'imaginary'] : ['real']).map((part) => {
    const element = next();
    const read = element ? numbers(element) : new Float64Array();
    if (read.length === rows * cols) return read;
    throw damage(
      `${name} is ${rows} × ${cols} and has ${read.length} values${complex ? ` for its ${part} parts` : ''}`,
    );
  });
  return { rows, cols, values: values!, ...(imaginary ? { imaginary } : {}) };
}

function readSparse({ name, rows, cols, complex }: Head, next: Next, numbers: Numbers): MatMatrix {
  const parts = Array.from({ length: complex ? 4 : 3 }, next);
  const missing = parts.indexOf(undefined);
  if (missing >= 0)
    throw damage(`the sparse matrix ${name} lacks its ${['rows', 'starts', 'values', 'imaginary parts'][missing]}`);
  const [rowOf, starts, values, imaginary] = parts.map((part) => numbers(part!));
  const arrays = { rows, cols, rowOf: rowOf!, starts: starts!, values: values!, imaginary };
  return sparseMatrix(arrays, `the sparse matrix ${name} of ${rows} × ${cols}`);
}
