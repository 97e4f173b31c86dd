import { webRuntime } from '@unbraid/graph/web';
import { expect, it, vi } from 'vitest';
import { linearityCode } from '../../src/demos/linearity/code.ts';
import { followPath, measureWidths, pointsOf } from '../../src/demos/linearity/model.ts';
import { WIDTHS } from '../../src/demos/linearity/tasks.ts';
import { taskContext } from '../../src/demos/task-context.ts';
import { expectUsable, inChromium, itIfAll, looks } from './demo-page.ts';
import { runCode } from './run-code.ts';

// Node's WebAssembly adds in the order of a page's.
vi.mock('../../src/demos/shared-runtime.ts', () => {
  const runtime = webRuntime();
  return { sharedRuntime: async () => runtime };
});

const { signal } = new AbortController();

it('the printed program is compiled, and prints what the demo computes', async () => {
  const networks = [
    { family: 'linear', width: 32, seed: 0 },
    { family: 'bottleneck', width: 8, seed: 5 },
  ] as const;
  const printed = runCode(
    'linearity',
    networks.map((network) => linearityCode(network, pointsOf(network.seed)[0]![0])),
  );
  for (const [i, { family, width, seed }] of networks.entries()) {
    const { hessian } = await measureWidths({ family, seed }, taskContext(signal));
    // Each norm is to one percent, and the program runs on the native library.
    expect(printed[i]![0]! / hessian[(WIDTHS as readonly number[]).indexOf(width)]!).toBeCloseTo(1, 1.5);
  }
}, 300_000);

inChromium('linearity', (demos) => {
  it("shows Node's numbers, and others when the width moves", async () => {
    const demo = await demos().open('linearity');
    const { hessian, gradient } = await measureWidths({ family: 'linear', seed: 0 }, taskContext(signal));
    for (const [query, width] of [
      ['', 32],
      ['width=256', 256],
    ] as const) {
      if (width === 256) await demo.set('width', '6');
      const shown = await demo.settled(query);
      const path = await followPath({ family: 'linear', width, seed: 0 }, taskContext(signal));
      const at = WIDTHS.indexOf(width);
      expect(shown.hessian).toBeCloseTo(hessian[at]!, 6);
      expect(shown.gradient).toBeCloseTo(gradient[at]!, 6);
      expect(shown.distance).toBeCloseTo(Math.max(...path.distances), 5);
      expect(shown.loss).toBeCloseTo(path.losses.at(-1)!, 6);
      expect(shown.tangentLoss).toBeCloseTo(path.tangentLosses.at(-1)!, 6);
    }
    expect(demo.errors).toEqual([]);
    await demo.close();
  });

  itIfAll.each(looks)('can be used by everyone, %i pixels wide, dark: %s', (...look) =>
    expectUsable(demos(), { name: 'linearity', query: 'width=8&step=5', tables: 2, look }),
  );
});
