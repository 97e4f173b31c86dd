import { EventEmitter } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@unbraid/kernels';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

const ROWS = 240;

/** Houses: a price that bends with the size, a district with its own level, missing ages; and whether it was sold. */
function houses(): string {
  const random = createRandom(3);
  const lines = ['id,size,district,age,garden,price,sold'];
  for (let i = 0; i < ROWS; i++) {
    const size = 40 + 120 * random.next();
    const district = ['north', 'south', 'west'][random.int(3)]!;
    const age = random.next() < 0.1 ? '' : String(random.int(80));
    const garden = random.next() < 0.5 ? 'true' : 'false';
    const level = { north: 0, south: 60, west: 150 }[district]!;
    const price = 100 + level + 2 * Math.max(0, size - 90) + (garden === 'true' ? 25 : 0) + 8 * (random.next() - 0.5);
    const sold = price + 40 * (random.next() - 0.5) > 220 ? 'yes' : 'no';
    lines.push(`house-${i},${size.toFixed(2)},${district},${age},${garden},${price.toFixed(3)},${sold}`);
  }
  return `${lines.join('\n')}\n`;
}

const folder = temporaryFolder;
let data: string;
let workplace: string;

beforeAll(() => {
  workplace = mkdtempSync(join(tmpdir(), 'unbraid-cli-'));
  data = join(workplace, 'houses.csv');
  writeFileSync(data, houses());
});
afterAll(() => rmSync(workplace, { recursive: true, force: true }));

const SMALL = ['--preset', 'smoke', '--folds', '3', '--omit', 'id'];

/** A fit, which is done once for all tests that ask for the same and change nothing. */
const fits = new Map<string, ReturnType<typeof freshlyFitted>>();
function fitted(method: string, args: readonly string[]): ReturnType<typeof freshlyFitted> {
  const key = JSON.stringify([method, args]);
  const made = fits.get(key) ?? freshlyFitted(method, args);
  fits.set(key, made);
  return made;
}

async function freshlyFitted(method: string, args: readonly string[]) {
  const out = mkdtempSync(join(workplace, 'run-'));
  const result = await call(['fit', method, data, ...SMALL, ...args, '--json', '--out', out]);
  expect(result.stderr).not.toContain('unbraid:');
  return { ...result, out, summary: JSON.parse(result.stdout).summary };
}

/** Rows of a CSV file by column. */
function table(path: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = head!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((entry, i) => [names[i]!, entry])));
}

