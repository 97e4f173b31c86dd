/** Mean cross-entropy and the part that is right over some nodes, from logits [nodes, classes]. NaN for no nodes. */
export function measure(
  logits: Float32Array,
  labels: Int32Array,
  classes: number,
  nodes: Int32Array,
): { loss: number; accuracy: number } {
  let loss = 0;
  let right = 0;
  for (const node of nodes) {
    const row = logits.subarray(node * classes, (node + 1) * classes);
    const top = row.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
    const sum = row.reduce((total, x) => total + Math.exp(x - top), 0);
    const label = labels[node]!;
    loss += top + Math.log(sum) - row[label]!;
    if (row.indexOf(top) === label) right++;
  }
  return { loss: loss / nodes.length, accuracy: right / nodes.length };
}
