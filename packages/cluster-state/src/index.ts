export * from './records.ts';
export { ChangeNotifier, type ChangeNotifierOptions } from './change-notifier.ts';
export { ClusterState, type ResourceChange } from './cluster-state.ts';
export { INDEXES, type IndexedKind, type IndexName } from './indexes.ts';
export { isRetained, type NamedObjects } from './retention.ts';
export { indexReadKey, type ClusterView, type ReadKey } from './view.ts';
export {
  projectResource,
  projectResources,
  type IgnoredObject,
  type Projection,
  type ProjectionFailure,
} from './projection/project-resource.ts';
export { RESOURCE_TYPES, SUPPORTED_KINDS, type ResourceType } from './projection/kinds.ts';
