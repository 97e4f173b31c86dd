import { add, type Leaf, leavesOf, type Tensor } from '@unbraid/graph';
import { rebuilder } from './rebuild.ts';
import { dependencesIn, isByRow, meetingOf } from './row-dependence.ts';

/** A product of layer inputs and weights, plus a bias, that holds all uses of its parameters. */
export interface DenseUse {
  /** α W, or α W + b: `[rows, out]`. */
  readonly product: Tensor;
  /** α, the layer's inputs: `[rows, in]`. */
  readonly inputs: Tensor;
  /** Whether W, and whether b, is a parameter that is used here and nowhere else. */
  readonly weight: boolean;
  readonly bias: boolean;
}

interface Use {
  readonly consumer: Tensor;
  readonly position: number;
}

/** What `denseUses` finds. */
export interface DenseUses {
  readonly dense: readonly DenseUse[];
  /** The other parameters that are used, by path. */
  readonly rest: readonly string[];
  /** The operator in which rows of the batch meet, where they do. */
  readonly meeting: string | undefined;
}

/** Finds the parameters of `y` that are used once, as the weights or the bias of a dense layer on a matrix with a row for each of the batch `x`. */
export function denseUses(y: Tensor, params: readonly Leaf<Tensor>[], x: Tensor): DenseUses {
  const rows = x.shape[0]!;
  const dependences = dependencesIn(y, x, rows);
  const follows = (alpha: Tensor): boolean =>
    rows > 1 ? isByRow(alpha, dependences, rows) : dependences.get(alpha) !== 'none';
  const uses = usesIn(y);
  const found = new Map<Tensor, { weight: boolean; bias: boolean }>();
  const rest: string[] = [];
  for (const { path, value } of params) {
    const all = uses.get(value) ?? [];
    const role = all.length === 1 && follows(all[0]!.consumer.inputs[0]!) ? roleOf(all[0]!, rows) : undefined;
    if (role) found.set(all[0]!.consumer, { ...(found.get(all[0]!.consumer) ?? NONE), [role]: true });
    // A parameter that is not used at all has no derivative: nothing is to be added for it.
    else if (all.length > 0) rest.push(path);
  }
  const dense = [...found].map(([product, roles]) => ({ product, inputs: product.inputs[0]!, ...roles }));
  return { dense, rest, meeting: rows > 1 ? meetingOf(y, dependences, rows) : undefined };
}

const NONE = { weight: false, bias: false };

function roleOf({ consumer, position }: Use, rows: number): 'weight' | 'bias' | undefined {
  const { operator, inputs, attributes } = consumer;
  const [alpha, weight] = inputs;
  if (operator.name !== 'matmul' && operator.name !== 'gemm') return undefined;
  if (alpha!.shape.length !== 2 || weight!.shape.length !== 2 || alpha!.shape[0] !== rows || attributes.transposeA) {
    return undefined;
  }
  if (position === 1) return 'weight';
  const isRow = position === 2 && inputs[2]!.shape.length === 1 && inputs[2]!.shape[0] === consumer.shape[1];
  return isRow ? 'bias' : undefined;
}

function usesIn(root: Tensor): Map<Tensor, Use[]> {
  const uses = new Map<Tensor, Use[]>();
  const seen = new Set<Tensor>([root]);
  // A set grows while it is walked.
  for (const consumer of seen) {
    consumer.inputs.forEach((input, position) => {
      seen.add(input);
      uses.set(input, [...(uses.get(input) ?? []), { consumer, position }]);
    });
  }
  return uses;
}

/** `root` with a term added to each of some tensors that it is computed from. */
export const withTerms = (root: Tensor, terms: ReadonlyMap<Tensor, Tensor>): Tensor =>
  rebuilder((own, tensor) => {
    const term = terms.get(tensor);
    return term && add(own, term);
  })(root);

/** The leaves of a tree of parameters at the given paths. */
export const leavesAt = (tree: Tensor, paths: readonly string[]): Tensor[] =>
  leavesOf<Tensor>(tree)
    .filter(({ path }) => paths.includes(path))
    .map(({ value }) => value);
