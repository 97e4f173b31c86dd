import { expect, test } from 'vitest';
import { inOpenScope, type OpenScope, type Scope, withScope } from './scope.ts';

function recorder() {
  const released: string[] = [];
  const own = (scope: Scope, name: string) => scope.own({ release: () => void released.push(name) });
  return { released, own };
}

test('releases last first, also when the work throws', async () => {
  const { released, own } = recorder();
  const work = withScope(async (scope) => {
    own(scope, 'first');
    own(scope, 'second');
    throw new Error('half way');
  });
  await expect(work).rejects.toThrow('half way');
  expect(released).toEqual(['second', 'first']);
});

test('leaves what was built to its owner, and releases it only once', async () => {
  const { released, own } = recorder();
  let kept: OpenScope | undefined;
  await inOpenScope(async (scope) => {
    kept = scope;
    own(scope, 'session');
  });
  expect(released).toEqual([]);
  await kept!.release();
  await kept!.release();
  expect(released).toEqual(['session']);
});

test('releases what was there when a later part of building fails', async () => {
  const { released, own } = recorder();
  const build = inOpenScope(async (scope) => {
    own(scope, 'session');
    throw new Error('the next session does not compile');
  });
  await expect(build).rejects.toThrow('does not compile');
  expect(released).toEqual(['session']);
});
