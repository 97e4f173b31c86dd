import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

const newRun = () => join(temporaryFolder(), 'run');

describe('unbraid sweep', () => {
  it('tries each configuration with each seed, and prints one JSON object with --json', async () => {
    const out = newRun();
    const args = ['sweep', 'test/adder', '--preset', 'smoke', '--set', 'terms=2,3', '--set', 'scales=[1,2],5'];
    const { code, stdout, stderr } = await call([
      ...args,
      '--seeds',
      '0..1',
      '--metric',
      'total',
      '--out',
      out,
      '--json',
    ]);
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ experiment: 'sweep/test-adder', preset: 'smoke', seed: 0, runDir: out });
    expect(told.summary).toMatchObject({ trials: 8, configurations: 4, failed: 0, best: 15.5, bestConfiguration: 4 });
    expect(told.trials.map(({ summary }: { summary: { total: number } }) => summary.total)).toEqual([
      3, 4, 5, 6, 9, 10, 15, 16,
    ]);
    const again = 'npx unbraid run test/adder --preset smoke --seed 1 --set terms=3 --set';
    expect(told.best).toMatchObject({ configuration: 4, trial: 8, command: `${again} 'scales=[5]'` });
    expect(told.configurations[3]).toMatchObject({ settings: { terms: 3, scales: [5] }, score: 15.5 });
    expect(stderr).toContain('8 trials: 4 configurations (grid) with 2 seeds each.');
    // The command does what it says.
    const words = told.best.command.replace('npx unbraid ', '').replaceAll("'", '').split(' ');
    const repeated = await call([...words, '--out', newRun(), '--json']);
    expect(JSON.parse(repeated.stdout).summary).toEqual(told.trials[7].summary);
  });

  it('prints the configurations, mean ± deviation, and the best', async () => {
    const args = ['sweep', 'test/adder', '--set', 'terms=2,3', '--seeds', '0,2', '--metric', 'total', '--goal', 'min'];
    const { stdout, stderr } = await call([...args, '--out', newRun()]);
    expect(stdout).toContain('configuration  terms      total  best\n');
    expect(stdout).toContain('            1      2   4 ± 1.41  ★');
    expect(stderr).toContain(
      'The best trial again: npx unbraid run test/adder --preset short --seed 0 --set terms=2\n',
    );
  });

  it('reads a description, over which flags go, and trials of another sweep', async () => {
    const folder = temporaryFolder();
    const [file, csv] = [join(folder, 'sweep.yaml'), join(folder, 'trials.csv')];
    writeFileSync(
      file,
      `experiment: test/adder
preset: smoke
set:
  terms: 1..9        # integers
  scales: [2, [1, 1]]
seeds: 0..1
method: tpe
trials: 12
startup: 3
metric: total
`,
    );
    const { code, stdout } = await call(['sweep', '--file', file, '--csv', csv, '--out', newRun(), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { trials: 12, configurations: 6 },
      config: { method: 'tpe', space: { scales: { values: [[2], [1, 1]] } }, startup: 3 },
    });
    expect(readFileSync(csv, 'utf8')).toMatch(
      /^trial,configuration,terms,scales,seed,status,result.total,result.mode,/,
    );
    const more = ['sweep', '--file', file, '--from', csv, '--trials', '16', '--out', newRun(), '--json'];
    const { stdout: wider, stderr } = await call(more);
    expect(stderr).toContain(`12 trials of ${csv} are given.`);
    const { trials } = JSON.parse(wider);
    expect(trials.length).toBe(16);
    expect(trials.slice(0, 12).every(({ status }: { status: string }) => status === 'given')).toBe(true);
    expect(trials.slice(0, 12).map(({ summary }: { summary: object }) => summary)).toEqual(
      JSON.parse(stdout).trials.map(({ summary }: { summary: object }) => summary),
    );
  });

  it('tells what failed, and goes on', async () => {
    const args = ['sweep', 'test/adder', '--set', 'mode=works,fails', '--set', 'terms=1', '--metric', 'total'];
    const { code, stdout, stderr } = await call([...args, '--out', newRun(), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { failed: 1, trials: 2 },
      best: { settings: { mode: 'works' } },
    });
    expect(stderr).toContain('1 of 2 trials failed, the first of: the adder failed');
    expect(stderr).toContain('1 configuration was not compared');
    const all = await call(['sweep', 'test/adder', '--set', 'mode=fails', '--out', newRun()]);
    expect([all.code, all.stdout]).toEqual([1, '']);
    expect(all.stderr).toContain('all 1 trials of test/adder failed');
  });

  it('is resumed, and reported, as any run', async () => {
    const out = newRun();
    const sweep = ['sweep', 'test/adder', '--set', 'terms=1,2', '--metric', 'total', '--out', out, '--json'];
    const { stdout } = await call(sweep);
    const { stdout: again } = await call(['resume', out, '--json']);
    expect({ ...JSON.parse(again), seconds: 0 }).toEqual({ ...JSON.parse(stdout), seconds: 0 });
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    for (const part of ['The best so far', 'All settings side by side', 'npx unbraid run test/adder --preset short'])
      expect(page).toContain(part);
    const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
    expect(config.command).toBe('npx unbraid sweep test/adder --metric total --preset short --seed 0 --set terms=1,2');
  });

  it.each([
    [['test/added'], 'there is no experiment "test/added"; choose test/adder'],
    [[], 'name an experiment, or a --file that does'],
    [['test/adder', '--set', 'term=1,2'], 'there is no setting "term"; choose terms'],
    [['test/adder', '--set', 'terms=1', '--set', 'terms=2'], 'terms is set twice; give its values in one --set'],
    [['test/adder', '--set', 'terms=0,1'], 'setting terms cannot come from 0'],
    [['test/adder', '--set', 'terms=1', '--metric', 'totl'], 'there is no result "totl"; choose total'],
    [['test/adder', '--set', 'pause=0..1', '--trials', '5', '--method', 'tpe'], 'tpe needs a metric to learn from'],
    [['test/adder', '--set', 'terms=1', '--method', 'grd'], '--method grd: choose grid, random, tpe'],
    [['test/adder', '--set', 'terms=1', '--seeds', '3..1'], '--seeds 3..1: write seeds as 0..9 or 0,3,7'],
    [['test/adder', '--set', 'terms=1', '--trials', 'x'], '--trials x: a whole number from 1 is needed'],
    [['test/adder', '--set', 'terms=1', '--warmup', '2'], '--warmup is of --prune KEY'],
    [['test/adder', '--set', 'terms=1', '--csv', '/nowhere/t.csv'], 'there is no folder /nowhere'],
    [['test/adder', '--set', 'terms=1', '--from', '/nowhere/t.csv'], 'there is no file /nowhere/t.csv'],
    [['--file', '/nowhere/sweep.yaml'], 'there is no file /nowhere/sweep.yaml'],
  ])('refuses %j before anything runs', async (args, message) => {
    const out = newRun();
    const { code, stdout, stderr } = await call(['sweep', ...args, '--out', out]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    ['experiment: [', 'is no YAML'],
    ['experiment: test/adder\nset: {terms: 1}\nseed: -1', "'s seed is -1; a number from 0 is needed"],
    ['experiment: test/adder\nsets: {terms: 1}', 'has no setting "sets"; the nearest are set'],
    ['experiment: test/adder\nset: {terms: {from: 1}}', 'a range is { from, to }'],
    ['experiment: test/adder\nset: {terms: [one]}', 'setting terms cannot come from "one"'],
    ['- 1', 'takes an object of settings'],
  ])('refuses the description %j', async (text, message) => {
    const file = join(temporaryFolder(), 'sweep.yaml');
    writeFileSync(file, text);
    const { code, stderr } = await call(['sweep', '--file', file, '--out', newRun()]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('of an experiment is found by its name when it is resumed', async () => {
    const out = newRun();
    await call(['sweep', 'test/adder', '--set', 'terms=1,2', '--out', out]);
    writeFileSync(join(out, 'state.json'), JSON.stringify({ status: 'interrupted', seconds: 1 }));
    expect((await call(['resume', out, '--json'])).code).toBe(0);
  });
});
