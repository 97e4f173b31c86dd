import assert from 'node:assert/strict';
import { decodeSafetensors, encodeSafetensors } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import {
  accuracy,
  adam,
  dense,
  type FitOptions,
  momentum,
  type SavedState,
  softmaxCrossEntropy,
  fit as train,
} from '@unbraid/nn';
import type { ByteTarget } from '../target.ts';

const runtime = nodeRuntime({ threads: 1 });

const options = (optimizer = adam()): FitOptions => ({
  model: dense(2, 3),
  loss: softmaxCrossEntropy,
  metrics: { accuracy },
  data: { x: { data: Float32Array.of(0, 1, 1, 0, 1, 1), rows: 3, cols: 2 }, y: Int32Array.of(0, 1, 2) },
  optimizer,
  batchSize: 2,
  epochs: 2,
  runtime,
});

/** The state of a fit in a safetensors file: arrays as tensors, the rest as metadata. */
function encode({ meta, arrays }: SavedState): Uint8Array {
  const tensors = Object.entries(arrays).map(
    ([name, data]) => [name, { dtype: 'F32' as const, shape: [data.length], data: data as Float32Array }] as const,
  );
  return encodeSafetensors(Object.fromEntries(tensors), { meta: JSON.stringify(meta) });
}

async function stateOf(fitOptions: FitOptions): Promise<Uint8Array> {
  let kept: SavedState | undefined;
  const save = async (state: SavedState) => {
    kept = state;
  };
  await train({ ...fitOptions, checkpoint: { load: async () => undefined, save } });
  return encode(kept!);
}

/** A metadata text that is no JSON is the store's to refuse, not the fit's. */
function parsed(text: string | undefined): SavedState['meta'] {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

/** What `fit` makes of the state that a checkpoint holds: here of a fit that is finished, so that nothing is compiled. */
export const fitState: ByteTarget = {
  name: 'fit-state',
  seeds: async () => [await stateOf(options()), await stateOf({ ...options(), steps: 3, epochs: undefined } as never)],
  async run(bytes) {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const arrays = Object.entries(tensors).flatMap(([name, { data }]) =>
      data instanceof BigInt64Array ? [] : [[name, data] as const],
    );
    const state = { meta: parsed(metadata.meta), arrays: Object.fromEntries(arrays) };
    const stop = () => true;
    const { params, best, history, steps } = await train({
      ...options(state.arrays['optimizer.velocity'] ? momentum() : adam()),
      epochs: 1,
      stop,
      checkpoint: { load: async () => state, save: async () => undefined },
    });
    assert.equal(params.length, 9);
    assert.ok(params.every(Number.isFinite));
    assert.ok(Number.isSafeInteger(steps) && steps >= 0);
    if (best) assert.ok(best.params.every(Number.isFinite) && Number.isFinite(best.score));
    history.forEach(({ epoch }, i) => {
      assert.equal(epoch, i + 1);
    });
  },
};
