import { mul } from '@unbraid/graph';
import { checkNumber } from '../check-count.ts';
import { inference } from '../mode.ts';
import type { Model } from '../model.ts';
import { described } from '../saved/description.ts';

/**
 * In training sets entries to zero with probability `rate` and divides the others by 1 − rate, which leaves means as they
 * are; does nothing in inference (Srivastava et al. 2014, section 10). Entries are any shape. The rate is met to 2⁻¹⁷.
 * @throws {InputError} unless rate is at least 0 and below 1
 */
export function dropout(rate: number): Model<Readonly<Record<string, never>>> {
  checkNumber(
    "dropout's rate",
    rate,
    'a finite number of at least 0 and below 1',
    (number) => number >= 0 && number < 1,
  );
  const keep = 1 - rate;
  const layer: Model<Readonly<Record<string, never>>> = {
    name: `dropout ${rate}`,
    params: {},
    apply: (_, x, mode = inference) =>
      // The scaled mask serves both directions, where scaling x would take one more pass in each.
      mode.training && rate > 0 ? mul(x, mul(mode.mask(x.shape, keep), 1 / keep)) : x,
  };
  return described(layer, { layer: 'dropout', settings: { rate } });
}
