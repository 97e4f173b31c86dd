import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blockModel } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

/** Fewer trainings, each short. */
const SMALL = ['--preset', 'smoke', '--repeats', '2', '--baselines', 'majority,logistic,gcn', '--set', 'epochs=40'];

interface Files {
  readonly folder: string;
  readonly nodes: string;
  readonly edges: string;
}

/** A block model of two columns for each homophily, a category and gaps, as two tables; every fifth node has no class. */
function graphFiles({ nodes = 90, seed = 1, name = 'n' } = {}): Files {
  const folder = temporaryFolder();
  const random = createRandom(seed);
  const graph = blockModel({ nodes, homophily: [0.9, 0.6], dimensions: 2, degree: 8, signal: 1.5, random });
  const { features, labels, adjacency } = graph;
  const { data, cols } = features as { data: Float32Array; cols: number };
  const rows = Array.from({ length: nodes }, (_, i) => {
    const numbers = Array.from(data.subarray(i * cols, (i + 1) * cols), (value, d) =>
      (i + d) % 17 === 0 ? '' : value.toFixed(3),
    );
    return [`${name}${i}`, ...numbers, i % 3 === 0 ? 'north' : 'south', i % 5 === 0 ? '' : `kind ${labels[i]}`].join(
      ',',
    );
  });
  const columns = Array.from({ length: cols }, (_, d) => `x${d}`);
  writeFileSync(join(folder, 'nodes.csv'), [['id', ...columns, 'place', 'kind'].join(','), ...rows].join('\n'));
  const edges: string[] = [];
  for (let i = 0; i < nodes; i++) {
    for (let e = adjacency.starts[i]!; e < adjacency.starts[i + 1]!; e++) {
      const j = adjacency.columns[e]!;
      if (i < j) edges.push(`${name}${i},${name}${j}`);
    }
  }
  writeFileSync(join(folder, 'edges.csv'), ['source,target', ...edges, `${name}1,${name}1`, edges[0]].join('\n'));
  return { folder, nodes: join(folder, 'nodes.csv'), edges: join(folder, 'edges.csv') };
}

const fitArgs = ({ nodes, edges, folder }: Files, ...more: string[]) => [
  ...['fit', 'gfgn', '--nodes', nodes, '--edges', edges, '--target', 'kind'],
  ...['--out', join(folder, 'run'), ...SMALL, ...more],
];

const unlogged = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('unbraid:'));

/** What an exported model says of nodes and edges, the probabilities row after row. */
async function inOnnx(
  path: string,
  columns: Readonly<Record<string, Tensor>>,
  edges: readonly (readonly [number, number])[],
) {
  const session = await InferenceSession.create(path);
  const pairs = new Tensor('int64', BigInt64Array.from(edges.flat(), BigInt), [edges.length, 2]);
  const { label, probabilities } = await session.run({ ...columns, edges: pairs });
  return { labels: label!.data as unknown as string[], probabilities: probabilities!.data as Float32Array };
}

/** Of a file of predictions: the class and the probabilities of each row. */
function predictionsIn(path: string): { readonly labels: string[]; readonly probabilities: number[] } {
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  return { labels: rows.map((row) => row[1]!), probabilities: rows.flatMap((row) => row.slice(2).map(Number)) };
}

function expectSame(
  found: Awaited<ReturnType<typeof inOnnx>>,
  { labels, probabilities }: ReturnType<typeof predictionsIn>,
): void {
  expect([...found.labels]).toEqual(labels);
  expect(found.probabilities).toHaveLength(probabilities.length);
  for (const [at, value] of found.probabilities.entries()) expect(value).toBeCloseTo(probabilities[at]!, 4);
}

