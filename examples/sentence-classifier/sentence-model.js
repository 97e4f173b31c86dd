import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { cast, div, mul, reduceSum, reshape } from '@unbraid/graph';
import { dense } from '@unbraid/nn';
import { importOnnx, replaceHead } from '@unbraid/onnx';
import { readJson } from './model-files.js';

/** Tokens that a sentence is cut off at or filled up to. */
const TOKENS = 32;

/** Of a row of each input. */
export const shapes = { input_ids: [TOKENS], attention_mask: [TOKENS], token_type_ids: [TOKENS] };

/** The model of a folder with so many classes in place of its end; `trainable` as `importOnnx` takes it. */
export async function sentenceModel(folder, classes, { seed, trainable }) {
  const base = await importOnnx(join(folder, 'model.onnx'), { shapes, ...(trainable && { trainable }) });
  const model = replaceHead(base, meanOfTokens(widthOf(base), classes), {
    at: ['last_hidden_state', 'attention_mask'],
    seed,
  });
  return { base, model };
}

/** A model of one's own: the mean over a sentence's tokens, and a layer on it. */
function meanOfTokens(width, outputs) {
  const layer = dense(width, outputs);
  return {
    params: layer.params,
    inputs: {
      states: { shape: [TOKENS, width], dtype: 'float32' },
      mask: { shape: [TOKENS], dtype: 'int64' },
    },
    apply(params, { states, mask }) {
      const [count] = mask.shape;
      const counts = reshape(cast(mask, 'float32'), [count, TOKENS, 1]);
      const mean = div(reduceSum(mul(states, counts), { axes: [1] }), reduceSum(counts, { axes: [1] }));
      return layer.apply(params, mean);
    },
  };
}

/** Numbers that the model gives for a token. */
function widthOf({ outputs }) {
  const width = outputs.find(({ name }) => name === 'last_hidden_state')?.shape?.at(-1);
  if (typeof width !== 'number') throw new Error('the model has no output last_hidden_state of known width');
  return width;
}

/** What makes ids and masks of sentences, a row each, by the tokenizer of a folder. */
export async function sentenceEncoder(folder) {
  const tokenizer = new Tokenizer(
    await readJson(join(folder, 'tokenizer.json')),
    await readJson(join(folder, 'tokenizer_config.json')),
  );
  return (sentences) => {
    const rowsOf = (fill) => ({ data: new Int32Array(sentences.length * TOKENS).fill(fill), cols: TOKENS });
    const [ids, mask, types] = [rowsOf(0), rowsOf(0), rowsOf(0)];
    sentences.forEach(({ text }, row) => {
      const found = tokenizer.encode(text).ids;
      // The last token ends the sentence, where it is cut off, too.
      const kept = found.length > TOKENS ? [...found.slice(0, TOKENS - 1), found.at(-1)] : found;
      ids.data.set(kept, row * TOKENS);
      mask.data.fill(1, row * TOKENS, row * TOKENS + kept.length);
    });
    return { input_ids: ids, attention_mask: mask, token_type_ids: types };
  };
}

/** As people read it. */
export const percent = (share) => `${(100 * share).toFixed(1)}%`;
