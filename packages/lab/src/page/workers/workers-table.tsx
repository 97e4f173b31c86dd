import type { WorkerInfo } from '../../api.ts';
import { Scroll } from '../ui/scroll.tsx';
import { formatDuration, formatNumber } from '../values/format.ts';
import { byState } from './pace.ts';

const MARKS: Readonly<Record<WorkerInfo['state'], string>> = { working: '●', free: '○', silent: '⊘', left: '■' };
const WORDS: Readonly<Record<WorkerInfo['state'], string>> = {
  working: 'at work',
  free: 'free',
  silent: 'silent',
  left: 'ended',
};

/** Signs of life come every 3 s: what is newer, in seconds, is no news. */
const NOW = 5;

/** Workers with what they are at. Ids and processes are told apart by machine. */
export function WorkersTable({ label, workers }: { readonly label: string; readonly workers: readonly WorkerInfo[] }) {
  return (
    <Scroll label={label}>
      <table class="people">
        <thead>
          <tr>
            <th scope="col">Worker</th>
            <th scope="col">State</th>
            <th scope="col">At work on</th>
            <th scope="col" class="number">
              Since
            </th>
            <th scope="col" class="number">
              Heard of
            </th>
            <th scope="col" class="number">
              Done
            </th>
            <th scope="col" class="number">
              Failed
            </th>
            <th scope="col" class="number">
              A unit takes
            </th>
            <th scope="col" class="number">
              Units an hour
            </th>
          </tr>
        </thead>
        <tbody>
          {[...workers].sort(byState).map((worker) => (
            <Row key={worker.id} worker={worker} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Row({ worker }: { readonly worker: WorkerInfo }) {
  const { id, machine, process, cores, state, active, heard, done, failed, secondsPerUnit, unitsPerHour } = worker;
  const each = (show: (unit: WorkerInfo['active'][number]) => string) =>
    active.map((unit) => <div key={unit.key}>{show(unit)}</div>);
  return (
    <tr>
      <th scope="row">
        {machine}{' '}
        <span class="quiet">
          {id === String(process) ? '' : `worker ${id}, `}process {process}
          {cores !== undefined && `, ${cores} ${cores === 1 ? 'core' : 'cores'}`}
        </span>
      </th>
      <td>
        <span class={`status ${state}`}>
          <span aria-hidden="true">{MARKS[state]}</span> {WORDS[state]}
        </span>
      </td>
      <td>{each(({ key }) => key)}</td>
      <td class="number">{each(({ seconds }) => formatDuration(seconds))}</td>
      <td class="number">{heard < NOW ? 'now' : `${formatDuration(heard)} ago`}</td>
      <td class="number">{done}</td>
      <td class="number">{failed > 0 ? <strong>{failed}</strong> : 0}</td>
      <td class="number">{secondsPerUnit !== undefined && formatDuration(secondsPerUnit)}</td>
      <td class="number">{unitsPerHour !== undefined && formatNumber(unitsPerHour, 3)}</td>
    </tr>
  );
}
