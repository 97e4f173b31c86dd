import { f32, layoutOf, type Shape, type Tensor, type TensorsOf, trace } from '@unbraid/graph';
import { type AnyModel, applyModel, paramsOf } from '../model.ts';
import { showShape } from '../show-shape.ts';
import type { Data, Matrix, Targets } from './data.ts';

/**
 * @param name what the message calls the data: `data`, `validation`
 * @throws {RangeError} in one line, for shapes that don't fit each other or the model, and for NaN and infinities
 */
export function checkData(name: string, model: AnyModel, { x, y }: Data): void {
  checkMatrix(`${name}.x`, x);
  const output = outputShape(model, x);
  if (y instanceof Int32Array) checkLabels(`${name}.y`, y, x.rows, output.at(-1) ?? 1);
  else checkTargets(`${name}.y`, y, x.rows, output);
}

/** @throws {RangeError} for a matrix that is empty, of another length than its shape says, or not finite */
export function checkMatrix(name: string, { data, rows, cols }: Matrix): void {
  for (const [side, size] of Object.entries({ rows, cols })) {
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`nn: ${name} has ${size} ${side}; at least 1 is needed`);
  }
  if (data.length !== rows * cols) {
    throw new RangeError(`nn: ${name} has ${data.length} entries, ${rows} rows of ${cols} take ${rows * cols}`);
  }
  const at = firstNonFinite(data);
  if (at < 0) return;
  throw new RangeError(
    `nn: ${name} is ${data[at]} at row ${Math.floor(at / cols)}, column ${at % cols}; drop or impute such rows first`,
  );
}

/** A plain loop: `findIndex` calls a function for each of what may be 10⁸ entries. */
function firstNonFinite(data: Float32Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}

function checkLabels(name: string, labels: Int32Array, rows: number, classes: number): void {
  if (labels.length !== rows) throw new RangeError(`nn: ${name} has ${labels.length} labels for ${rows} rows of x`);
  const at = labels.findIndex((label) => label < 0 || label >= classes);
  if (at < 0) return;
  throw new RangeError(
    `nn: ${name} has the label ${labels[at]} at row ${at}; the model has ${classes} outputs, so labels are 0 to ${classes - 1}`,
  );
}

function checkTargets(name: string, y: Exclude<Targets, Int32Array>, rows: number, output: Shape): void {
  checkMatrix(name, y);
  if (y.rows !== rows) throw new RangeError(`nn: ${name} has ${y.rows} rows, x has ${rows}`);
  if (output.length === 2 && output[1] === y.cols) return;
  throw new RangeError(`nn: ${name} has ${y.cols} columns, the model's output is ${showShape(output)}`);
}

/** Shape of the model's output for all of `x`. @throws {ShapeError} from the layer that can't take it */
export function outputShape(model: AnyModel, { rows, cols }: Pick<Matrix, 'rows' | 'cols'>): Shape {
  const specs = { params: paramsOf(model), x: f32(rows, cols) };
  const graph = trace(specs, ({ params, x }: TensorsOf<typeof specs>): { y: Tensor } => ({
    y: applyModel(model, params, x),
  }));
  return graph.outputs.y.shape;
}

/** @throws {RangeError} unless there is a value for each of the model's parameters, or no values are given */
export function checkParams(name: string, model: AnyModel, params: Float32Array | undefined): void {
  const { size } = layoutOf(model.params, 'params');
  if (params && params.length !== size)
    throw new RangeError(`nn: ${name} has ${params.length} entries, the model has ${size} parameters`);
}
