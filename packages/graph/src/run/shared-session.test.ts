import { describe, expect, test, vi } from 'vitest';
import type { Backend, Session } from '../backends/backend.ts';
import { shareSession } from './shared-session.ts';

/** A backend whose sessions only count how often they end. */
function counting(sharesSessions: boolean, fails = false) {
  const released: Uint8Array[] = [];
  const createSession = vi.fn(async (model: Uint8Array) => {
    if (fails) throw new Error('no such operator');
    return { release: async () => void released.push(model) } as unknown as Session;
  });
  const backend: Backend = {
    name: 'counting',
    sharesSessions,
    createSession,
  };
  return { backend, createSession, released };
}

const model = (...bytes: number[]) => Uint8Array.from(bytes);

describe('shareSession', () => {
  test('gives equal models one session, which ends with its last user', async () => {
    const { backend, createSession, released } = counting(true);
    const [one, two, other] = await Promise.all([
      shareSession(backend, model(1, 200), {}),
      shareSession(backend, model(1, 200), {}),
      shareSession(backend, model(1, 201), {}),
    ]);
    expect(two.session).toBe(one.session);
    expect(other.session).not.toBe(one.session);
    await one.release();
    expect(released).toHaveLength(0);
    await two.release();
    expect(released).toHaveLength(1);
    const again = await shareSession(backend, model(1, 200), {});
    expect(createSession).toHaveBeenCalledTimes(3);
    await again.release();
    await other.release();
    expect(released).toHaveLength(3);
  });

  test('tells sessions of other needs apart', async () => {
    const { backend } = counting(true);
    const [one, two] = [
      await shareSession(backend, model(1), { plansMemory: true }),
      await shareSession(backend, model(1), { plansMemory: false }),
    ];
    expect(two.session).not.toBe(one.session);
  });

  test('shares neither large models, nor where the backend says no', async () => {
    const { backend } = counting(true);
    const large = new Uint8Array(2 ** 17);
    expect((await shareSession(backend, large, {})).session).not.toBe((await shareSession(backend, large, {})).session);
    const single = counting(false).backend;
    const [one, two] = [await shareSession(single, model(1), {}), await shareSession(single, model(1), {})];
    expect(two.session).not.toBe(one.session);
  });

  test('forgets a model that was refused', async () => {
    const { backend, createSession } = counting(true, true);
    await expect(shareSession(backend, model(1), {})).rejects.toThrow('no such operator');
    await expect(shareSession(backend, model(1), {})).rejects.toThrow('no such operator');
    expect(createSession).toHaveBeenCalledTimes(2);
  });
});
