import { readSafetensors, requireTensor, type SafeTensor, writeSafetensors } from '@unbraid/data';
import { layoutOf, sizeOf, type TensorSpec, type Tree } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import type { Binding } from '../own-binding.ts';
import { MINI_LM_CLASSES, miniLmBatch, miniLmParams } from './mini-lm.ts';
import { RES_NET_CLASSES, resNetBatch, resNetParams } from './res-net.ts';

/** Fine-tuning steps of a network, as every side makes them. */
export interface FineTuneTask {
  readonly network: 'mini-lm' | 'res-net';
  /** A safetensors file as `writeFineTuneTask` makes it. */
  readonly file: string;
  /** Steps on the one batch whose losses are reported. */
  readonly checkedSteps: number;
  readonly threads: number;
  readonly learningRate: number;
  /** Of momentum, which resnet18 is trained by. */
  readonly momentum: number;
  /** Decoupled for MiniLM (AdamW), coupled for resnet18. */
  readonly weightDecay: number;
  /** Our side's. */
  readonly binding?: Binding;
}

const BATCH = 16;
const TOKENS = 64;
const PIXELS = 224;

/** Parameters and batch of either network. */
export const networks = {
  'mini-lm': { params: miniLmParams, batch: miniLmBatch(BATCH, TOKENS) },
  'res-net': { params: resNetParams, batch: resNetBatch(BATCH, PIXELS) },
} as const;

/** Writes first weights `params.PATH` and a batch. Weights are drawn: they don't change what a step takes. */
export async function writeFineTuneTask({ network, file }: FineTuneTask, seed: number): Promise<void> {
  const random = createRandom(seed);
  const { params } = networks[network];
  const layout = layoutOf(params as Tree<TensorSpec>, 'params');
  const weights = layout.leaves.map(({ path, shape }) => {
    const data = new Float32Array(sizeOf(shape));
    drawWeight(random.split(path), path, shape, data);
    return [`params.${path}`, { dtype: 'F32', shape, data } satisfies SafeTensor] as const;
  });
  const batch = network === 'mini-lm' ? drawTexts(random.split('batch')) : drawImages(random.split('batch'));
  await writeSafetensors(file, { ...Object.fromEntries(weights), ...batch });
}

/** Normalizations begin with 1 and 0, biases with 0, weights so that entries keep their size. */
function drawWeight(random: Random, path: string, shape: readonly number[], data: Float32Array): void {
  const last = path.split('.').at(-1)!;
  if (shape.length === 1) data.fill(last === 'gamma' || (last === 'weight' && /[nN]orm/.test(path)) ? 1 : 0);
  else if (path.startsWith('embeddings')) random.normal(data, 0, 0.02);
  else random.normal(data, 0, Math.sqrt(1 / (shape.length === 2 ? shape[0]! : sizeOf(shape.slice(1)))));
}

function drawTexts(random: Random): Record<string, SafeTensor> {
  const { tokens, mask, y } = networks['mini-lm'].batch;
  const vocabulary = miniLmParams.embeddings.word.shape[0]!;
  const ids = Int32Array.from({ length: sizeOf(tokens.shape) }, () => random.int(vocabulary));
  // From half of the tokens up to all of them.
  const lengths = Array.from({ length: BATCH }, () => TOKENS / 2 + random.int(TOKENS / 2 + 1));
  const kept = Float32Array.from(ids, (_, i) => Number(i % TOKENS < lengths[Math.floor(i / TOKENS)]!));
  return {
    tokens: { dtype: 'I32', shape: tokens.shape, data: ids },
    mask: { dtype: 'F32', shape: mask.shape, data: kept },
    y: { dtype: 'I32', shape: y.shape, data: Int32Array.from({ length: BATCH }, () => random.int(MINI_LM_CLASSES)) },
  };
}

function drawImages(random: Random): Record<string, SafeTensor> {
  const { x, y } = networks['res-net'].batch;
  const data = new Float32Array(sizeOf(x.shape));
  random.normal(data);
  return {
    x: { dtype: 'F32', shape: x.shape, data },
    y: { dtype: 'I32', shape: y.shape, data: Int32Array.from({ length: BATCH }, () => random.int(RES_NET_CLASSES)) },
  };
}

/** What `writeFineTuneTask` wrote, with the weights flat. */
export async function readFineTuneTask({ network, file }: FineTuneTask) {
  const content = await readSafetensors(file);
  const { params, batch } = networks[network];
  const { size, leaves } = layoutOf(params as Tree<TensorSpec>, 'params');
  const flat = new Float32Array(size);
  for (const { path, offset } of leaves) flat.set(requireTensor(content, `params.${path}`, 'F32').data, offset);
  const inputs = Object.entries(batch).map(([name, { dtype }]) => {
    return [name, requireTensor(content, name, dtype === 'int32' ? 'I32' : 'F32').data] as const;
  });
  return { params: flat, inputs: Object.fromEntries(inputs) };
}
