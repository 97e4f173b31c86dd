import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix, type NpyBlock } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { type Kernel, rowsStandAlone, tangentKernel, tangentKernelBlock } from '@unbraid/linearity';
import { blockRows } from '../measure.ts';
import type { KernelSettings } from '../settings.ts';
import type { Subject } from '../subject.ts';

/** How a kernel is computed: the same wherever its blocks are. */
export type KernelPlan = {
  /** n */
  readonly rows: number;
  /** Of a block. */
  readonly size: number;
  /** `alone` where a row's outputs depend on the rows beside it. */
  readonly method: 'auto' | 'alone';
  /** ‖error‖_F / ‖K‖_F by rounding, on a few rows. */
  readonly relativeError: number;
  readonly errorKind: 'measured' | 'estimated';
  /** Numbers among the parameters, and those that are trained. */
  readonly parameters: number;
  readonly trained: number;
  /** What the kernel is of, and where the rows come from, in words. */
  readonly measured: string;
  readonly origin: string;
};

/** Rows on which the error is measured. */
const SAMPLED = 4;
/** Where no Jacobian is formed: larger blocks are no faster, smaller ones pay more for what is not in proportion to their entries. */
const FASTEST = 2000;
const SMALLEST = 1000;
/** Blocks of a row of blocks that there should be, so that several workers have something to do. */
const SHARES = 8;

/** @throws {InputError} where the kernel can't be computed: `setting`, in float64 for a model that can't be */
export async function planOf(subject: Subject, settings: KernelSettings, runtime: Runtime): Promise<KernelPlan> {
  const { model, params, x, trained, measured, origin } = subject;
  const method = rowsStandAlone(model, x.cols) ? 'auto' : 'alone';
  const sampled = Math.min(SAMPLED, x.rows);
  const few = createMatrix(sampled, x.cols, x.data.subarray(0, sampled * x.cols));
  const single = await tangentKernel({ model, params }, few, few, { method, sampledRows: 0, runtime });
  const exact = await inFloat64(subject, few, method, runtime);
  if (settings.dtype === 'float64' && !('data' in exact))
    throw new InputError('setting', `inspect: --set dtype=float64: ${exact.message}`);
  const fastest = Math.min(FASTEST, Math.max(SMALLEST, Math.ceil(x.rows / SHARES)));
  const size = settings.block || (single.jacobianPaths.length === 0 ? fastest : Math.min(fastest, blockRows(subject)));
  return {
    rows: x.rows,
    size: Math.min(size, x.rows),
    method,
    ...errorOf(single, exact, settings, params.length),
    parameters: params.length,
    trained,
    measured,
    origin,
  };
}

/** Codes of what a model meets that can't be computed in float64: constants in float32, parameters that take the Jacobian, operators that a runtime hasn't in it. */
const NARROW: readonly unknown[] = ['shape', 'compile', 'graph', 'model'];

async function inFloat64(
  { model, params }: Subject,
  few: Matrix,
  method: KernelPlan['method'],
  runtime: Runtime,
): Promise<NpyBlock | Error> {
  const block = { row: 0, column: 0, rows: few.rows, columns: few.rows };
  try {
    return await tangentKernelBlock({ model, params }, few, block, { method, dtype: 'float64', runtime });
  } catch (error) {
    if (error instanceof Error && 'code' in error && NARROW.includes(error.code)) return error;
    throw error;
  }
}

function errorOf(
  { kernel, relativeError }: Kernel,
  exact: NpyBlock | Error,
  { dtype }: KernelSettings,
  parameters: number,
): Pick<KernelPlan, 'relativeError' | 'errorKind'> {
  // Rounding of a sum grows as the square root of its length, and none is longer than the parameters, as in `tangentKernel`.
  if (dtype === 'float64')
    return { relativeError: (Math.sqrt(parameters) * Number.EPSILON) / 2, errorKind: 'estimated' };
  if (!('data' in exact)) return { relativeError, errorKind: 'estimated' };
  const distance = Math.hypot(...Array.from(exact.data, (value, i) => kernel.data[i]! - value));
  return { relativeError: distance / Math.hypot(...exact.data), errorKind: 'measured' };
}
