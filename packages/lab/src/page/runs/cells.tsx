import { numberIn } from '@unbraid/experiment/statistics';
import type { ComponentChildren } from 'preact';
import type { RunRow } from '../../api.ts';
import { formatAddress } from '../address.ts';
import { ProgressBar, StatusMark } from '../ui/parts.tsx';
import { formatDuration, formatNumber, formatScalar, formatTime } from '../values/format.ts';
import type { Spread } from '../values/statistics.ts';
import type { Column } from './columns.ts';
import type { Joined } from './group.ts';

/** Columns whose values stand to the right. */
export const isNumeric = (column: Column, rows: readonly RunRow[]): boolean =>
  column.key === 'seconds' ||
  column.key === 'seed' ||
  (column.of !== 'run' && rows.some((row) => numberIn(column.value(row)) !== undefined));

/** What a column shows of a run. */
export function cellOf(row: RunRow, column: Column): ComponentChildren {
  if (column.value(row) === undefined) return '';
  switch (column.key) {
    case 'name':
      return <RunLink row={row} />;
    case 'status':
      return (
        <>
          <StatusMark status={row.status} />
          {(row.status === 'running' || row.status === 'waiting') && <ProgressBar row={row} />}
          {row.error && (
            <span class="quiet" title={row.error}>
              {' '}
              {row.error}
            </span>
          )}
        </>
      );
    case 'started':
      return <time dateTime={row.started}>{formatTime(row.started)}</time>;
    case 'seconds':
      return formatDuration(row.seconds);
    case 'tags':
      return row.notes.tags.map((tag) => <Tag key={tag} tag={tag} />);
    default: {
      const text = formatScalar(column.value(row));
      return <span title={text}>{text}</span>;
    }
  }
}

export function RunLink({ row }: { readonly row: RunRow }) {
  return (
    <>
      {row.isSweep && (
        <a class="badge" href={formatAddress(['sweeps', row.id])} aria-label={`Sweep ${shortName(row)}`}>
          sweep
        </a>
      )}
      <a href={formatAddress(['runs', row.id])} title={row.error ?? row.title}>
        {shortName(row)}
      </a>
    </>
  );
}

/** The name of its directory, without the folder. */
export const shortName = ({ name }: RunRow): string => name.slice(name.lastIndexOf('/') + 1);

export function Tag({ tag }: { readonly tag: string }) {
  return <span class="tag">#{tag}</span>;
}

/** What a column shows of several runs. */
export function joinedCell(joined: Joined, column: Column): ComponentChildren {
  if (joined === undefined) return '';
  if ('same' in joined) {
    if (column.key === 'seconds' && typeof joined.same === 'number') return formatDuration(joined.same);
    return column.key === 'started' ? formatTime(String(joined.same)) : formatScalar(joined.same);
  }
  if ('differing' in joined) return <span class="quiet">{joined.differing} values</span>;
  return <SpreadText spread={joined.spread} show={column.key === 'seconds' ? formatDuration : formatNumber} />;
}

/** Mean ± standard deviation. */
export function SpreadText(props: { readonly spread: Spread; readonly show?: (value: number) => string }) {
  const { spread, show = formatNumber } = props;
  const { mean, deviation, n } = spread;
  const text = `${show(mean)}${deviation === undefined || !Number.isFinite(mean) ? '' : ` ± ${show(deviation)}`}`;
  return <span title={`mean ± standard deviation of ${n}`}>{text}</span>;
}
