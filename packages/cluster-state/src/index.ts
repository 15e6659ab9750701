export * from './records.ts';
export { INDEXES, type IndexedKind, type IndexName } from './indexes.ts';
export { indexReadKey, type ClusterView, type ReadKey } from './view.ts';
