import { objectIn, textIn } from '../json.ts';
import type { Content } from '../store/stored.ts';

/** A Namespace as it is kept: it carries its own name as a label. */
export function admitNamespace(object: Content): Content {
  const { metadata } = object;
  const labels = {
    ...objectIn(metadata, 'labels'),
    'kubernetes.io/metadata.name': textIn(metadata, 'name') ?? '',
  };
  return {
    ...object,
    metadata: { ...metadata, labels },
    spec: { finalizers: ['kubernetes'], ...objectIn(object, 'spec') },
    status: object['status'] ?? { phase: 'Active' },
  };
}