describe('from a table to predictions', () => {
  it('learns a quantity: fit, predict, evaluate, export', async () => {
    const { out, summary } = await fitted('galu', ['--target', 'price', '--omit', 'id,sold']);
    expect(summary).toMatchObject({ task: 'regression', scoreName: 'r2', rows: ROWS, columns: 4, folds: 3 });
    expect(summary.score).toBeGreaterThan(0.97);
    expect(summary.score).toBeGreaterThan(summary.baselineScore);
    expect(summary.scoreLower).toBeLessThan(summary.score);
    expect(summary.constantScore).toBeLessThan(0.1);
    expect(readdirSync(join(out, 'artifacts')).sort()).toEqual([
      'model.json',
      'model.safetensors',
      'preprocessor.json',
    ]);
    const figures = readdirSync(join(out, 'figures'));
    for (const name of ['grid', 'learning-curve', 'predictions', 'residuals', 'importance', 'dependence-1'])
      expect(figures).toContain(`${name}.svg`);

    const path = join(workplace, 'prices.csv');
    const predicted = await call(['predict', out, data, '--out', path, '--id', 'id,price', '--json']);
    expect(JSON.parse(predicted.stdout)).toMatchObject({ rows: ROWS, out: path });
    const rows = table(path);
    expect(Object.keys(rows[0]!)).toEqual(['id', 'price', 'prediction']);
    const errors = rows.map(({ price, prediction }) => (Number(price) - Number(prediction)) ** 2);
    const rmse = Math.sqrt(errors.reduce((a, b) => a + b) / ROWS);

    const evaluated = await call(['evaluate', out, data, '--json']);
    const { scores } = JSON.parse(evaluated.stdout);
    expect(scores.rmse.value).toBeCloseTo(rmse, 3);
    expect(scores.r2.lower).toBeLessThan(scores.r2.value);

    const onnx = join(workplace, 'prices.onnx');
    const exported = await call(['export', out, '--onnx', onnx, '--json']);
    expect(JSON.parse(exported.stdout).inputs).toEqual(['size', 'district', 'age', 'garden']);
    expect(readFileSync(onnx).length).toBe(JSON.parse(exported.stdout).bytes);
  });

  it('learns classes, with probabilities, and writes what the name of the file says', async () => {
    const { out, summary } = await fitted('galu', ['--target', 'sold', '--omit', 'id,price']);
    expect(summary).toMatchObject({ task: 'classification', scoreName: 'accuracy' });
    expect(summary.score).toBeGreaterThan(0.85);
    expect(summary.auc).toBeGreaterThan(0.9);
    const path = join(workplace, 'sold.jsonl');
    expect((await call(['predict', out, data, '--out', path])).code).toBe(0);
    const rows = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(ROWS);
    for (const row of rows) {
      const [no, yes] = [row['probability no'], row['probability yes']];
      expect(no + yes).toBeCloseTo(1, 5);
      expect(row.prediction).toBe(yes > no ? 'yes' : 'no');
    }
    const { stdout } = await call(['evaluate', out, data]);
    expect(stdout).toMatch(/accuracy.*\n.*log loss/);
    expect(stdout).toMatch(/true class \\ predicted +no +yes/);
    const parquet = join(workplace, 'sold.parquet');
    expect((await call(['predict', out, data, '--out', parquet])).code).toBe(0);
    expect(readFileSync(parquet).subarray(0, 4).toString()).toBe('PAR1');
  });

  it('leaves out a column that is missing in all rows', async () => {
    const bare = join(workplace, 'bare.csv');
    const [head, ...lines] = houses().trimEnd().split('\n');
    writeFileSync(bare, `${head},cellar\n${lines.map((line) => `${line},`).join('\n')}\n`);
    const out = join(folder(), 'run');
    const { code, stderr } = await call(['fit', 'galu', bare, ...SMALL, '--target', 'price', '--out', out]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/"cellar" is left out/) });
    const outputs = readFileSync(join(out, 'outputs.json'), 'utf8');
    expect(outputs).toContain('Partial dependence on district');
    expect(outputs).not.toContain('Partial dependence on cellar');
  });

  it.each(['mlp', 'laperm'])('learns by %s', async (method) => {
    const args = ['--target', 'sold', '--omit', 'id,price', '--hidden', '16', '--steps', '200'];
    const { out, summary } = await fitted(method, args);
    expect(summary.score).toBeGreaterThan(0.75);
    const path = join(workplace, `${method}.csv`);
    expect((await call(['predict', out, data, '--out', path])).code).toBe(0);
    expect(table(path)).toHaveLength(ROWS);
    expect((await call(['export', out, '--onnx', join(workplace, `${method}.onnx`)])).code).toBe(0);
  });

  it('chooses no learning rate by which training runs off', async () => {
    const args = ['--target', 'price', '--omit', 'id,sold', '--hidden', '8', '--steps', '50', '--rates', '1e10,0.003'];
    const { out, summary } = await freshlyFitted('mlp', args);
    expect(summary.learningRate).toBe(0.003);
    const { tables } = JSON.parse(readFileSync(join(out, 'outputs.json'), 'utf8'));
    const trials = tables.find(({ name }: { name: string }) => name === 'trials');
    expect(trials.rows[0].slice(0, 2)).toEqual(['rate 10000000000', 'Infinity']);
    const hopeless = ['fit', 'mlp', data, ...SMALL, ...args.slice(0, -1), '1e10,1e11', '--out', join(folder(), 'run')];
    expect(await call(hopeless)).toMatchObject({ code: 1, stderr: expect.stringContaining('lower the learning rate') });
  });

  it('tells of categories that training had nothing like, and counts them', async () => {
    const { out } = await fitted('galu', ['--target', 'price', '--omit', 'id,sold']);
    const other = join(workplace, 'other.csv');
    writeFileSync(other, 'size,district,age,garden\n80,east,3,true\n90,east,4,false\n70,north,5,true\n');
    const { code, stderr } = await call(['predict', out, other, '--out', join(workplace, 'o.csv')]);
    expect(code).toBe(0);
    expect(stderr).toContain('"district" has a category that training didn\'t have in 2 rows, the first at row 0');
  });
});

