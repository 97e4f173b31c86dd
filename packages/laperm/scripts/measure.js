// Times permutation checkpoints of a network of a million weights: medians of 7 runs, one thread. Needs `npm run build`.
import { performance } from 'node:perf_hooks';
import { createRandom } from '@unbraid/kernels';
import { activation, dense, heUniform, initialize, sequential } from '@unbraid/nn';
import { agnosticize, decodePermutations, encodePermutations, isPermutationOf, weightVectors } from '../dist/index.js';

const RUNS = 7;
const random = createRandom(2);

const layer = (inputs, outputs) => dense(inputs, outputs, { init: heUniform, bias: heUniform });
const model = sequential([layer(784, 1024), activation('relu'), layer(1024, 256)]);
const different = initialize(model, 1);
const shared = agnosticize(model, different, { value: 0.03, keep: 0.5, seed: createRandom(1) });

/** The parameters with every weight vector in a random order. */
function rearranged(initial) {
  const params = initial.slice();
  for (const { offset, outer, neurons, inner } of weightVectors(model, initial)) {
    const place = (neuron, i) => offset + (Math.floor(i / inner) * neurons + neuron) * inner + (i % inner);
    for (let neuron = 0; neuron < neurons; neuron++) {
      for (const [i, from] of random.permutation(outer * inner).entries()) {
        params[place(neuron, i)] = initial[place(neuron, from)];
      }
    }
  }
  return params;
}

function medianOf(work) {
  const times = Array.from({ length: RUNS }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[(RUNS - 1) / 2].toFixed(0);
}

for (const [name, initial] of Object.entries({ different, shared })) {
  const params = rearranged(initial);
  const encode = () => encodePermutations({ model, initial, params, recipe: { seed: 1 } });
  const bytes = encode();
  const bits = ((8 * bytes.length) / params.length).toFixed(3);
  const times = {
    encode: medianOf(encode),
    decode: medianOf(() => decodePermutations(bytes, { model, initial })),
    isPermutationOf: medianOf(() => isPermutationOf(model, initial, params)),
  };
  const milliseconds = Object.entries(times).map(([what, ms]) => `${what} ${ms} ms`);
  process.stdout.write(`${name}: ${params.length} parameters, ${bits} bits each, ${milliseconds.join(', ')}\n`);
}
