import { checkFiniteValues, InputError, showValue } from '@unbraid/checks';
import { type Layout, layoutOf, locate } from '@unbraid/graph';
import type { AnyModel } from '../model.ts';
import { showShape } from '../show-shape.ts';
import { traceOutputs } from '../trace-outputs.ts';
import type { Samples } from './data.ts';

/**
 * @param name what the message calls the data: `data`, `validation`
 * @returns the model's outputs for a row: their number, or that of classes
 * @throws {InputError} in one line, for shapes that don't fit the model
 * @throws {ShapeError} from the layer that can't take the inputs
 */
export function checkData(name: string, model: AnyModel, { inputs, rows, y }: Samples): number {
  const output = traceOutputs(model, inputs, rows).outputs.y.shape;
  const width = output.at(-1) ?? 1;
  if (y instanceof Int32Array) checkLabels(`${name}.y`, y, width);
  else if (output.length !== 2 || width !== y.cols)
    throw new InputError('data', `nn: ${name}.y has ${y.cols} columns, the model's output is ${showShape(output)}`);
  return width;
}

function checkLabels(name: string, labels: Int32Array, classes: number): void {
  const at = labels.findIndex((label) => label < 0 || label >= classes);
  if (at < 0) return;
  throw new InputError(
    'data',
    `nn: ${name} has the label ${labels[at]} at row ${at}; the model has ${classes} outputs, so labels are 0 to ${classes - 1}`,
  );
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
