import * as g from '@unbraid/graph';

/*
 * MiniLM (all-MiniLM-L6-v2, the shapes of its published configuration) with a linear head on the mean of its tokens, operator by operator as a
 * file exported from PyTorch has it: products with [in, out] weights and sums with biases, LayerNormalization, the erf form of GELU, scores as
 * batched products of transposed heads.
 */

const LAYERS = 6;
const HIDDEN = 384;
const HEADS = 12;
const INTERMEDIATE = 1536;
const VOCABULARY = 30522;
const POSITIONS = 512;
const TYPES = 2;
export const MINI_LM_CLASSES = 2;
const EPSILON = 1e-12;
/** What is added to the score of a token that is padding. */
const HIDDEN_SCORE = -1e9;

const dense = (inputs: number, outputs: number) => ({ weight: g.f32(inputs, outputs), bias: g.f32(outputs) });
const norm = () => ({ weight: g.f32(HIDDEN), bias: g.f32(HIDDEN) });
const layer = () => ({
  query: dense(HIDDEN, HIDDEN),
  key: dense(HIDDEN, HIDDEN),
  value: dense(HIDDEN, HIDDEN),
  attention: dense(HIDDEN, HIDDEN),
  attentionNorm: norm(),
  intermediate: dense(HIDDEN, INTERMEDIATE),
  output: dense(INTERMEDIATE, HIDDEN),
  outputNorm: norm(),
});

/** Shapes of the parameters. */
export const miniLmParams = {
  embeddings: {
    word: g.f32(VOCABULARY, HIDDEN),
    position: g.f32(POSITIONS, HIDDEN),
    type: g.f32(TYPES, HIDDEN),
    norm: norm(),
  },
  layers: Array.from({ length: LAYERS }, layer),
  head: dense(HIDDEN, MINI_LM_CLASSES),
};

export type MiniLmParams = g.TensorsOf<typeof miniLmParams>;
type Dense = MiniLmParams['head'];
type Norm = MiniLmParams['embeddings']['norm'];

/** Shapes of a batch: tokens, 1 where a token isn't padding, and classes. */
export const miniLmBatch = (rows: number, tokens: number) => ({
  tokens: g.i32(rows, tokens),
  mask: g.f32(rows, tokens),
  y: g.i32(rows),
});

type Batch = g.TensorsOf<ReturnType<typeof miniLmBatch>>;

const linear = (x: g.Tensor, { weight, bias }: Dense): g.Tensor => g.add(g.matmul(x, weight), bias);
const normalize = (x: g.Tensor, { weight, bias }: Norm): g.Tensor => g.layerNorm(x, weight, bias, { epsilon: EPSILON });

function attention(x: g.Tensor, params: MiniLmParams['layers'][number], hidden: g.Tensor): g.Tensor {
  const [rows, tokens] = x.shape as [number, number];
  const heads = (each: Dense, permutation: readonly number[]) =>
    g.transpose(g.reshape(linear(x, each), [rows, tokens, HEADS, HIDDEN / HEADS]), permutation);
  const scores = g.matmul(heads(params.query, [0, 2, 1, 3]), heads(params.key, [0, 2, 3, 1]));
  const weights = g.softmax(g.add(g.div(scores, Math.sqrt(HIDDEN / HEADS)), hidden));
  const mixed = g.transpose(g.matmul(weights, heads(params.value, [0, 2, 1, 3])), [0, 2, 1, 3]);
  return linear(g.reshape(mixed, x.shape), params.attention);
}

/** The mean cross-entropy of a batch. */
export function miniLmLoss({ embeddings, layers, head }: MiniLmParams, { tokens, mask, y }: Batch): g.Tensor {
  const [rows, length] = tokens.shape as [number, number];
  const positions = g.gather(
    embeddings.position,
    g.constant(
      Array.from({ length }, (_, i) => i),
      [1, length],
      'int32',
    ),
  );
  const types = g.gather(
    embeddings.type,
    g.constant(new Array<number>(rows * length).fill(0), [rows, length], 'int32'),
  );
  const embedded = g.add(g.add(g.gather(embeddings.word, tokens), types), positions);
  const hidden = g.mul(g.sub(1, g.reshape(mask, [rows, 1, 1, length])), HIDDEN_SCORE);
  const encoded = layers.reduce(
    (x, each) => {
      const attended = normalize(g.add(attention(x, each, hidden), x), each.attentionNorm);
      const inner = g.gelu(linear(attended, each.intermediate));
      return normalize(g.add(linear(inner, each.output), attended), each.outputNorm);
    },
    normalize(embedded, embeddings.norm),
  );
  const kept = g.reshape(mask, [rows, length, 1]);
  const mean = g.div(g.reduceSum(g.mul(encoded, kept), { axes: [1] }), g.reduceSum(kept, { axes: [1] }));
  return g.neg(g.reduceMean(g.pick(g.logSoftmax(linear(mean, head)), y)));
}
