import { expect, it, vi } from 'vitest';
import { walker } from './walker.ts';

/** The package once more, as where it is installed twice. */
async function anotherCopy() {
  vi.resetModules();
  // What tells copies apart is where they are.
  vi.doMock('../src/copies.ts', async (original) => {
    const real = await original<typeof import('../src/copies.ts')>();
    return {
      ...real,
      COPY: 'file:///another/copy.js',
      checkCopy(name: string, value: unknown) {
        const by = (value as { [key: symbol]: string } | null)?.[real.BY];
        if (by !== undefined && by !== 'file:///another/copy.js') throw real.twoCopies(name, by);
      },
    };
  });
  const copy = await import('../src/index.ts');
  vi.doUnmock('../src/copies.ts');
  return copy;
}

it('says so where a model, its environment and its suspension are of two copies of the package', async () => {
  const other = await anotherCopy();
  const message = /walker: two copies of @unbraid\/sim-env are at work, .*another\/copy\.js.*install it once/;
  expect(() => walker({ suspension: other.coroutine() })).toThrow(/two copies of @unbraid\/sim-env are at work/);
  expect(() => other.generateEnv(walker.definition)).toThrow('perspective steps: two copies of @unbraid/sim-env');
  const suspension = () => ({ ...walkersStage(other), close() {} });
  expect(() => walker({ suspension }).reset()).toThrow(message);
});

/** A stage of the other copy, whose moments this one does not know by their classes. */
function walkersStage({ createEnvRegistry: _, ...other }: Awaited<ReturnType<typeof anotherCopy>>) {
  const { definePerspective, discrete, makeStep, generateEnv, coroutine } = other;
  class Other {
    reset(): void {}
    *run(): Generator<unknown, void, unknown> {
      for (;;) yield* this.decide();
    }
    // biome-ignore lint/correctness/useYield: it decides on the spot
    *decide(): Generator<unknown, number, unknown> {
      return 0;
    }
  }
  const view = definePerspective({
    name: 'other',
    observationSpace: discrete(8),
    actionSpace: discrete(3),
    observation: () => 0,
    action: (action: number) => action,
    reward: () => 0,
  });
  makeStep(Other.prototype, 'decide', view as never);
  return coroutine()(generateEnv({ name: 'other', simulation: () => new Other(), decision: view }).play);
}
