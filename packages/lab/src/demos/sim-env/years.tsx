import { useEffect, useState } from 'preact/hooks';
import { useReducedMotion } from '../frame.tsx';

/** Milliseconds that a year takes. */
const PACE = 90;

export interface Years {
  /** Counted from 0. */
  readonly year: number;
  readonly set: (year: number) => void;
  readonly isPlaying: boolean;
  /** At the last year it begins anew. */
  readonly play: (on: boolean) => void;
}

/** A year that goes on by itself once there is something to see, unless the user wants nothing to move. @param ready when to begin */
export function useYears(count: number, ready: boolean): Years {
  const reduced = useReducedMotion();
  const [chosen, set] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const last = Math.max(0, count - 1);
  const year = Math.min(chosen, last);
  const play = (on: boolean) => {
    if (on && year === last) set(0);
    setPlaying(on && last > 0);
  };
  useEffect(() => {
    if (ready && !reduced) play(true);
  }, [ready, reduced]);
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(() => set((now) => Math.min(now + 1, last)), PACE);
    return () => clearInterval(timer);
  }, [isPlaying, last]);
  useEffect(() => {
    if (year === last) setPlaying(false);
  }, [year, last]);
  return { year, set, isPlaying, play };
}

export function YearControl({
  years: { year, set, isPlaying, play },
  count,
}: {
  readonly years: Years;
  readonly count: number;
}) {
  return (
    <div class="control" style={{ marginBottom: '.8rem' }}>
      <label for="year">Year of the markets</label>
      <div class="row">
        <button type="button" onClick={() => play(!isPlaying)} disabled={count < 2}>
          {isPlaying ? 'Pause' : 'Play'}
        </button>
        <input
          id="year"
          type="range"
          min={0}
          max={Math.max(0, count - 1)}
          step={1}
          value={year}
          aria-valuetext={`year ${year + 1} of ${count}`}
          onInput={({ currentTarget }) => {
            play(false);
            set(currentTarget.valueAsNumber);
          }}
        />
        <output for="year">{year + 1}</output>
      </div>
    </div>
  );
}
