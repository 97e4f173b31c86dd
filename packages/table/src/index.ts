export * from './browser.ts';
export { createTableWriter, type TableWriter, type WrittenColumn } from './write/table-writer.ts';
