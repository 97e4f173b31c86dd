import { expect, it } from 'vitest';
import { attachHandler, changedArguments, changedResult, exposeToPlugins } from './index.ts';

const sum = () => exposeToPlugins((a: number, b: number) => a + b);

it('runs before, instead and after handlers around a function, and without any the function alone', () => {
  const add = sum();
  expect(add(1, 2)).toBe(3);
  const calls: string[] = [];
  const detach = [
    attachHandler(add, 'before', (a, b) => {
      calls.push(`before ${a} ${b}`);
    }),
    attachHandler(add, 'before', (a, b) => changedArguments(10 * a, b)),
    attachHandler(add, 'instead', (a, b) => a - b),
    attachHandler(add, 'after', (result, a, b) => {
      calls.push(`after ${result} ${a} ${b}`);
      return changedResult(-result);
    }),
  ];
  expect(add(1, 2)).toBe(-8);
  expect(calls).toEqual(['before 1 2', 'after 8 10 2']);
  for (const off of detach) off();
  for (const off of detach) off();
  expect(add(1, 2)).toBe(3);
});

it('takes off exactly the handler that it attached', () => {
  const add = sum();
  const more = (result: number) => changedResult(result + 1);
  const first = attachHandler(add, 'after', more);
  attachHandler(add, 'after', more);
  first();
  first();
  expect(add(1, 2)).toBe(4);
});

it('exposes methods, whose handlers get the instance first and cannot change it', () => {
  class Account {
    constructor(public readonly owner: string) {}
    fee(amount: number): number {
      return amount / 100;
    }
  }
  exposeToPlugins(Account.prototype, 'fee');
  attachHandler(Account.prototype, 'fee', 'before', (account, amount) => {
    expect(account).toBeInstanceOf(Account);
    return changedArguments(new Account('x'), amount * 2);
  });
  attachHandler(Account.prototype, 'fee', 'after', (fee, account) =>
    account.owner === 'y' ? changedResult(fee + 1) : undefined,
  );
  expect(new Account('y').fee(100)).toBe(3);
  expect(new Account('z').fee(100)).toBe(2);
});

it('exposes generators and async functions by the results that they give in the end', async () => {
  const walk = exposeToPlugins(function* (n: number): Generator<number, string, unknown> {
    for (let i = 0; i < n; i++) yield i;
    return 'walked';
  });
  attachHandler(walk, 'after', (result) => changedResult(`${result} far`));
  const steps = walk(2);
  expect([steps.next(), steps.next(), steps.next()].map(({ value }) => value)).toEqual([0, 1, 'walked far']);
  const fetched = exposeToPlugins(async (n: number) => n);
  attachHandler(fetched, 'after', (result) => changedResult(result * 2));
  expect(await fetched(4)).toBe(8);
});

it('exposes the elements of arrays, by index and by iteration', () => {
  const rates = exposeToPlugins([1, 2, 3]);
  const detach = attachHandler(rates, 'after', (rate, index) => changedResult(rate * 10 + index));
  expect([...rates]).toEqual([10, 21, 32]);
  expect(rates[1]).toBe(21);
  expect(rates.map((rate) => rate + 1)).toEqual([11, 22, 33]);
  expect(rates).toHaveLength(3);
  detach();
  attachHandler(rates, 'before', (index) => changedArguments(2 - index));
  expect([...rates]).toEqual([3, 2, 1]);
});

it('exposes the elements of other iterables', () => {
  const names = exposeToPlugins(new Set(['a', 'b']));
  attachHandler(names, 'instead', (index) => `name ${index}`);
  expect([...names]).toEqual(['name 0', 'name 1']);
});

it('refuses handlers that do not fit', () => {
  const add = sum();
  expect(() => attachHandler(add, 'before', ((a: number, b: number, c: number) => a + b + c) as never)).toThrow(
    /asks for 3 arguments, but before gives 2/,
  );
  expect(() =>
    attachHandler(add, 'after', ((r: number, a: number, b: number, c: number) => r + a + b + c) as never),
  ).toThrow(/asks for 4 arguments, but after gives 3, with the result/);
  expect(() => attachHandler(add, 'around' as 'before', () => undefined)).toThrow(
    'role is before, after or instead, got "around"',
  );
  expect(() => attachHandler(add, 'before', 1 as never)).toThrow('a handler is a function, got 1');
  expect(() =>
    attachHandler(
      () => 1,
      'before',
      () => undefined,
    ),
  ).toThrow('takes no handlers; expose it with exposeToPlugins');
  attachHandler(add, 'instead', () => 0);
  expect(() => attachHandler(add, 'instead', () => 1)).toThrow('has a handler instead of it already');
  // How many arguments a rest parameter takes, nobody knows.
  const open = exposeToPlugins((...all: number[]) => all.length);
  attachHandler(open, 'instead', (a: number, b: number) => a + b);
  expect(open(1, 2)).toBe(3);
});

it('refuses to expose twice, and what is no function or iterable', () => {
  const add = sum();
  expect(() => exposeToPlugins(add)).toThrow('is exposed already');
  expect(() => exposeToPlugins({} as never)).toThrow('takes a function, a method or an iterable');
  expect(() => exposeToPlugins({} as { f(): void }, 'f')).toThrow('Object.f is no function');
});
