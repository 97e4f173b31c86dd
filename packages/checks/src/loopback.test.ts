import { expect, it } from 'vitest';
import { isLoopback } from './loopback.ts';

it.each(['localhost', '127.0.0.1', '127.255.0.9', '::1'])('%s is reached by this machine alone', (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each(['0.0.0.0', '::', '192.168.0.7', '128.0.0.1', '127.example.org', 'localhost.example.org', '127.1', ''])(
  '%s is not',
  (host) => expect(isLoopback(host)).toBe(false),
);
