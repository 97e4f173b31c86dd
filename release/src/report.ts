import type { Checked, Outcome } from './check.ts';

/** Most that a package may take with all that it brings, on Linux, in bytes as `du -sb` counts them. */
const LIMITS: Readonly<Record<string, number>> = { '@unbraid/graph': 40e6, '@unbraid/galu': 60e6 };

/** What `npm run pack:check` prints, and whether all is well. */
export function reportOf({ checked, substituted, cutOff }: Outcome, platform: string): { text: string; well: boolean } {
  const limited = platform === 'linux' && substituted === undefined;
  const excess = limited ? checked.filter(({ name, size }) => size.bytes > (LIMITS[name] ?? Infinity)) : [];
  const problems = [
    ...checked.flatMap((each) => each.problems),
    ...excess.map(
      ({ name, size }) => `${name} takes ${megabytes(size.bytes)} MB, and may take ${megabytes(LIMITS[name]!)} at most`,
    ),
  ];
  const notes = [
    substituted && `Sizes can't be checked: the library is onnxruntime-node's (${substituted}).`,
    platform !== 'linux' && 'Sizes are limited on Linux alone.',
    !cutOff &&
      'Programs ran with the network: this machine has no `unshare` that an ordinary user may call. Installs ran without.',
  ].filter((note) => typeof note === 'string');
  const text = [table(checked, limited), ...notes, ...problems, problems.length === 0 ? 'All is well.' : ''];
  return { text: text.filter(Boolean).join('\n\n'), well: problems.length === 0 };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

function table(checked: readonly Checked[], limited: boolean): string {
  const rows = checked.map(({ name, packages, size, examples }) => {
    const limit = limited && LIMITS[name] !== undefined ? megabytes(LIMITS[name]) : '';
    return [name, String(packages), megabytes(size.bytes), megabytes(size.blocks), limit, String(examples)];
  });
  const lines = [['installed alone', 'packages', 'MB (du -sb)', 'MB (du -s)', 'at most', 'examples'], ...rows];
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const aligned = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!));
  return lines.map((line) => line.map(aligned).join('  ').trimEnd()).join('\n');
}
