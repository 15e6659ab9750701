import type { CodeTable } from '../definition.ts';

export const manifestsCodes = {
  ManifestDirectoryUnreadable: {
    kind: 'error',
    summary: 'The directory of manifests can not be read at the start.',
    advice: 'Name a directory that exists and that the controller may read.',
  },
  ManifestDirectoryLost: {
    kind: 'problem',
    summary: 'A directory of manifests that was read before can not be read any more.',
    advice: 'Bring the directory back; to remove its objects, remove its files instead.',
  },
  ManifestFileUnreadable: {
    kind: 'problem',
    summary: 'A manifest file can not be read.',
    advice: 'Make the file readable for the controller, and keep it within the limit of its size.',
  },
  ManifestUnparsable: {
    kind: 'problem',
    summary: 'A manifest file is not valid YAML or JSON.',
    advice: 'Correct the file at the line and column that the message names.',
  },
  ManifestObjectInvalid: {
    kind: 'problem',
    summary: 'An object in a manifest file can not be used at all.',
    advice: 'Correct the field that the message names.',
  },
  ManifestKindUnsupported: {
    kind: 'problem',
    summary: 'An object in a manifest file is of a kind or version that Silverback does not read.',
    advice: 'Correct apiVersion and kind if the object was meant for Silverback; else keep it elsewhere.',
  },
  ManifestObjectDuplicate: {
    kind: 'problem',
    summary: 'Two places in the manifest files define the same object.',
    advice: 'Remove one of the two definitions.',
  },
  ManifestWatchUnavailable: {
    kind: 'problem',
    summary: 'The operating system does not report changes of a directory of manifests.',
    advice:
      'On Linux, raise fs.inotify.max_user_watches or max_user_instances; until then changes are seen a little later.',
  },
} as const satisfies CodeTable;
