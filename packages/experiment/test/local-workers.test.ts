import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readWorkers } from '../src/directory/index.ts';
import { startRun } from '../src/index.ts';
import { localWorkers, shares } from '../src/workers/local-workers.ts';
import { temporaryFolder } from './folders.ts';
import { sleeper } from './sleeper.js';

// Of built files, so without the conditions of tests.
const module = fileURLToPath(new URL('sleeper-worker.js', import.meta.url));

describe('localWorkers', () => {
  it("does the units of an experiment of one's own, as the README has it", async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const code = /```js\n(\/\/ squares\.js[\s\S]*?)```/.exec(readme)![1]!;
    const folder = temporaryFolder();
    symlinkSync(
      fileURLToPath(new URL('../../../node_modules', import.meta.url)),
      join(folder, 'node_modules'),
      'junction',
    );
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'squares.js'), code);
    const { stdout } = await promisify(execFile)(process.execPath, ['squares.js'], { cwd: folder });
    expect(stdout).toBe('285\n');
    const [run] = readdirSync(join(folder, 'runs'));
    const { environments } = JSON.parse(readFileSync(join(folder, 'runs', run!, 'state.json'), 'utf8'));
    // How many workers had begun when ten units of no work were done is left to chance.
    expect(environments).toHaveLength(1);
  });

  it('kills what has not ended some time after the run was stopped', async () => {
    const controller = new AbortController();
    const directory = join(temporaryFolder(), 'run');
    const running = startRun(sleeper, {
      directory,
      executor: localWorkers({ workers: 2, module, execArgv: [], stopSeconds: 0.5 }),
      hooks: { signal: controller.signal },
    });
    const asleep = join(directory, 'checkpoints');
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    running.then(over, over);
    while (
      !isOver &&
      (!existsSync(asleep) || readdirSync(asleep).filter((name) => name.startsWith('state-')).length < 2)
    )
      await new Promise((resolve) => setTimeout(resolve, 20));
    // Who does what is told while they do it.
    const units = async () => (await readWorkers(directory))?.workers.map(({ unit, done }) => [typeof unit, done]);
    await expect.poll(units, { timeout: 5000 }).toEqual([1, 2].map(() => ['string', 0]));
    expect((await readWorkers(directory))!.workers.map((worker) => worker.process)).not.toContain(process.pid);
    controller.abort();
    expect(await running).toMatchObject({ status: 'interrupted' });
    expect(readdirSync(asleep).filter((name) => name.startsWith('state-'))).toHaveLength(2);
    expect(await readWorkers(directory)).toBeUndefined();
  });

  it.each([
    [{ workers: 0 }, 'experiment: localWorkers\'s workers is 0; an integer from 1 to 1024, or "auto", is needed'],
    [{ workers: 'many' }, 'is "many"; an integer from 1 to 1024, or "auto", is needed'],
    [{ worker: 2 }, 'experiment: localWorkers has no setting "worker"; the nearest are workers'],
    [{ workers: 2, stopSeconds: -1 }, 'stopSeconds is -1'],
  ])('refuses %j', (wrong, message) => {
    expect(() => localWorkers({ module, ...wrong } as never)).toThrow(message);
  });

  it('shares threads out, one at least', () => {
    expect([shares(5, 2), shares(2, 3), shares(4, 1)]).toEqual([[3, 2], [1, 1, 1], [4]]);
  });
});
