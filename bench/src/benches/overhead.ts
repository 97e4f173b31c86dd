import type { BenchmarkOptions } from '../benchmark.ts';
import { hold } from '../contest.ts';
import { ownBinding } from '../own-binding.ts';
import { ourScript } from '../paths.ts';
import { progress } from '../progress.ts';
import { limitRow, type Row } from '../row.ts';
import { type SideCommand, startSide, THREADS } from '../side.ts';
import type { OverheadTask } from '../tasks/overhead.ts';

const ROWS: Readonly<Record<OverheadTask['work'], string>> = {
  step: 'overhead of a step',
  call: 'overhead of a call',
  output: 'overhead of a further output',
};
/** What a step may take. */
const LIMIT_MICROSECONDS = 5;
/** In a run of the limit's row. */
const STEPS = 20_000;
/** Runs in which the engine compiles our code, not counted. */
const WARM_UPS = 2;
const SECONDS_OF_STEPS = 0.3;

/** What calls and steps cost beyond their kernels, against a limit and against ONNX Runtime's own binding. */
export async function overheadRows(options: BenchmarkOptions): Promise<Row[]> {
  return [
    ...(await againstLimit(options)),
    ...(await againstOwnBinding('step', options)),
    ...(await againstOwnBinding('call', options)),
    ...(await againstOwnBinding('output', options)),
  ];
}

function oursAt(work: OverheadTask['work']): SideCommand & { readonly task: OverheadTask } {
  const task = { work, threads: THREADS };
  return { name: 'unbraid', program: process.execPath, script: ourScript('overhead'), task };
}

async function againstOwnBinding(work: OverheadTask['work'], { runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const [row, ours, unit] = [ROWS[work], oursAt(work), 'µs'] as const;
  const peers = choice.of(row, [ownBinding(ours)]);
  const rows = await hold({ row, ours, peers, runs, unit, secondsOfSteps: SECONDS_OF_STEPS });
  // Of memory the training steps tell more.
  return rows.filter((each) => each.unit === unit);
}

async function againstLimit({ runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = ROWS.step;
  if (choice.of(row, [{ name: 'limit' }]).length === 0) return [];
  const side = await startSide(oursAt('step'));
  try {
    const microseconds: number[] = [];
    for (let run = -WARM_UPS; run < runs; run++) {
      const { milliseconds } = await side.run({ steps: STEPS });
      if (run >= 0) microseconds.push(milliseconds * 1000);
    }
    progress(`${row}: ${microseconds.map((value) => value.toFixed(1)).join(', ')} µs`);
    const { note, version: implementation } = side.prepared;
    return [
      limitRow({ row, peer: 'limit', unit: 'µs', goal: 1, note, implementation }, LIMIT_MICROSECONDS, microseconds),
    ];
  } finally {
    await side.close();
  }
}
