import { expect, it } from 'vitest';
import { galuCode } from '../../src/demos/galu/code.ts';
import { examplePoints } from '../../src/demos/galu/examples.ts';
import { fitGalu, fitRelu } from '../../src/demos/galu/model.ts';
import { decodePoints } from '../../src/demos/galu/points.ts';
import { taskContext } from '../../src/demos/task-context.ts';
import { expectUsable, inChromium, itIfAll, looks } from './demo-page.ts';
import { runCode } from './run-code.ts';

const { signal } = new AbortController();
const problem = (neurons: number, seed = 0) => ({
  points: examplePoints({ example: 'random', count: 36, seed }),
  neurons,
  seed,
});
/** Errors are sums of float32 numbers, in another order in WebAssembly than in ONNX Runtime's native library. */
const near = (wanted: number) => [0.99 * wanted - 1e-5, 1.01 * wanted + 1e-5] as const;
function expectNear(value: number | undefined, wanted: number): void {
  const [low, high] = near(wanted);
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
}

it('the printed program is compiled, and prints what the demo computes', async () => {
  const problems = [problem(12), problem(30, 7)];
  const printed = runCode('galu', problems.map(galuCode));
  for (const [i, each] of problems.entries())
    expect(printed[i]).toEqual([(await fitGalu(each, taskContext(signal))).error]);
});

inChromium('GaLU', (demos) => {
  it("shows Node's numbers, and others when the number of neurons moves", async () => {
    const demo = await demos().open('galu');
    const first = await demo.settled('');
    expectNear(first.error, (await fitGalu(problem(12), taskContext(signal))).error);
    expect(first.limit).toBe(12);
    const relu = await fitRelu(problem(12), taskContext(signal));
    // Thousands of steps carry a difference in the last bit further.
    expect(Math.abs(first.relu! - relu.error)).toBeLessThan(0.1);

    for (const k of [4, 24, 48]) {
      await demo.set('k', String(k));
      const { error } = await demo.settled(`k=${k}`);
      expectNear(error, (await fitGalu(problem(k), taskContext(signal))).error);
    }
    expect(demo.errors).toEqual([]);
    await demo.close();
  });

  itIfAll('learns what is drawn, by mouse and by keyboard, and keeps it in the address', async () => {
    const demo = await demos().open('galu', {
      attributes: { address: '/methods/galu' },
      hash: '#/methods/galu?k=8&data=drawn',
    });
    await demo.settled('data=drawn&k=8');
    const area = demo.page.getByRole('application');
    const box = (await area.boundingBox())!;
    await demo.page.mouse.click(box.x + 0.25 * box.width, box.y + 0.5 * box.height);
    await demo.page.getByRole('button', { name: '■ −1' }).click();
    await demo.page.mouse.click(box.x + 0.75 * box.width, box.y + 0.5 * box.height);
    await area.focus();
    for (const key of ['ArrowUp', 'ArrowUp', 'Space']) await area.press(key);
    await demo.page.waitForFunction("location.hash.split('_').length === 3");
    const query = new URL(demo.page.url()).hash.split('?')[1]!;
    const { error, limit } = await demo.settled(query);
    const points = decodePoints(new URLSearchParams(query).get('drawn')!);
    expect(points).toEqual([
      { x: expect.closeTo(-0.5, 1), y: expect.closeTo(0, 1), label: 1 },
      { x: expect.closeTo(0.5, 1), y: expect.closeTo(0, 1), label: -1 },
      { x: 0, y: 0.1, label: -1 },
    ]);
    expect(limit).toBe(1);
    expectNear(error, (await fitGalu({ points, neurons: 8, seed: 0 }, taskContext(signal))).error);
    expect(demo.errors).toEqual([]);
    await demo.close();
  });

  it.each(looks)('can be used by everyone, %i pixels wide, dark: %s', (...look) =>
    expectUsable(demos(), { name: 'galu', query: 'gate=3', tables: 3, look }),
  );
});
