import { route, setQuery } from '../router.ts';
import { Check, Choice, Labelled } from '../ui/parts.tsx';
import { alongOptions } from './along.ts';

/** How charts of a view are drawn, as the address has it. */
export interface ChartSettings {
  /** 0 to 0.99. */
  readonly smoothing: number;
  readonly logX: boolean;
  readonly logY: boolean;
  /** Undefined: what each metric is drawn along. */
  readonly x: string | undefined;
}

export function useChartSettings(): ChartSettings {
  const { smooth, log = '', x } = route.value.query;
  const weight = Number(smooth ?? 0);
  return {
    smoothing: weight > 0 && weight < 1 ? weight : 0,
    logX: log.includes('x'),
    logY: log.includes('y'),
    x: x || undefined,
  };
}

interface ChartControlsProps {
  readonly settings: ChartSettings;
  /** Columns that metrics are drawn along unless the reader chooses otherwise. */
  readonly declared: readonly string[];
}

/** Smoothing, axes, and what is drawn along. */
export function ChartControls({ settings, declared }: ChartControlsProps) {
  const { smoothing, logX, logY, x } = settings;
  const setLog = (ofX: boolean, ofY: boolean) => setQuery({ log: `${ofX ? 'x' : ''}${ofY ? 'y' : ''}` || undefined });
  return (
    <>
      <Labelled label={`Smoothing ${smoothing === 0 ? 'off' : smoothing.toFixed(2)}`}>
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={smoothing}
          onInput={(event) =>
            setQuery({ smooth: event.currentTarget.value.replace(/^0$/, '') || undefined }, 'replace')
          }
        />
      </Labelled>
      <Choice
        label="Along"
        value={x ?? ''}
        options={alongOptions(declared)}
        onChange={(next) => setQuery({ x: next || undefined, from: undefined, to: undefined })}
      />
      <span class="checks">
        <Check label="log y" checked={logY} onChange={(on) => setLog(logX, on)} />
        <Check label="log x" checked={logX} onChange={(on) => setLog(on, logY)} />
      </span>
    </>
  );
}
