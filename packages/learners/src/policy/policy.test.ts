import { layoutOf } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, activation, appendColumns, decodeModel, dense, initialize, sequential } from '@unbraid/nn';
import { box, dict, discrete, multiDiscrete, type Space } from '@unbraid/sim-env';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { createPolicy, decodePolicy, distributionFor, encodePolicy, exportPolicy, mlp, type Policy } from '../index.ts';

const view = box({ low: -10, high: 10, shape: [3] });
const normalization = { mean: Float32Array.of(1, 0, -1), scale: Float32Array.of(1, 2, 0.5), limit: 5 };

/** Random parameters everywhere, so that biases count, too. */
function policyOver(actionSpace: Space, model?: AnyModel): Policy<typeof view> {
  const distribution = distributionFor(actionSpace);
  const head = actionSpace.type === 'Box' ? distribution.outputs / 2 : distribution.outputs;
  const net = mlp({ inputs: 3, hidden: [8], outputs: head });
  const whole =
    model ?? (head === distribution.outputs ? net : sequential({ net, logStd: appendColumns({ columns: head }) }));
  const params = createRandom(4).normal(new Float32Array(layoutOf(whole.params).size), 0, 0.7);
  return createPolicy({ observationSpace: view, distribution, model: whole, params, normalization, seed: 3 });
}

const spaces: Record<string, Space> = {
  discrete: discrete(4, { start: -1 }),
  multiDiscrete: multiDiscrete([2, 3], { start: [0, 5] }),
  box: box({ low: [-1, 0], high: [1, 0.1] }),
};
const rows = Array.from({ length: 20 }, (_, i) => createRandom(i).normal(new Float32Array(3), 0, 2));

test.each(Object.entries(spaces))(
  '%s: a policy acts within its space, and the same when it is read again',
  (_, space) => {
    const policy = policyOver(space);
    const again = decodePolicy(encodePolicy(policyOver(space)), { seed: 3 });
    for (const row of rows) {
      const action = policy.act(row);
      expect(space.violation(action)).toBeUndefined();
      expect(again.act(row)).toEqual(action);
      expect(again.act(row, { deterministic: true })).toEqual(policy.act(row, { deterministic: true }));
    }
  },
);

test.each(Object.entries(spaces))(
  '%s: ONNX Runtime finds the same best actions in the exported file',
  async (_, space) => {
    const policy = policyOver(space);
    const session = await InferenceSession.create(exportPolicy(policy));
    const x = Float32Array.from(rows.flatMap((row) => [...row]));
    const { action } = await session.run({ observation: new Tensor('float32', x, [rows.length, 3]) });
    const ours = rows.flatMap((row) => {
      const given = policy.act(row, { deterministic: true });
      return typeof given === 'number' ? [given] : [...(given as Float32Array)];
    });
    Array.from(action!.data as Float32Array).forEach((value, i) => {
      expect(value).toBeCloseTo(ours[i]!, 5);
    });
    await session.release();
  },
);

test('a mask is never acted against, drawn or not', () => {
  const policy = policyOver(spaces.discrete!);
  for (const row of rows) {
    expect([-1, 2]).toContain(policy.act(row, { actionMask: [1, 0, 0, true] }));
    expect(policy.act(row, { actionMask: Int8Array.of(0, 0, 1, 0), deterministic: true })).toBe(1);
  }
  expect(() => policy.act(rows[0]!, { actionMask: [1, 0] })).toThrow('learners: an action mask has 2 entries');
  expect(() => policy.act(rows[0]!, { actionMask: [0, 0, 0, 0] })).toThrow('an action mask allows nothing');
  expect(() => policyOver(spaces.box!).act(rows[0]!, { actionMask: [1] })).toThrow('an action mask is for choices');
});

test('a network with a layer that has no loop acts, too', () => {
  const parts = [dense(3, 6), activation('gelu'), dense(6, 4)] as const;
  const policy = policyOver(spaces.discrete!, sequential(parts));
  expect(spaces.discrete!.violation(policy.act(rows[0]!))).toBeUndefined();
});

test('composite observations are read flat', () => {
  const observationSpace = dict({ mode: discrete(2), speed: box({ low: 0, high: 1 }) });
  const model = mlp({ inputs: 3, hidden: [], outputs: 2 });
  const params = Float32Array.of(1, 0, 0, 1, 0, 0, 0, 0);
  const policy = createPolicy({ observationSpace, distribution: distributionFor(discrete(2)), model, params });
  const act = (mode: number) => policy.act({ mode, speed: Float32Array.of(0.5) }, { deterministic: true });
  expect([act(0), act(1)]).toEqual([0, 1]);
});

test('what does not fit is refused in one line', () => {
  const distribution = distributionFor(discrete(2));
  const model = mlp({ inputs: 3, outputs: 5 });
  const params = initialize(model, 0);
  expect(() => createPolicy({ observationSpace: view, distribution, model, params })).toThrow(
    "learners: the model's output is [1, 5], the distribution reads [1, 2]",
  );
  const policy = policyOver(spaces.discrete!);
  expect(() => policy.act(Float32Array.of(Number.NaN, 0, 0))).toThrow('learners: the policy gives NaN or infinite');
  expect(() => distributionFor(view, 'categorical')).toThrow('learners: the action space is of type "Box"');
  expect(decodeModel(encodePolicy(policy)).notes!.policy).toBe('unbraid-policy-1');
});
