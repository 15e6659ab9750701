import type { ResourceRecord } from '@silverback/cluster-state';
import type { Fragment } from '@silverback/kong-configuration';
import { referenceTo } from './problem-list.ts';
import type { Root } from './translator.ts';

type FragmentHeader = Pick<Fragment, 'root' | 'resource' | 'location' | 'precedence'>;

/**
 * What a fragment says about its root.
 *
 * @param record - the root's object; undefined where it is missing
 */
export function fragmentHeader(root: Root, record: ResourceRecord | undefined): FragmentHeader {
  const { key, kind, namespace, name } = root;
  if (record === undefined) {
    return {
      root: key,
      resource: { kind, namespace, name },
      precedence: { creationTimestamp: '', namespace, name, uid: '' },
    };
  }
  // The texts of the record are there anyway; those of the root would be kept beside them.
  const { creationTimestamp, namespace: itsNamespace, name: itsName, uid } = record.metadata;
  const header = {
    root: key,
    resource: referenceTo(record.kind, record.metadata),
    precedence: { creationTimestamp, namespace: itsNamespace, name: itsName, uid },
  };
  return record.location === undefined ? header : { ...header, location: record.location };
}
