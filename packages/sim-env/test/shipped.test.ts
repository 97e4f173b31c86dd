import { expect, it, onTestFinished } from 'vitest';
import { checkEnv, type Env } from '../src/index.ts';
import { registry } from '../src/models/index.ts';
import { blocking } from './built-blocking.ts';

it.each(registry.ids('single'))('passes the check in a thread: %s', (id) => {
  const env: Env = registry.make(id, { suspension: blocking() });
  onTestFinished(() => env.close());
  expect(() => checkEnv(env, { steps: 100 })).not.toThrow();
});
