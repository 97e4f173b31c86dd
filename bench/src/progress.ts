/** Says on stderr what the benchmark is doing. */
export function progress(message: string): void {
  process.stderr.write(`${message}\n`);
}
