import { evaluate, input, mapTree, type Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel, inference, type Mode } from '../src/index.ts';

/** The model's output for given parameters, a list for each row, computed in double precision and rounded to float32. */
export function outputOf(
  model: AnyModel,
  params: ArrayLike<number>,
  x: readonly (readonly number[])[],
  mode: Mode = inference,
): number[][] {
  const values = new Map<Tensor, { shape: readonly number[]; dtype: 'float32'; data: Float64Array }>();
  let at = 0;
  const tensors = mapTree<unknown, Tensor>(model.params, ({ shape }, path) => {
    const tensor = input(path, shape, 'float32');
    const size = shape.reduce((product, d) => product * d, 1);
    values.set(tensor, { shape, dtype: 'float32', data: Float64Array.from({ length: size }, () => params[at++]!) });
    return tensor;
  });
  const shape = [x.length, x[0]!.length];
  const inputs = input('x', shape, 'float32');
  values.set(inputs, { shape, dtype: 'float32', data: Float64Array.from(x.flat()) });
  const [output] = evaluate([applyModel(model, tensors, inputs, mode)], values);
  const cols = output!.data.length / x.length;
  return x.map((_, row) => [...output!.data.subarray(row * cols, (row + 1) * cols)]);
}

/** The shape of the model's output for an input of a shape. @throws {ShapeError} from the layer that can't take it */
export function shapeOf(model: AnyModel, x: readonly number[]): readonly number[] {
  const tensors = mapTree<unknown, Tensor>(model.params, ({ shape }, path) => input(path, shape, 'float32'));
  return applyModel(model, tensors, input('x', x, 'float32')).shape;
}
