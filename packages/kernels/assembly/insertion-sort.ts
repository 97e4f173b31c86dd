/** Sorts n ≥ 1 entries in place. For a few entries, or for many that are almost in order. */
export function insertionSort(entries: usize, n: usize): void {
  const end = entries + (n << 3);
  let largest = load<u64>(entries);
  for (let at = entries + 8; at < end; at += 8) {
    const entry = load<u64>(at);
    if (entry > largest) {
      largest = entry;
      continue;
    }
    let to = at;
    do {
      store<u64>(to, load<u64>(to - 8));
      to -= 8;
    } while (to > entries && load<u64>(to - 8) > entry);
    store<u64>(to, entry);
  }
}
