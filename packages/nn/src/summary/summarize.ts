import { InputError } from '@unbraid/checks';
import { leavesOf, type Shape, sizeOf, trace } from '@unbraid/graph';
import { inputOf, type Reading, readingsOf, specsOf, type TensorSpecs } from '../input-spec.ts';
import { type AnyModel, applyModel, paramsOf } from '../model.ts';
import type { ParamSpec } from '../param.ts';
import { multiplyAdds } from './multiply-adds.ts';

/** One layer, or a model that isn't a sequence. Shapes and counts are those of one row. */
export interface LayerSummary {
  /** Keys from the outermost sequence, joined by dots, as in the paths of parameters; empty for a model that is no sequence. */
  readonly path: string;
  readonly name: string;
  readonly output: Shape;
  /** Entries of all its parameters. */
  readonly parameters: number;
  /** Entries of those that are trained. */
  readonly trainable: number;
  /** Of matrix products and convolutions, transposed ones too; what else a layer computes counts as 0. */
  readonly multiplyAdds: number;
}

/** What a model is made of, layer by layer. */
export interface Summary {
  /** Shape of a row of the input; of the first one, where there are several. */
  readonly input: Shape;
  /** Shapes of a row of each input, where the model names them. */
  readonly inputs?: Readonly<Record<string, Shape>>;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly trainable: number;
  readonly multiplyAdds: number;
}

/**
 * The layers of a model, those of sequences one by one, with their output's shape and their size.
 * @param inputShape of one row: `[784]`, or `[channels, height, width]`; left out for a model that names its inputs
 * @throws {InputError} unless the shape is given where it must be, and nowhere else
 * @throws {ShapeError} from the layer that can't take what comes before it
 */
export function summarize(model: AnyModel, inputShape?: Shape): Summary {
  if ((inputShape === undefined) === (model.inputs === undefined))
    throw new InputError(
      'setting',
      `nn: summarize takes the shape of a row, such as [784], ${inputShape === undefined ? 'and got none' : 'of models that name no inputs; leave it out'}`,
    );
  const layers: LayerSummary[] = [];
  const visit = (path: string, layer: AnyModel, input: Shape | undefined): Shape => {
    if (!layer.layers) {
      layers.push(summaryOf(path, layer, input));
      return layers.at(-1)!.output;
    }
    return layer.layers.reduce(
      (shape: Shape | undefined, { key, layer: next }) => visit(path === '' ? key : `${path}.${key}`, next, shape),
      input,
    ) as Shape;
  };
  visit('', model, inputShape);
  const inputs = Object.entries(model.inputs ?? {}).map(([name, { shape }]) => [name, shape] as const);
  const sum = (count: (layer: LayerSummary) => number) => layers.reduce((total, layer) => total + count(layer), 0);
  return {
    input: inputShape ?? inputs[0]![1],
    ...(model.inputs && { inputs: Object.fromEntries(inputs) }),
    layers,
    parameters: sum(({ parameters }) => parameters),
    trainable: sum(({ trainable }) => trainable),
    multiplyAdds: sum((layer) => layer.multiplyAdds),
  };
}

/** @param input shape of a row of what comes before the layer; nothing comes before one that names its inputs */
function summaryOf(path: string, layer: AnyModel, input: Shape | undefined): LayerSummary {
  const reads = input ? {} : layer;
  const readings = readingsOf(reads, 0).map((reading): Reading => ({ ...reading, ...(input && { shape: input }) }));
  const specs: TensorSpecs = { params: paramsOf(layer), ...specsOf(readings, 1) };
  const { y } = trace(specs, (tensors) => ({
    y: applyModel(
      layer,
      tensors.params,
      inputOf(reads, readings, ({ key }) => tensors[key]!),
    ),
  })).outputs;
  const sizes = leavesOf<ParamSpec>(layer.params).map(({ value: { shape, trainable } }) => ({
    size: sizeOf(shape),
    trainable,
  }));
  const total = (counted: typeof sizes) => counted.reduce((sum, { size }) => sum + size, 0);
  return {
    path,
    name: layer.name ?? 'unnamed',
    output: y.shape.slice(1),
    parameters: total(sizes),
    trainable: total(sizes.filter(({ trainable }) => trainable)),
    multiplyAdds: multiplyAdds(y),
  };
}
