import { checkSettings, finite, InputError, oneOf } from '@unbraid/checks';
import * as z from 'zod';
import type { NumberRange, RowForm } from '../rows.ts';
import { bernoulli } from './bernoulli.ts';
import { gaussian, type MeanLink, type Variance } from './gaussian.ts';
import type { Likelihood } from './likelihood.ts';
import { mixed } from './mixed.ts';

/** A Gaussian likelihood with one σ for all entries. */
export interface GaussianSettings {
  readonly name: 'gaussian';
  /**
   * σ²: a number (by default 1), `'learnt'` as a parameter, or `'optimal'`: that of each batch which maximizes its likelihood, so that no weight between
   * reconstruction and KL divergence has to be chosen (Rybkin et al. 2021).
   */
  readonly variance?: Variance;
  /** Of images by default `'sigmoid'`, of other rows `'identity'`. */
  readonly mean?: MeanLink;
}

/** Σ (x − x̂)²: what the authors of ControlVAE and DynamicVAE call a Gaussian likelihood, for settings of theirs to carry over. A Gaussian of variance ½. */
export interface SquaresSettings {
  readonly name: 'squares';
  /** As of `gaussian`. */
  readonly mean?: MeanLink;
}

/** p(x|z), by its name alone where nothing else is to be said. */
export type LikelihoodSettings =
  | 'bernoulli'
  | 'gaussian'
  | 'squares'
  | { readonly name: 'bernoulli' }
  | GaussianSettings
  | SquaresSettings;

const variance = () =>
  z.union([finite({ above: 0 }), oneOf('learnt', 'optimal')], { error: "a number above 0, 'learnt' or 'optimal'" });
const name = () => oneOf('bernoulli', 'gaussian', 'squares');
const mean = () => oneOf('sigmoid', 'identity').optional();
const schemas = {
  bernoulli: z.object({ name: name() }),
  gaussian: z.object({ name: name(), variance: variance().default(1), mean: mean() }),
  squares: z.object({ name: name(), mean: mean() }),
};

/**
 * The likelihood of rows of a form, and where their numbers may lie.
 * @param cols numbers of a row
 * @throws {InputError} for names and settings that there are not, and for a likelihood beside the columns of a table, which have their own
 */
export function likelihoodOf(
  form: RowForm,
  cols: number,
  given: LikelihoodSettings | undefined,
): { readonly likelihood: Likelihood; readonly range: NumberRange } {
  if ('columns' in form) {
    if (given === undefined) return { likelihood: mixed(form.columns), range: 'finite' };
    throw new InputError(
      'setting',
      "dynamic-vae: vaeFrom's likelihood is given, but a table's columns have their own; leave it out",
    );
  }
  const isImage = 'channels' in form;
  const stated = typeof given === 'string' ? { name: given } : (given ?? { name: isImage ? 'bernoulli' : 'gaussian' });
  const who = "dynamic-vae: vaeFrom's likelihood";
  const known = checkSettings(who, z.looseObject({ name: name() }), { name: stated.name }).name;
  const settings = checkSettings(who, schemas[known], stated) as LikelihoodSettings & object;
  if (settings.name === 'bernoulli') return { likelihood: bernoulli(cols), range: 'unit' };
  const link = settings.mean ?? (isImage ? 'sigmoid' : 'identity');
  const spread = settings.name === 'squares' ? 0.5 : settings.variance!;
  return { likelihood: gaussian(cols, spread, link), range: link === 'sigmoid' ? 'unit' : 'finite' };
}