describe('an interrupted fit', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** Stops when the text shows up on stderr for the `count`th time. A second passes whenever the time is asked for, so that no line is held back. */
  const stopping = (text: string, count: number) => {
    let now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 1000;
      return now;
    });
    const signals = new EventEmitter();
    let left = count;
    const write = async (written: string) => {
      if (written.includes(text) && --left === 0) signals.emit('SIGINT');
    };
    return { signals, stderr: { isTTY: true, columns: 200, write } };
  };

  it.each([
    ['galu', 1],
    ['galu', 2],
    ['mlp', 3],
  ])('%s goes on to the numbers of one that was not (stopped at %i)', async (method, at) => {
    const args = ['--target', 'price', '--omit', 'id,sold', ...(method === 'mlp' ? ['--steps', '60'] : [])];
    const straight = await fitted(method, args);
    const out = join(folder(), 'run');
    const stopped = await call(['fit', method, data, ...SMALL, ...args, '--out', out], stopping('parts', at));
    expect(stopped.code).toBe(130);
    expect(existsSync(join(out, 'artifacts', 'model.json'))).toBe(false);
    const refused = await call(['predict', out, data, '--out', join(out, 'p.csv')]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('has saved no model yet') });
    const resumed = await call(['resume', out, '--json']);
    expect(resumed.code).toBe(0);
    expect({ ...JSON.parse(resumed.stdout).summary, seconds: 0 }).toEqual({ ...straight.summary, seconds: 0 });
    for (const name of ['model.json', 'model.safetensors', 'preprocessor.json'])
      expect(readFileSync(join(out, 'artifacts', name))).toEqual(readFileSync(join(straight.out, 'artifacts', name)));
  });

  it('refuses a table that has changed since', async () => {
    const own = join(folder(), 'own.csv');
    const out = join(folder(), 'run');
    writeFileSync(own, houses());
    const args = ['fit', 'galu', own, ...SMALL, '--target', 'price', '--out', out];
    expect((await call(args, stopping('parts', 1))).code).toBe(130);
    writeFileSync(own, houses().replace('north', 'south'));
    expect(await call(['resume', out])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/own\.csv has changed/),
    });
  });
});

