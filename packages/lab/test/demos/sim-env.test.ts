import { beforeAll, expect, it } from 'vitest';
import { simEnvCode } from '../../src/demos/sim-env/code.ts';
import { type LearnInput, type LearnView, learn } from '../../src/demos/sim-env/model.ts';
import { taskContext } from '../../src/demos/task-context.ts';
import { type DemoPage, inChromium } from './demo-page.ts';
import { runCode } from './run-code.ts';

const inNode = (input: LearnInput) => learn(input, taskContext<LearnView>(new AbortController().signal));

it('is what its code computes', async () => {
  const inputs = (['solvency', 'welfare', 'reputation', 'client'] as const).map((goal) => ({
    goal,
    episodes: 60,
    seed: 5,
  }));
  const computed = await Promise.all(inputs.map(inNode));
  expect(runCode('sim-env', inputs.map(simEnvCode))).toEqual(computed.map(({ agentReturn }) => [agentReturn]));
});

inChromium('Sim-Env', (demos) => {
  let demo: DemoPage | undefined;
  beforeAll(async () => {
    demo = await demos().open('sim-env', { attributes: { address: 'sim' }, hash: '#sim?episodes=100' });
  });

  it('computes Node’s numbers, of its address and of what it is set to', async () => {
    const compare = async (query: string, input: LearnInput) => {
      const found = await demo!.settled(query);
      const { agentReturn, ruleReturn } = await inNode(input);
      // No products, and V8 computes exponentials the same everywhere.
      expect([found.agent, found.rule]).toEqual([agentReturn, ruleReturn]);
    };
    await compare('episodes=100', { goal: 'solvency', episodes: 100, seed: 0 });
    await demo!.set('goal', 'welfare');
    await compare('goal=welfare&episodes=100', { goal: 'welfare', episodes: 100, seed: 0 });
    await demo!.set('goal', 'client');
    await demo!.set('seed', '7');
    await compare('goal=client&episodes=100&seed=7', { goal: 'client', episodes: 100, seed: 7 });
  });

  it('shows the market year by year', async () => {
    const { page } = demo!;
    const year = page.getByLabel('Year of the markets');
    await year.fill('9');
    await expect.poll(() => page.getByText('Year 10: ').count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => year.inputValue()).not.toBe('9');
    await page.getByRole('button', { name: 'Pause' }).click();
  });

  it('plays from the first year again where it is at the last', async () => {
    const { page } = demo!;
    const year = page.getByLabel('Year of the markets');
    const last = (await year.getAttribute('max'))!;
    const isAtLast = async () => (await year.inputValue()) === last;
    await year.fill(last);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(isAtLast).toBe(false);
    await year.fill(last);
    // So it does when the markets are computed anew.
    await page.getByRole('button', { name: 'Restart' }).click();
    await expect.poll(isAtLast).toBe(false);
  });

  it('has no violations of accessibility and no errors', async () => {
    expect(await demo!.violations()).toEqual([]);
    expect(demo!.errors).toEqual([]);
  });
});
