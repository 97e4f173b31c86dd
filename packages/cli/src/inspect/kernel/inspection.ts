import { defineExperiment, type Experiment, once, type RunContext, RunError } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { type KernelBlock, kernelBlocks, tangentKernelBlock } from '@unbraid/linearity';
import { type KernelSettings, kernelPresets, kernelSettings } from '../settings.ts';
import { readSameSubject, type Subject } from '../subject.ts';
import { factsOf, reportKernel } from './facts.ts';
import { type KernelFile, kernelFile } from './kernel-file.ts';
import { type KernelPlan, planOf } from './plan.ts';

/** Its name in run directories. */
export const KERNEL_INSPECTION = 'inspect/kernel';

/**
 * The tangent kernel of a model, block by block, into a file, as an experiment. Blocks are independent units; the process that has the run writes each to its place in the file,
 * which has its own record of them, and keeps none.
 * @param prepared what was read, and planned, already; by default it is read where a block is computed, and must be what the settings say
 */
export const kernelInspection = (prepared?: {
  readonly subject: Subject;
  readonly plan: KernelPlan;
}): Experiment<typeof kernelSettings> =>
  defineExperiment({
    name: KERNEL_INSPECTION,
    title: 'The tangent kernel of a network, in a file',
    paper: 'after arXiv 2010.01092',
    description:
      'Computes the tangent kernel of a scalar output of a network at its own weights, K(x, x′) = ∇f(x) · ∇f(x′), for all pairs of rows, block by block, and writes it to a file that ' +
      'numpy.load maps into memory.',
    settings: kernelSettings,
    presets: kernelPresets,
    summary: {
      file: 'The file: a matrix in the .npy format',
      rows: 'Rows of data, which are the rows and the columns of the kernel',
      parameters: 'Parameters of the model',
      trained: 'of them those that gradients move, by which derivatives are taken',
      blocks: 'Blocks of the upper triangle, each a unit of its own',
      blockRows: 'Rows of a block',
      bytes: 'Length of the file',
      sha256: 'SHA-256 of the file',
      relativeError: '‖error‖ / ‖K‖ by rounding (Frobenius norms), on a few rows',
      errorKind: 'measured against float64, or estimated',
      gradientNorm: '‖∇f‖, root mean square over the rows',
      inputs: 'Where the rows come from: data, or random',
      seconds: 'Time of the run, s',
    },
    async run(context) {
      const { settings, seed, unit } = context;
      const { nodeRuntime } = await import('@unbraid/graph/node');
      const runtime = nodeRuntime();
      const own = once(() => prepared?.subject ?? readSameSubject(settings, seed));
      const plan = await unit('plan', async () => prepared?.plan ?? planOf(await own(), settings, runtime));
      const blocks = kernelBlocks(plan.rows, plan.size);
      const file = kernelFile(settings, seed, plan, blocks.length);
      let sha256: string;
      try {
        await fill(context, plan, blocks, file, own, runtime);
        sha256 = await named(context, file);
      } finally {
        await file.close();
      }
      const facts = await unit('facts', () => factsOf(settings.file));
      reportKernel(context, plan, facts);
      return {
        file: settings.file,
        rows: plan.rows,
        parameters: plan.parameters,
        trained: plan.trained,
        blocks: blocks.length,
        blockRows: plan.size,
        relativeError: plan.relativeError,
        errorKind: plan.errorKind,
        ...facts,
        sha256,
        inputs: settings.data === '' ? 'random' : 'data',
      };
    },
  });

type Context = RunContext<KernelSettings>;

/** Has the blocks computed that are not in the file, and writes them there. */
function fill(
  { settings, signal, eachUnit }: Context,
  { method }: KernelPlan,
  blocks: readonly KernelBlock[],
  file: KernelFile,
  own: () => Promise<Subject>,
  runtime: Runtime,
): Promise<void> {
  const options = { method, dtype: settings.dtype, runtime, signal };
  return eachUnit(
    blocks,
    ({ row, column }) => `block-${row}-${column}`,
    async (block) => {
      const { model, params, x } = await own();
      return { ...(await tangentKernelBlock({ model, params }, x, block, options)) };
    },
    async (entries, _, index) => (await file.open()).write(index, entries),
    { label: 'blocks', has: async (index) => (await file.open()).has(index) },
  );
}

/**
 * Gives the file its name; returns its SHA-256.
 * @throws {RunError} where another file has the name that it had been given in a session before
 */
async function named({ settings, unit }: Context, file: KernelFile): Promise<string> {
  const digest = once(async () => (await file.open()).digest());
  const { sha256 } = await unit('file', async () => ({ sha256: await digest() }));
  if ((await digest()) !== sha256)
    throw new RunError(
      `inspect: ${settings.file} is not the kernel that this run wrote; move it away, and start a new run`,
    );
  await (await file.open()).finish();
  return sha256;
}
