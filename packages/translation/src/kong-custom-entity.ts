import type { ClusterView, KongCustomEntityRecord } from '@silverback/cluster-state';
import {
  createFragment,
  type CustomEntityPart,
  type JsonObject,
  type PluginReference,
} from '@silverback/kong-configuration';
import type { KongCustomEntity } from '@silverback/kong-resources';
import { fragmentHeader } from './fragment-header.ts';
import { ProblemList } from './problem-list.ts';
import { isGranted } from './reference-grants.ts';
import type { TranslationView, Translator } from './translator.ts';
import { validResource } from './valid-resource.ts';

const LEFT_OUT = 'the entity is left out';

/**
 * Fields that name the service, route or consumer that an entity belongs to: they are filled from where its plugin is
 * attached. Names are the same for all types of entities that Kong and its plugins define.
 */
const FOREIGN_FIELDS = { service: 'services', route: 'routes', consumer: 'consumers' } as const;

/** What is known of a type of entities. */
interface KnownType {
  /** The plugin that brings the type: proxies without it do not know it. */
  readonly plugin: string;
  /** The fields that the places of a parent fill. */
  readonly foreign: readonly (keyof typeof FOREIGN_FIELDS)[];
}

const KNOWN_TYPES: ReadonlyMap<string, KnownType> = new Map<string, KnownType>([
  ['degraphql_routes', { plugin: 'degraphql', foreign: ['service'] }],
  [
    'graphql_ratelimiting_cost_decorations',
    { plugin: 'graphql-rate-limiting-advanced', foreign: ['service'] },
  ],
]);

/** KongCustomEntity of our class → an entity of a type that Silverback knows nothing else of. */
export const kongCustomEntityTranslator: Translator = {
  kind: 'KongCustomEntity',
  translate(root, view, { ingressClass }) {
    const record = view.get('KongCustomEntity', root.namespace, root.name);
    if (record === undefined) return undefined;
    if (!isOurs(record, ingressClass)) return undefined;
    const problems = ProblemList.ofRecord(record);
    const resource = validResource(record, problems, LEFT_OUT);
    const isKnown = resource && isKnownToProxy(resource.spec.type, view, problems);
    const part = isKnown === true && entityPart(record, resource.spec, view, problems);
    const parts = part === false || part === undefined ? [] : [part];
    return createFragment({ ...fragmentHeader(root, record), parts, problems: problems.problems });
  },
};

/** The field itself says so; one that is not text at all is reported by whoever sees it. */
function isOurs({ body }: KongCustomEntityRecord, ingressClass: string): boolean {
  const spec = body['spec'] as { readonly controllerName?: unknown } | null | undefined;
  const name = spec?.controllerName;
  return typeof name !== 'string' || name === ingressClass;
}

/** A proxy refuses the whole configuration for a type that it does not know. Of most types only the proxy can tell. */
function isKnownToProxy(type: string, view: TranslationView, problems: ProblemList): boolean {
  const plugin = KNOWN_TYPES.get(type)?.plugin;
  if (plugin === undefined || view.facet(`plugin:${plugin}`)) return true;
  problems.error('CustomEntityTypeUnknown', {
    field: 'spec.type',
    message: `${type} belong to the plugin ${plugin}, which the proxies do not have`,
    action: LEFT_OUT,
  });
  return false;
}

function entityPart(
  record: KongCustomEntityRecord,
  spec: KongCustomEntity['spec'],
  view: ClusterView,
  problems: ProblemList,
): CustomEntityPart | undefined {
  const { type, fields, parentRef } = spec;
  // Not every type of entity has tags.
  const part = { type: 'custom-entity', entityType: type, fields: fields as JsonObject, tags: [] } as const;
  if (parentRef === undefined) return part;
  const parent = parentOf(record, parentRef, view, problems);
  const foreign = KNOWN_TYPES.get(type)?.foreign;
  if (foreign === undefined) {
    problems.error('CustomEntityParentUnknown', {
      field: 'spec.parentRef',
      message: `it is not known which fields of ${type} name a service, route or consumer`,
      action: LEFT_OUT,
    });
  }
  if (parent === undefined || foreign === undefined) return undefined;
  const foreignFields = Object.fromEntries(foreign.map((field) => [field, FOREIGN_FIELDS[field]]));
  return { ...part, parent, foreignFields };
}

type ParentReference = NonNullable<KongCustomEntity['spec']['parentRef']>;

function parentOf(
  { metadata }: KongCustomEntityRecord,
  {
    group = 'configuration.konghq.com',
    kind = 'KongPlugin',
    namespace = metadata.namespace,
    name,
  }: ParentReference,
  view: ClusterView,
  problems: ProblemList,
): PluginReference | undefined {
  const field = 'spec.parentRef';
  if (group !== 'configuration.konghq.com' || (kind !== 'KongPlugin' && kind !== 'KongClusterPlugin')) {
    problems.error('CustomEntityParentUnknown', {
      field,
      message: 'must be a KongPlugin or a KongClusterPlugin of configuration.konghq.com',
      action: LEFT_OUT,
    });
    return undefined;
  }
  if (kind === 'KongClusterPlugin') return { plugin: `KongClusterPlugin//${name}`, field };
  const from = { kind: 'KongCustomEntity', namespace: metadata.namespace } as const;
  if (isGranted(from, { group, kind, namespace, name }, view)) {
    return { plugin: `KongPlugin/${namespace}/${name}`, field };
  }
  problems.error('PluginReferenceNotPermitted', {
    field,
    message: `no ReferenceGrant in ${namespace} permits that for the kind KongCustomEntity of ${metadata.namespace}`,
    action: LEFT_OUT,
  });
  return undefined;
}
