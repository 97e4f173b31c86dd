import { broadcastTo, reshape, slice, type Tensor, transpose } from '@unbraid/graph';
import { isEntrywise } from './row-axis.ts';

/**
 * A tensor that is made of a parameter and of no row, as each of `rows` rows would make it of a copy of the parameter of its own: `[rows, …]`. So the
 * gradient by the copies is that of each row.
 * @param parameter which stands on the way to `tensor`
 * @param copies `[rows, …parameter]`
 * @returns undefined where an operator between the two is not known to work on copies
 */
export function madeOfCopies(tensor: Tensor, parameter: Tensor, copies: Tensor): Tensor | undefined {
  const rows = copies.shape[0]!;
  const made = new Map<Tensor, Tensor | undefined | 'shared'>([[parameter, copies]]);
  const visit = (each: Tensor): Tensor | undefined | 'shared' => {
    if (made.has(each)) return made.get(each);
    const inputs = each.inputs.map(visit);
    const result = inputs.every((own) => own === 'shared')
      ? 'shared'
      : inputs.includes(undefined)
        ? undefined
        : onCopies(each, inputs as (Tensor | 'shared')[], rows);
    made.set(each, result);
    return result;
  };
  const result = visit(tensor);
  return result === 'shared' ? undefined : result;
}

function onCopies(tensor: Tensor, made: readonly (Tensor | 'shared')[], rows: number): Tensor | undefined {
  const { operator, shape, attributes, inputs } = tensor;
  const [x] = made as [Tensor];
  const aligned = (own: Tensor) => {
    const ones = new Array<number>(shape.length - own.shape.length + 1).fill(1);
    return reshape(own, [rows, ...ones, ...own.shape.slice(1)]);
  };
  if (operator.name === 'reshape') return reshape(x, [rows, ...shape]);
  if (operator.name === 'broadcastTo') return broadcastTo(aligned(x), [rows, ...shape]);
  if (operator.name === 'transpose')
    return transpose(x, [0, ...(attributes.permutation as readonly number[]).map((axis) => axis + 1)]);
  if (operator.name === 'slice') {
    const { starts, sizes, steps } = attributes as Readonly<Record<string, readonly number[]>>;
    if (steps!.some((step) => step !== 1)) return undefined;
    return slice(x, [0, ...starts!], [rows, ...starts!.map((start, axis) => start + sizes![axis]!)]);
  }
  if (!isEntrywise(tensor)) return undefined;
  const operands = made.map((own, i) => (own === 'shared' ? inputs[i]! : aligned(own)));
  return { ...tensor, inputs: operands, shape: [rows, ...shape] };
}
