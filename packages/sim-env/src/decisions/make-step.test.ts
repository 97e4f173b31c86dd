import { expect, expectTypeOf, it } from 'vitest';
import { discrete, generateEnv, runWithAgent, type Value } from '../index.ts';
import { perspectiveOf } from './decision.ts';
import { makeStep } from './make-step.ts';
import { definePerspective, throws } from './perspective.ts';

class Refusal extends Error {}

const askingView = (name: string) =>
  definePerspective({
    name,
    observationSpace: discrete(10),
    actionSpace: discrete(3),
    observation: (price: number, _name: string) => price,
    action: [true, false, throws(() => new Refusal('no'))],
    reward: (price) => price,
  });

it('leaves a function its own code where no environment is attached', () => {
  const buys = makeStep(askingView('alone'))((price: number, name: string) => price < 5 && name === 'x');
  expect(buys(4, 'x')).toBe(true);
  expect(buys(6, 'x')).toBe(false);
  expect(buys.name).toBe('');
});

it('marks plain functions, and turns actions into results and thrown errors', () => {
  const view = askingView('shop');
  const buys = makeStep(view)((_price: number, _name: string) => true);
  const outcomes: unknown[] = [];
  const simulation = () => ({
    reset() {},
    run() {
      for (const price of [1, 2, 3]) {
        try {
          outcomes.push(buys(price, 'x'));
        } catch (error) {
          outcomes.push(error);
        }
      }
    },
  });
  const report = runWithAgent({ name: 'shop', simulation, decision: view }, (price) => price - 1, { seed: 1 });
  expect(outcomes).toEqual([true, false, new Refusal('no')]);
  expect(outcomes[2]).toBeInstanceOf(Refusal);
  // The reward at the first decision is for no action.
  expect(report).toEqual({ steps: 3, return: 2 + 3, truncated: false });
});

it('decorates methods by the standard protocol, whose perspectives see the instance first', () => {
  class Buyer {
    limit = 5;
    buys(price: number): boolean {
      return price < this.limit;
    }
  }
  const view = definePerspective({
    name: 'decorated',
    observationSpace: discrete(10),
    actionSpace: discrete(2),
    observation: (buyer: Buyer, price: number) => buyer.limit - price,
    action: [false, true],
    reward: () => 0,
  });
  const context = { kind: 'method', name: 'buys' } as ClassMethodDecoratorContext<Buyer, Buyer['buys']>;
  Buyer.prototype.buys = makeStep(view)(Buyer.prototype.buys, context);
  const seen: number[] = [];
  let bought: boolean | undefined;
  const simulation = () => ({
    reset() {},
    run() {
      bought = new Buyer().buys(3);
    },
  });
  runWithAgent({ name: 'buyer', simulation, decision: view }, (margin) => seen.push(margin) - 1, { seed: 1 });
  expect(seen).toEqual([2]);
  expect(bought).toBe(false);
  expect(new Buyer().buys(3)).toBe(true);
});

it('holds several perspectives on one function, of which an environment takes one', () => {
  const [cheap, dear] = [askingView('cheap'), { ...askingView('dear'), reward: () => 100 }];
  const marked = makeStep(cheap)((_price: number, _name: string) => true);
  expect(makeStep(dear)(marked)).toBe(marked);
  const simulation = () => ({
    reset() {},
    run() {
      marked(1, 'x');
      marked(2, 'x');
    },
  });
  const returnOf = (decision: typeof cheap) =>
    runWithAgent({ name: 'both', simulation, decision }, () => 0, { seed: 1 }).return;
  expect([returnOf(cheap), returnOf(dear)]).toEqual([2, 100]);
  expect(perspectiveOf(marked, 'dear')).toBe(dear);
  expect(() => perspectiveOf(marked)).toThrow('has the perspectives cheap, dear; name one of them');
});

it('refuses to register twice', () => {
  const view = askingView('once');
  const marked = makeStep(view)((_price: number, _name: string) => true);
  expect(() => makeStep(view)(marked)).toThrow('perspective once is registered twice');
  expect(() => makeStep(askingView('once'))(marked)).toThrow('registered twice as once');
});

it('refuses what is no function, and perspectives that are nowhere', () => {
  expect(() => makeStep({} as { f(): boolean }, 'f', askingView('x') as never)).toThrow('Object.f is no function');
  expect(() =>
    generateEnv({ name: 'none', simulation: () => ({ reset() {}, run() {} }), decision: askingView('lost') }),
  ).toThrow('perspective lost is on no decision function');
  expect(() => perspectiveOf(() => 1)).toThrow('is no decision function');
});

it('refuses a list of choices that does not fit the actions', () => {
  const options = { ...askingView('short'), action: [true, false] };
  expect(() => definePerspective(options)).toThrow('lists 2 choices for 3 actions');
});

it('says so where a plain function would have to suspend its model', () => {
  const view = askingView('stuck');
  const buys = makeStep(view)((_price: number, _name: string) => true);
  const simulation = () => ({
    reset() {},
    run() {
      buys(1, 'x');
    },
  });
  const env = generateEnv({ name: 'stuck', simulation, decision: view })();
  expect(() => env.reset()).toThrow('cannot suspend its model here; run it in a thread of its own with blocking()');
  expectTypeOf<Parameters<typeof env.step>[0]>().toEqualTypeOf<Value<typeof view.actionSpace>>();
});
