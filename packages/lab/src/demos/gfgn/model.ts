import { randomSplit } from '@unbraid/data';
import { mean } from '@unbraid/experiment/statistics';
import { fit, smoothingScores } from '@unbraid/gfgn';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { sharedRuntime } from '../shared-runtime.ts';
import type { TaskContext } from '../task-context.ts';
import { type DemoGraph, graphOf } from './graphs.ts';
import { layoutOf } from './layout.ts';
import { type Compared, type GraphInput, LEVELS, models, SPLITS, training } from './model-settings.ts';

/** A graph as it is drawn. */
export interface Picture {
  /** x and y of each node in the unit square, one after another. */
  readonly places: Float64Array;
  readonly labels: Int32Array;
  /** Ends, one edge after another. */
  readonly edges: Int32Array;
  /** Random ones. */
  readonly noise: Int32Array;
  /** For each feature dimension. */
  readonly homophily: Float64Array;
  /** Features of the nodes that were added by hand, row by row. */
  readonly added: Float32Array;
}

/** Of one training. */
export interface Training {
  readonly model: Compared;
  readonly split: number;
  /** Of the test nodes, from 0 to 1. */
  readonly accuracy: number;
  /** Learnt smoothing of each dimension, from 0 to 1; of GFGN. */
  readonly scores?: Float64Array;
}

export interface Result {
  readonly trainings: readonly Training[];
  /** Mean of the test accuracies in percent; undefined before the first training. */
  readonly accuracy: Readonly<Record<Compared, number | undefined>>;
  /** Mean learnt score of each dimension; empty before the first training. */
  readonly scores: Float64Array;
  readonly homophily: Float64Array;
}

export interface NoisePoint {
  /** Random edges in parts of those that there are. */
  readonly noise: number;
  readonly accuracy: Result['accuracy'];
}

export type GfgnTasks = {
  readonly draw: { readonly input: GraphInput; readonly progress: never; readonly result: Picture };
  readonly train: { readonly input: GraphInput; readonly progress: Result; readonly result: Result };
  /** The accuracies at all levels of noise, `input.noise` left aside. */
  readonly sweep: {
    readonly input: GraphInput;
    readonly progress: readonly NoisePoint[];
    readonly result: readonly NoisePoint[];
  };
};

/** Draws graphs; the places of the last one's nodes are kept, which neither random edges nor what is added by hand move. */
export function createDraughtsman(): (input: GraphInput) => Promise<Picture> {
  let kept: { readonly of: string; readonly places: Float64Array } | undefined;
  const placesOf = ({ preset, seed }: GraphInput): Float64Array => {
    const of = JSON.stringify([preset, seed]);
    if (kept?.of !== of) {
      const plain = graphOf({ preset, seed, noise: 0, drawing: { nodes: [], edges: [] } });
      kept = { of, places: layoutOf(plain.adjacency, seed) };
    }
    return kept.places;
  };
  return async (input) => {
    const graph = graphOf(input);
    const known = new Set(graph.quietEdges.map(String));
    const places = new Float64Array(2 * graph.labels.length);
    places.set(placesOf(input));
    for (const [k, { x, y }] of input.drawing.nodes.entries()) places.set([x / 1000, y / 1000], 2 * (graph.own + k));
    return {
      places,
      labels: graph.labels,
      edges: Int32Array.from(graph.quietEdges.flat()),
      noise: Int32Array.from(graph.edges.filter((edge) => !known.has(String(edge))).flat()),
      homophily: graph.homophily,
      added: graph.features.data.subarray(graph.own * graph.features.cols),
    };
  };
}

/** What the demo computes. */
export function createBench(runtime: Promise<Runtime> = sharedRuntime()) {
  /** An MLP sees no edges, so what it comes to holds for all of them. */
  const ofNodes = new Map<string, Training>();

  async function trainOne(
    graph: DemoGraph,
    { seed }: GraphInput,
    model: Compared,
    split: number,
    heard: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<Training> {
    const use = { runtime: await runtime };
    const trained = await fit({
      ...training,
      ...use,
      ...{ model, graph, signal, seed: split, gateInputs: model === 'gfgnGraph' },
      split: splitOf(graph, seed, split),
      onEpoch: heard,
      onWarning: () => {},
    });
    const accuracy = trained.best.testAccuracy;
    if (model !== 'gfgnGraph') return { model, split, accuracy };
    const [scores] = await smoothingScores(trained, graph, use);
    return { model, split, accuracy, scores: scores!.mean };
  }

  async function train(input: GraphInput, { signal, progress }: TaskContext<Result>): Promise<Result> {
    const graph = graphOf(input);
    const trainings: Training[] = [];
    const heard = () => progress(() => resultOf(trainings, graph));
    for (let split = 0; split < SPLITS; split++) {
      for (const model of models) {
        const key = model === 'mlp' ? JSON.stringify([input.preset, input.seed, input.drawing.nodes, split]) : '';
        const known = ofNodes.get(key) ?? (await trainOne(graph, input, model, split, heard, signal));
        if (model === 'mlp') ofNodes.set(key, known);
        trainings.push(known);
      }
    }
    return resultOf(trainings, graph);
  }

  async function sweep(input: GraphInput, { signal, progress }: TaskContext<readonly NoisePoint[]>) {
    const points: NoisePoint[] = [];
    const heard = () => progress(() => [...points]);
    for (const noise of LEVELS) {
      const { accuracy } = await train({ ...input, noise }, { signal, progress: heard });
      points.push({ noise, accuracy });
    }
    return points;
  }

  return { draw: createDraughtsman(), train, sweep };
}

/** Nodes that were added by hand are learnt from: their classes were given by hand, too. */
function splitOf({ labels, own }: DemoGraph, seed: number, split: number) {
  const { train, ...rest } = randomSplit(labels.subarray(0, own), createRandom(seed).split(`split ${split}`));
  const added = Array.from({ length: labels.length - own }, (_, k) => own + k);
  return { train: [...train, ...added], ...rest };
}

function resultOf(trainings: readonly Training[], { homophily }: DemoGraph): Result {
  const of = (model: Compared) => trainings.filter((training) => training.model === model);
  const accuracy = Object.fromEntries(
    models.map((model) => {
      const own = of(model).map(({ accuracy: share }) => 100 * share);
      return [model, own.length === 0 ? undefined : mean(own)];
    }),
  ) as Result['accuracy'];
  const learnt = of('gfgnGraph').map(({ scores }) => scores!);
  const scores = Float64Array.from(learnt[0] ?? [], (_, d) => mean(learnt.map((each) => each[d]!)));
  return { trainings: [...trainings], accuracy, scores, homophily };
}
