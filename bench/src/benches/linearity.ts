import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { hold } from '../contest.ts';
import { neuralTangents, ourScript, peerScript, python } from '../paths.ts';
import type { Ran } from '../protocol.ts';
import type { Row } from '../row.ts';
import { type SideCommand, startSide, THREADS } from '../side.ts';
import { CONVOLUTION_ROWS, type ConvolutionKernelKind, writeConvolutionTask } from '../tasks/convolution-kernel.ts';
import { COMPARED_ROWS, relativeDifference, writeLinearityTask } from '../tasks/linearity.ts';

/** n = 512, three hidden layers. */
const KERNEL = { inputs: 64, width: 2048, depth: 3, rows: 512 };
/** One input, two hidden layers: 16.8 million parameters. */
const HESSIAN = { inputs: 10, width: 4096, depth: 2, rows: 1 };
const PRODUCTS = 24;
const SEED = 1;
/** How far a kernel may be from that of PyTorch in float64. */
const KERNEL_TOLERANCE = 1e-5;
/** How far products of two sides in float32 may be apart: their terms cancel. */
const PRODUCT_TOLERANCE = 1e-4;
/** How far two norms may be apart: each is an estimate after the same number of products, from starts of its own. */
const NORM_TOLERANCE = 0.01;

/** Tangent kernels and Hessian norms of wide networks. */
export const linearity: Benchmark = {
  name: 'linearity',
  about:
    'the tangent kernel at n = 512 and width 2048, and the norm of the Hessian at width 4096, against PyTorch and others',
  async run(options) {
    return [...(await kernelRows(options)), ...(await convolutionRows(options)), ...(await hessianRows(options))];
  },
};

async function kernelRows({ runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `tangent kernel, n = ${KERNEL.rows}, ${KERNEL.depth} layers of ${KERNEL.width}`;
  const file = join(folder, 'kernel.safetensors');
  const task = { file, threads: THREADS, rows: COMPARED_ROWS };
  const torch = { program: python(), script: peerScript('torch_tangent_kernel.py') };
  const tangents = { program: python(), script: peerScript('neural_tangents_kernel.py') };
  const chosen = choice.of(row, [
    { ...torch, name: 'torch.func, jacrev and vmap', goal: 10, task: { ...task, reference: false } },
    { ...tangents, name: 'neural-tangents', goal: 1, task: { ...task, packages: neuralTangents() } },
  ]);
  if (chosen.length === 0) return [];
  await writeLinearityTask(file, KERNEL, SEED);
  const reference = await onceBy({ ...torch, name: 'PyTorch in float64', task: { ...task, reference: true } });
  const checked = <S extends SideCommand>(side: S): S => ({
    ...side,
    check: (ran: Ran) => checkKernel(ran, side.name, reference),
  });
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('tangent-kernel'), task };
  return hold({ row, ours: checked(ours), peers: chosen.map(checked), runs });
}

/** Of the kernel of a convolutional network, that of its outputs' sum, and products with the first. */
const CONVOLUTION_KINDS: Readonly<Record<ConvolutionKernelKind, string>> = {
  kernel: 'tangent kernel of a convolutional network',
  sum: 'pseudo-kernel of a convolutional network',
  product: 'ten products with the kernel of a convolutional network',
};

async function convolutionRows({ runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const file = join(folder, 'convolution.safetensors');
  const rows: Row[] = [];
  for (const [kind, about] of Object.entries(CONVOLUTION_KINDS)) {
    const row = `${about}, n = ${CONVOLUTION_ROWS}, c = 10`;
    const task = { file, threads: THREADS, kind };
    const script = peerScript('neural_tangents_convolution.py');
    const tolerance = kind === 'product' ? PRODUCT_TOLERANCE : KERNEL_TOLERANCE;
    const name = kind === 'product' ? 'JAX' : 'neural-tangents';
    const peer = { name, program: python(), script, goal: 1, task: { ...task, packages: neuralTangents() } };
    const chosen = choice.of(row, [peer]);
    if (chosen.length === 0) continue;
    await writeConvolutionTask(file, SEED);
    const ours = { name: 'unbraid', program: process.execPath, script: ourScript('convolution-kernel'), task };
    const reference = await onceBy(ours);
    const peers = chosen.map((each) => ({
      ...each,
      check: (ran: Ran) => checkKernel(ran, each.name, reference, tolerance),
    }));
    rows.push(...(await hold({ row, ours, peers, runs })));
  }
  return rows;
}

async function hessianRows({ runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `‖H‖ at width ${HESSIAN.width}, ${PRODUCTS} products`;
  const file = join(folder, 'hessian.safetensors');
  const task = { file, threads: THREADS, products: PRODUCTS };
  const torch = { name: 'PyTorch double backward', program: python(), script: peerScript('torch_hessian.py'), task };
  const chosen = choice.of(row, [{ ...torch, goal: 1 }]);
  if (chosen.length === 0) return [];
  await writeLinearityTask(file, HESSIAN, SEED);
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('hessian-norm'), task };
  const [norm] = await onceBy(ours);
  const peers = chosen.map((peer) => ({ ...peer, check: (ran: Ran) => checkNorm(ran, peer.name, norm!) }));
  return hold({ row, ours, peers, runs });
}

/** What a side returns in one run. */
async function onceBy(command: SideCommand): Promise<readonly number[]> {
  const side = await startSide(command);
  try {
    const { weights } = await side.run({});
    return weights ?? [];
  } finally {
    await side.close();
  }
}

/** Throws unless the kernel's first rows are those of the reference. */
export function checkKernel(
  { weights }: Ran,
  name: string,
  reference: readonly number[],
  tolerance = KERNEL_TOLERANCE,
): void {
  const difference = relativeDifference(weights ?? [], reference);
  if (!(difference <= tolerance)) {
    throw new Error(`bench: the kernel of ${name} differs from the reference by ${difference}, relative`);
  }
}

/** Throws unless the norm is ours. */
export function checkNorm({ weights }: Ran, name: string, norm: number): void {
  const difference = relativeDifference(weights ?? [], [norm]);
  if (!(difference <= NORM_TOLERANCE)) {
    throw new Error(`bench: ${name} found ‖H‖ = ${weights?.[0]}, we found ${norm}`);
  }
}
