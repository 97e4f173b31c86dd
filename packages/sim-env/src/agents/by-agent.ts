/** One entry for each agent. */
export type ByAgent<T> = Readonly<Record<string, T>>;

/** An entry for each of `agents`. */
export const byAgent = <T>(agents: readonly string[], value: (agent: string) => T): ByAgent<T> =>
  Object.fromEntries(agents.map((agent) => [agent, value(agent)]));
