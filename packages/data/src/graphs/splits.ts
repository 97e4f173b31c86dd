import { InputError } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import type { GraphSplit } from './graph-data.ts';

/**
 * A random split of the nodes that have a label: a fraction to train on, one for validation, the rest to test.
 *
 * @throws InputError unless both fractions are above 0 and leave something to test, and where there are too few labelled nodes for one of the three.
 */
export function randomSplit(
  labels: Int32Array,
  random: Random,
  fractions = { train: 0.6, validation: 0.2 },
): GraphSplit {
  const { train, validation } = fractions;
  if (!(train > 0 && validation > 0 && train + validation < 1))
    throw new InputError(
      'setting',
      `data: a split of ${train} and ${validation} leaves nothing to test; both must be above 0 and add up to less than 1`,
    );
  const known = Array.from(labels.keys()).filter((node) => labels[node]! >= 0);
  const order = random.permutation(known.length).map((at) => known[at]!);
  const [first, second] = [Math.round(train * order.length), Math.round((train + validation) * order.length)];
  const sizes = { train: first, validation: second - first, test: order.length - second };
  for (const [part, size] of Object.entries(sizes)) {
    if (size === 0)
      throw new InputError(
        'data',
        `data: a split of ${order.length} labelled nodes leaves none for ${part}; label more`,
      );
  }
  return {
    train: order.subarray(0, first).toSorted(),
    validation: order.subarray(first, second).toSorted(),
    test: order.subarray(second).toSorted(),
  };
}
