import { InputError, showValue } from '@unbraid/checks';
import { type Layout, type LayoutLeaf, layoutOf, leavesOf } from '@unbraid/graph';
import type { AnyModel } from '../model.ts';
import type { Part } from '../optimizers/optimizer.ts';
import type { ParamSpec } from '../param.ts';
import { matching, type ParameterPattern, patternsOf } from './parameter-pattern.ts';

/** Which parameters a fit trains, and how fast. */
export interface TrainedOptions {
  readonly freeze?: ParameterPattern | readonly ParameterPattern[] | undefined;
  readonly learningRates?: Readonly<Record<string, number>> | undefined;
  /** Whether the optimizer can step parts. */
  readonly partwise: boolean;
}

/** The parameters that a fit trains. */
export interface Trained {
  /** How the gradients lie in their vector: those of trained parameters alone, or, without `parts`, of all. */
  readonly layout: Layout;
  /** The runs of parameters that the optimizer steps; where there are none, all parameters are one vector, and gradients of fixed ones are 0. */
  readonly parts: readonly Part[] | undefined;
  /** Paths of parameters that keep their values whatever happens. */
  readonly frozen: ReadonlySet<string>;
}

interface TrainedLeaf extends LayoutLeaf {
  readonly factor: number;
}

/**
 * The parameters that gradients move: those that `fixedParam` doesn't describe and `freeze` doesn't name.
 * @throws {InputError} in one line, for a pattern that no parameter matches, and where nothing is left to train
 */
export function trainedOf(model: AnyModel, { freeze = [], learningRates = {}, partwise }: TrainedOptions): Trained {
  const layout = layoutOf(model.params, 'params');
  const specs = leavesOf<ParamSpec>(model.params);
  const paths = layout.leaves.map(({ path }) => path);
  const frozen = new Set(patternsOf(freeze).flatMap((pattern) => matching("fit's freeze", pattern, paths)));
  const factors = factorsOf(learningRates, paths);
  const leaves = layout.leaves
    .filter(({ path }, i) => specs[i]!.value.trainable && !frozen.has(path))
    .map((leaf): TrainedLeaf => ({ ...leaf, factor: factors.get(leaf.path) ?? 1 }));
  const size = leaves.reduce((sum, leaf) => sum + leaf.size, 0);
  // A few running means among many weights cost less as part of one vector.
  const asked = frozen.size > 0 || factors.size > 0;
  if (!asked && (!partwise || 2 * size >= layout.size)) return { layout, parts: undefined, frozen };
  if (size === 0)
    throw new InputError(
      'setting',
      `nn: fit has no parameter to train; ${frozen.size > 0 ? 'let freeze leave some' : "the model's are all fixed"}`,
    );
  return { layout: closeUp(layout, leaves, size), parts: runsOf(leaves), frozen };
}

/** The factor of each path that a pattern matches: the last one's. */
function factorsOf(rates: Readonly<Record<string, number>>, paths: readonly string[]): Map<string, number> {
  const factors = new Map<string, number>();
  for (const [pattern, factor] of Object.entries(rates)) {
    if (!(Number.isFinite(factor) && factor >= 0))
      throw new InputError(
        'setting',
        `nn: fit's learningRates has ${showValue(factor)} for ${showValue(pattern)}; a factor of at least 0 is needed`,
      );
    for (const path of matching("fit's learningRates", pattern, paths)) factors.set(path, factor);
  }
  return factors;
}

/** The layout of some leaves without the others between them. */
function closeUp({ dtype }: Layout, leaves: readonly TrainedLeaf[], size: number): Layout {
  let offset = 0;
  const closed = leaves.map(({ path, shape, size: own }) => {
    const leaf = { path, shape, size: own, offset };
    offset += own;
    return leaf;
  });
  return { dtype, size, leaves: closed };
}

/** Neighbours of the same factor in one run. */
function runsOf(leaves: readonly TrainedLeaf[]): Part[] {
  const parts: Part[] = [];
  for (const { offset, size, factor } of leaves) {
    const last = parts.at(-1);
    if (last && last.factor === factor && last.offset + last.size === offset)
      parts[parts.length - 1] = { ...last, size: last.size + size };
    else parts.push({ offset, size, factor });
  }
  return parts;
}
