import { checkSettings } from '@unbraid/checks';
import { compile, f32, grad, type Runtime, type Tensor, trace, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { applyModel, type ParamSpec } from '@unbraid/nn';
import { object } from 'zod';
import { checkResult, rejectVanishing } from './check.ts';
import { functionOf, scalarOf, type WeightFunction } from './hessian.ts';
import type { Eigenvalue } from './lanczos.ts';
import { shared } from './options.ts';

const settings = object({ runtime: shared.runtime });

/** Entries of a gradient are sums; in float32 their relative error is a few roundings. */
const RELATIVE_ERROR = 8 * 2 ** -24;

/**
 * ‖∇f‖₂ of a function of the weights that are trained. `bound` is an estimate of rounding: entries in float32, their norm in float64.
 * @throws {InputError} for settings, parameters or inputs that don't fit, more than one output without `scalar`, or a gradient that overflows float32
 */
export async function gradientNorm(
  whole: WeightFunction,
  options: { readonly runtime?: Runtime } = {},
): Promise<Eigenvalue> {
  const f = functionOf('linearity: gradientNorm', whole);
  const { runtime: chosen } = checkSettings('linearity: gradientNorm', settings, options);
  const runtime = chosen ?? (await defaultRuntime());
  const specs = { params: f.model.params as ParamSpec, x: f32(f.x.rows, f.x.cols) };
  const gradient = grad((params: Tensor, x: Tensor) => scalarOf(f, applyModel(f.model, params, x)));
  const graph = trace(specs, ({ params, x }) => ({ g: gradient(params, x) }));
  return withScope(async (scope) => {
    const inputs = { params: { data: f.params }, x: { data: f.x.data } };
    const executable = scope.own(await compile(graph, runtime, { inputs }));
    await executable.run();
    const value = runtime.kernels.norm2(executable.outputs.g.float32);
    checkResult("the gradient's norm", value);
    rejectVanishing('x', f.x, () => value === 0);
    return { value, bound: RELATIVE_ERROR * value };
  });
}
