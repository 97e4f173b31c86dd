import { checkFiniteValues, firstNonFinite, InputError, showValue } from '@unbraid/checks';
import { f32, type Layout, layoutOf, locate, type Shape, type Tensor, type TensorsOf, trace } from '@unbraid/graph';
import { type AnyModel, applyModel, paramsOf } from '../model.ts';
import { showShape } from '../show-shape.ts';
import type { Data, Matrix, Targets } from './data.ts';

/**
 * @param name what the message calls the data: `data`, `validation`
 * @throws {InputError} in one line, for shapes that don't fit each other or the model, and for NaN and infinities
 */
export function checkData(name: string, model: AnyModel, data: Data): void {
  if (typeof data !== 'object' || data === null)
    throw new InputError('data', `nn: ${name} is ${showValue(data)}; an object with x and y is needed`);
  const { x, y } = data;
  checkMatrix(`${name}.x`, x);
  const output = outputShape(model, x);
  if (y instanceof Int32Array) checkLabels(`${name}.y`, y, x.rows, output.at(-1) ?? 1);
  else if (Array.isArray(y) || ArrayBuffer.isView(y))
    throw new InputError(
      'data',
      `nn: ${name}.y is ${showValue(y)}; give labels as an Int32Array, and numbers as a matrix { data, rows, cols } with a Float32Array`,
    );
  else checkTargets(`${name}.y`, y, x.rows, output);
}

/** @throws {InputError} for a matrix that is empty, of another length than its shape says, or not finite */
export function checkMatrix(name: string, matrix: Matrix): void {
  if (!(matrix?.data instanceof Float32Array)) {
    throw new InputError(
      'data',
      `nn: ${name} is ${showValue(matrix)}; a matrix is needed: { data, rows, cols } with a Float32Array of rows · cols entries`,
    );
  }
  const { data, rows, cols } = matrix;
  for (const [side, size] of Object.entries({ rows, cols })) {
    if (!Number.isInteger(size) || size < 1)
      throw new InputError('data', `nn: ${name} has ${size} ${side}; at least 1 is needed`);
  }
  if (data.length !== rows * cols) {
    throw new InputError('data', `nn: ${name} has ${data.length} entries, ${rows} rows of ${cols} take ${rows * cols}`);
  }
  const at = firstNonFinite(data);
  if (at < 0) return;
  throw new InputError(
    'not-finite',
    `nn: ${name} is ${data[at]} at row ${Math.floor(at / cols)}, column ${at % cols}; drop or impute such rows first`,
  );
}

function checkLabels(name: string, labels: Int32Array, rows: number, classes: number): void {
  if (labels.length !== rows)
    throw new InputError('data', `nn: ${name} has ${labels.length} labels for ${rows} rows of x`);
  const at = labels.findIndex((label) => label < 0 || label >= classes);
  if (at < 0) return;
  throw new InputError(
    'data',
    `nn: ${name} has the label ${labels[at]} at row ${at}; the model has ${classes} outputs, so labels are 0 to ${classes - 1}`,
  );
}

function checkTargets(name: string, y: Exclude<Targets, Int32Array>, rows: number, output: Shape): void {
  checkMatrix(name, y);
  if (y.rows !== rows) throw new InputError('data', `nn: ${name} has ${y.rows} rows, x has ${rows}`);
  if (output.length === 2 && output[1] === y.cols) return;
  throw new InputError('data', `nn: ${name} has ${y.cols} columns, the model's output is ${showShape(output)}`);
}

/** Shape of the model's output for all of `x`. @throws {ShapeError} from the layer that can't take it */
export function outputShape(model: AnyModel, { rows, cols }: Pick<Matrix, 'rows' | 'cols'>): Shape {
  const specs = { params: paramsOf(model), x: f32(rows, cols) };
  const graph = trace(specs, ({ params, x }: TensorsOf<typeof specs>): { y: Tensor } => ({
    y: applyModel(model, params, x),
  }));
  return graph.outputs.y.shape;
}

/** @throws {InputError} unless there is a finite value for each of the model's parameters */
export function checkParams(name: string, model: AnyModel, params: Float32Array): void {
  const layout = layoutOf(model.params, 'params');
  if (!(params instanceof Float32Array))
    throw new InputError('data', `nn: ${name} is ${showValue(params)}; a Float32Array is needed`);
  if (params.length !== layout.size) {
    throw new InputError('data', `nn: ${name} has ${params.length} entries, the model has ${layout.size} parameters`);
  }
  checkFiniteValues(`nn: ${name}`, params, 'train again, or start from other parameters', (index) =>
    placeOf(layout, index),
  );
}

/** `0.weight[2, 3]`: what a message calls an entry of the flat parameters. */
export function placeOf(layout: Layout, index: number): string {
  const { leaf, position } = locate(layout, index);
  return `${leaf.path || 'params'}${showShape(position)}`;
}
