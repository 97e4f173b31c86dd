import { EventEmitter } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registry } from '../src/registry.ts';
import { adder } from './adder.js';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

const newRun = () => join(temporaryFolder(), 'run');

describe('unbraid list', () => {
  it('shows every experiment with its paper in a line', async () => {
    const { code, stdout, stderr } = await call(['list']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`experiment  title  paper
test/adder  Adder  arXiv 0000.00000

Settings, presets and results: npx unbraid list test
`);
  });

  it('fits on a screen or two with all experiments of this release', async () => {
    const { stdout } = await call(['list'], { registry });
    const names = (await registry.list()).map(({ name }) => name);
    for (const name of names) expect(stdout).toContain(name);
    expect(stdout.split('\n').length).toBeLessThan(60);
  });

  it('shows the settings of a system', async () => {
    const { stdout } = await call(['list', 'test']);
    expect(stdout).toBe(`test/adder: Adder (arXiv 0000.00000)
  setting  default  type                  meaning
  terms    5        integer ≥ 1           How many terms
  pause    0        number ≥ 0            Pause before each term, ms
  scales   [1, 2]   list of numbers       Factors
  leak     false    boolean               Whether a timer goes on for ever
  mode     works    works | fails | deaf  What happens at the end

Presets and results: npx unbraid list test/adder
`);
  });

  it('shows all of one experiment', async () => {
    const { stdout } = await call(['list', 'test/adder']);
    expect(stdout).toContain('terms    5        integer ≥ 1');
    expect(stdout).toContain(`
Adds terms up.

  preset  sets
  smoke   terms=2
  short   the defaults
  full    terms=100

  result  meaning
  total   Sum of all terms
  mode    The setting mode
`);
  });

  it('refuses other names, and tells the nearest first', async () => {
    const { code, stdout, stderr } = await call(['list', 'test/added', '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('unbraid: there is no experiment "test/added"; choose test or test/adder\n');
  });

  it.each([[[]], [['test']], [['test/adder']]])('prints one JSON array with --json of %j', async (names) => {
    const { stdout } = await call(['list', ...names, '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        name: 'test/adder',
        paper: 'arXiv 0000.00000',
        settings: [{ name: 'terms', default: 5, type: 'integer ≥ 1', description: 'How many terms' }, {}, {}, {}, {}],
        presets: { smoke: { terms: 2 } },
        summary: { total: 'Sum of all terms' },
      },
    ]);
  });
});

describe('unbraid run', () => {
  it('prints the table and the summary on stdout, the rest on stderr', async () => {
    const out = newRun();
    const { code, stdout, stderr } = await call(['run', 'test/adder', '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'Terms\nscale  count\n    1      1\n    2      1\n\n' +
        'result  value  meaning\ntotal   30     Sum of all terms\nmode    works  The setting mode\n',
    );
    expect(stderr).toMatch(/^20%, 1 of 5 terms\nReport: .*report\.html\n$/);
  });

  it('prints exactly one JSON object with --json', async () => {
    const out = newRun();
    const args = [
      'run',
      'test/adder',
      '--json',
      '--preset',
      'smoke',
      '--seed',
      '7',
      '--set',
      'scales=3,4',
      '--out',
      out,
    ];
    const { code, stdout } = await call(args);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual(['experiment', 'preset', 'config', 'seed', 'runDir', 'seconds', 'summary']);
    expect(result).toEqual({
      experiment: 'test/adder',
      preset: 'smoke',
      config: { terms: 2, pause: 0, scales: [3, 4], leak: false, mode: 'works' },
      seed: 7,
      runDir: out,
      seconds: expect.any(Number),
      summary: { total: 14, mode: 'works' },
    });
    expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))).toEqual(result.summary);
    const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
    expect(config.command).toBe('npx unbraid run test/adder --preset smoke --seed 7 --set scales=3,4');
    expect(config.versions).toHaveProperty('onnxruntime');
  });

  it.each([
    [['run', 'test/ader'], 'there is no experiment "test/ader"; choose test/adder'],
    [['run', 'test/adder', '--preset', 'smok'], 'test/adder: there is no preset "smok"; choose smoke, short or full'],
    [['run', 'test/adder', '--set', 'term=3'], 'test/adder: there is no setting "term"; choose terms, '],
    [['run', 'test/adder', '--set', 'terms'], 'test/adder: "terms" sets nothing; write key=value'],
    [['run', 'test/adder', '--set', 'terms=three'], 'setting terms cannot come from "three": expected number'],
    [['run', 'test/adder', '--set', 'pause=NaN'], 'setting pause cannot come from "NaN": expected number'],
    [['run', 'test/adder', '--set', 'pause=1e999'], 'setting pause cannot come from Infinity: expected number'],
    [['run', 'test/adder', '--set', 'pause=-1'], 'setting pause cannot come from -1: Too small'],
    [
      ['run', 'test/adder', '--set', 'scales=1,Infinity'],
      'setting scales[1] cannot come from [1,"Infinity"]: expected number',
    ],
    [
      ['run', 'test/adder', '--set', 'mode=work'],
      'setting mode cannot come from "work": Invalid option: expected one of',
    ],
    [['run', 'test/adder', '--seed', '-1'], '--seed -1: a seed is an integer from 0 to'],
    [['run', 'test/adder', '--seed', '1e3'], '--seed 1e3: a seed is an integer from 0 to'],
    [['run', 'test/adder', '--seed', '9007199254740993'], 'a seed is an integer from 0 to'],
    [['run'], "missing required argument 'name'"],
    [['run', 'test/adder', '--colour'], "unknown option '--colour'"],
    [['rnu'], "unknown command 'rnu' (Did you mean run?)"],
    [['resume', '/nowhere/at/all'], '/nowhere/at/all is not a run directory: it has no config.json'],
    [['report', '/nowhere/at/all'], '/nowhere/at/all is not a run directory'],
  ])('%j ends with 2 and one line', async (args, message) => {
    const out = newRun();
    const { code, stdout, stderr } = await call(args[0] === 'run' ? [...args, '--out', out] : args);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^unbraid: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(out)).toBe(false);
  });

  it('refuses a directory that is not empty and leaves it as it is', async () => {
    const out = temporaryFolder();
    writeFileSync(join(out, 'a.txt'), 'mine');
    const { code, stderr } = await call(['run', 'test/adder', '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toBe(`unbraid: the directory ${out} exists and is not empty; choose another directory\n`);
    expect(readdirSync(out)).toEqual(['a.txt']);
  });

  it('ends with 1 when an experiment fails, says why and how to go on; with the stack only for debugging', async () => {
    const out = newRun();
    const args = (to = newRun()) => ['run', 'test/adder', '--json', '--set', 'mode=fails', '--out', to];
    const { code, stdout, stderr } = await call(args(out));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n').slice(-2)).toEqual([
      'unbraid: the adder failed with details on a second line',
      `What was done is kept. Once the cause is mended, go on with: npx unbraid resume ${out}`,
    ]);
    expect((await call(['resume', out])).stderr).toContain(`go on with: npx unbraid resume ${out}\n`);
    expect((await call(args(), { debug: true })).stderr).toMatch(/\n {4}at .*adder\.js/);
  });

  it('ends with 130 after Ctrl-C and says how to go on', async () => {
    const out = newRun();
    const signals = new EventEmitter();
    const called = call(['run', 'test/adder', '--json', '--out', out, '--set', 'pause=20'], { signals });
    while (!existsSync(join(out, 'metrics.jsonl'))) await new Promise((resolve) => setTimeout(resolve, 5));
    signals.emit('SIGINT');
    const { code, stdout, stderr } = await called;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/Go on with: npx unbraid resume \S+\n$/);
    expect(signals.eventNames()).toEqual([]);

    const resumed = await call(['resume', out, '--json']);
    expect(resumed.code).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ runDir: out, summary: { total: 30, mode: 'works' } });
  });
});

describe('unbraid resume', () => {
  it('tells the results of a finished run', async () => {
    const out = newRun();
    const first = await call(['run', 'test/adder', '--out', out]);
    const second = await call(['resume', out]);
    expect(second).toMatchObject({ code: 0, stdout: first.stdout });
  });
});

describe('unbraid report', () => {
  it('writes the report again and prints where it is', async () => {
    const out = newRun();
    await call(['run', 'test/adder', '--out', out]);
    writeFileSync(join(out, 'report.html'), '');
    const path = join(out, 'report.html');
    expect(await call(['report', out])).toMatchObject({ code: 0, stdout: `${path}\n`, opened: [] });
    expect(readFileSync(path, 'utf8')).toContain(adder.title);
    expect((await call(['report', out, '--open'])).opened).toEqual([path]);
  });
});

describe('unbraid', () => {
  it('explains itself', async () => {
    const help = await call(['--help']);
    expect(help.code).toBe(0);
    for (const word of ['list', 'run', 'resume', 'report', 'Exit codes']) expect(help.stdout).toContain(word);
    expect((await call(['run', '--help'])).stdout).toContain('--preset');
    expect(await call(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(await call([])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Usage: unbraid') });
  });
});
