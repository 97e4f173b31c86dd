import { useSignal } from '@preact/signals';
import { numberIn } from '@unbraid/experiment/statistics';
import type { RunDetail, RunRow, TableInfo } from '../../api.ts';
import { api } from '../api-client.ts';
import { NARROW } from '../ui/narrow.ts';
import { Problem } from '../ui/parts.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { formatNumber, formatScalar } from '../values/format.ts';

/** What a run gave: its summary, figures and tables. */
export function Results({ row, detail }: { readonly row: RunRow; readonly detail: RunDetail }) {
  const summary = Object.entries(row.summary);
  const { figures, tables, meanings } = detail;
  if (summary.length + figures.length + tables.length === 0)
    return (
      <p class="quiet">
        {row.status === 'running' || row.status === 'waiting' ? 'No results yet.' : 'The run gave no results.'}
      </p>
    );
  return (
    <>
      {summary.length > 0 && (
        <section>
          <h2>Summary</h2>
          <Scroll label="Summary">
            <table>
              <thead>
                <tr>
                  <th scope="col">Result</th>
                  <th scope="col" class="number">
                    Value
                  </th>
                </tr>
              </thead>
              <tbody>
                {summary.map(([name, value]) => (
                  <tr key={name}>
                    <th scope="row">
                      {name}
                      {meanings[name] && <span class="about">{meanings[name]}</span>}
                    </th>
                    <td class="number">{formatScalar(value)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </section>
      )}
      {figures.map(({ name, title, caption }) => (
        <Figure key={name} id={row.id} name={name} title={title} caption={caption} />
      ))}
      {tables.map((table) => (
        <OutputTable key={table.name} table={table} />
      ))}
    </>
  );
}

function Figure(props: {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly caption: string;
}) {
  const { id, name, title, caption } = props;
  const failed = useSignal(false);
  return (
    <figure class="figure">
      <h2 class={failed.value ? undefined : 'hidden'}>{title}</h2>
      {failed.value ? (
        <Problem
          error={`The drawing figures/${name}.svg can’t be read; resuming or repeating the run draws it anew.`}
        />
      ) : (
        <picture>
          <source media={NARROW} srcset={api.figure(id, name, true)} />
          <img
            src={api.figure(id, name)}
            alt={`${title}. ${caption}`}
            loading="lazy"
            onError={() => {
              failed.value = true;
            }}
          />
        </picture>
      )}
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

/** Tables hold numbers as they are to be read, too: `5.02`, `−1`, `3 %`. */
const isNumeric = (cell: string | number | undefined): boolean =>
  numberIn(cell) !== undefined ||
  (typeof cell === 'string' && /^[−+-]?[\d.,]+(?:e[−+-]?\d+)?(?: ?%| ± .*)?$/.test(cell));

function OutputTable({ table }: { readonly table: TableInfo }) {
  const numeric = table.columns.map((_, i) => table.rows.some((row) => isNumeric(row[i])));
  return (
    <section>
      <h2>{table.title}</h2>
      {table.caption && <p class="caption">{table.caption}</p>}
      <Scroll label={table.title}>
        <table>
          <thead>
            <tr>
              {table.columns.map((name, i) => (
                <th key={name} scope="col" class={numeric[i] ? 'number' : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((cells, i) => (
              <tr key={i}>
                {cells.map((cell, j) => (
                  <td key={table.columns[j]} class={numeric[j] ? 'number' : undefined}>
                    {typeof cell === 'number' ? formatNumber(cell) : formatScalar(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
