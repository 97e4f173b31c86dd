import { showValue } from '../show-value.ts';
import type { Matrix } from './matrix.ts';

/** Rows that are looked at, evenly spread: enough to see a scale, few enough to cost nothing. */
const ROWS = 4096;

/** Where columns differ by so much in size, a step that suits one of them is lost on the other. */
const RATIO = 1e3;

/** Sizes from which first weights, which are drawn for inputs of size 1, are far off. */
const LARGE = 100;
const SMALL = 0.01;

/**
 * A line about inputs that weren't scaled, for methods whose result depends on it; undefined where they were. A column's size is its largest
 * absolute value, in 4,096 rows at most; columns of zeros don't count.
 *
 * @param name how the line names the inputs, with the caller's prefix: `'nn: data.x'`
 */
export function scaleNotice(name: string, { data, rows, cols }: Matrix): string | undefined {
  const sizes = new Float32Array(cols);
  for (let i = 0; i < rows; i += Math.ceil(rows / ROWS)) {
    for (let j = 0; j < cols; j++) {
      const size = Math.abs(data[i * cols + j]!);
      if (size > sizes[j]!) sizes[j] = size;
    }
  }
  let [most, least] = [-1, -1];
  sizes.forEach((size, j) => {
    if (size === 0) return;
    if (most < 0 || size > sizes[most]!) most = j;
    if (least < 0 || size < sizes[least]!) least = j;
  });
  if (most < 0) return undefined;
  const advice =
    'scale its columns to a deviation of 1 or to [0, 1], such as by fitStandardization and applyScaling of @unbraid/data';
  const [largest, smallest] = [sizes[most]!, sizes[least]!];
  if (largest / smallest >= RATIO)
    return `${name} isn't scaled: column ${most} reaches ${show(largest)}, column ${least} only ${show(smallest)} (counted from 0); ${advice}`;
  if (largest > LARGE || largest < SMALL)
    return `${name} isn't scaled: its largest entry is ${show(largest)}, in column ${most} (counted from 0); ${advice}`;
  return undefined;
}

const show = (size: number): string => String(Number(size.toPrecision(3)));

/** A class is rare with less than this part of the rows that it would have if all had as many. */
const RARE = 0.1;

/**
 * A line about the rarest class, where it has less than a tenth of an even share; undefined where there is none such.
 *
 * @param name how the line names the labels, with the caller's prefix: `'nn: data.y'`
 * @param count of the classes
 * @param advice what to do; ends the line
 */
export function rareClassNotice(
  name: string,
  labels: Int32Array,
  {
    count,
    names,
    advice,
  }: { readonly count: number; readonly names?: readonly string[] | undefined; readonly advice: string },
): string | undefined {
  const rows = new Float64Array(count);
  for (const label of labels) rows[label]!++;
  const least = rows.indexOf(Math.min(...rows));
  if (rows[least]! >= (RARE * labels.length) / count) return undefined;
  const called = names?.[least] === undefined ? `class ${least}` : `class ${showValue(names[least])}`;
  return `${name} has ${rows[least]} of ${labels.length} rows of ${called}, which is rare among ${count} classes; ${advice}`;
}
