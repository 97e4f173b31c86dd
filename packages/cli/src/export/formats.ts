/** What a run's lines are written as. */
export const exportFormats = ['tensorboard', 'csv', 'parquet'] as const;

/** One of them. */
export type ExportFormat = (typeof exportFormats)[number];