describe('what can not be used is told in one line, and nothing is written', () => {
  const file = (content: string) => {
    const path = join(folder(), 'bad.csv');
    writeFileSync(path, content);
    return path;
  };
  const numbered = (line: (i: number) => string) => Array.from({ length: 30 }, (_, i) => line(i)).join('\n');

  it.each<[string, () => string[], number, RegExp]>([
    ['no file', () => ['nothing.csv', '--target', 'y'], 2, /there is no file .*nothing\.csv/],
    ['no target', () => [data], 2, /--target/],
    [
      'a target that is not there',
      () => [data, '--target', 'prise'],
      2,
      /"prise".*no such column.*nearest are "price"/,
    ],
    ['an omitted column that is not there', () => [data, '--target', 'price', '--omit', 'ages'], 2, /"ages".*"age"/],
    [
      'a group that is not there',
      () => [data, '--target', 'price', '--group', 'distrikt'],
      2,
      /"distrikt".*"district"/,
    ],
    ['the target as a group', () => [data, '--target', 'price', '--group', 'price'], 2, /this is the target/],
    ['groups and times', () => [data, '--target', 'price', '--group', 'district', '--time', 'age'], 2, /not by both/],
    ['weights that are text', () => [data, '--target', 'price', '--weights', 'district'], 1, /holds no numbers/],
    ['an unknown kind', () => [data, '--target', 'price', '--kinds', 'age=zahl'], 2, /kinds/],
    ['a kind in other words', () => [data, '--target', 'price', '--kinds', 'age'], 2, /write it as zip=text/],
    ['a task that there is not', () => [data, '--target', 'price', '--task', 'guess'], 2, /task/],
    ['folds that can not be', () => [data, '--target', 'price', '--folds', '1'], 2, /folds/],
    ['no neurons', () => [data, '--target', 'price', '--neurons', 'many'], 2, /neurons/],
    ['a ridge of 0', () => [data, '--target', 'price', '--ridge', '0'], 2, /ridge/],
    ['an unknown setting', () => [data, '--target', 'price', '--set', 'neuron=3'], 2, /neuron/],
    ['a setting that is an option', () => [data, '--target', 'price', '--set', 'folds=3'], 2, /--set folds/],
    ['an empty file', () => [file(''), '--target', 'y'], 1, /bad\.csv/],
    ['no rows', () => [file('x,y\n'), '--target', 'y'], 1, /no rows/],
    ['one class', () => [file(`x,y\n${numbered((i) => `${i},a`)}\n`), '--target', 'y'], 1, /"y".*"?a"?/],
    [
      'a target that is all missing',
      () => [file(`x,y\n${numbered((i) => `${i},`)}\n`), '--target', 'y'],
      1,
      /missing in all/,
    ],
    [
      'a target that float32 does not reach',
      () => [file(`x,y\n${numbered((i) => `${i},${i === 7 ? 4e38 : i / 7}`)}\n`), '--target', 'y'],
      1,
      /"y" is 4e\+38 at row 7 .*float32/,
    ],
    ['no other column', () => [file(`y\n${numbered((i) => `${i / 7}`)}\n`), '--target', 'y'], 1, /no column is left/],
  ])('%s', async (_, args, code, said) => {
    const out = join(folder(), 'run');
    const result = await call(['fit', 'galu', ...args(), '--out', out]);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    const last = result.stderr.trimEnd().split('\n').at(-1)!;
    expect(last).toMatch(said);
    expect(result.stderr.match(/^unbraid: /gm)).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  });

  it('in predictions and scores, too', async () => {
    const { out } = await fitted('galu', ['--target', 'sold', '--omit', 'id,price']);
    const target = join(folder(), 'p.csv');
    const tries: [string[], number, RegExp][] = [
      [['predict', out], 2, /name the table/],
      [['predict', out, data], 2, /--out is missing/],
      [['predict', out, data, '--out', data], 2, /is the table itself/],
      [['predict', out, data, '--out', join(folder(), 'p.xlsx')], 1, /\.csv, \.jsonl or \.parquet/],
      [['predict', out, data, '--out', target, '--id', 'name'], 1, /"name"/],
      [['predict', out, data, '--out', target, '--nodes', 'n.csv'], 2, /--nodes is not for models of tables/],
      [['predict', out, file('size,district,age\n1,north,2\n'), '--out', target], 1, /garden/],
      [['predict', out, file('size,district,age,garden\n'), '--out', target], 1, /no rows/],
      [
        ['predict', out, file('size,district,age,garden\nlarge,north,2,true\n'), '--out', target],
        1,
        /size.*large|large.*size/,
      ],
      [['predict', join(folder(), 'no'), data, '--out', target], 2, /there is no folder/],
      [['predict', folder(), data, '--out', target], 2, /holds no model/],
      [['evaluate', out, file('size,district,age,garden\n1,north,2,true\n')], 1, /sold/],
      [
        ['evaluate', out, file('size,district,age,garden,sold\n1,north,2,true,maybe\n')],
        1,
        /"maybe".*training didn't have/,
      ],
      [['evaluate', out, file('size,district,age,garden,sold\n1,north,2,true,\n')], 1, /missing in all 1 rows/],
      [['export', out], 2, /--onnx/],
    ];
    for (const [args, code, said] of tries) {
      const result = await call(args);
      expect({ args, code: result.code, stdout: result.stdout }).toEqual({ args, code, stdout: '' });
      expect(result.stderr.trimEnd().split('\n').at(-1)).toMatch(said);
      expect(existsSync(target)).toBe(false);
    }
  });

  it.each([
    ['preprocessor.json', 'size', 'sise', /preprocessor\.json is not the file that was saved with model\.json/],
    ['model.safetensors', 'galu', 'gala', /model\.safetensors is not the file that was saved with model\.json/],
    ['model.json', '"yes"', '"maybe",\n"yes"', /model\.json was changed since it was saved/],
  ])('in a model whose %s was changed', async (name, from, to, said) => {
    const { out } = await fitted('galu', ['--target', 'sold', '--omit', 'id,price']);
    const copy = join(folder(), 'copy');
    cpSync(join(out, 'artifacts'), copy, { recursive: true });
    const path = join(copy, name);
    const before = readFileSync(path, 'latin1');
    expect(before).toContain(from);
    writeFileSync(path, before.replace(from, to), 'latin1');
    const target = join(folder(), 'p.csv');
    for (const args of [
      ['predict', copy, data, '--out', target],
      ['evaluate', copy, data],
      ['export', copy, '--onnx', target],
    ])
      expect(await call(args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(said) });
    expect(existsSync(target)).toBe(false);
  });
});

describe('predict', () => {
  it('leaves nothing behind when it is interrupted', async () => {
    const { out } = await fitted('galu', ['--target', 'price', '--omit', 'id,sold']);
    const large = join(folder(), 'large.csv');
    const [head, ...lines] = houses().trimEnd().split('\n');
    writeFileSync(large, `${head}\n${Array.from({ length: 400 }, () => lines.join('\n')).join('\n')}\n`);
    const signals = new EventEmitter();
    const place = folder();
    const stderr = {
      isTTY: true,
      columns: 80,
      write: async (text: string) => void (text.includes('rows') && signals.emit('SIGINT')),
    };
    const { code } = await call(['predict', out, large, '--out', join(place, 'p.csv')], { signals, stderr });
    expect(code).toBe(130);
    expect(readdirSync(place)).toEqual([]);
  });
});
