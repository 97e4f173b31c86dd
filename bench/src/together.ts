import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark } from './benchmark.ts';
import type { Result } from './report.ts';

/**
 * Puts the results of parts that lie in the folder together as one, ordered as they were measured.
 * @throws {Error} for a benchmark that isn't measured in parts, where there are none, and for parts of several machines
 */
export async function putTogether(benchmark: Benchmark, folder: string): Promise<Result> {
  const { name, together } = benchmark;
  if (!together) throw new Error(`bench: ${name} is not put together of parts; run it as a whole`);
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${name}-`) && file.endsWith('.json'));
  const read = async (file: string) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Result;
  const parts = (await Promise.all(files.map(read))).filter((part) => part.name === name && part.only !== undefined);
  parts.sort((a, b) => a.date.localeCompare(b.date));
  const [first] = parts;
  if (!first) throw new Error(`bench: there are no parts of ${name} in ${folder}; measure them with --only`);
  const other = parts.find(({ machine }) => JSON.stringify(machine) !== JSON.stringify(first.machine));
  if (other) {
    throw new Error(
      `bench: the parts "${first.only}" and "${other.only}" of ${name} are of different machines or versions of Node; measure one of them again`,
    );
  }
  return {
    name,
    machine: first.machine,
    date: parts.at(-1)!.date,
    load: {
      before: largest(parts.map(({ load }) => load.before)),
      after: largest(parts.map(({ load }) => load.after)),
    },
    parts: parts.map(({ only, runs, date, load }) => ({
      only: only!,
      ...(runs !== undefined && { runs }),
      date,
      load,
    })),
    rows: together(parts.map(({ rows }) => rows)),
  };
}

function largest(loads: readonly (number | null)[]): number | null {
  const known = loads.filter((load) => load !== null);
  return known.length === 0 ? null : Math.max(...known);
}
