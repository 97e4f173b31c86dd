import type { VNode } from 'preact';

/** A small drawing of each method's idea, 160 × 100, for its card. They say nothing that the text beside them doesn't. */
export const pictures: Readonly<Record<string, () => VNode>> = {
  galu: () => (
    <>
      <path d="M60 0L110 100H160V0Z" style={{ fill: series(1), opacity: 0.18 }} />
      <path d="M60 0L110 100M0 70L160 30M20 0L50 100" style={line('var(--quiet)', 1)} />
      <Discs
        at={[
          [120, 22],
          [136, 60],
          [128, 84],
          [36, 84],
        ]}
      />
      <Squares
        at={[
          [32, 24],
          [62, 44],
          [72, 82],
          [88, 20],
        ]}
      />
    </>
  ),
  laperm: () => (
    <>
      {[0, 1, 2, 3, 4, 5].map((column) => (
        <rect
          key={column}
          x={14 + 23 * column}
          y={36}
          width={18}
          height={28}
          style={{ fill: series(1), opacity: weights[column] }}
        />
      ))}
      <path d="M23 32C35 8 83 8 92 30m-7-3l7 4 1-8M138 68C128 92 78 92 69 70m7 3l-7-4-2 8" style={line(series(2), 2)} />
    </>
  ),
  'dynamic-vae': () => (
    <>
      <path d="M12 8V90H152" style={line('var(--quiet)', 1)} />
      <path d="M12 30H152" style={line(series(2), 2, '5 4')} />
      <path d="M12 88C28 86 34 40 48 30S66 20 78 31s24-4 36-1 20 1 38 0" style={line(series(1), 2)} />
    </>
  ),
  linearity: () => (
    <>
      <path d="M12 8V90H152" style={line('var(--quiet)', 1)} />
      <path d="M14 82C50 80 62 22 100 20S140 40 152 44" style={line(series(1), 2)} />
      <path d="M28 92L112 8" style={line(series(2), 2, '6 4')} />
      <circle cx={70} cy={50} r={4} style={{ fill: series(1) }} />
    </>
  ),
  gfgn: () => (
    <>
      <path d="M26 24L62 50L30 80M62 50L98 24M62 50L98 78" style={line('var(--quiet)', 1.5)} />
      <Discs
        at={[
          [26, 24],
          [62, 50],
          [30, 80],
          [98, 24],
          [98, 78],
        ]}
      />
      {[18, 34, 10].map((width, i) => (
        <rect key={width} x={114} y={32 + 14 * i} width={width} height={9} style={{ fill: series([1, 2, 3][i]!) }} />
      ))}
    </>
  ),
  'sim-env': () => (
    <>
      <path d="M12 8V90H152" style={line('var(--quiet)', 1)} />
      <path d="M12 78L32 70L52 74L72 52L92 56L112 34L132 38L152 20" style={line(series(1), 2)} />
      <path d="M12 84L32 80L52 82L72 70L92 74L112 62L132 66L152 58" style={line(series(2), 2, '5 4')} />
      <Squares
        at={[
          [72, 52],
          [132, 38],
        ]}
      />
    </>
  ),
};

const weights = [0.15, 0.9, 0.4, 0.65, 0.25, 1];

const series = (number: number): string => `var(--series-${number})`;
const line = (stroke: string, strokeWidth: number, strokeDasharray?: string) => ({
  fill: 'none',
  stroke,
  strokeWidth,
  ...(strokeDasharray && { strokeDasharray }),
});

type Places = readonly (readonly [x: number, y: number])[];

const Discs = ({ at }: { readonly at: Places }) => (
  <>
    {at.map(([x, y]) => (
      <circle key={x + y} cx={x} cy={y} r={5} style={{ fill: series(1) }} />
    ))}
  </>
);

const Squares = ({ at }: { readonly at: Places }) => (
  <>
    {at.map(([x, y]) => (
      <rect key={x + y} x={x - 4.5} y={y - 4.5} width={9} height={9} style={{ fill: series(2) }} />
    ))}
  </>
);
