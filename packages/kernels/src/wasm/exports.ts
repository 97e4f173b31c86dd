/** The functions of assembly/index.ts. Arrays are byte addresses in the memory that the instance imports; `n` counts entries. */
export interface WasmExports {
  adam(
    params: number,
    grads: number,
    m: number,
    v: number,
    n: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    stepSize: number,
    epsilon: number,
    decay: number,
    l2: number,
  ): number;
  sgd(params: number, grads: number, n: number, rate: number, decay: number, l2: number): number;
  sgdMomentum(
    params: number,
    grads: number,
    velocity: number,
    n: number,
    rate: number,
    momentum: number,
    ofGradient: number,
    ofVelocity: number,
    decay: number,
    l2: number,
  ): number;
  axpby(a: number, x: number, b: number, y: number, n: number): void;
  scale(x: number, a: number, n: number): void;
  fill(x: number, value: number, n: number): void;
  copy(out: number, x: number, n: number): void;
  dot(x: number, y: number, n: number): number;
  sum(x: number, n: number): number;
  sumOfSquares(x: number, n: number): number;
  maxAbs(x: number, n: number): number;
  tridiagonalize(a: number, n: number, diagonal: number, beside: number, scales: number, room: number): void;
  firstNonFinite(x: number, from: number, to: number): number;
  gatherRows(out: number, source: number, sourceRows: number, width: number, indices: number, count: number): number;
  /** `form`: 0 sorted values, 1 permuted by rank, 2 ranks. */
  orderVectors(
    form: number,
    source: number,
    outer: number,
    neurons: number,
    inner: number,
    first: number,
    last: number,
    sorted: number,
    target: number,
    scratch: number,
  ): void;
  orderScratchBytes(outer: number, neurons: number, inner: number): number;
  philox(
    out: number,
    groups: number,
    key0: number,
    key1: number,
    blockLow: number,
    blockHigh: number,
    kind: number,
  ): void;
  toUniform(words: number, n: number, low: number, range: number, largest: number): void;
  toSigns(words: number, n: number): void;
  toNormal(words: number, groups: number, mean: number, std: number): void;
  dropout(
    x: number,
    n: number,
    from: number,
    to: number,
    first: number,
    second: number,
    threshold: number,
    scale: number,
    out: number,
  ): void;
  sparseProduct(
    starts: number,
    columns: number,
    values: number,
    heads: number,
    rows: number,
    x: number,
    width: number,
    out: number,
  ): void;
  sparseProductTransposed(
    starts: number,
    columns: number,
    values: number,
    heads: number,
    rows: number,
    x: number,
    width: number,
    out: number,
    outRows: number,
    first: number,
    last: number,
  ): void;
  pairGates(
    starts: number,
    columns: number,
    values: number,
    mask: number,
    roots: number,
    rows: number,
    width: number,
    first: number,
    last: number,
    x: number,
    a: number,
    b: number,
    limit: number,
    out: number,
    room: number,
  ): void;
  pairGatesBackward(
    starts: number,
    columns: number,
    values: number,
    mask: number,
    roots: number,
    rows: number,
    width: number,
    first: number,
    last: number,
    x: number,
    a: number,
    b: number,
    limit: number,
    g: number,
    dx: number,
    da: number,
    db: number,
    room: number,
  ): void;
  attention(
    starts: number,
    columns: number,
    rows: number,
    heads: number,
    first: number,
    last: number,
    firstRow: number,
    lastRow: number,
    width: number,
    h: number,
    left: number,
    right: number,
    slope: number,
    records: number,
    out: number,
  ): void;
  attentionBackward(
    starts: number,
    columns: number,
    rows: number,
    heads: number,
    first: number,
    last: number,
    width: number,
    h: number,
    left: number,
    right: number,
    slope: number,
    records: number,
    out: number,
    g: number,
    dh: number,
    dleft: number,
    dright: number,
  ): void;
  edgeDots(
    starts: number,
    columns: number,
    rows: number,
    heads: number,
    width: number,
    q: number,
    k: number,
    out: number,
  ): void;
  segmentSoftmax(starts: number, rows: number, heads: number, x: number, out: number): void;
  segmentSoftmaxBackward(starts: number, rows: number, heads: number, y: number, g: number, out: number): void;
  segmentSum(starts: number, rows: number, width: number, x: number, out: number): void;
  segmentSpread(starts: number, rows: number, width: number, x: number, out: number): void;
  /** `byEntry`: 0 or 1. */
  segmentMax(
    starts: number,
    columns: number,
    byEntry: number,
    rows: number,
    width: number,
    x: number,
    out: number,
  ): void;
  segmentMaxBackward(
    starts: number,
    columns: number,
    byEntry: number,
    rows: number,
    width: number,
    first: number,
    last: number,
    x: number,
    y: number,
    g: number,
    dx: number,
  ): void;
  scaleRows(x: number, factors: number, rows: number, width: number, out: number): void;
  geluBackward(x: number, g: number, n: number, out: number): void;
  layerNormBackward(
    x: number,
    g: number,
    scale: number,
    rows: number,
    width: number,
    epsilon: number,
    group: number,
    first: number,
    last: number,
    dx: number,
    sums: number,
  ): void;
  scatterRows(
    out: number,
    updates: number,
    width: number,
    indices: number,
    count: number,
    first: number,
    last: number,
  ): void;
}
