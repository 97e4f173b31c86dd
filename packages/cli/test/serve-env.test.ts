import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect, defaultLimits } from '@unbraid/sim-env/server';
import { describe, expect, it } from 'vitest';
import { envLimits } from '../src/commands/env-limits.ts';
import type { Output } from '../src/io.ts';
import { call } from './call.ts';

const walk = fileURLToPath(new URL('walk.js', import.meta.url));

/** Serves until `visit`, which gets what was printed first, is done; then presses Ctrl-C. */
async function serving(
  args: readonly string[],
  visit: (printed: string) => Promise<void>,
  stderr = /^Closing all environments\.\n$/,
) {
  const signals = new EventEmitter();
  let seen: (text: string) => void = () => {};
  const printed = new Promise<string>((resolve) => {
    seen = resolve;
  });
  const stdout: Output = { isTTY: false, columns: 80, write: async (text) => seen(text) };
  const called = call(['serve-env', ...args], { signals, stdout });
  await visit(await printed);
  signals.emit('SIGINT');
  expect(await called).toMatchObject({ code: 0, stderr: expect.stringMatching(stderr) });
  expect(signals.eventNames()).toEqual([]);
}

describe('unbraid serve-env', () => {
  it('serves the environments of a file, says where in one JSON line, and ends with 0 at Ctrl-C', async () => {
    await serving([walk, '--json'], async (printed) => {
      const { url, token, environments } = JSON.parse(printed);
      expect(environments).toEqual(['walk-v0']);
      const client = await connect(url, token);
      await expect(connect(url, 'another token than that')).rejects.toThrow('401');
      await client.close();
    });
  });

  it('shows the line of Python that connects, with the token that it was given', async () => {
    await serving([walk, '--token', 'a-token-of-my-own'], async (printed) => {
      expect(printed).toMatch(
        /^ {2}import unbraid_gym; env = unbraid_gym\.make\("walk-v0", url="ws:\/\/127\.0\.0\.1:\d+", token="a-token-of-my-own"\)$/m,
      );
    });
  });

  it('takes limits, and warns where other machines can come in', async () => {
    const warned = 'Warning: other machines can reach ws://0.0.0.0:';
    await serving(
      [walk, '--json', '--host', '0.0.0.0', '--limit', 'connections=1', '--limit', 'modelSeconds=5'],
      async (printed) => {
        const { url, token } = JSON.parse(printed);
        const here = url.replace('0.0.0.0', '127.0.0.1');
        const client = await connect(here, token);
        await expect(connect(here, token)).rejects.toThrow('503');
        await client.close();
      },
      new RegExp(`^${warned}\\d+\\. Nothing is encrypted.*\\nClosing all environments\\.\\n$`),
    );
  });

  it('lists every limit with its default in its help', async () => {
    expect(Object.fromEntries(envLimits.map(([name, byDefault]) => [name, byDefault]))).toEqual(defaultLimits);
    const { stdout } = await call(['serve-env', '--help']);
    for (const [name, byDefault, about] of envLimits) {
      expect(stdout).toContain(`  ${name}=${byDefault} `);
      expect(stdout).toContain(about);
    }
  });

  it.each([
    [['./nowhere.js'], 2, 'there is no module ./nowhere.js'],
    [[walk, '--port', '70000'], 2, '--port 70000: a port is an integer from 0 to 65535'],
    [[walk, '--port', 'http'], 2, '--port http: a port is an integer'],
    [[], 2, "missing required argument 'module'"],
    [[walk, '--token', 'short'], 1, 'a token is 16 or more visible ASCII characters'],
    [['commander'], 1, 'exports no environment'],
    [[walk, '--limit', 'connections'], 2, '--limit connections: write it as name=number'],
    [[walk, '--limit', 'connection=1'], 1, 'there is no limit "connection"; did you mean connections?'],
    [[walk, '--limit', 'pending=-1'], 1, 'the limit pending is a positive integer, got -1'],
    [[walk, '--limit', 'connections=1.5'], 1, 'the limit connections is a positive integer, got 1.5'],
  ])('%j ends with %i and one line', async (args, code, message) => {
    const called = await call(['serve-env', ...args]);
    expect(called).toMatchObject({ code, stdout: '' });
    expect(called.stderr).toMatch(/^unbraid: .*\n$/);
    expect(called.stderr).toContain(message);
  });
});
