import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * The rows of a CSV file with a header, whose first column is a sentence and whose last is its label; a comma inside a sentence needs quotes.
 * @throws Error in one line, with the number of the row
 */
export async function readSentences(path) {
  const [, ...lines] = (await readFile(path, 'utf8')).split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line, i) => {
    const found = /^(?:"((?:[^"]|"")*)"|([^,]*)),\s*([^,"]+)$/.exec(line);
    if (!found) throw new Error(`${path}: row ${i + 2} is not a sentence and a label: ${line.slice(0, 60)}`);
    const [, quoted, plain, label] = found;
    return { text: (quoted?.replaceAll('""', '"') ?? plain).trim(), label: label.trim() };
  });
}

/** A share of each label's rows, by an order that the seed makes, and the rest. */
export function split(rows, share, seed) {
  const order = rows.map((row, i) => ({ row, key: createHash('sha256').update(`${seed} ${i}`).digest('hex') }));
  const chosen = [];
  const rest = [];
  for (const label of new Set(rows.map((row) => row.label))) {
    const own = order.filter(({ row }) => row.label === label).sort((a, b) => (a.key < b.key ? -1 : 1));
    const count = Math.max(1, Math.round(share * own.length));
    chosen.push(...own.slice(0, count).map(({ row }) => row));
    rest.push(...own.slice(count).map(({ row }) => row));
  }
  return { chosen, rest };
}
