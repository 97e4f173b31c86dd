import {
  add,
  broadcastTo,
  constant,
  type Graph,
  gather,
  i32,
  type LayoutLeaf,
  leavesOf,
  mapTree,
  stopGradient,
  type Tensor,
  trace,
  vjp,
} from '@unbraid/graph';
import { inputOf, type Reading, type TensorSpecs } from '../input-spec.ts';
import { type AnyModel, applyModel, paramsOf } from '../model.ts';
import type { ParamSpec } from '../param.ts';
import type { BatchSpecs } from './data.ts';
import { fixedLeaves } from './fixed-params.ts';
import { checkScalar, type Measured, type Metrics, scoreTensors } from './scores.ts';
import type { Trained } from './trained.ts';
import { trainingMode } from './training-mode.ts';

export interface StepFunctions {
  readonly model: AnyModel;
  /** The loss under `loss`, first, then the metrics. */
  readonly functions: Metrics;
  readonly trained: Trained;
  /** A scalar that is added to the loss. */
  readonly penalty?: ((params: never) => Tensor) | undefined;
}

// Types and not interfaces, which would not pass for records of specifications and tensors.

/**
 * What a training step reads: a batch, and the parameters. `maskKey` is there where the model draws masks; `order`, the rows of the inputs and
 * targets that make the batch, where they are not the batch themselves.
 */
export type StepInputs = BatchSpecs & { readonly params: ParamSpec };

/**
 * What it computes: `grad` is a tree like the parameters, or a list of those that are trained where there are `parts` of them, typed as if it were one
 * tensor; `next` is what fixed parameters become, where there are any.
 */
export type StepOutputs = {
  readonly grad: Tensor;
  readonly scores: Readonly<Record<string, Tensor>>;
  readonly next?: readonly Tensor[];
};

/** The graph of a training step. */
export interface TrainingStep {
  readonly graph: Graph<StepInputs, StepOutputs>;
  /** The fixed parameters that `next` has. */
  readonly written: readonly LayoutLeaf[];
}

/**
 * The graph of a training step. The model is applied once, for the loss, the metrics and what it records.
 * @param readings what the model reads of `data`
 * @param rows of the batch, where it is picked from the rows of `data`; by default `data` is the batch
 */
export function traceTrainingStep(
  step: StepFunctions,
  readings: readonly Reading[],
  data: BatchSpecs,
  rows?: number,
): TrainingStep {
  const { model, trained } = step;
  const fixed = fixedLeaves(model);
  const moved = movedPaths(step);
  const updated = new Set<string>();
  let masks = 0;
  const specs: TensorSpecs = { params: paramsOf(step.model), ...data, maskKey: i32(2), order: i32(rows ?? 0) };
  const { inputs, outputs } = trace(specs, (tensors) => {
    const { params, y: targets, weights: counts, maskKey, order } = tensors as typeof tensors & Always;
    const rowsOf = (of: Tensor): Tensor => (rows === undefined ? of : gather(of, order));
    const x = inputOf(model, readings, ({ key }) => rowsOf(tensors[key]!));
    const [target, weights] = [rowsOf(targets), counts && rowsOf(counts)];
    const leaves = leavesOf<Tensor>(params);
    const f = (at: readonly Tensor[]) => {
      let next = 0;
      const held = new Map<string, Tensor>();
      const values = mapTree<unknown, Tensor>(params, (leaf, path) => {
        if (moved.has(path)) return at[next++]!;
        held.set(path, leaf as Tensor);
        return leaf as Tensor;
      });
      const currents = fixed.map(({ path }) => held.get(path)!);
      const training = trainingMode(currents, maskKey);
      const prediction = applyModel(model, values, x, training.mode);
      masks = training.masks();
      const nexts = currents.map((current, i) => {
        const then = training.nextOf(current);
        if (then !== current) updated.add(fixed[i]!.path);
        return stopGradient(then);
      });
      return { scores: scoresOf(step, values, { prediction, target, weights }), next: nexts };
    };
    const at = leaves.filter(({ path }) => moved.has(path)).map(({ value }) => value);
    const { value, cotangent } = vjp(f, at, cotangentsOf(step, fixed));
    return { grad: trained.parts ? (cotangent as unknown as Tensor) : withZeros(params, moved, cotangent), ...value };
  });
  // All of them where they are stepped with the others, so that no decay is left in them.
  const written = trained.parts ? fixed.filter(({ path }) => updated.has(path) && !trained.frozen.has(path)) : fixed;
  const { maskKey, order, ...always } = inputs as typeof inputs & Always;
  const { next, ...others } = outputs;
  const kept = next.filter((_, i) => written.includes(fixed[i]!));
  const graph = {
    inputs: { ...always, ...(masks > 0 && { maskKey }), ...(rows !== undefined && { order }) },
    outputs: written.length > 0 ? { ...others, next: kept } : others,
  };
  return { graph, written };
}

/** What every step is traced with. */
type Always = Readonly<Record<'params' | 'y' | 'maskKey' | 'order', Tensor>>;

/** Paths of the parameters that gradients are taken by. */
function movedPaths({ model, trained }: StepFunctions): ReadonlySet<string> {
  const fixed = new Set(fixedLeaves(model).map(({ path }) => path));
  return new Set(trained.layout.leaves.map(({ path }) => path).filter((path) => !fixed.has(path)));
}

/** The gradients of all parameters, those of fixed ones zeros. */
function withZeros(params: Tensor, moved: ReadonlySet<string>, gradients: readonly Tensor[]): Tensor {
  let next = 0;
  return mapTree<Tensor, Tensor>(params, ({ shape }, path) =>
    moved.has(path) ? gradients[next++]! : broadcastTo(constant(0), shape),
  );
}

/** The penalized loss, and the metrics, which no gradient comes from. */
function scoresOf({ functions, penalty }: StepFunctions, params: unknown, measured: Measured) {
  const { loss, ...metrics } = scoreTensors(functions, measured);
  const total = penalty ? add(loss!, checkScalar('the penalty', penalty(params as never))) : loss!;
  return { loss: total, ...mapValues(metrics, stopGradient) };
}

/** What the gradient is taken of: the loss alone. */
const cotangentsOf = ({ functions }: StepFunctions, fixed: readonly LayoutLeaf[]) => ({
  scores: mapValues(functions, (_, name) => constant(name === 'loss' ? 1 : 0)),
  next: fixed.map(({ shape }) => broadcastTo(constant(0), shape)),
});

const mapValues = <V, W>(record: Readonly<Record<string, V>>, f: (value: V, key: string) => W): Record<string, W> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value, key)]));
