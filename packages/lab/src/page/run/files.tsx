import type { RunDetail, RunRow } from '../../api.ts';
import { api } from '../api-client.ts';
import { Command } from '../ui/parts.tsx';
import { formatBytes } from '../values/format.ts';

/** How a run is repeated, where it was made, and its files. */
export function Files({ row, detail }: { readonly row: RunRow; readonly detail: RunDetail }) {
  const { command, machine, artifacts, hasReport, lines } = detail;
  return (
    <>
      <section>
        <h2>Command</h2>
        <Command text={command} />
      </section>
      <section>
        <h2>Files</h2>
        <ul class="files">
          <li>
            <a href={api.metrics(row.id)} download>
              metrics.jsonl
            </a>{' '}
            <span class="quiet">{lines.toLocaleString('en-US')} lines</span>
          </li>
          {hasReport && (
            <li>
              <a href={api.report(row.id)} target="_blank" rel="noreferrer">
                report.html
              </a>
            </li>
          )}
          {artifacts.map(({ name, bytes, sha256 }) => (
            <li key={name}>
              <a href={api.artifact(row.id, name)} download>
                {name}
              </a>{' '}
              <span class="quiet">
                {formatBytes(bytes)}, SHA-256 <code title={sha256}>{sha256.slice(0, 12)}…</code>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>Machine</h2>
        <dl>
          {machine.map(([name, fact]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{fact}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
