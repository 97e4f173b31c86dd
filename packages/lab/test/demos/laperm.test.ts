import { webRuntime } from '@unbraid/graph/web';
import { expect, it, vi } from 'vitest';
import { lapermCode } from '../../src/demos/laperm/code.ts';
import { readPicture, trainBoth } from '../../src/demos/laperm/model.ts';
import type { Plan } from '../../src/demos/laperm/tasks.ts';
import { taskContext } from '../../src/demos/task-context.ts';
import { expectUsable, inChromium, itIfAll, looks } from './demo-page.ts';
import { runCode } from './run-code.ts';

// Node's WebAssembly adds in the order of a page's, so training gives the same weights bit for bit.
vi.mock('../../src/demos/shared-runtime.ts', () => {
  const runtime = webRuntime();
  return { sharedRuntime: async () => runtime };
});

const train = (plan: Plan) => trainBoth(plan, taskContext(new AbortController().signal));
const plans: readonly Plan[] = [
  { start: 'shared', period: 50, seed: 0 },
  { start: 'random', period: 20, seed: 4 },
];

it('the printed program is compiled, and prints what the demo computes', async () => {
  const printed = runCode('laperm', plans.map(lapermCode));
  for (const [i, plan] of plans.entries())
    expect(printed[i]).toEqual([(await train(plan)).result.laperm.accuracy.at(-1)]);
}, 300_000);

inChromium('LaPerm', (demos) => {
  itIfAll("shows Node's numbers, and others when the period moves", async () => {
    const demo = await demos().open('laperm');
    for (const [query, plan] of [
      ['', plans[0]!],
      ['period=20', { ...plans[0]!, period: 20 }],
    ] as const) {
      if (plan.period === 20) await demo.set('period', '2');
      const shown = await demo.settled(query);
      const { result, trained } = await train(plan);
      const { laperm, adam } = result;
      expect(shown).toMatchObject({
        accuracy: laperm.accuracy.at(-1),
        adam: adam.accuracy.at(-1),
        moved: laperm.moved,
        bits: laperm.bits,
        values: 2,
        unchanged: 1,
      });
      const { laperm: read } = await readPicture(trained, { test: 0 });
      expect(shown.read).toBe(read.indexOf(Math.max(...read)));
    }
    expect(demo.errors).toEqual([]);
    await demo.close();
  });

  itIfAll('reads a digit that is drawn', async () => {
    const demo = await demos().open('laperm', { attributes: { query: 'start=random&period=20' } });
    await demo.settled('start=random&period=20');
    const pad = demo.page.getByRole('img', { name: 'A pad to draw a digit on' });
    const box = (await pad.boundingBox())!;
    const ring = Array.from({ length: 25 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 24;
      return [0.5 + 0.2 * Math.sin(angle), 0.5 - 0.35 * Math.cos(angle)] as const;
    });
    for (const [i, [x, y]] of ring.entries()) {
      await demo.page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      if (i === 0) await demo.page.mouse.down();
    }
    await demo.page.mouse.up();
    await demo.page.waitForFunction(
      "!document.querySelector('unbraid-demo-laperm').shadowRoot.textContent.includes('It is a')",
    );
    expect((await demo.settled('start=random&period=20')).read).toBe(0);
    await demo.close();
  });

  itIfAll.each(looks)('can be used by everyone, %i pixels wide, dark: %s', (...look) =>
    expectUsable(demos(), { name: 'laperm', query: 'neuron=3', tables: 3, look }),
  );
});
