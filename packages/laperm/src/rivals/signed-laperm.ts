import { checkSettings } from '@unbraid/checks';
import { adam, type Optimizer } from '@unbraid/nn';
import { type LapermSettings, lapermSchema } from '../laperm.ts';
import { synchronizedOptimizer } from '../synchronized-optimizer.ts';
import { createSignedSynchronizer, magnitudes } from './signed-synchronizer.ts';

/**
 * LaPerm with signs: after every k steps of the inner optimizer each weight vector gets the sizes of its first values back, the r-th smallest where the
 * entry of the r-th smallest size is, with that entry's sign. A trained vector is a signed permutation of its first one, which takes a bit a weight more
 * than a permutation.
 * @throws {InputError} as `laperm`
 */
export function signedLaperm(settings: LapermSettings): Optimizer {
  const { inner = adam(), ...own } = checkSettings('laperm: signedLaperm', lapermSchema, settings);
  return synchronizedOptimizer({
    ...own,
    name: 'signedLaperm',
    inner,
    valuesOf: magnitudes,
    createSynchronizer: createSignedSynchronizer,
  });
}
