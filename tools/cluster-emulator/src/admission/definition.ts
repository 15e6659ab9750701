import { isList, isObject, objectIn, textIn } from '../json.ts';
import type { Content } from '../store/stored.ts';
import { Refusal } from './refusal.ts';

const DEFINITION = { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' };
const SCOPES = ['Cluster', 'Namespaced'];

/** A CustomResourceDefinition as it is kept. */
export function admitDefinition(object: Content): Content {
  const spec = objectIn(object, 'spec');
  const names = objectIn(spec, 'names');
  const kind = textIn(names, 'kind') ?? '';
  const refusal = new Refusal();
  checkNames(object, refusal);
  const versions = isList(spec['versions']) ? spec['versions'].filter(isObject) : [];
  if (versions.filter(({ storage }) => storage === true).length !== 1)
    refusal.invalid('spec.versions', [], 'must have exactly one version marked as storage version');
  versions.forEach((version, index) => {
    const schema = objectIn(objectIn(version, 'schema'), 'openAPIV3Schema');
    if (schema['type'] !== 'object')
      refusal.required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required');
  });
  refusal.check(DEFINITION, object);
  return {
    ...object,
    spec: {
      conversion: { strategy: 'None' },
      ...spec,
      names: { listKind: `${kind}List`, singular: kind.toLowerCase(), ...names },
    },
  };
}

function checkNames(object: Content, refusal: Refusal): void {
  const spec = objectIn(object, 'spec');
  const names = objectIn(spec, 'names');
  const wanted = `${textIn(names, 'plural') ?? ''}.${textIn(spec, 'group') ?? ''}`;
  const name = textIn(object.metadata, 'name') ?? '';
  if (name !== wanted) refusal.invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group');
  if ((textIn(names, 'kind') ?? '') === '') refusal.required('spec.names.kind');
  const scope = textIn(spec, 'scope');
  if (!SCOPES.includes(scope ?? '')) refusal.unsupported('spec.scope', scope ?? '', SCOPES);
}
