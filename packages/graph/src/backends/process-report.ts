/** What Node reports about its process; nothing where it makes no reports. */
export interface ProcessReport {
  /** The version of the GNU C library, where that is the process's. */
  readonly header?: { readonly glibcVersionRuntime?: string };
  readonly environmentVariables?: Readonly<Record<string, string>>;
}

export function processReport(): ProcessReport {
  // Node's types don't know excludeNetwork, which is there since 20.13.
  const report: (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined = process.report;
  if (report === undefined) return {};
  const { excludeNetwork = false } = report;
  // Otherwise the names of all connected hosts are looked up.
  report.excludeNetwork = true;
  try {
    return report.getReport() as ProcessReport;
  } finally {
    report.excludeNetwork = excludeNetwork;
  }
}
