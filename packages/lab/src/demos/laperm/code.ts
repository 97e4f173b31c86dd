import { EPOCHS, HIDDEN, type Plan, SHARED } from './tasks.ts';

/** The demo's number by the packages alone, in Node. */
export function lapermCode({ start, period, seed }: Plan): string {
  const isShared = start === 'shared';
  const shared = `agnosticize(model, initialize(model, ${seed}), { value: ${SHARED.value}, keep: [${SHARED.keep.join(', ')}], balanced: true, seed: ${seed} })`;
  return `import { webRuntime } from '@unbraid/graph/web';
import { loadDigits } from '@unbraid/lab/digits';
import { ${isShared ? 'agnosticize, ' : ''}laperm } from '@unbraid/laperm';
import { accuracy, activation, dense, fit, heUniform, initialize, sequential, softmaxCrossEntropy } from '@unbraid/nn';

const { training, test } = loadDigits();
const layer = (inputs: number, outputs: number) => dense(inputs, outputs, { init: heUniform, bias: false });
const model = sequential([layer(64, ${HIDDEN}), activation('relu'), layer(${HIDDEN}, 10)]);
const params = ${isShared ? shared : `initialize(model, ${seed})`};
const optimizer = laperm({ period: ${period} });
const learningRate = (epoch: number) => 0.01 * 0.96 ** Math.floor(epoch);
const how = { loss: softmaxCrossEntropy, metrics: { accuracy }, optimizer, learningRate, batchSize: 50, epochs: ${EPOCHS}, seed: ${seed} };
const runtime = webRuntime(); // as in the page; without it sums are in another order, and the weights soon others
const { history } = await fit({ model, params, data: training, validation: test, keepBest: false, ...how, runtime });
console.log(history.at(-1)!.validation!.accuracy);
`;
}
