import type { Json, JsonObject } from '../json.ts';
import type { KindRegistry } from '../kinds/kind-registry.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import { wantsAggregatedDiscovery } from './accept.ts';
import type { Exchange } from './exchange.ts';
import { openApiDocument, openApiIndex } from './openapi.ts';

/** A document that says what is served; as a text in plain words. */
export type DiscoveryDocument = { readonly value: JsonObject; readonly contentType?: string } | string;

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const STATUS_VERBS = ['get', 'patch', 'update'];

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The version of Kubernetes that the emulator says to be. */
export const SERVER_VERSION = { major: '1', minor: '35', gitVersion: 'v1.35.2+cluster-emulator' };

/** The document behind a path that is not about objects; undefined if there is none. */
export function discoveryDocument(exchange: Exchange, registry: KindRegistry): DiscoveryDocument | undefined {
  if (exchange.method !== 'GET') return undefined;
  const path = exchange.url.pathname.replace(/\/$/, '');
  if (['/healthz', '/livez', '/readyz'].includes(path)) return 'ok';
  if (path === '/version') return { value: { ...SERVER_VERSION, platform: 'emulator' } };
  const [, root, ...rest] = path.split('/');
  if (root === 'api') return coreDocument(rest, exchange, registry);
  if (path === '/openapi/v3') return { value: openApiIndex(registry.all) };
  if (path.startsWith('/openapi/v3/'))
    return documented(openApiDocument(registry.all, rest.slice(1).join('/')));
  if (root === 'apis') return groupsDocument(rest, exchange, registry);
  return undefined;
}

function documented(value: JsonObject | undefined): DiscoveryDocument | undefined {
  return value && { value };
}

function coreDocument(
  [version, ...rest]: readonly string[],
  exchange: Exchange,
  registry: KindRegistry,
): DiscoveryDocument | undefined {
  const kinds = registry.all.filter(({ group }) => group === '');
  if (version === undefined) {
    if (wantsAggregatedDiscovery(exchange.request.headers.accept)) return aggregated(kinds);
    return { value: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] } };
  }
  return rest.length === 0 ? resourceList(kinds, '', version) : undefined;
}

function groupsDocument(
  [group, version, ...rest]: readonly string[],
  exchange: Exchange,
  registry: KindRegistry,
): DiscoveryDocument | undefined {
  const kinds = registry.all.filter((kind) => kind.group !== '');
  if (group === undefined) {
    if (wantsAggregatedDiscovery(exchange.request.headers.accept)) return aggregated(kinds);
    const groups = groupsOf(kinds).map(([name, members]) => groupDocument(name, members));
    return { value: { kind: 'APIGroupList', apiVersion: 'v1', groups } };
  }
  const members = kinds.filter((kind) => kind.group === group);
  if (members.length === 0 || rest.length > 0) return undefined;
  if (version !== undefined) return resourceList(members, group, version);
  return { value: { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(group, members) } };
}

function groupsOf(kinds: readonly Kind[]): readonly (readonly [string, readonly Kind[]])[] {
  return [...Map.groupBy(kinds, ({ group }) => group)];
}

function versionsOf(kinds: readonly Kind[]): readonly string[] {
  return [...new Set(kinds.map(({ version }) => version))].sort(byMaturity);
}

/** As the API server orders them: v2, v1, v1beta1, v1alpha1. */
function byMaturity(left: string, right: string): number {
  return maturity(right) - maturity(left);
}

function maturity(version: string): number {
  const [, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  const rank = stage === undefined ? 2 : stage === 'beta' ? 1 : 0;
  return rank * 1e6 + Number(major) * 1e3 + Number(minor);
}

function groupDocument(name: string, kinds: readonly Kind[]): JsonObject {
  const versions = versionsOf(kinds).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] ?? null };
}

function resourceList(kinds: readonly Kind[], group: string, version: string): DiscoveryDocument | undefined {
  const served = kinds.filter((kind) => kind.version === version);
  if (served.length === 0) return undefined;
  return {
    value: {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: apiVersionOf({ group, version }),
      resources: served.flatMap(resourcesOf),
    },
  };
}

function resourcesOf(kind: Kind): JsonObject[] {
  const { plural, singular, isNamespaced, shortNames, categories, hasStatus } = kind;
  const main: JsonObject = {
    name: plural,
    singularName: singular,
    namespaced: isNamespaced,
    kind: kind.kind,
    verbs: VERBS,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
  const status: JsonObject = {
    name: `${plural}/status`,
    singularName: '',
    namespaced: isNamespaced,
    kind: kind.kind,
    verbs: STATUS_VERBS,
  };
  return hasStatus ? [main, status] : [main];
}

function aggregated(kinds: readonly Kind[]): DiscoveryDocument {
  const items: Json[] = groupsOf(kinds).map(([name, members]) => ({
    metadata: { ...(name !== '' && { name }), creationTimestamp: null },
    versions: versionsOf(members).map((version) => ({
      version,
      freshness: 'Current',
      resources: members.filter((kind) => kind.version === version).map(aggregatedResource),
    })),
  }));
  return {
    value: { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items },
    contentType: AGGREGATED,
  };
}

function aggregatedResource(kind: Kind): JsonObject {
  const responseKind = { group: kind.group, version: kind.version, kind: kind.kind };
  const { plural, singular, isNamespaced, shortNames, categories, hasStatus } = kind;
  return {
    resource: plural,
    responseKind,
    scope: isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: VERBS,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(hasStatus && {
      subresources: [{ subresource: 'status', responseKind, verbs: STATUS_VERBS }],
    }),
  };
}
