import { leavesOf, type Shape, sizeOf, spec, type Tensor, type TensorsOf, trace } from '@unbraid/graph';
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
  /** Shape of a row of the input. */
  readonly input: Shape;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly trainable: number;
  readonly multiplyAdds: number;
}

/**
 * The layers of a model, those of sequences one by one, with their output's shape and their size.
 * @param inputShape of one row: `[784]`, or `[channels, height, width]`
 * @throws {ShapeError} from the layer that can't take what comes before it
 */
export function summarize(model: AnyModel, inputShape: Shape): Summary {
  const layers: LayerSummary[] = [];
  const visit = (path: string, layer: AnyModel, input: Shape): Shape => {
    if (!layer.layers) {
      layers.push(summaryOf(path, layer, input));
      return layers.at(-1)!.output;
    }
    return layer.layers.reduce(
      (shape, { key, layer: next }) => visit(path === '' ? key : `${path}.${key}`, next, shape),
      input,
    );
  };
  visit('', model, inputShape);
  const sum = (count: (layer: LayerSummary) => number) => layers.reduce((total, layer) => total + count(layer), 0);
  return {
    input: inputShape,
    layers,
    parameters: sum(({ parameters }) => parameters),
    trainable: sum(({ trainable }) => trainable),
    multiplyAdds: sum((layer) => layer.multiplyAdds),
  };
}

function summaryOf(path: string, layer: AnyModel, input: Shape): LayerSummary {
  const specs = { params: paramsOf(layer), x: spec([1, ...input]) };
  const { y } = trace(specs, ({ params, x }: TensorsOf<typeof specs>): { y: Tensor } => ({
    y: applyModel(layer, params, x),
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
