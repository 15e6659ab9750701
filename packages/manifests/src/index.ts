export { DirectorySource, type DirectorySourceOptions } from './directory-source.ts';
export { readDirectory } from './read-directory.ts';
export type { ManifestSnapshot } from './snapshot.ts';
