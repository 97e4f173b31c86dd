import { basename } from 'node:path';
import { npyBytesOf, openNpyBlocks } from '@unbraid/data';
import type { RunContext } from '@unbraid/experiment';
import type { KernelSettings } from '../settings.ts';
import type { KernelPlan } from './plan.ts';

/** What is read off the file. */
export type KernelFacts = {
  readonly bytes: number;
  /** ‖∇f‖, the root mean square over the rows. */
  readonly gradientNorm: number;
};

/** Reads the diagonal, an entry at a time. */
export async function factsOf(path: string): Promise<KernelFacts> {
  const kernel = await openNpyBlocks(path);
  try {
    let trace = 0;
    for (let i = 0; i < kernel.rows; i++) trace += (await kernel.read(i, i, 1, 1))[0]!;
    const bytes = npyBytesOf(kernel.dtype, kernel.rows, kernel.columns);
    return { bytes, gradientNorm: Math.sqrt(trace / kernel.rows) };
  } finally {
    await kernel.close();
  }
}

/** The table of a kernel. */
export function reportKernel(
  { table, settings }: Pick<RunContext<KernelSettings>, 'table' | 'settings'>,
  plan: KernelPlan,
  { bytes, gradientNorm }: KernelFacts,
): void {
  table('kernel', {
    title: `${basename(settings.file)}: ${plan.rows} × ${plan.rows} of ${settings.dtype}`,
    caption: `The tangent kernel of ${plan.measured}, at ${plan.origin}. Read it with numpy.load(path, mmap_mode="r"), or block by block with openNpyBlocks of @unbraid/data.`,
    columns: ['quantity', 'value', 'what it is'],
    rows: [
      ['file', settings.file, `${(bytes / 1e9).toPrecision(3)} GB`],
      ['‖∇f‖', Number(gradientNorm.toPrecision(6)), 'norm of the gradient, root mean square over the rows'],
      ['error', plan.relativeError.toExponential(0), `of the kernel by rounding, relative, ${plan.errorKind}`],
    ],
  });
}
