import type { ClassParameters, IngressClassRecord } from '../records.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';

/** networking.k8s.io/v1 IngressClass. */
export function projectIngressClass(object: ObjectReader): Projected<IngressClassRecord> {
  const spec = object.object('spec');
  const parameters = spec?.part('parameters', readParameters);
  return { controller: spec?.text('controller') ?? '', ...(parameters && { parameters }) };
}

function readParameters(entry: ObjectReader): ClassParameters {
  const scope = entry.choice('scope', ['Namespace', 'Cluster'], 'Cluster');
  return {
    apiGroup: entry.text('apiGroup') ?? '',
    kind: entry.requiredText('kind'),
    name: entry.requiredText('name'),
    namespace: scope === 'Namespace' ? entry.requiredText('namespace') : '',
  };
}
