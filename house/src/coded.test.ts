import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, InputError } from '@unbraid/checks';
import { EnvError } from '@unbraid/sim-env';
import { expect, it } from 'vitest';
import { packageNames, root, sourcesOf } from './sources.ts';

/** Errors without a code that reach nobody, by their files. */
const inner: Readonly<Record<string, string>> = {
  'packages/data/src/factors/hdf5-thread.ts':
    'it runs as text in a thread, where nothing can be imported; what it throws becomes the message of an InputError',
  'packages/data/src/graphs/mat-hdf5-extract.ts':
    'it runs as text in a thread, where nothing can be imported; what it throws becomes the message of an InputError',
  'packages/data/src/keras/keras-extract.ts':
    'it runs as text in a thread, where nothing can be imported; what it throws becomes the message of an InputError',
  'packages/sim-env/src/node/portable.ts': "copies of a model's own errors, which cross from its thread as they are",
  'packages/sim-env/src/server/session.ts': 'gives what is no error the form of one; a reply is made of it',
};

it('throws errors with a code, and those alone', () => {
  const files = packageNames().flatMap((name) => [...sourcesOf(name).keys()]);
  const plain = files.filter((file) => /new (Range|Type|Syntax)?Error\(/.test(readFileSync(join(root, file), 'utf8')));
  expect(plain).toEqual(Object.keys(inner));
});

it.each([
  ['checks', Object.keys(ERROR_CODES), () => new InputError('data', 'checks: no')],
  ['sim-env', ['setting', 'data', 'limit', 'model', 'state', 'connection'], () => new EnvError('data', 'sim-env: no')],
] as const)('errors of %s have one shape', (_, codes, make) => {
  const error = make();
  expect(error).toBeInstanceOf(RangeError);
  expect(codes).toContain(error.code);
  expect(error.message).toMatch(/^[a-z-]+: /);
});
