/** Requests of workers to a database, as a simulation has them: seconds that the database is busy with each. */
export interface Requests {
  take(): number;
  complete(): number;
  /** A unit's sign of life. */
  touch(): number;
}

/** What is simulated: workers that take units from one database until all are done. */
export interface Load {
  /** Units at work at once. */
  readonly workers: number;
  readonly units: number;
  /** The work of each: uniform between half of this and one and a half. */
  readonly seconds: number;
  /** Between two signs of life of a unit. */
  readonly touch: number;
  /** Requests that the database serves at once; others wait, first come, first served. */
  readonly servers: number;
  readonly requests: Requests;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/** What came out, after a first tenth in which workers begin. */
export interface Outcome {
  readonly unitsPerSecond: number;
  /** Seconds that a unit waits for the database beside its work, for being taken and being completed: half of the units, and 99 of 100, wait no longer. */
  readonly waitMedian: number;
  readonly wait99: number;
  /** The share of the time that the database's servers are busy, and that workers work. */
  readonly busy: number;
  readonly working: number;
}

/** A simulation of discrete events: each has its time, and what happens then. */
export function simulate(load: Load): Outcome {
  const { workers, units, seconds, touch, servers, requests, random } = load;
  const events = eventQueue();
  const waiting = fifo<Request>();
  let [now, free, left, done] = [0, servers, units, 0];
  const first = Math.floor(units / 10);
  let began = 0;
  let [busy, worked] = [0, 0];
  const waits: number[] = [];

  function serve({ take, after }: Request): void {
    free--;
    busy += done >= first ? take : 0;
    events.add(now + take, () => {
      free++;
      const next = waiting.shift();
      if (next !== undefined) serve(next);
      after?.();
    });
  }
  const ask = (request: Request) => (free > 0 ? serve(request) : waiting.push(request));

  function begin(): void {
    if (left === 0) return;
    left--;
    const asked = now;
    ask({
      take: requests.take(),
      after() {
        const work = seconds * (0.5 + random());
        const taken = now;
        for (let at = touch; at < work; at += touch) events.add(taken + at, () => ask({ take: requests.touch() }));
        events.add(taken + work, () => end(taken - asked, work));
      },
    });
  }

  function end(takeWait: number, work: number): void {
    const asked = now;
    ask({
      take: requests.complete(),
      after() {
        done++;
        if (done === first) began = now;
        if (done > first) {
          waits.push(takeWait + now - asked);
          worked += work;
        }
        begin();
      },
    });
  }

  for (let worker = 0; worker < workers; worker++) events.add(random() * seconds, begin);
  // The last units are at work while other workers have none: what is measured ends with the last taken.
  while (left > 0) {
    const event = events.next();
    now = event.time;
    event.action();
  }
  const counted = waits.length;
  const elapsed = now - began;
  waits.sort((a, b) => a - b);
  return {
    unitsPerSecond: counted / elapsed,
    waitMedian: waits[Math.floor(counted / 2)]!,
    wait99: waits[Math.floor(counted * 0.99)]!,
    busy: busy / elapsed / servers,
    working: worked / elapsed / workers,
  };
}

interface Request {
  readonly take: number;
  after?(): void;
}

/** First in, first out, without moving what is behind. */
function fifo<T>() {
  let items: T[] = [];
  let head = 0;
  return {
    push: (item: T) => void items.push(item),
    shift(): T | undefined {
      if (head === items.length) return undefined;
      const item = items[head++];
      if (head > 10_000 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
  };
}

/** A binary heap by time. */
function eventQueue() {
  const times: number[] = [];
  const actions: (() => void)[] = [];
  const swap = (a: number, b: number) => {
    [times[a], times[b]] = [times[b]!, times[a]!];
    [actions[a], actions[b]] = [actions[b]!, actions[a]!];
  };
  return {
    add(time: number, action: () => void): void {
      let at = times.push(time) - 1;
      actions.push(action);
      for (let up = (at - 1) >> 1; at > 0 && times[at]! < times[up]!; up = (at - 1) >> 1) {
        swap(at, up);
        at = up;
      }
    },
    next() {
      const time = times[0]!;
      const action = actions[0]!;
      swap(0, times.length - 1);
      times.pop();
      actions.pop();
      for (let at = 0; ; ) {
        const left = 2 * at + 1;
        const least = left + 1 < times.length && times[left + 1]! < times[left]! ? left + 1 : left;
        if (least >= times.length || times[at]! <= times[least]!) break;
        swap(at, least);
        at = least;
      }
      return { time, action };
    },
  };
}
