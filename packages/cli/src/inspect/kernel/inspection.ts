import { defineExperiment, type Experiment, RunError } from '@unbraid/experiment';
import { openNpyBlocks } from '@unbraid/data';
import { kernelBlocks, tangentKernelBlock } from '@unbraid/linearity';
import { once } from '../once.ts';
import { kernelPresets, kernelSettings } from '../settings.ts';
import { readSameSubject, type Subject } from '../subject.ts';
import { kernelFile } from './kernel-file.ts';
import { planOf } from './plan.ts';

/** Its name in run directories. */
export const KERNEL_INSPECTION = 'inspect/kernel';

/**
 * The tangent kernel of a model, block by block, into a file, as an experiment. Blocks are independent units; the process that has the run writes each to its place in the file,
 * which has its own record of them, and keeps none.
 * @param subject what was read already; by default it is read where a block is computed, and must be what the settings say
 */
export const kernelInspection = (subject?: Subject): Experiment<typeof kernelSettings> =>
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
      const { settings, seed, signal, unit, eachUnit, progress } = context;
      const { nodeRuntime } = await import('@unbraid/graph/node');
      const runtime = nodeRuntime();
      const own = once(async () => subject ?? readSameSubject(settings, seed));
      const plan = await unit('plan', async () => planOf(await own(), settings, runtime));
      const blocks = kernelBlocks(plan.rows, plan.size);
      const file = kernelFile(settings, seed, plan, blocks.length);
      try {
        await eachUnit(
          blocks,
          ({ row, column }) => `block-${row}-${column}`,
          async (block) => {
            const { model, params, x } = await own();
            const { method } = plan;
            const options = { method, dtype: settings.dtype, runtime, signal };
            return { ...(await tangentKernelBlock({ model, params }, x, block, options)) };
          },
          async (block, _, index) => (await file.open()).write(index, block),
          { label: 'blocks', has: async (index) => (await file.open()).has(index) },
        );
        progress({ done: blocks.length, total: blocks.length, label: 'blocks', detail: 'SHA-256 of the file' });
        const digest = once(async () => (await file.open()).digest());
        const { sha256 } = await unit('file', async () => ({ sha256: await digest() }));
        // In another session the file may have been given its name, or been replaced.
        if ((await digest()) !== sha256)
          throw new RunError(`inspect: ${settings.file} is not the kernel that this run wrote; delete it, and start a new run`);
        await (await file.open()).finish();
      } finally {
        await file.close();
      }
      const facts = await unit('facts', () => factsOf(settings.file));
      const { rows, size, parameters, trained, relativeError, errorKind } = plan;
      return {
        file: settings.file,
        rows,
        parameters,
        trained,
        blocks: blocks.length,
        blockRows: size,
        relativeError,
        errorKind,
        ...facts,
        sha256,
        inputs: settings.data === '' ? 'random' : 'data',
      };
    },
  });