describe('unbraid fit gfgn', () => {
  it('learns, reports, scores and predicts', async () => {
    const files = graphFiles();
    const run = join(files.folder, 'run');
    const fitted = await call(fitArgs(files, '--json'));
    expect(unlogged(fitted.stderr)).toEqual([]);
    expect(fitted.code).toBe(0);
    expect(fitted.stderr).toContain('18 of 90 nodes have no "kind": they take part in the graph, and get predictions');
    expect(fitted.stderr).toContain('1 edge from a node to itself left out');
    const { summary } = JSON.parse(fitted.stdout);
    expect(summary).toMatchObject({ task: 'classification', rows: 90, labelled: 72, columns: 5, model: 'gfgn-graph' });
    expect(summary.score).toBeGreaterThan(summary.majority);
    expect(summary.scoreLower).toBeLessThanOrEqual(summary.score);
    const html = readFileSync(join(run, 'report.html'), 'utf8');
    for (const title of ['Accuracy on test nodes', 'What is taken for what', 'How much each column is smoothed'])
      expect(html).toContain(title);

    const scored = await call(['evaluate', run, '--json']);
    expect(scored).toMatchObject({ code: 0 });
    expect(JSON.parse(scored.stdout)).toMatchObject({ rows: 90, learned: 72, nodes: 72 });

    const out = join(files.folder, 'p.csv');
    expect((await call(['predict', run, '--out', out, '--json'])).code).toBe(0);
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(19);
    expect(lines[0]).toMatch(/^id,prediction,"?probability_kind 0"?,/);

    const itself = await call(['predict', run, '--out', files.nodes]);
    expect(itself.code).toBe(2);
    expect(unlogged(itself.stderr)).toEqual([
      expect.stringMatching(/--out .*nodes\.csv is a file of the graph itself/),
    ]);
    expect(readFileSync(files.nodes, 'utf8')).toMatch(/^id,x0,/);

    const other = graphFiles({ nodes: 40, seed: 2, name: 'other' });
    const there = ['--nodes', other.nodes, '--edges', other.edges];
    expect((await call(['predict', run, ...there, '--out', out, '--id', 'place'])).code).toBe(0);
    const predicted = readFileSync(out, 'utf8').trim().split('\n');
    expect(predicted).toHaveLength(41);
    expect(predicted[1]).toMatch(/^other0,north,kind \d,/);
    const path = join(files.folder, 'm.onnx');
    expect((await call(['export', run, '--onnx', path])).code).toBe(0);
    const rows = readFileSync(other.nodes, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const numbers = (at: number) => Float64Array.from(rows, (row) => (row[at] === '' ? Number.NaN : Number(row[at])));
    const columns = Object.fromEntries(
      [1, 2, 3, 4].map((at) => [`x${at - 1}`, new Tensor('float64', numbers(at), [rows.length, 1])]),
    );
    const places = new Tensor(
      'string',
      rows.map((row) => row[5]!),
      [rows.length, 1],
    );
    const pairs = readFileSync(other.edges, 'utf8')
      .trim()
      .split('\n')
      .slice(1, -2)
      .map((line) => line.replaceAll('other', '').split(',').map(Number) as [number, number]);
    await call(['predict', run, ...there, '--out', out]);
    expectSame(await inOnnx(path, { ...columns, place: places }, pairs), predictionsIn(out));
    expect(JSON.parse((await call(['evaluate', run, ...there, '--json'])).stdout)).toMatchObject({
      learned: 0,
      nodes: 32,
    });
  });

  it('draws neighbours in each step where that is asked for', async () => {
    const files = graphFiles({ nodes: 60 });
    const given = ['--model', 'gfgn-pair', '--sample', '4,4', '--set', 'batchSize=16', '--set', 'smoothing=false'];
    const { code, stdout } = await call(fitArgs(files, ...given, '--json'));
    expect(code).toBe(0);
    const { summary } = JSON.parse(stdout);
    expect(summary.score).toBeGreaterThan(summary.majority);
    const far = { ...files, folder: join(files.folder, 'far') };
    const refused = await call(fitArgs(far, '--sample', '10,10', '--baselines', 'gcn,gpr-gnn,h2gcn'));
    expect([refused.code, existsSync(far.folder)]).toEqual([2, false]);
    expect(refused.stderr).toContain('--sample has 2 numbers, gpr-gnn hears 10 hops');
  });

  it('goes on after Ctrl-C to the numbers of a run without it', async () => {
    const files = graphFiles();
    // Long enough for the line of progress, drawn ten times a second, to show the first fits done before the last one is.
    const long = ['--set', 'epochs=200', '--set', 'patience=200'];
    const straight = await call([...fitArgs(files, '--json', ...long), '--out', join(files.folder, 'straight')]);
    const signals = new EventEmitter();
    const stderr = {
      isTTY: true,
      columns: 200,
      write: async (text: string) => void (/[1-7] of 8 fits/.test(text) && signals.emit('SIGINT')),
    };
    expect((await call(fitArgs(files, ...long), { signals, stderr })).code).toBe(130);
    const resumed = await call(['resume', join(files.folder, 'run'), '--json']);
    expect(resumed.code).toBe(0);
    const told = ({ stdout }: { stdout: string }) => ({ ...JSON.parse(stdout).summary, seconds: 0 });
    expect(told(resumed)).toEqual(told(straight));
    const model = (name: string) => readFileSync(join(files.folder, name, 'artifacts', 'gfgn.safetensors'));
    expect(model('run').equals(model('straight'))).toBe(true);
    writeFileSync(files.nodes, readFileSync(files.nodes, 'utf8').replace('south', 'north'));
    expect((await call(['predict', join(files.folder, 'run'), '--out', 'p.csv'])).stderr).toMatch(
      /nodes\.csv has changed since/,
    );
  });

  it('takes the split of a column, numbers of rows as names, counts, and any model', async () => {
    const folder = temporaryFolder();
    const random = createRandom(3);
    const words = Array.from({ length: 25 }, (_, d) => `w${d}`);
    const rows = Array.from({ length: 40 }, (_, i) => {
      const counts = words.map((_, d) => (random.int(100) < (d % 2 === i % 2 ? 20 : 3) ? 1 : 0));
      return [...counts, i % 2, i < 20 ? 'train' : i < 30 ? 'val' : i < 39 ? 'test' : ''].join(',');
    });
    writeFileSync(join(folder, 'n.csv'), [[...words, 'class', 'part'].join(','), ...rows].join('\n'));
    const edges = Array.from({ length: 39 }, (_, i) => `${i},${(i + 2) % 40},${1 + (i % 2)}`);
    writeFileSync(join(folder, 'e.csv'), ['a,b,w', ...edges].join('\n'));
    const files = [
      '--nodes',
      join(folder, 'n.csv'),
      '--edges',
      join(folder, 'e.csv'),
      '--target',
      'class',
      '--split',
      'part',
      '--weight',
      'w',
    ];
    for (const model of ['gfgn-pair', 'gfgn-neighbor', 'gat', 'gcn', 'sgc', 'mlp']) {
      const { code, stdout, stderr } = await call([
        'fit',
        'gfgn',
        ...files,
        '--model',
        model,
        '--out',
        join(folder, model),
        ...SMALL,
        '--json',
      ]);
      expect(unlogged(stderr)).toEqual([]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).summary).toMatchObject({
        rows: 40,
        classes: 2,
        columns: 25,
        features: 25,
        homophily: 1,
      });
      const scored = JSON.parse((await call(['evaluate', join(folder, model), '--json'])).stdout);
      expect(scored).toMatchObject({ learned: 30, nodes: 10 });
      const [out, path] = [join(folder, 'p.csv'), join(folder, `${model}.onnx`)];
      await call([
        'predict',
        join(folder, model),
        '--nodes',
        join(folder, 'n.csv'),
        '--edges',
        join(folder, 'e.csv'),
        '--out',
        out,
      ]);
      expect((await call(['export', join(folder, model), '--onnx', path])).code).toBe(0);
      const counts = Float32Array.from(rows.flatMap((row) => row.split(',').slice(0, 25).map(Number)));
      const weights = new Tensor(
        'float32',
        Float32Array.from(edges, (edge) => Number(edge.split(',')[2])),
        [39],
      );
      const pairs = edges.map((edge) => edge.split(',').slice(0, 2).map(Number) as [number, number]);
      expectSame(
        await inOnnx(path, { x: new Tensor('float32', counts, [40, 25]), edge_weights: weights }, pairs),
        predictionsIn(out),
      );
    }
  });
});

