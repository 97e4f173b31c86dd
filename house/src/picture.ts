import { instance } from '@viz-js/viz';
import { house } from './floors.ts';
import { neighbours, packageNames, sourcesOf } from './sources.ts';

/** What stands on one level of the picture, from the ground up. */
const levels: readonly (readonly string[])[] = [
  ['checks'],
  ['kernels', 'ort-web'],
  ['graph', 'data', 'sim-env'],
  ['nn', 'experiment'],
  ['onnx', 'table', 'galu', 'laperm', 'dynamic-vae', 'linearity', 'gfgn', 'learners'],
  ['papers', 'cluster', 'lab'],
  ['cli'],
];

/** Which package imports which, as the sources have it, without what follows from the rest: an arrow for each step down. */
export function arrows(): [string, string][] {
  const imports = new Map(packageNames().map((name) => [name, neighbours(sourcesOf(name)).filter((x) => x !== name)]));
  const reach = (name: string): Set<string> =>
    new Set((imports.get(name) ?? []).flatMap((below) => [below, ...reach(below)]));
  return [...imports].flatMap(([name, below]) => {
    const through = new Set(below.flatMap((other) => [...reach(other)]));
    return below.filter((other) => !through.has(other)).map((other): [string, string] => [name, other]);
  });
}

/** The picture of the house as SVG: packages, and arrows to what they import. */
export async function drawHouse(): Promise<string> {
  const viz = await instance();
  const edges = arrows().map(([from, to]) => `"${from}" -> "${to}"`);
  const ranks = levels.map((names) => `{ rank=same; ${names.map((name) => `"${name}"`).join('; ')} }`);
  const svg = viz.renderString(
    `digraph house {
      bgcolor="white"; rankdir=TB; nodesep=0.3; ranksep=0.45; pad=0.2;
      node [shape=box, style="rounded,filled", fillcolor="#eef2f7", color="#44546a", fontcolor="#1b2430", fontname="sans-serif", fontsize=13, margin="0.16,0.07"];
      edge [color="#44546a", arrowsize=0.7];
      ${[...ranks, ...edges].join(';\n')}
    }`,
    { format: 'svg' },
  );
  return svg.slice(svg.indexOf('<svg'));
}

/** The table of the house, as Markdown. */
export function houseTable(): string {
  const rows = house.map(({ name, holds, imports, planned }) => [
    `\`${name}\`${planned ? ' (planned)' : ''}`,
    holds,
    imports === 'all' ? 'all of the above' : imports.join(', ') || 'nothing of ours',
  ]);
  const table = [['package', 'holds', 'may import'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(table[0]!), line(widths.map((width) => '-'.repeat(width))), ...table.slice(1).map(line)].join('\n');
}
