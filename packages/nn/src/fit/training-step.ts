import {
  add,
  broadcastTo,
  constant,
  type Graph,
  gather,
  i32,
  type LayoutLeaf,
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
import { trainingMode } from './training-mode.ts';

export interface StepFunctions {
  readonly model: AnyModel;
  /** The loss under `loss`, first, then the metrics. */
  readonly functions: Metrics;
  /** A scalar that is added to the loss. */
  readonly penalty?: ((params: never) => Tensor) | undefined;
}

// Types and not interfaces, which would not pass for records of specifications and tensors.

/**
 * What a training step reads: a batch, and the parameters. `maskKey` is there where the model draws masks; `order`, the rows of the inputs and
 * targets that make the batch, where they are not the batch themselves.
 */
export type StepInputs = BatchSpecs & { readonly params: ParamSpec };

/** What it computes: `grad` is a tree like the parameters, `next` what each fixed parameter becomes, where there are any. */
export type StepOutputs = {
  readonly grad: Tensor;
  readonly scores: Readonly<Record<string, Tensor>>;
  readonly next?: readonly Tensor[];
};

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
): Graph<StepInputs, StepOutputs> {
  const fixed = fixedLeaves(step.model);
  let masks = 0;
  const specs: TensorSpecs = { params: paramsOf(step.model), ...data, maskKey: i32(2), order: i32(rows ?? 0) };
  const { inputs, outputs } = trace(specs, (tensors) => {
    const { params, y: targets, weights: counts, maskKey, order } = tensors as typeof tensors & Always;
    const rowsOf = (of: Tensor): Tensor => (rows === undefined ? of : gather(of, order));
    const x = inputOf(step.model, readings, ({ key }) => rowsOf(tensors[key]!));
    const [target, weights] = [rowsOf(targets), counts && rowsOf(counts)];
    const f = (at: Tensor) => {
      const { values, held } = hold(at, fixed);
      const training = trainingMode(held, maskKey);
      const prediction = applyModel(step.model, values, x, training.mode);
      masks = training.masks();
      const next = held.map((current) => stopGradient(training.nextOf(current)));
      return { scores: scoresOf(step, values, { prediction, target, weights }), next };
    };
    const { value, cotangent } = vjp(f, params, cotangentsOf(step, fixed));
    return { grad: cotangent, ...value };
  });
  const { maskKey, order, ...always } = inputs as typeof inputs & Always;
  const { next: _, ...withoutNext } = outputs;
  return {
    inputs: { ...always, ...(masks > 0 && { maskKey }), ...(rows !== undefined && { order }) },
    outputs: fixed.length > 0 ? outputs : withoutNext,
  };
}

/** What every step is traced with. */
type Always = Readonly<Record<'params' | 'y' | 'maskKey' | 'order', Tensor>>;

/** The parameters with a stop to gradients at the fixed ones, and these in a list. */
function hold(params: Tensor, fixed: readonly LayoutLeaf[]): { values: unknown; held: Tensor[] } {
  const paths = new Set(fixed.map(({ path }) => path));
  const held: Tensor[] = [];
  const values = mapTree<unknown, Tensor>(params, (leaf, path) => {
    if (!paths.has(path)) return leaf as Tensor;
    const tensor = stopGradient(leaf as Tensor);
    held.push(tensor);
    return tensor;
  });
  return { values, held };
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
