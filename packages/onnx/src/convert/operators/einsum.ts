import { showValue } from '@unbraid/checks';
import { matmul, mul, reduceSum, reshape, sizeOf, slice, type Tensor, transpose } from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { isFloat } from './kernel-types.ts';

/** A tensor whose axes have names, each once. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/** Sums of products over the axes that the result doesn't name (Einstein's convention, as in NumPy). */
function convertEinsum(node: NodeContext): readonly Tensor[] {
  const equation = node.attributes.text('equation', '').replaceAll(' ', '');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  if (terms.length !== node.inputs.length)
    node.fail(`${showValue(equation)} has ${terms.length} operands, it gets ${node.inputs.length}`);
  const operands = terms.map((term, i) => labelled(node, term, node.input(i)));
  const result = right === undefined ? implicit(operands) : namesIn(node, right, mostDots(operands));
  let [product, ...rest] = operands.map(diagonals) as [Labelled, ...Labelled[]];
  for (const [i, next] of rest.entries()) {
    const later = new Set([...result, ...rest.slice(i + 1).flatMap(({ labels }) => labels)]);
    product = contract(product, next, later);
  }
  const summed = without(product, new Set(result));
  const missing = result.find((label) => !summed.labels.includes(label));
  if (missing !== undefined) node.fail(`${showValue(equation)} has ${showValue(missing)} in its result alone`);
  return [
    transpose(
      summed.x,
      result.map((label) => summed.labels.indexOf(label)),
    ),
  ];
}

/** Names of axes; what dots stand for is named by its place from the end. */
function namesIn(node: NodeContext, term: string, dots: number): string[] {
  const names = [...term.replace('...', '.')].flatMap((letter) =>
    letter === '.' ? Array.from({ length: dots }, (_, i) => `.${dots - i}`) : [letter],
  );
  const stray = names.find((name) => !/^([A-Za-z]|\.\d+)$/.test(name));
  return stray === undefined ? names : node.fail(`its equation has ${showValue(stray)}, which names no axis`);
}

function labelled(node: NodeContext, term: string, x: Tensor): Labelled {
  const named = term.replace('...', '').length;
  const dots = term.includes('...') ? x.shape.length - named : 0;
  const labels = namesIn(node, term, Math.max(0, dots));
  if (dots < 0 || labels.length !== x.shape.length)
    node.fail(`${showValue(term)} names ${named} axes, its operand has ${x.shape.length}`);
  return { x, labels };
}

const mostDots = (operands: readonly Labelled[]): number =>
  Math.max(0, ...operands.map(({ labels }) => labels.filter((label) => label.startsWith('.')).length));

/** What a result is that isn't given: what the dots stand for, then each letter that there is once, in the order of the alphabet. */
function implicit(operands: readonly Labelled[]): string[] {
  const all = operands.flatMap(({ labels }) => labels);
  const once = all.filter((label) => !label.startsWith('.') && all.filter((other) => other === label).length === 1);
  const dots = mostDots(operands);
  return [...Array.from({ length: dots }, (_, i) => `.${dots - i}`), ...once.sort()];
}

/** Axes of one name become their diagonal. */
function diagonals({ x, labels }: Labelled): Labelled {
  const twice = labels.findIndex((label, i) => labels.indexOf(label) !== i);
  if (twice < 0) return { x, labels };
  const first = labels.indexOf(labels[twice]!);
  const size = x.shape[first]!;
  const others = [...labels.keys()].filter((i) => i !== first && i !== twice);
  const square = transpose(x, [...others, first, twice]);
  const rest = others.map((i) => x.shape[i]!);
  const line = reshape(square, [...rest, size * size]);
  const diagonal = slice(line, [], [], [...others.map(() => 1), size + 1]);
  return diagonals({ x: diagonal, labels: [...others.map((i) => labels[i]!), labels[twice]!] });
}

/** Summed over the axes that nothing needs any more. */
function without({ x, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const axes = labels.flatMap((label, i) => (needed.has(label) ? [] : [i]));
  if (axes.length === 0) return { x, labels };
  return { x: reduceSum(x, { axes }), labels: labels.filter((label) => needed.has(label)) };
}

/** Axes of size 1 that meet larger ones of their name are repeated along these, and so can be left out. */
function unrepeated({ x, labels }: Labelled, other: Labelled): Labelled {
  const kept = [...labels.keys()].filter((i) => {
    const at = other.labels.indexOf(labels[i]!);
    return !(x.shape[i] === 1 && at >= 0 && other.x.shape[at] !== 1);
  });
  if (kept.length === labels.length) return { x, labels };
  return {
    x: reshape(
      x,
      kept.map((i) => x.shape[i]!),
    ),
    labels: kept.map((i) => labels[i]!),
  };
}

/** The product of two, summed over the axes that both have and nothing later needs: one batched product of matrices. */
function contract(left: Labelled, right: Labelled, later: ReadonlySet<string>): Labelled {
  const a = without(unrepeated(left, right), new Set([...later, ...right.labels]));
  const b = without(unrepeated(right, left), new Set([...later, ...left.labels]));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const inner = shared.filter((label) => !later.has(label));
  const [rows, columns] = [a, b].map(({ labels }) => labels.filter((label) => !shared.includes(label))) as [
    string[],
    string[],
  ];
  const sizes = ({ x, labels }: Labelled, names: readonly string[]) =>
    names.map((name) => x.shape[labels.indexOf(name)]!);
  const shape = [...sizes(a, batch), ...sizes(a, rows), ...sizes(b, columns)];
  const labels = [...batch, ...rows, ...columns];
  const turned = (of: Labelled, order: readonly string[], groups: readonly (readonly string[])[]) =>
    reshape(
      transpose(
        of.x,
        order.map((name) => of.labels.indexOf(name)),
      ),
      groups.map((group) => sizeOf(sizes(of, group))),
    );
  const byRows = (last: readonly string[]) => turned(a, [...batch, ...rows, ...inner], [batch, rows, last]);
  if (inner.length > 0 && isFloat(a.x)) {
    const product = matmul(byRows(inner), turned(b, [...batch, ...inner, ...columns], [batch, inner, columns]));
    return { x: reshape(product, shape), labels };
  }
  const [p, q] = [byRows(inner), turned(b, [...batch, ...columns, ...inner], [batch, columns, inner])];
  const [n, r, k] = p.shape as [number, number, number];
  const pairs = mul(reshape(p, [n, r, 1, k]), reshape(q, [n, 1, q.shape[1]!, k]));
  return { x: reshape(inner.length > 0 ? reduceSum(pairs, { axes: [3] }) : pairs, shape), labels };
}

/** Products of any number of tensors. */
export const einsum: Converters = { Einsum: convertEinsum };
