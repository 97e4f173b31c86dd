import assert from 'node:assert/strict';
import {
  box,
  createEnvRegistry,
  definePerspective,
  discrete,
  generateEnv,
  generateParallelEnv,
  generateTurnEnv,
  graph,
  makeStep,
  oneOf,
  sequence,
} from '@unbraid/sim-env';
import { createSession, decodeMessage, encodeMessage, MessageError } from '@unbraid/sim-env/server';
import type { ByteTarget } from '../target.ts';

/** Adds up what it is told. */
class Sum {
  total = 0;
  reset(): void {
    this.total = 0;
  }
  *run(): Generator<unknown, void, unknown> {
    while (this.total < 5) this.total += yield* this.add();
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *add(): Generator<unknown, number, unknown> {
    return 1;
  }
}

const adding = definePerspective({
  name: 'adding',
  observationSpace: box({ low: 0, high: 10 }),
  actionSpace: discrete(3),
  observation: ({ total }: Sum) => Float32Array.of(total),
  action: (action: number) => action,
  reward: ({ total }) => total,
});
makeStep(Sum.prototype, 'add', adding);
const registry = createEnvRegistry();
registry.register('Sum-v0', generateEnv({ name: 'Sum', simulation: () => new Sum(), decision: adding }));

/** Says what it was told: a graph, or a sequence of large integers. */
class Said {
  last: unknown = [1, []];
  reset(): void {
    this.last = [1, []];
  }
  *run(): Generator<unknown, void, unknown> {
    for (;;) this.last = yield* this.say();
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *say(): Generator<unknown, unknown, unknown> {
    return this.last;
  }
}

const sayings = oneOf([graph(discrete(2)), sequence(box({ low: 0, high: 9, dtype: 'int64' }))]);
const saying = definePerspective({
  name: 'saying',
  observationSpace: sayings,
  actionSpace: sayings,
  observation: ({ last }: Said) => last as never,
  action: (action): unknown => action,
  reward: () => 0,
  actionMask: () => [null, [[0, 1], null]],
});
makeStep(Said.prototype, 'say', saying);
registry.register('Said-v0', generateEnv({ name: 'Said', simulation: () => new Said(), decision: saying }));

const several = { simulation: () => new Sum(), seats: [{ perspective: adding, agents: 'adder' }] };
registry.register('Sums-v0', generateParallelEnv({ ...several, name: 'Sums' }));
registry.register('SumsInTurn-v0', generateTurnEnv({ ...several, name: 'SumsInTurn' }));

const GROUP = [
  { id: 0, do: 'make', env: 'Sum-v0', count: 2 },
  { id: 1, do: 'reset', group: 1, seed: 1 },
  { id: 2, do: 'make', env: 'Said-v0', count: 1 },
  { id: 3, do: 'reset', group: 2, seed: 1 },
  { id: 4, do: 'make-agents', env: 'Sums-v0' },
  { id: 5, do: 'reset-agents', group: 3, seed: 1 },
  { id: 6, do: 'make-agents', env: 'SumsInTurn-v0', maxEpisodeSteps: 1 },
  { id: 7, do: 'reset-agents', group: 4, options: null },
];

const KINDS = ['request', 'value', 'model', 'timeout', 'state'];

/** A message to a server of environments, in whose reply is a result or what is wrong, and never anything else. */
export const envMessages: ByteTarget = {
  name: 'env-messages',
  errors: [MessageError],
  seeds: () =>
    [
      ...GROUP,
      { id: 2, do: 'step', group: 1, actions: Int32Array.of(1, 2) },
      { id: 3, do: 'list' },
      { id: 4, do: 'make', env: 'Sum-v0', count: 1, autoreset: 'same-step', maxEpisodeSteps: null },
      { id: 5, do: 'reset', group: 1, seed: [1, null], mask: [true, false], options: { a: [1.5, 'text', null, true] } },
      { id: 6, do: 'render', group: 1 },
      { id: 7, do: 'close', group: 1 },
      { id: 8, do: 'make', env: 'Said-v0', count: 1 },
      { id: 9, do: 'reset', group: 2, seed: 3 },
      { id: 10, do: 'step', group: 2, actions: [[1, [BigInt64Array.of(1n)]]] },
      { id: 11, do: 'step', group: 2, actions: [[0, { nodes: Int32Array.of(1), edges: null, edgeLinks: null }]] },
      { id: 12, do: 'restore', group: 1, snapshot: Uint8Array.of(0x80) },
      { id: 13, do: 'snapshot', group: 1 },
      { id: 14, do: 'step-agents', group: 3, actions: { adder: Int32Array.of(1) } },
      { id: 15, do: 'step-agents', group: 4, actions: { adder: Int32Array.of(2) } },
      { id: 16, do: 'step-agents', group: 4, actions: { adder: null } },
      { id: 17, do: 'observe', group: 4, agent: 'adder' },
      { id: 18, do: 'state', group: 3 },
      { id: 19, do: 'close', group: 4 },
    ].map((message) => encodeMessage(message)),
  run(bytes) {
    const session = createSession(registry, 10);
    for (const message of GROUP) session.answer(encodeMessage(message));
    const reply = decodeMessage(session.answer(bytes)) as Reply;
    session.close();
    assert.ok(reply.id === null || typeof reply.id === 'number');
    if (reply.error !== undefined) {
      assert.ok(KINDS.includes(reply.error.kind));
      assert.match(reply.error.message, /^sim-env: [^\n]{1,500}$/);
    }
    const message = decodeMessage(bytes);
    assert.deepEqual(decodeMessage(encodeMessage(message)), message);
  },
};

interface Reply {
  readonly id: unknown;
  readonly error?: { readonly kind: string; readonly message: string };
}
