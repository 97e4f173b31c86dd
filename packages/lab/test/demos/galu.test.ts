import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Demos, openDemos } from './demo-page.ts';

let demos: Demos | undefined;
beforeAll(async () => {
  demos = await openDemos();
});
afterAll(() => demos?.close());
it('opens', async () => {
  const demo = await demos!.open('galu', { attributes: { address: 'x' }, hash: '#x?k=12' });
  console.log(await demo.settled('k=12'));
  await demo.set('k', '15');
  console.log(await demo.settled('k=15'), demo.page.url());
  console.log(await demo.violations(), demo.errors);
  await demo.page.screenshot({ path: '/tmp/galu.png', fullPage: true });
  expect(demo.errors).toEqual([]);
});
