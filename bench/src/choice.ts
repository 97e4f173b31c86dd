/** Which rows a run of a benchmark measures. */
export interface Choice {
  /** Those of a row's peers that are to be measured. */
  of<P extends { readonly name: string }>(row: string, peers: readonly P[]): P[];
  /** What could be chosen, as far as the benchmark has asked: `ROW | PEER`. */
  offered(): readonly string[];
}

/** Rows whose name and peer together have every word of the text, whatever its case; all of them without a text. */
export function choose(text?: string): Choice {
  const words = text?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  const offered = new Set<string>();
  return {
    of(row, peers) {
      return peers.filter(({ name }) => {
        const both = `${row} | ${name}`;
        offered.add(both);
        return words.every((word) => both.toLowerCase().includes(word));
      });
    },
    offered: () => [...offered],
  };
}
