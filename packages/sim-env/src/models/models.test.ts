import { expect, it } from 'vitest';
import { attachHandler, generateEnv, runOwnRule, runWithAgent } from '../index.ts';
import { InventoryShop, InventorySupplier, Pension, PensionClient, PensionMarket, Supply } from './index.ts';
import { shop as shopView, supplier as supplierView } from './inventory/environments.ts';
import { normalCdf } from './normal-cdf.ts';

it('has a normal distribution', () => {
  // SciPy 1.13, norm.cdf(x, 85, 10).
  for (const [x, p] of [
    [60, 0.006209665325776132],
    [85, 0.5],
    [90, 0.6914624612740131],
    [110, 0.9937903346742238],
  ] as const) {
    expect(Math.abs(normalCdf(x, 85, 10) - p)).toBeLessThan(2e-7);
  }
});

it('runs the pension market by itself, the same for the same seed', () => {
  const run = (seed: number) => {
    const market = new PensionMarket();
    market.reset(seed);
    market.run();
    return [market.time, market.insurers[0]!.cash.amount, market.people.length];
  };
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
  // By its own rule the company goes under when its first clients have been retired for some years.
  const [days] = run(1) as [number];
  expect(days / 365).toBeGreaterThan(47);
  expect(days / 365).toBeLessThan(100);
});

it('can be watched year by year, unchanged', () => {
  const end = () => {
    const market = new PensionMarket();
    market.reset(1);
    market.run();
    return market.time;
  };
  const unseen = end();
  const seen: number[] = [];
  const detach = attachHandler(PensionMarket.prototype, 'performIncrement', 'after', (_, { time }) => {
    seen.push(time / 365);
    return undefined;
  });
  expect(end()).toBe(unseen);
  detach();
  expect(seen).toEqual(Array.from({ length: unseen / 365 }, (_, year) => year + 1));
});

it('keeps money: what clients pay the company has, and the other way round', () => {
  const market = new PensionMarket({ individuals: 1 });
  market.reset(1);
  const [insurer, person] = [market.insurers[0]!, market.people[0]!];
  insurer.clients.push(person);
  const total = () => insurer.cash.amount + person.cash.amount;
  expect(total()).toBe(40_000);
  insurer.performIncrement();
  expect([insurer.cash.amount, person.cash.amount]).toEqual([20_000 - 2000 + 1500, 18_500]);
  // Retired: 12,000 euros the other way.
  market.time = 47 * 365;
  insurer.performIncrement();
  expect([insurer.cash.amount, person.cash.amount]).toEqual([19_500 - 2000 - 12_000, 30_500]);
  insurer.performIncrement();
  expect(insurer.active).toBe(false);
});

it('fades accusations until they are forgotten', () => {
  const market = new PensionMarket({ individuals: 0 });
  market.reset(1);
  const insurer = market.insurers[0]!;
  market.publicOpinion.accuse(insurer, 100);
  market.publicOpinion.performIncrement(1);
  expect(market.publicOpinion.reputationOf(insurer)).toBe(-95);
  for (let i = 0; i < 60; i++) market.publicOpinion.performIncrement(1);
  expect(market.publicOpinion.reputationOf(insurer)).toBe(0);
});

it('lets the company or its clients decide, on the same market', () => {
  const rule = runOwnRule(Pension.definition, { seed: 1 });
  const asRule = runWithAgent(
    Pension.definition,
    ([age]) => Float32Array.of(((age! < 67 ? -1500 : 12_000) + 50_000) / 100_000),
    { seed: 1 },
  );
  // float32 actions differ from the rule's amounts by fractions of a cent.
  expect(asRule).toEqual(rule);
  const nobody = runWithAgent(PensionClient.definition, () => 0, { seed: 1 });
  const everybody = runWithAgent(PensionClient.definition, () => 1, { seed: 1 });
  expect(nobody.steps).toBeGreaterThan(0);
  expect(everybody.return).not.toBe(nobody.return);
});

it('ends the company by ruin, and the years that are looked at by a horizon', () => {
  const takeNothing = runWithAgent(Pension.definition, () => Float32Array.of(0.5), { seed: 1 });
  expect(takeNothing.truncated).toBe(false);
  const brief = { simulation: () => new PensionMarket({ years: 30 }) };
  // In 30 years nobody retires, so the rule pays nothing yet.
  const company = runOwnRule({ ...Pension.definition, ...brief }, { seed: 1 });
  expect(company).toEqual({ steps: company.steps, return: company.steps, truncated: true });
  expect(runOwnRule({ ...PensionClient.definition, ...brief }, { seed: 1 }).truncated).toBe(true);
});

it('shows at the horizon what the next order, and the next price, would be made by', () => {
  const views = [
    { decision: shopView, days: 13, longer: 14 },
    { decision: supplierView, days: 14, longer: 15 },
  ] as const;
  for (const { decision, days, longer } of views) {
    const [ends, goesOn] = [days, longer].map((count) => {
      const env = generateEnv({ name: 'supply', simulation: () => new Supply({ days: count }), decision } as never)();
      env.reset({ seed: 2 });
      return env;
    });
    const decisions = decision === shopView ? days : days / 7;
    for (let i = 1; i < decisions; i++) expect(ends!.step(3 as never)).toEqual(goesOn!.step(3 as never));
    const [observation, reward, ...end] = ends!.step(3 as never);
    expect([observation, reward, false, false, {}]).toEqual(goesOn!.step(3 as never));
    expect(end).toEqual([false, true, {}]);
  }
});

it('runs the shop and its supplier by themselves, and lets either decide', () => {
  const supply = new Supply({ days: 14 });
  supply.reset(1);
  expect([...supply.run()]).toEqual([]);
  expect(supply.day).toBe(14);
  const shop = runOwnRule(InventoryShop.definition, { seed: 1 });
  const supplier = runOwnRule(InventorySupplier.definition, { seed: 1 });
  expect([shop.steps, supplier.steps]).toEqual([364, 52]);
  const lazy = runWithAgent(InventoryShop.definition, () => 0, { seed: 1 });
  expect(shop.return).toBeGreaterThan(lazy.return);
  const dear = runWithAgent(InventorySupplier.definition, () => 5, { seed: 1 });
  expect(dear.return).toBeGreaterThan(supplier.return);
});
