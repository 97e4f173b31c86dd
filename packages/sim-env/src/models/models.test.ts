import { expect, it } from 'vitest';
import { attachHandler, generateEnv, runOwnRule, runWithAgent } from '../index.ts';
import {
  Fishery,
  FisheryBoats,
  InventoryChain,
  InventoryShop,
  InventorySupplier,
  Pension,
  PensionClient,
  PensionMarket,
  Supply,
} from './index.ts';
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

it('lets the shop and its supplier decide in turn, with the returns that each has where it decides alone', () => {
  const env = InventoryChain();
  env.reset({ seed: 1 });
  expect([env.agentSelection, env.observe('shop'), env.state()]).toEqual([
    'supplier',
    { stock: Float32Array.of(30), pipeline: Float32Array.of(0, 0), price: Float32Array.of(6) },
    Float32Array.of(0, 30, 6, 0, 0, 0),
  ]);
  const returns: Record<string, number> = { shop: 0, supplier: 0 };
  const ends: Record<string, boolean> = {};
  for (const agent of env.agentIter()) {
    const [, reward, , truncated] = env.last();
    returns[agent]! += reward;
    ends[agent] = truncated;
    // Price 6 is the supplier's rule.
    env.step(truncated ? undefined : 2);
  }
  expect(ends).toEqual({ shop: true, supplier: true });
  expect(returns.shop).toBeCloseTo(runWithAgent(InventoryShop.definition, () => 2, { seed: 1 }).return, 9);
  const ordersTen = { ...InventorySupplier.definition, simulation: () => new SupplyOfTens() };
  expect(returns.supplier).toBeCloseTo(runWithAgent(ordersTen, () => 2, { seed: 1 }).return, 9);
});

class SupplyOfTens extends Supply {
  // biome-ignore lint/correctness/useYield: it decides on the spot
  override *placeOrder(): Generator<unknown, number, unknown> {
    return 10;
  }
}

/** Boats that all make the same effort, year after year: what they earn together, and how the last of them ends. */
function fish(effort: number, seed = 1) {
  const env = FisheryBoats();
  env.reset({ seed });
  let [total, years] = [0, 0];
  let last: ReturnType<typeof env.step> | undefined;
  for (; env.agents.length > 0; years++) {
    last = env.step(Object.fromEntries(env.agents.map((agent) => [agent, effort])));
    for (const reward of Object.values(last[1])) total += reward;
  }
  return { total, years, terminations: Object.values(last![2]), truncations: Object.values(last![3]) };
}

it('fishes by hand what Schaefer’s law and the prices say', () => {
  const env = FisheryBoats();
  env.reset({ seed: 3 });
  const [observations, rewards] = env.step({ boat_0: 5, boat_1: 3, boat_2: 0, boat_3: 2 });
  // Of 100 thousand tonnes an effort of 10 takes 1 − e^−0.2, of which the first boat gets its half for 5 · 0.5 and 0.3 millions.
  const caught = 100 * (1 - Math.exp(-0.2));
  expect(rewards.boat_0).toBeCloseTo(caught / 2 - 2.8, 12);
  expect(rewards.boat_2).toBeCloseTo(-0.3, 12);
  const left = 100 - caught;
  const [stock, cash, boats] = observations.boat_1 as Float32Array;
  // The year's fortune multiplies what grows by a number about 1.
  const growth = (stock! - left) / (0.3 * left * (1 - left / 100));
  expect([growth > 0.5 && growth < 2, boats]).toEqual([true, 4]);
  expect(cash).toBeCloseTo(3 + caught * 0.3 - 1.8, 5);
});

it('has a fishery that pays its boats while they hold back, and ruins them where each takes what it can', () => {
  const idle = fish(0);
  // 3 millions are gone after ten years of 0.3.
  expect(idle).toMatchObject({ years: 11, terminations: Array(4).fill(true) });
  for (const seed of [1, 2, 3]) {
    const [modest, greedy] = [fish(2, seed), fish(5, seed)];
    expect(modest).toMatchObject({ years: 30, truncations: Array(4).fill(true), terminations: Array(4).fill(false) });
    expect(modest.total).toBeGreaterThan(80);
    expect([greedy.total < 0, greedy.years < 30, greedy.terminations]).toEqual([true, true, Array(4).fill(true)]);
  }
  const fishery = new Fishery();
  fishery.reset(1);
  expect([...fishery.run()]).toEqual([]);
  expect(fishery.year).toBe(30);
});
