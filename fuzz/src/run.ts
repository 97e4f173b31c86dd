import { parseArgs } from 'node:util';
import { type FuzzReport, fuzz } from './fuzz.ts';
import { megabytes } from './run-case.ts';
import { targetNames } from './targets/index.ts';

process.exitCode = await main(process.argv.slice(2));

/** Fuzzes what the arguments name; 0 nothing found, 1 something found, 2 bad usage. */
async function main(args: readonly string[]): Promise<number> {
  const request = parse(args);
  if (typeof request === 'string') {
    console.error(`${request}\n${usage()}`);
    return 2;
  }
  let found = 0;
  for (const name of request.names) {
    const report = await fuzz(name, request);
    found += report.findings.length;
    console.log(described(name, report, request.seed));
  }
  return found > 0 ? 1 : 0;
}

interface Request {
  readonly names: readonly string[];
  readonly seed: number;
  readonly first: number;
  readonly cases: number;
}

/** The request, or what is wrong with the arguments. */
function parse(args: readonly string[]): Request | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        cases: { type: 'string', default: '1000' },
        seed: { type: 'string', default: '1' },
        case: { type: 'string' },
      },
    });
    const unknown = positionals.find((name) => name !== 'all' && !targetNames.includes(name));
    if (unknown !== undefined) return `fuzz: there is no target "${unknown}"`;
    if (positionals.length === 0) return 'fuzz: no target named';
    const names = positionals.includes('all') ? targetNames : positionals;
    const [seed, cases, only] = [values.seed, values.cases, values.case].map((text) => Number(text ?? 0));
    for (const [option, value] of Object.entries({ seed, cases, case: only })) {
      if (!(Number.isSafeInteger(value) && value! >= 0)) return `fuzz: --${option} is not a whole number from 0`;
    }
    const range = values.case === undefined ? { first: 0, cases: cases! } : { first: only!, cases: 1 };
    return { names, seed: seed!, ...range };
  } catch (error) {
    return `fuzz: ${(error as Error).message}`;
  }
}

function usage(): string {
  return [
    'usage: npm run fuzz -- NAME … [--cases N] [--seed S] [--case K]',
    `  NAME is "all" or one of ${targetNames.join(', ')}`,
  ].join('\n');
}

function described(name: string, report: FuzzReport, seed: number): string {
  const { cases, accepted, slowestMs, largestGrowthBytes, findings } = report;
  const summary = `${name}: ${cases} cases, ${accepted} accepted, ${findings.length} findings; the slowest computed ${slowestMs.toFixed(0)} ms, memory grew by at most ${megabytes(largestGrowthBytes)}`;
  const lines = findings.map(
    ({ number, what, savedAs }) => `  case ${number} of seed ${seed} (${savedAs}): ${what.replaceAll('\n', '\n    ')}`,
  );
  return [summary, ...lines].join('\n');
}