describe('a wrong request is one line, and nothing is written', () => {
  const files = graphFiles;
  const changed =
    (change: (text: string) => string, which: 'nodes' | 'edges' = 'nodes') =>
    () => {
      const made = files();
      writeFileSync(made[which], change(readFileSync(made[which], 'utf8')));
      return made;
    };
  it.each<[string, () => Files, string[], number, RegExp]>([
    [
      'a target that is not there',
      files,
      ['--target', 'knd'],
      2,
      /--target "knd": nodes\.csv has no such column; the nearest are "kind"/,
    ],
    ['an id that is not there', files, ['--id', 'ids'], 2, /--id "ids": .*nearest are "id"/],
    ['a model that there is not', files, ['--model', 'gfgn'], 2, /model cannot come from "gfgn"/],
    ['an unknown setting', files, ['--set', 'droput=0.5'], 2, /droput.*dropout/],
    ['a setting that is an option', files, ['--set', 'target=kind'], 2, /--set target: this setting has an option/],
    ['a split that is no column', files, ['--split', 'stratify'], 2, /--split "stratify"/],
    ['a split that says something else', files, ['--split', 'place'], 1, /says "north" at row 0.*train, valid, test/],
    ['a weight that is not there', files, ['--weight', 'w'], 2, /--weight "w": edges\.csv/],
    ['no such file', files, ['--edges', 'nothing.csv'], 2, /there is no file .*nothing\.csv/],
    ['a quantity', files, ['--target', 'x0'], 1, /"x0" holds quantities/],
    ['nothing to learn from', files, ['--omit', 'x0,x1,x2,x3,place'], 1, /no column to learn from/],
    [
      'an edge of an unknown node',
      changed((text) => `${text}\nn3,n900`, 'edges'),
      [],
      1,
      /"target" of edges\.csv names the node "n900" at row \d+/,
    ],
    [
      'an edge without an end',
      changed((text) => `${text}\nn3,`, 'edges'),
      [],
      1,
      /"target" of edges\.csv is missing at row/,
    ],
    ['no edges', changed(() => 'source,target\n', 'edges'), [], 1, /edges\.csv/],
    [
      'a node there twice',
      changed((text) => text.replace('\nn4,', '\nn3,')),
      [],
      1,
      /"id" of nodes\.csv is "n3" at rows 3 and 4/,
    ],
    [
      'a node without a name',
      changed((text) => text.replace('\nn4,', '\n,')),
      [],
      1,
      /"id" of nodes\.csv is missing at row 4/,
    ],
    ['one class', changed((text) => text.replaceAll(/kind \d/g, 'kind 1')), [], 1, /is "kind 1" in every row/],
    [
      'two labelled nodes',
      changed((text) =>
        text
          .replaceAll(/^(n(?!1,|2,).*,)kind \d$/gm, '$1')
          .replace(/^(n1,.*)kind \d$/m, '$1kind a')
          .replace(/^(n2,.*)kind \d$/m, '$1kind b'),
      ),
      ['--split', 'random'],
      1,
      /fewer than 3 nodes are labelled/,
    ],
    [
      'a column of free text',
      changed((text) => {
        let row = 0;
        return text.replaceAll(/north|south/g, (place) =>
          `somewhere in the ${place}, about ${++row} steps from the other place`.replaceAll(',', ';'),
        );
      }),
      [],
      1,
      /"place"/,
    ],
    ['no classes at all', changed((text) => text.replaceAll(/kind \d/g, '')), [], 1, /missing in all 90 rows/],
  ])('%s', async (_, make, more, expected, said) => {
    const made = make();
    const { code, stdout, stderr } = await call(fitArgs(made, ...more));
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(unlogged(stderr)).toEqual([expect.stringMatching(said)]);
    expect(existsSync(join(made.folder, 'run'))).toBe(false);
  });
});
