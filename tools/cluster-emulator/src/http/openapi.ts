import type { JsonObject } from '../json.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';

/**
 * As much of OpenAPI as kubectl needs to apply: which groups there are, and that writes may ask for a check of their
 * fields. The schemas of custom kinds are those of their definitions; the API server's own kinds have none here.
 */
export function openApiIndex(kinds: readonly Kind[]): JsonObject {
  const paths = new Set(kinds.map(rootOf));
  return {
    paths: Object.fromEntries([...paths].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }])),
  };
}

/** The OpenAPI document of a group version, as in `apis/networking.k8s.io/v1`; undefined if it isn't served. */
export function openApiDocument(kinds: readonly Kind[], root: string): JsonObject | undefined {
  const members = kinds.filter((kind) => rootOf(kind) === root);
  if (members.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'emulated' },
    paths: Object.fromEntries(members.map((kind) => [pathOf(kind), operationsOf(kind)])),
    components: {
      schemas: Object.fromEntries(members.map((kind) => [schemaName(kind), schemaOf(kind)])),
    },
  };
}

function rootOf(kind: Kind): string {
  return kind.group === '' ? `api/${kind.version}` : `apis/${apiVersionOf(kind)}`;
}

function pathOf(kind: Kind): string {
  return `/${rootOf(kind)}/${kind.isNamespaced ? 'namespaces/{namespace}/' : ''}${kind.plural}/{name}`;
}

function typeOf({ group, version, kind }: Kind): JsonObject {
  return { group, kind, version };
}

function schemaName({ group, version, kind }: Kind): string {
  return [...group.split('.').reverse(), version, kind].filter((part) => part !== '').join('.');
}

function operationsOf(kind: Kind): JsonObject {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  }));
  return {
    patch: {
      operationId: `patch${kind.kind}`,
      parameters,
      requestBody: { content: { 'application/merge-patch+json': {}, 'application/apply-patch+yaml': {} } },
      responses: { 200: { description: 'OK' } },
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': typeOf(kind),
    },
  };
}

function schemaOf(kind: Kind): JsonObject {
  const schema = kind.schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return { ...schema, 'x-kubernetes-group-version-kind': [typeOf(kind)] };
}
