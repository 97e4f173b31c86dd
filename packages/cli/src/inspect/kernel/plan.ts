import { createMatrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { rowsStandAlone, tangentKernel, tangentKernelBlock } from '@unbraid/linearity';
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
const SMALLEST = 250;
/** Blocks of a row of blocks that there should be, so that several workers have something to do. */
const SHARES = 8;

/** @throws {InputError} where the kernel can't be computed, as in float64 for parameters that take the Jacobian */
export async function planOf(subject: Subject, settings: KernelSettings, runtime: Runtime): Promise<KernelPlan> {
  const { model, params, x, trained } = subject;
  const method = rowsStandAlone(model, x.cols) ? 'auto' : 'alone';
  const few = createMatrix(Math.min(SAMPLED, x.rows), x.cols, x.data.subarray(0, Math.min(SAMPLED, x.rows) * x.cols));
  const { jacobianPaths, ...error } = await tangentKernel({ model, params }, few, few, { method, runtime });
  if (settings.dtype === 'float64') {
    const block = { row: 0, column: 0, rows: few.rows, columns: few.rows };
    await tangentKernelBlock({ model, params }, few, block, { method, dtype: 'float64', runtime });
  }
  const fastest = Math.min(FASTEST, Math.max(SMALLEST, Math.ceil(x.rows / SHARES)));
  const size = settings.block || (jacobianPaths.length === 0 ? fastest : Math.min(fastest, blockRows(subject)));
  const isExact = settings.dtype === 'float64';
  return {
    rows: x.rows,
    size: Math.min(size, x.rows),
    method,
    relativeError: isExact ? Math.sqrt(params.length) * (Number.EPSILON / 2) : error.relativeError,
    errorKind: isExact ? 'estimated' : error.errorKind,
    parameters: params.length,
    trained,
    measured: subject.measured,
    origin: subject.origin,
  };
}
