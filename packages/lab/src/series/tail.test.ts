import { appendFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inFolder, temporaryFolder } from '../../test/folders.ts';
import { createTail, MOST_LINE_BYTES } from './tail.ts';

/** A tail whose lines are kept, with what it was told of restarts. */
function follow(path = join(temporaryFolder(), 'metrics.jsonl')) {
  let lines: (string | undefined)[] = [];
  let starts: number[] = [];
  let restarts = 0;
  const tail = createTail(path, {
    line(bytes, start) {
      lines.push(bytes && Buffer.from(bytes).toString());
      starts.push(start);
    },
    restart() {
      restarts++;
      lines = [];
      starts = [];
    },
  });
  return { path, tail, lines: () => lines, starts: () => starts, restarts: () => restarts };
}

it('waits for a file, and gives each line once', async () => {
  const { path, tail, lines, starts } = follow();
  expect(await tail.advance()).toEqual({ restarted: false, grown: false });
  writeFileSync(path, 'a\nbb\n');
  expect(await tail.advance()).toEqual({ restarted: false, grown: true });
  expect(await tail.advance()).toEqual({ restarted: false, grown: false });
  appendFileSync(path, '\nccc\n');
  await tail.advance();
  expect(lines()).toEqual(['a', 'bb', '', 'ccc']);
  expect(starts()).toEqual([0, 2, 5, 6]);
  expect(tail.offset()).toBe(10);
});

it('holds half a line back until its end is there, also within a character', async () => {
  const { path, tail, lines } = follow();
  const bytes = Buffer.from('größer\n');
  writeFileSync(path, bytes.subarray(0, 3));
  expect((await tail.advance()).grown).toBe(false);
  appendFileSync(path, bytes.subarray(3, 6));
  await tail.advance();
  expect(lines()).toEqual([]);
  appendFileSync(path, bytes.subarray(6));
  await tail.advance();
  expect(lines()).toEqual(['größer']);
});

it('reads 100,000 lines that are there at once', async () => {
  const { path, tail, lines } = follow();
  const all = Array.from({ length: 100_000 }, (_, i) =>
    JSON.stringify({ step: i, loss: 1 / (i + 1), text: 'ä'.repeat(i % 7) }),
  );
  writeFileSync(path, `${all.join('\n')}\n`);
  await tail.advance();
  expect(lines()).toEqual(all);
});

it('begins again where the file was cut', async () => {
  const { path, tail, lines, restarts } = follow();
  writeFileSync(path, 'a\nb\nc\n');
  await tail.advance();
  truncateSync(path, 2);
  expect(await tail.advance()).toEqual({ restarted: true, grown: true });
  expect(lines()).toEqual(['a']);
  truncateSync(path, 0);
  expect(await tail.advance()).toEqual({ restarted: true, grown: false });
  expect([lines(), restarts()]).toEqual([[], 2]);
});

it('begins again where the file was written anew and is longer by now', async () => {
  const { path, tail, lines } = follow();
  writeFileSync(path, 'a\nb\n');
  await tail.advance();
  writeFileSync(path, 'x\ny\nz\n');
  expect((await tail.advance()).restarted).toBe(true);
  expect(lines()).toEqual(['x', 'y', 'z']);
});

it('begins again where another file took its place, and where it is told so', async () => {
  const { path, tail, lines } = follow();
  writeFileSync(path, 'a\n');
  await tail.advance();
  writeFileSync(`${path}.new`, 'a\nb\n');
  renameSync(`${path}.new`, path);
  expect((await tail.advance()).restarted).toBe(true);
  expect(lines()).toEqual(['a', 'b']);
  tail.forget();
  expect((await tail.advance()).restarted).toBe(true);
  expect(lines()).toEqual(['a', 'b']);
  renameSync(path, `${path}.1`);
  expect(await tail.advance()).toEqual({ restarted: true, grown: false });
  expect([lines(), tail.offset()]).toEqual([[], 0]);
});

it('goes on where a file that was written anew has the same beginning', async () => {
  const { path, tail, lines } = follow();
  writeFileSync(path, 'a\nb\n');
  await tail.advance();
  writeFileSync(path, 'a\nb\nc\n');
  expect(await tail.advance()).toEqual({ restarted: false, grown: true });
  expect(lines()).toEqual(['a', 'b', 'c']);
});

it('refuses lines that are too long without keeping them, and goes on behind them', async () => {
  const { path, tail, lines, starts } = follow();
  const long = 'x'.repeat(MOST_LINE_BYTES + 1);
  const most = 'y'.repeat(MOST_LINE_BYTES);
  writeFileSync(path, `a\n${long}`);
  await tail.advance();
  expect(lines()).toEqual(['a']);
  appendFileSync(path, long);
  await tail.advance();
  appendFileSync(path, `${long}\nb\n${most}\nc\n${long}\n`);
  await tail.advance();
  expect(lines().map((line) => (line === most ? 'most' : line))).toEqual(['a', undefined, 'b', 'most', 'c', undefined]);
  expect(starts().slice(0, 3)).toEqual([0, 2, 2 + 3 * long.length + 1]);
  appendFileSync(path, 'd\n');
  await tail.advance();
  expect(lines().at(-1)).toBe('d');
  // What it knows the file by is right also behind such a line.
  expect((await tail.advance()).restarted).toBe(false);
});

it('takes a link, a folder and a pipe for no file', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'secret'), 'a\n');
  symlinkSync(join(folder, 'secret'), join(folder, 'link'));
  for (const path of [join(folder, 'link'), inFolder(folder, 'inner')]) {
    const { tail, lines } = follow(path);
    expect(await tail.advance()).toEqual({ restarted: false, grown: false });
    expect(lines()).toEqual([]);
  }
});

it('serves several who ask at once', async () => {
  const { path, tail, lines } = follow();
  writeFileSync(path, 'a\n'.repeat(5000));
  await Promise.all(Array.from({ length: 8 }, () => tail.advance()));
  expect(lines()).toHaveLength(5000);
});
