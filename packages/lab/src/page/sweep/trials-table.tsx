import { numberIn } from '@unbraid/experiment/statistics';
import { useMemo } from 'preact/hooks';
import type { Scalar, Sweep, TrialInfo } from '../../api.ts';
import { route, setQuery } from '../router.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatSort, parseSort, type Sort, sortHead } from '../ui/sort-head.tsx';
import { VirtualTable } from '../ui/virtual-table.tsx';
import { formatScalar } from '../values/format.ts';
import { compareScalars } from '../values/scalar.ts';

interface TrialsTableProps {
  readonly sweep: Sweep;
  readonly metric: string | undefined;
  readonly best: number | undefined;
}

interface TrialColumn {
  readonly key: string;
  readonly label: string;
  readonly width: number;
  readonly value: (trial: TrialInfo) => Scalar | undefined;
}

/** Every trial with its settings, state and results; sorted by any column. */
export function TrialsTable({ sweep, metric, best }: TrialsTableProps) {
  const { trials, axes } = sweep;
  const columns = useMemo(() => columnsOf(sweep, metric), [sweep, metric]);
  const { key: by, direction } = parseSort(route.value.query.sort ?? 'number');
  const sorted = columns.find(({ key }) => key === by);
  const rows = useMemo(
    () => (sorted ? [...trials].sort((a, b) => compareScalars(sorted.value(a), sorted.value(b), direction)) : trials),
    [trials, sorted, direction],
  );
  const sort: Sort<TrialColumn> = {
    column: sorted?.key,
    direction,
    onSort: ({ key }) =>
      setQuery({ sort: formatSort({ key, direction: sorted?.key === key && direction === 1 ? -1 : 1 }) }),
  };
  const heads = columns.map((column) => {
    const isNumeric = trials.some((trial) => numberIn(column.value(trial)) !== undefined);
    return sortHead(column, isNumeric, sort);
  });
  if (trials.length === 0) return <p class="quiet">No trial has begun; {axes.length} settings vary.</p>;
  return (
    <section>
      <h2>Trials</h2>
      <VirtualTable
        label="Trials"
        height={440}
        columns={[...heads, { key: 'command', width: 90, fixed: true, label: <span class="hidden">Command</span> }]}
        count={rows.length}
        row={(index) => {
          const trial = rows[index]!;
          const isBest = trial.configuration === best;
          return {
            key: trial.number,
            className: isBest ? 'best' : undefined,
            cells: [
              ...columns.map(({ key, value }) => (
                <span key={key}>
                  {isBest && key === 'number' && <span title="best configuration">★ </span>}
                  {formatScalar(value(trial))}
                </span>
              )),
              <CopyButton key="command" text={trial.command} what={`Command of trial ${trial.number}`} plain>
                {' '}
                <span class="hidden">the command of trial {trial.number}</span>
              </CopyButton>,
            ],
          };
        }}
      />
    </section>
  );
}

function columnsOf({ axes, trials }: Sweep, metric: string | undefined): readonly TrialColumn[] {
  const results = [...new Set(trials.flatMap(({ summary }) => Object.keys(summary)))];
  const ordered = metric === undefined ? results : [metric, ...results.filter((name) => name !== metric)];
  const wide = (name: string) => Math.max(90, 24 + name.length * 9);
  return [
    { key: 'number', label: 'Trial', width: 80, value: ({ number }) => number },
    { key: 'status', label: 'State', width: 110, value: ({ status }) => status },
    { key: 'seed', label: 'Seed', width: 80, value: ({ seed }) => seed },
    ...axes.map(
      ({ name }): TrialColumn => ({
        key: `settings.${name}`,
        label: name,
        width: wide(name),
        value: (trial) => trial.settings[name],
      }),
    ),
    ...ordered.map(
      (name): TrialColumn => ({
        key: `summary.${name}`,
        label: name,
        width: wide(name),
        value: (trial) => trial.summary[name],
      }),
    ),
  ];
}
