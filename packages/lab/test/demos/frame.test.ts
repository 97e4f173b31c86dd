import { expect, it } from 'vitest';
import { elementOf, inChromium, itIfAll } from './demo-page.ts';

inChromium('The frame of the demos', (demos) => {
  it('keeps settings in the address, follows it, and leaves the defaults out', async () => {
    const demo = await demos().open('galu', {
      attributes: { address: '/methods/galu' },
      hash: '#/methods/galu?m=12&k=3',
    });
    await demo.settled('m=12&k=3');
    await demo.set('k', '5');
    await demo.settled('m=12&k=5');
    expect(new URL(demo.page.url()).hash).toBe('#/methods/galu?m=12&k=5');
    await demo.page.evaluate("location.hash = '#/methods/galu?m=8&seed=3'");
    await demo.settled('m=8&seed=3');
    await demo.page.getByRole('button', { name: 'Next seed' }).click();
    await demo.settled('m=8&seed=4');
    await demo.page.getByRole('button', { name: 'XOR' }).click();
    await demo.settled('data=xor&k=8&seed=4');
    // A percent sign that encodes nothing, as whoever edits an address leaves one.
    await demo.page.evaluate("location.hash = '#/methods/galu?m=8&drawn=%'");
    await demo.settled('m=8&drawn=%25');
    await demo.page.goBack();
    await demo.settled('data=xor&k=8&seed=4');
    expect(new URL(demo.page.url()).hash).toBe('#/methods/galu?data=xor&k=8&seed=4');
    expect(demo.errors).toEqual([]);
    await demo.close();
  });

  itIfAll('leaves the address alone where it is told none, and another view its own', async () => {
    const first = await demos().open('galu', { attributes: { query: 'm=10' }, hash: '#section' });
    await first.settled('m=10');
    await first.set('k', '3');
    await first.settled('m=10&k=3');
    expect(new URL(first.page.url()).hash).toBe('#section');
    await first.close();

    const second = await demos().open('galu', { attributes: { address: '/methods/galu' }, hash: '#/runs?q=1' });
    await second.settled('');
    await second.set('k', '3');
    await second.settled('k=3');
    expect(new URL(second.page.url()).hash).toBe('#/runs?q=1');
    await second.close();
  });

  it('says what is wrong where the WebAssembly is not, and works when told where it is', async () => {
    const demo = await demos().open('galu', { attributes: { 'wasm-url': '/nowhere.wasm' } });
    await expect(demo.settled('')).rejects.toThrow(
      /graph: ONNX Runtime's WebAssembly can't be loaded from .*nowhere\.wasm/,
    );
    await demo.close();
    const other = await demos().open('galu', { html: '<div id="place"></div>' });
    await other.page.evaluate(`{
      const element = document.createElement('unbraid-demo-galu');
      element.wasmUrl = '/elsewhere/ort.wasm';
      document.getElementById('place').append(element);
    }`);
    expect((await other.settled('')).limit).toBe(12);
    await other.close();
  });

  it('answers to the last of many moves, and never blocks the page', async () => {
    const demo = await demos().open('laperm', { attributes: { query: 'period=100' } });
    // Frames are counted while networks are trained.
    await demo.page.evaluate(
      'globalThis.frames = 0; (function count() { globalThis.frames++; requestAnimationFrame(count); })(); globalThis.from = performance.now();',
    );
    for (let i = 0; i < 6; i++) await demo.set('period', String(i));
    await demo.settled('period=200');
    const rate = await demo.page.evaluate<number>('(1000 * frames) / (performance.now() - from)');
    expect(rate).toBeGreaterThan(5);
    expect(demo.errors).toEqual([]);
    await demo.close();
  });

  itIfAll('begins anew when asked, with the same numbers', async () => {
    const demo = await demos().open('laperm', { attributes: { query: 'start=random' } });
    const first = await demo.settled('start=random');
    await demo.page.getByRole('button', { name: 'Restart' }).click();
    await demo.page.waitForSelector('unbraid-demo-laperm[data-status="busy"]', { state: 'attached' });
    expect(await demo.settled('start=random')).toEqual(first);
    await demo.close();
  });

  itIfAll('several stand on a page, each by itself, and end with their elements', async () => {
    const html = elementOf('galu', { query: 'm=10' }) + elementOf('linearity', { query: 'width=4' });
    const demo = await demos().open('linearity', { html });
    const { hessian } = await demo.settled('width=4');
    expect(hessian).toBeGreaterThan(0);
    await demo.page.waitForSelector('unbraid-demo-galu[data-status="done"][data-query="m=10"]', { state: 'attached' });
    expect(demo.page.workers()).toHaveLength(2);
    await demo.page.evaluate("document.querySelector('unbraid-demo-galu').remove()");
    await expect.poll(() => demo.page.workers().length).toBe(1);
    expect(demo.errors).toEqual([]);
    await demo.close();
  });

  itIfAll('the printed program can be copied', async () => {
    const demo = await demos().open('galu');
    await demo.settled('');
    await demo.page.getByText('The same in Node').click();
    await demo.page.getByRole('button', { name: 'Copy' }).click();
    await demo.page.getByText('Copied.').waitFor();
    const copied = await demo.page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toMatch(/^import \{ createGalu \}/);
    expect(copied).toBe(await demo.page.locator('pre code').textContent());
    expect(await demo.violations()).toEqual([]);
    await demo.close();
  });

  it.each([
    [1100, false],
    [360, true],
  ])('the methods are cards that lead to the demos, %i pixels wide, dark: %s', async (width, dark) => {
    const demo = await demos().open('galu', { html: '<unbraid-methods></unbraid-methods>', width, dark });
    const links = demo.page.getByRole('heading', { level: 2 }).getByRole('link');
    const addresses = await links.evaluateAll((all) => all.map((each) => each.getAttribute('href')));
    expect(addresses).toEqual(
      expect.arrayContaining(['galu', 'laperm', 'linearity'].map((name) => `#/methods/${name}`)),
    );
    expect(await demo.violations()).toEqual([]);
    expect(await demo.overflow()).toBe(0);
    await demo.close();
  });
});
