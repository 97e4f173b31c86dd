import { checkFiniteValues, checkSettings, InputError, type MatrixLike } from '@unbraid/checks';
import { compile, f32, jvp, type Runtime, type Tensor, trace, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { applyModel, type ParamSpec } from '@unbraid/nn';
import { object } from 'zod';
import { checkParams, checkResult, inputsOf } from './check.ts';
import { shared } from './options.ts';
import type { TangentPoint } from './tangent-point.ts';
import { trainableOnly } from './trainable.ts';
import { reading } from './weight-operator.ts';

/** A model and its tangent model along a direction. */
export interface LinearDistance {
  /**
   * For each length s the mean square over rows and outputs of f(w + s u) − f(w) − s ∇f · u, rooted: in the output's unit. Infinite where a step leaves
   * float32.
   */
  readonly distances: readonly number[];
  /** ∇f · u, its root mean square over rows and outputs: what the tangent model gains per length. */
  readonly slope: number;
  /** About how far distances are off by rounding, since they are differences of float32 numbers: 2⁻²⁰ of the outputs' root mean square. */
  readonly rounding: number;
}

/** What `linearDistance` takes beside the point, the rows, the direction and the lengths. */
export interface DistanceOptions {
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

const settings = object({ ...shared });

const ROUNDING = 2 ** -20;

/**
 * How far a model is from its tangent model at w₀ after steps of some lengths in one direction. Each row is a batch of its own: n · (lengths + 2) forward
 * passes.
 * @param x n × d
 * @param direction u, flat, of any length but 0; parameters that are not trained don't move
 * @param lengths s, of w − w₀
 * @throws {InputError} for settings, parameters, inputs or directions that don't fit, and where the outputs at w₀ overflow float32
 */
export async function linearDistance(
  { model: whole, params: all }: TangentPoint,
  x: MatrixLike,
  direction: Float32Array,
  lengths: readonly number[],
  options: DistanceOptions = {},
): Promise<LinearDistance> {
  const { signal, runtime: chosen } = checkSettings('linearity: linearDistance', settings, options);
  checkParams(whole, all);
  const inputs = inputsOf('x', x);
  checkFiniteValues('linearity: the lengths', Float64Array.from(lengths), 'give finite numbers', (i) => `entry ${i}`);
  const runtime = chosen ?? (await defaultRuntime());
  const { model, params, spread } = trainableOnly(whole, all);
  const u = ownPart(direction, all.length, params.length, spread);
  const length = runtime.kernels.norm2(u);
  checkResult("the direction's length", length);
  if (length === 0)
    throw new InputError('data', 'linearity: the direction is 0, or moves no parameter that is trained');
  runtime.kernels.scale(u, 1 / length);

  const specs = model.params as ParamSpec;
  const start = trace({ params: specs, v: specs, row: f32(1, inputs.cols) }, ({ params: at, v, row }) => {
    const { value, tangent } = jvp((w: Tensor) => applyModel(model, w, row), at, v);
    return { value, tangent };
  });
  const moved = trace({ params: specs, row: f32(1, inputs.cols) }, ({ params: at, row }) => ({
    value: applyModel(model, at, row),
  }));
  return withScope(async (scope) => {
    let i = 0;
    const row = reading(() => inputs.data.subarray(i * inputs.cols, (i + 1) * inputs.cols));
    const eachRow = async (run: () => Promise<void>) => {
      for (i = 0; i < inputs.rows; i++) {
        signal?.throwIfAborted();
        await run();
      }
      i = 0;
    };
    const first = scope.own(
      await compile(start, runtime, { inputs: { params: { data: params }, v: { data: u }, row } }),
    );
    const [values, tangents]: [number[], number[]] = [[], []];
    await eachRow(async () => {
      await first.run();
      values.push(...first.outputs.value.float32);
      tangents.push(...first.outputs.tangent.float32);
    });
    const slope = rootMeanSquare(tangents);
    checkResult('the outputs, or their derivative', rootMeanSquare(values) + slope);
    const at = new Float32Array(params.length);
    const after = scope.own(await compile(moved, runtime, { inputs: { params: { data: at }, row } }));
    const distances: number[] = [];
    for (const s of lengths) {
      at.set(params);
      runtime.kernels.axpy(s, u, at);
      const misses: number[] = [];
      await eachRow(async () => {
        await after.run();
        for (const value of after.outputs.value.float32) {
          const place = misses.length;
          misses.push(value - values[place]! - s * tangents[place]!);
        }
      });
      const distance = rootMeanSquare(misses);
      distances.push(Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance);
    }
    return { distances, slope, rounding: ROUNDING * rootMeanSquare(values) };
  });
}

const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

/** The part of a direction that belongs to parameters that are trained, as a copy. */
function ownPart(
  direction: Float32Array,
  whole: number,
  own: number,
  spread: (values: Float32Array) => Float32Array,
): Float32Array {
  if (!(direction instanceof Float32Array) || direction.length !== whole) {
    throw new InputError(
      'data',
      `linearity: the direction has ${direction?.length ?? 'no'} entries, the model ${whole} parameters; give a Float32Array of as many`,
    );
  }
  checkFiniteValues('linearity: the direction', direction, 'give finite numbers', (i) => `entry ${i}`);
  if (own === whole) return direction.slice();
  const places = spread(new Float32Array(own).fill(1));
  return direction.filter((_, i) => places[i] === 1);
}
