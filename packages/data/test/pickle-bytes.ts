/** Bytes of a pickle, protocol 2, as Python 2 writes it: operations one behind another. */
type Part = string | number[] | Uint8Array;

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

export function pickleBytes(...parts: Part[]): Uint8Array {
  const all = ['\x80\x02', ...parts, '.'].map((part) =>
    typeof part === 'string' ? latin1(part) : Uint8Array.from(part),
  );
  return Uint8Array.from(all.flatMap((part) => [...part]));
}

const word = (value: number) => [...new Uint8Array(Int32Array.of(value).buffer)];
const join = (parts: Part[]): number[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [...latin1(part)] : [...part]));

export const integer = (value: number): number[] => [0x4a, ...word(value)];
export const text = (value: string | Uint8Array): number[] => {
  const bytes = typeof value === 'string' ? latin1(value) : value;
  return [0x54, ...word(bytes.length), ...bytes];
};
export const list = (values: number[][]): number[] => join([']', '(', ...values, 'e']);
export const dictionary = (entries: [number[], number[]][]): number[] => join(['}', '(', ...entries.flat(), 'u']);
export const tuple = (values: number[][]): number[] => join(['(', ...values, 't']);

/** numpy.core.multiarray._reconstruct(ndarray, (0,), 'b') with its state. */
export function numpyArray(dtype: string, shape: number[], values: ArrayBufferView): number[] {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const type = join([
    'cnumpy\ndtype\n',
    tuple([text(dtype), integer(0), integer(1)]),
    'R',
    tuple([integer(3), text('<'), join(['N']), join(['N']), join(['N']), integer(-1), integer(-1), integer(0)]),
    'b',
  ]);
  return join([
    'cnumpy.core.multiarray\n_reconstruct\n',
    tuple([join(['cnumpy\nndarray\n']), tuple([integer(0)]), text('b')]),
    'R',
    tuple([integer(1), tuple(shape.map(integer)), type, join(['\x89']), text(bytes)]),
    'b',
  ]);
}

/** A SciPy matrix [rows, cols] from its arrays. */
export function scipyCsr(shape: [number, number], starts: number[], columns: number[], values: number[]): number[] {
  const state = dictionary([
    [text('_shape'), tuple(shape.map(integer))],
    [text('indptr'), numpyArray('i4', [starts.length], Int32Array.from(starts))],
    [text('indices'), numpyArray('i4', [columns.length], Int32Array.from(columns))],
    [text('data'), numpyArray('f4', [values.length], Float32Array.from(values))],
  ]);
  return join(['cscipy.sparse.csr\ncsr_matrix\n', ')', '\x81', state, 'b']);
}
