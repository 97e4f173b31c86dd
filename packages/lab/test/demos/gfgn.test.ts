import type { Runtime } from '@unbraid/graph';
import { webRuntime } from '@unbraid/graph/web';
import { beforeAll, expect, it } from 'vitest';
import { gfgnCode } from '../../src/demos/gfgn/code.ts';
import { parseDrawing } from '../../src/demos/gfgn/drawing.ts';
import { createBench, createDraughtsman, type Result } from '../../src/demos/gfgn/model.ts';
import { drawnGraph, type GraphInput } from '../../src/demos/gfgn/model-settings.ts';
import { taskContext } from '../../src/demos/task-context.ts';
import { type DemoPage, inChromium } from './demo-page.ts';
import { runCode } from './run-code.ts';

const draw = createDraughtsman();
const plain: GraphInput = { preset: 'mixed', noise: 0, drawing: { nodes: [], edges: [] }, seed: 0 };
const inNode = async (input: GraphInput, runtime?: Promise<Runtime>) =>
  (await createBench(runtime).train(input, taskContext<Result>(new AbortController().signal))).accuracy;

it('is what its code computes: as it is drawn, with noise, and with nodes and edges by hand', async () => {
  const drawing = parseDrawing('n500.500.1_n10.990.0_e160.3_e161.160_e0.159', drawnGraph.nodes);
  const inputs: GraphInput[] = [
    plain,
    { ...plain, preset: 'unlike', noise: 0.75, seed: 4 },
    { ...plain, drawing, noise: 0.5 },
    { ...plain, drawing: { nodes: [], edges: [[2, 7]] } },
  ];
  const programs = await Promise.all(inputs.map(async (input) => gfgnCode(input, (await draw(input)).added)));
  const printed = runCode('gfgn', programs);
  for (const [i, input] of inputs.entries()) {
    const { mlp, gcn, gfgnGraph } = await inNode(input);
    for (const [k, value] of [mlp, gcn, gfgnGraph].entries()) expect(printed[i]![k]).toBeCloseTo(value!, 9);
  }
});

inChromium(
  'GFGN',
  (demos) => {
    let demo: DemoPage | undefined;
    beforeAll(async () => {
      demo = await demos().open('gfgn', { attributes: { address: 'gfgn' }, hash: '#gfgn?noise=50' });
    });

    const compare = async (query: string, input: GraphInput) => {
      const found = await demo!.settled(query);
      // By the same WebAssembly.
      expect(found).toMatchObject(await inNode(input, Promise.resolve(webRuntime())));
    };

    it('computes Node’s numbers, of its address and of what it is set to', async () => {
      await compare('noise=50', { ...plain, noise: 0.5 });
      await demo!.set('noise', '100');
      await compare('noise=100', { ...plain, noise: 1 });
      await demo!.set('preset', 'alike');
      await compare('preset=alike&noise=100', { ...plain, preset: 'alike', noise: 1 });
    });

    it('takes nodes and edges that are drawn', async () => {
      await demo!.page.getByRole('button', { name: '■ node' }).click();
      const area = demo!.page.getByRole('application');
      await area.scrollIntoViewIfNeeded();
      const box = (await area.boundingBox())!;
      // A corner is free, since nodes keep a margin from the edges.
      await demo!.page.mouse.click(box.x + 4, box.y + 4);
      await expect.poll(() => demo!.page.url()).toMatch(/drawing=n\d+\.\d+\.1$/);
      const query = demo!.page.url().split('?').at(-1)!;
      const { x, y } = parseDrawing(query.split('drawing=')[1]!, drawnGraph.nodes).nodes[0]!;
      const { places } = await draw({ ...plain, preset: 'alike' });
      const at = (px: number, py: number) => [box.x + px * box.width, box.y + py * box.height] as const;
      // The rightmost node is drawn over no other.
      const far = Array.from({ length: drawnGraph.nodes }, (_, i) => i).reduce((a, b) =>
        places[2 * b]! > places[2 * a]! ? b : a,
      );
      await demo!.page.mouse.move(...at(x / 1000, y / 1000));
      await demo!.page.mouse.down();
      await demo!.page.mouse.move(...at(places[2 * far]!, places[2 * far + 1]!), { steps: 3 });
      await demo!.page.mouse.up();
      await expect.poll(() => demo!.page.url()).toContain(`_e${drawnGraph.nodes}.${far}`);
      const drawn = decodeURIComponent(demo!.page.url().split('?').at(-1)!);
      const text = drawn.split('drawing=')[1]!;
      await compare(drawn, { ...plain, preset: 'alike', noise: 1, drawing: parseDrawing(text, drawnGraph.nodes) });
      await demo!.page.getByRole('button', { name: 'Undo' }).click();
      await expect.poll(() => demo!.page.url()).not.toContain('_e');
    });

    it('has no violations of accessibility and no errors', async () => {
      expect(await demo!.violations()).toEqual([]);
      expect(demo!.errors).toEqual([]);
    });
  },
  { ifAll: true },
);
