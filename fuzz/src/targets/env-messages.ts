import assert from 'node:assert/strict';
import { box, createEnvRegistry, definePerspective, discrete, generateEnv, makeStep } from '@unbraid/sim-env';
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

const GROUP = [
  { id: 0, do: 'make', env: 'Sum-v0', count: 2 },
  { id: 1, do: 'reset', group: 1, seed: 1 },
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
