import { InputError } from '@unbraid/checks';

/** Classes that a graph may have whatever its size. */
const ALWAYS = 1000;

/**
 * The number of classes of labels from 0 (−1 for none).
 *
 * @param first the number of the first class in the source, for the message.
 * @throws InputError for a label that would make more classes than there are nodes, and more than 1,000: each becomes an output of a model.
 */
export function classCount(labels: Int32Array, name: string, first = 0): number {
  const most = labels.reduce((high, label) => Math.max(high, label), -1);
  if (most < Math.max(ALWAYS, labels.length)) return most + 1;
  throw new InputError(
    'limit',
    `data: ${name} has the label ${most + first} for ${labels.length} nodes; number its classes from ${first} without gaps`,
  );
}
