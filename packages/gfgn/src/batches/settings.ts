import { count } from '@unbraid/checks';
import { array, literal, object, union } from 'zod';

/** The schemas of the ways to make batches. */
export const batchSettings = {
  sample: object({
    fanOuts: array(
      union([count(), literal(Number.POSITIVE_INFINITY)], { error: 'whole numbers of at least 1, or Infinity' }),
      {
        error: 'a list of numbers of neighbours',
      },
    ),
    batchSize: count().optional(),
  })
    .strict()
    .optional(),
  clusters: object({ parts: count(), together: count().optional() }).strict().optional(),
};
