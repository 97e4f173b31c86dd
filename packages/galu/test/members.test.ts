import { createMatrix, type Matrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { createGalu, decodeGalu, encodeGalu, exportGalu, type FittedGalu } from '../src/index.ts';
import { membersOf } from '../src/members.ts';
import { predictOutputs } from '../src/predict.ts';
import { relativeError } from './fixture.ts';

const runtime = nodeRuntime({ threads: 1 });
const random = createRandom(21);
const x = createMatrix(300, 3, random.normal(new Float32Array(900)));
const bend = Float32Array.from({ length: 300 }, (_, i) => Math.abs(x.data[3 * i]!) + 0.3 * random.next());
const labels = Int32Array.from(bend, (value) => Number(value > 0.8));
const settings = { neurons: 12, ridge: 0.5, seed: 5, scale: true, members: 3, runtime } as const;

const outputsOfMembers = async ({ network }: FittedGalu): Promise<Matrix[]> => {
  const { scaling, offset } = network;
  const mapped = { ...(scaling && { scaling }), ...(offset && { offset }) };
  return Promise.all(membersOf(network).map((member) => predictOutputs({ ...member, ...mapped }, x, { runtime })));
};

const mean = (outputs: readonly Matrix[], of: (n: number) => number): Float64Array =>
  Float64Array.from(
    outputs[0]!.data,
    (_, at) => outputs.reduce((sum, { data }) => sum + of(data[at]!), 0) / outputs.length,
  );

const sigmoid = (n: number): number => 1 / (1 + Math.exp(-n));

describe('members', () => {
  test('are averaged, the first being the network there would be without others', async () => {
    const model = await createGalu(settings).fit(x, bend);
    const outputs = await outputsOfMembers(model);
    expect(
      relativeError(
        (await model.predict(x)).data,
        mean(outputs, (n) => n),
      ),
    ).toBeLessThan(1e-6);
    const alone = await createGalu({ ...settings, members: 1 }).fit(x, bend);
    expect(outputs[0]!.data).toEqual((await alone.predict(x)).data);
    expect(outputs[1]!.data).not.toEqual(outputs[0]!.data);
  });

  test('of the logistic loss are averaged by their probabilities', async () => {
    const model = await createGalu({ ...settings, loss: 'logistic' }).fit(x, labels);
    const expected = mean(await outputsOfMembers(model), sigmoid);
    const found = Float64Array.from((await model.predict(x)).data, sigmoid);
    expect(relativeError(found, expected)).toBeLessThan(1e-6);
  });

  test('report how each ended, and the error of all together', async () => {
    const model = await createGalu(settings).fit(x, bend);
    const { members, error, iterations } = model.report;
    expect(members).toHaveLength(3);
    expect(iterations).toBe(members!.reduce((sum, member) => sum + member.iterations, 0));
    const outputs = (await model.predict(x)).data;
    const squares = bend.reduce((sum, value, i) => sum + (value - outputs[i]!) ** 2, 0);
    expect(error).toBeCloseTo(squares / 300, 6);
    expect(error).toBeLessThan(Math.max(...members!.map((member) => member.error)));
  });

  test.each(['squared', 'logistic'] as const)('are saved and exported together (%s)', async (loss) => {
    const model = await createGalu({ ...settings, loss }).fit(x, labels);
    const loaded = decodeGalu(encodeGalu(model), { runtime });
    expect(loaded.network).toEqual(model.network);
    expect(loaded.report.members).toHaveLength(3);
    const expected = (await model.predict(x)).data;
    expect((await loaded.predict(x)).data).toEqual(expected);
    const session = await InferenceSession.create(exportGalu(model));
    const { n } = await session.run({ x: new Tensor('float32', x.data, [300, 3]) });
    expect(relativeError(n!.data as Float32Array, expected)).toBeLessThan(1e-5);
    await session.release();
  });

  test('with outputs beyond what float32 has of probabilities keep their odds', async () => {
    const far = createMatrix(1, 3, Float32Array.of(4000, 0, 0));
    const model = await createGalu({ ...settings, loss: 'logistic' }).fit(x, labels);
    expect(Number.isFinite((await model.predict(far)).data[0])).toBe(true);
  });

  test('that would all be the same are refused', () => {
    const gates = createMatrix(2, 3, Float32Array.of(1, 0, 0, 0, 1, 0));
    expect(() => createGalu({ gates, members: 2 })).toThrow(
      /members is 2, and gates that are given are the same for all/,
    );
  });

  test('of a file that is cut otherwise are refused', async () => {
    const model = await createGalu(settings).fit(x, bend);
    const wrong = { ...model, network: { ...model.network, members: 5 } };
    expect(() => decodeGalu(encodeGalu(wrong))).toThrow(/a of 5 members are 36 × 4.* which is no network/);
  });
});
