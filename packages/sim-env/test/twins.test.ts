import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Env } from '../src/index.ts';
import { blocking } from './built-blocking.ts';
import { coroutineMachine, plainMachine } from './fixtures/programs.js';

type Instruction =
  | { kind: 'compute'; op: string; to: number; a: number; b: number }
  | { kind: 'decide'; to: number }
  | { kind: 'repeat'; times: number; body: Instruction[] }
  | { kind: 'if-even'; a: number; body: Instruction[] };

const register = fc.nat(3);

const programs = fc.letrec<{ body: Instruction[]; instruction: Instruction }>((tie) => ({
  body: fc.array(tie('instruction'), { minLength: 1, maxLength: 6, size: 'max' }),
  instruction: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      kind: fc.constant('compute' as const),
      op: fc.constantFrom('add', 'multiply', 'subtract', 'max'),
      to: register,
      a: register,
      b: register,
    }),
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('decide' as const), to: register }) },
    fc.record({ kind: fc.constant('repeat' as const), times: fc.integer({ min: 1, max: 4 }), body: tie('body') }),
    fc.record({ kind: fc.constant('if-even' as const), a: register, body: tie('body') }),
  ),
})).body;

type Machine = Env<
  typeof plainMachine.definition.decision.observationSpace,
  typeof plainMachine.definition.decision.actionSpace
>;

/** All that can be seen of an episode; a model that never decides is seen by its error. */
function trajectory(env: Machine, seed: number, program: Instruction[], actions: number[]): unknown[] {
  const seen: unknown[] = [];
  try {
    seen.push(env.reset({ seed, options: { program } }));
    for (const action of actions) {
      const result = env.step(action);
      seen.push(result);
      if (result[2]) break;
    }
  } catch (error) {
    seen.push((error as Error).message.replace(/plain|coroutine/g, ''));
  }
  return seen;
}

const plain = plainMachine({ suspension: blocking() });
const twin = coroutineMachine();
const coroutineInThread = coroutineMachine({ suspension: blocking() });
afterAll(() => {
  for (const env of [plain, twin, coroutineInThread]) env.close();
});

it('gives the same trajectory from a plain model and its coroutine twin, for the same seed and actions', () => {
  let longest = 0;
  fc.assert(
    fc.property(programs, fc.nat(), fc.array(fc.nat(6), { maxLength: 60, size: 'max' }), (program, seed, actions) => {
      const expected = trajectory(twin, seed, program, actions);
      expect(trajectory(plain, seed, program, actions)).toEqual(expected);
      expect(trajectory(coroutineInThread, seed, program, actions)).toEqual(expected);
      longest = Math.max(longest, expected.length);
    }),
    { numRuns: 200 },
  );
  expect(longest).toBeGreaterThan(10);
});
