import { show } from './show.ts';

/** Numbers of a picture. */
export interface TableOf {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string)[])[];
}

/** Rows beyond these are left out, and counted. */
const MOST_ROWS = 200;

export function DataTable({ caption, columns, rows }: TableOf) {
  const isNumber = columns.map((_, i) => rows.every((row) => typeof row[i] === 'number'));
  const kind = (i: number) => (isNumber[i] ? 'number' : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption>
          {caption}
          {rows.length > MOST_ROWS && ` (the first ${MOST_ROWS} of ${rows.length} rows)`}
        </caption>
        <thead>
          <tr>
            {columns.map((name, i) => (
              <th key={name} scope="col" class={kind(i)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row, at) => (
            <tr key={at}>
              {row.map((cell, i) => (
                <td key={columns[i]} class={kind(i)}>
                  {typeof cell === 'number' ? show(cell) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
