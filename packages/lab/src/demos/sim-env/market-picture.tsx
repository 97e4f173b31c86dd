import { type Scale, scaleOf, show, YAxis } from '../frame.tsx';
import type { MarketTrace } from './market-trace.ts';

const [WIDTH, HEIGHT] = [360, 210];
const MARGIN = { top: 8, right: 14, bottom: 36, left: 50 };
const ages: Scale = scaleOf([20, 100], [MARGIN.left, WIDTH - MARGIN.right]);

/** Everyone in a year of a market: age and cash. @param most the cash at the upper edge, in euros; who has more is drawn there */
export function MarketPicture(props: {
  readonly title: string;
  readonly trace: MarketTrace;
  readonly year: number;
  readonly most: number;
}) {
  const { title, trace, year, most } = props;
  const cash = scaleOf([0, most], [HEIGHT - MARGIN.bottom, MARGIN.top], { count: 4 });
  const isOver = year >= trace.years;
  const at = Math.min(year, trace.years - 1);
  const people = Array.from({ length: trace.people }, (_, i) => {
    const [age = 0, own = 0, insured = 0] = trace.state.subarray((at * trace.people + i) * 3);
    return { x: ages.place(Math.min(age, 100)), y: cash.place(Math.min(own, most)), isClient: insured === 1 };
  });
  const [bottom, right] = [HEIGHT - MARGIN.bottom, WIDTH - MARGIN.right];
  return (
    <figure>
      <h3>{title}</h3>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} class="chart" role="img" aria-label={title}>
        <YAxis scale={cash} from={MARGIN.left} to={right} write={(euros) => show(euros / 1000)} />
        {ages.ticks.map((tick) => (
          <text key={tick} class="quiet" x={ages.place(tick)} y={bottom + 15} text-anchor="middle">
            {tick}
          </text>
        ))}
        <path class="axis" d={`M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}`} />
        <text x={(MARGIN.left + right) / 2} y={HEIGHT - 5} text-anchor="middle">
          age in years
        </text>
        <text x={14} y={bottom / 2} text-anchor="middle" transform={`rotate(-90 14 ${bottom / 2})`}>
          cash in 1,000 €
        </text>
        {people.map(({ x, y, isClient }, i) => (
          <circle
            key={i}
            cx={x}
            cy={y}
            r="3.5"
            style={{ fill: isClient ? 'var(--series-1)' : 'var(--ground)', stroke: 'var(--series-1)' }}
            opacity={isOver ? 0.35 : 1}
          />
        ))}
      </svg>
      <figcaption>
        {isOver
          ? `Over after ${trace.years} years${trace.funds.at(-1)! < 2000 ? ': the company could pay no more' : ''}.`
          : `Year ${year + 1}: ${trace.clients[at]} clients, the company has ${Math.round(trace.funds[at]!).toLocaleString('en')} €.`}
      </figcaption>
    </figure>
  );
}
