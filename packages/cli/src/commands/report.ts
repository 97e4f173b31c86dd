import { writeReport } from '@unbraid/experiment';
import type { Io } from '../io.ts';

/** `unbraid report DIR`: writes the run's report, and shows it if asked to. */
export async function report(io: Io, directory: string, options: { readonly open?: boolean }): Promise<void> {
  const path = await writeReport(directory);
  await io.stdout.write(`${path}\n`);
  if (options.open) await io.open(path);
}
