import { InputError } from '@unbraid/checks';
import { blockIn, compile, layoutOf, type Tensor, type TensorSpec, trace, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { inference } from '@unbraid/nn';
import { checkParams } from './fit/check-params.ts';
import { featuresIn } from './fit/features-in.ts';
import type { TrainedModel } from './fit/options.ts';
import { graphInputs, signalOf } from './fit/programs.ts';
import type { GateTensors } from './layers/node-layer.ts';
import { modelOf } from './network-model.ts';
import { graphOf, type NodeGraphLike, untold } from './node-graph.ts';
import { checkFits, type UseOptions, useOptions } from './predict.ts';
import { type Structure, structureOf } from './structure.ts';

/** The scores of one layer, dimension by dimension. */
export interface LayerScores {
  readonly grain: 'graph' | 'neighbor' | 'pair';
  readonly width: number;
  /** λ: scores lie between 0 and this. */
  readonly limit: number;
  /** Mean over the graph, its nodes, or its edges. */
  readonly mean: Float64Array;
  /** Standard deviation over the same; zeros for `graph`. */
  readonly std: Float64Array;
  /** Of all scores of all dimensions, 20 bins from 0 to λ: parts that add up to 1. */
  readonly histogram: Float64Array;
}

const BINS = 20;

/**
 * How much each dimension of each gated layer is smoothed in a graph; no layers for a model without gates. Edges are counted without self
 * loops, where a score has no effect.
 * @throws {InputError} for a graph or parameters that don't fit, features of another width than the model was trained on, and scores of edges where there
 * are none
 */
export async function smoothingScores(
  trained: TrainedModel,
  given: NodeGraphLike,
  options: UseOptions = {},
): Promise<LayerScores[]> {
  const { runtime } = useOptions('gfgn: smoothingScores', options);
  const { settings, params } = trained;
  const graph = graphOf(untold(given));
  checkFits(settings.inputs, graph);
  const model = modelOf(trained);
  checkParams(model.params, params);
  const structure = structureOf(graph.adjacency, graph);
  const gates: GateTensors[] = [];
  const { specs } = graphInputs(graph, structure, undefined);
  const program = trace({ params: model.params as TensorSpec, ...specs }, (inputs) => {
    const { x, edges } = inputs as unknown as Readonly<Record<string, Tensor>>;
    const context = {
      ...{ structure, mode: inference, onGates: (gate: GateTensors) => void gates.push(gate) },
      ...(edges && { edgeFeatures: edges }),
    };
    model.apply(inputs.params as never, signalOf(graph.features, x), context);
    return {
      gates: gates.map(
        (gate): Record<string, Tensor> => (gate.grain === 'pair' ? { a: gate.a, b: gate.b } : { scores: gate.scores }),
      ),
    };
  });
  if (gates.length === 0) return [];
  const engine = runtime ?? (await defaultRuntime());
  return withScope(async (scope) => {
    const memory = blockIn(scope, engine.arena.alloc('float32', layoutOf(model.params).size));
    memory.data.set(params);
    const { sources } = graphInputs(graph, structure, featuresIn(scope, engine, graph.features));
    const run = scope.own(await compile(program, engine, { inputs: { params: memory, ...sources } }));
    await run.run();
    return gates.map((gate, i) => {
      const leaf = (name: string) => run.outputs.gates.leaf(`${i}.${name}`) as Float32Array;
      if (gate.grain === 'pair') return pairScores(leaf('a'), leaf('b'), gate.limit, structure);
      const width = gate.scores.shape[1]!;
      return statistics(gate.grain, rowsOf(leaf('scores'), width), width, gate.limit);
    });
  });
}

function* rowsOf(scores: Float32Array, width: number): Generator<Float32Array> {
  for (let at = 0; at < scores.length; at += width) yield scores.subarray(at, at + width);
}

function pairScores(a: Float32Array, b: Float32Array, limit: number, { nodes, mean: open }: Structure): LayerScores {
  const width = a.length / nodes;
  if (open.columns.length === 0)
    throw new InputError('data', 'gfgn: the graph has no edges, so there are no scores of them');
  function* rows() {
    const row = new Float32Array(width);
    for (let i = 0; i < nodes; i++) {
      for (let e = open.starts[i]!; e < open.starts[i + 1]!; e++) {
        const [own, other] = [i * width, open.columns[e]! * width];
        for (let d = 0; d < width; d++) row[d] = limit / (1 + Math.exp(-a[own + d]! - b[other + d]!));
        yield row;
      }
    }
  }
  return statistics('pair', rows(), width, limit);
}

function statistics(
  grain: LayerScores['grain'],
  rows: Iterable<Float32Array>,
  width: number,
  limit: number,
): LayerScores {
  const [sums, squares, histogram] = [new Float64Array(width), new Float64Array(width), new Float64Array(BINS)];
  let count = 0;
  for (const row of rows) {
    count++;
    for (let d = 0; d < width; d++) {
      const s = row[d]!;
      sums[d]! += s;
      squares[d]! += s * s;
      histogram[Math.min(BINS - 1, Math.floor((s / limit) * BINS))]!++;
    }
  }
  const mean = sums.map((sum) => sum / count);
  const std = squares.map((square, d) => Math.sqrt(Math.max(0, square / count - mean[d]! ** 2)));
  return { grain, width, limit, mean, std, histogram: histogram.map((n) => n / (count * width)) };
}
