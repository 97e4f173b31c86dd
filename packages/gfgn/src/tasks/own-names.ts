import { InputError, nearestFirst, showValue } from '@unbraid/checks';

const isSame = (own: readonly string[], names: readonly string[]): boolean =>
  own.length === names.length && own.every((name, at) => name === names[at]);

/**
 * Labels by the numbers that a trained model has for their classes; −1 stays.
 * @param own names of the classes in the order of the labels given
 * @param names those of the model, in its order
 * @param row what a row is, such as `node`
 * @throws {InputError} `data`, for a label without a name, and a class that the model wasn't taught
 */
export function renumbered(
  labels: Int32Array,
  own: readonly string[],
  names: readonly string[],
  row: string,
): Int32Array {
  if (isSame(own, names)) return labels;
  return labels.map((label, at) => {
    if (label < 0) return label;
    const name = own[label];
    if (name === undefined)
      throw new InputError('data', `gfgn: ${row} ${at} has the label ${label}, and ${own.length} classes are named`);
    const place = names.indexOf(name);
    if (place >= 0) return place;
    throw new InputError(
      'data',
      `gfgn: ${row} ${at} is of the class ${showValue(name)}, which the model wasn't taught; the nearest is ${showValue(nearestFirst(name, names)[0])}`,
    );
  });
}

/**
 * Targets in the order of a trained model's labels or quantities, [rows, cols].
 * @param own names of the columns given
 * @param names those of the model, in its order
 * @throws {InputError} `data`, unless both are the same names
 */
export function columnsByName(
  found: { readonly values: Float32Array; readonly cols: number },
  own: readonly string[],
  names: readonly string[],
): { readonly values: Float32Array; readonly cols: number } {
  const { values, cols } = found;
  if (isSame(own, names) || own.length !== cols) return found;
  const from = names.map((name) => {
    const place = own.indexOf(name);
    if (place >= 0) return place;
    throw new InputError('data', `gfgn: targets have no column of the name ${showValue(name)}, which the model gives`);
  });
  const rows = values.length / cols;
  const ordered = new Float32Array(rows * names.length);
  for (let row = 0; row < rows; row++)
    for (const [at, place] of from.entries()) ordered[row * names.length + at] = values[row * cols + place]!;
  return { values: ordered, cols: names.length };
}
