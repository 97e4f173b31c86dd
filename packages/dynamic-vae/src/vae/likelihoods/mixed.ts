import {
  add,
  argMax,
  cast,
  concat,
  constant,
  exp,
  gather,
  logSoftmax,
  mul,
  reduceMean,
  reduceSum,
  reshape,
  sigmoid,
  slice,
  sub,
  type Tensor,
  type Tree,
} from '@unbraid/graph';
import { type ParamSpec, param, zeros } from '@unbraid/nn';
import {
  type BernoulliColumn,
  type CategoricalColumn,
  type Column,
  columnWidth,
  expandColumns,
  type GaussianColumn,
  type PlacedColumn,
  placed,
} from '../columns.ts';
import { bernoulliEntries } from './bernoulli.ts';
import { HALF_LOG_TWO_PI, softlyClipped } from './gaussian.ts';
import type { Likelihood } from './likelihood.ts';

/**
 * Rows of a table: each column has a likelihood of its own kind, and they are independent given z. The decoder gives a mean for a quantity, a logit for a
 * chance, and a logit for each category. A quantity's σ is learnt unless its variance is given, and its loss has all of −log p(x|z), the constant too, since columns of
 * different kinds are summed.
 */
export function mixed(columns: readonly Column[]): Likelihood {
  const all = placed(columns);
  const quantities = ofKind<GaussianColumn>(all, 'gaussian');
  const chances = ofKind<BernoulliColumn>(all, 'bernoulli');
  const categories = ofKind<CategoricalColumn>(all, 'categorical');
  const perRow = (params: Tree<Tensor>, outputs: Tensor, x: Tensor): Tensor => {
    const spread = expandColumns(columns, x);
    const terms = [
      ...(quantities.length > 0 ? [gaussianTerm(quantities, params, outputs, spread)] : []),
      ...(chances.length > 0 ? [bernoulliTerm(chances, outputs, spread)] : []),
      ...categories.map((one) => categoricalTerm(one, outputs, spread)),
    ];
    return terms.reduce((sum, term) => add(sum, term));
  };
  return {
    settings: { name: 'mixed', columns },
    outputs: columnWidth(columns),
    params: learntOf(quantities),
    loss: (params, outputs, x) => reduceMean(perRow(params, outputs, x)),
    perRow,
    mean: (outputs) =>
      concat(
        all.map((one) => meanOf(one, outputs)),
        1,
      ),
  };
}

const ofKind = <C extends Column>(all: readonly PlacedColumn[], kind: C['kind']): PlacedColumn<C>[] =>
  all.filter(({ column }) => column.kind === kind) as unknown as PlacedColumn<C>[];

const columnsAt = (x: Tensor, places: readonly number[]): Tensor =>
  gather(x, constant([...places], [places.length], 'int32'), 1);

const spreadPlaces = (columns: readonly PlacedColumn[]) => columns.map(({ from }) => from);

/** log σ of each quantity whose variance isn't given; σ = 1 to begin with. */
function learntOf(quantities: readonly PlacedColumn<GaussianColumn>[]): Readonly<Record<string, ParamSpec>> {
  const learnt = quantities.filter(({ column }) => column.variance === undefined).length;
  return learnt === 0 ? {} : { logSigma: param([learnt], zeros) };
}

/** log σ of all quantities, `[quantities]`. */
function logSigmasOf(quantities: readonly PlacedColumn<GaussianColumn>[], params: Tree<Tensor>): Tensor {
  const given = quantities.map(({ column }) => (column.variance === undefined ? 0 : Math.log(column.variance) / 2));
  const fixed = constant(given, [given.length]);
  const learnt = quantities.flatMap(({ column }, i) => (column.variance === undefined ? [i] : []));
  if (learnt.length === 0) return fixed;
  const clipped = softlyClipped((params as unknown as { readonly logSigma: Tensor }).logSigma);
  if (learnt.length === quantities.length) return clipped;
  // Each learnt one at its place, and the first of them, weighted by 0, at the others'.
  const places = quantities.map((_, i) => Math.max(learnt.indexOf(i), 0));
  const isLearnt = quantities.map((_, i) => Number(learnt.includes(i)));
  const spread = gather(clipped, constant(places, [places.length], 'int32'));
  return add(fixed, mul(spread, constant(isLearnt, [isLearnt.length])));
}

function gaussianTerm(
  quantities: readonly PlacedColumn<GaussianColumn>[],
  params: Tree<Tensor>,
  outputs: Tensor,
  spread: Tensor,
): Tensor {
  const places = spreadPlaces(quantities);
  const residual = sub(columnsAt(spread, places), columnsAt(outputs, places));
  const logSigma = logSigmasOf(quantities, params);
  const scaled = mul(mul(residual, residual), mul(exp(mul(logSigma, -2)), 0.5));
  return reduceSum(add(scaled, add(logSigma, HALF_LOG_TWO_PI)), { axes: [1] });
}

function bernoulliTerm(chances: readonly PlacedColumn<BernoulliColumn>[], outputs: Tensor, spread: Tensor): Tensor {
  const places = spreadPlaces(chances);
  return reduceSum(bernoulliEntries(columnsAt(outputs, places), columnsAt(spread, places)), { axes: [1] });
}

function categoricalTerm(one: PlacedColumn<CategoricalColumn>, outputs: Tensor, spread: Tensor): Tensor {
  const [logits, truth] = [logitsOf(one, outputs), logitsOf(one, spread)];
  return mul(reduceSum(mul(logSoftmax(logits), truth), { axes: [1] }), -1);
}

const logitsOf = ({ column: { categories }, from }: PlacedColumn<CategoricalColumn>, x: Tensor): Tensor =>
  slice(x, [0, from], [undefined, from + categories]);

function meanOf({ column, at, from }: PlacedColumn, outputs: Tensor): Tensor {
  if (column.kind === 'categorical') {
    const likeliest = argMax(logitsOf({ column, at, from }, outputs), 1);
    return cast(reshape(likeliest, [outputs.shape[0]!, 1]), 'float32');
  }
  const number = slice(outputs, [0, from], [undefined, from + 1]);
  return column.kind === 'bernoulli' ? sigmoid(number) : number;
}
