import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { TOOL_FOLDER } from '../assets.ts';
import type { TestClient } from './cluster.ts';

/** Where the CustomResourceDefinitions are that Silverback ships. */
export const DEFINITIONS_FOLDER = join(TOOL_FOLDER, '../../deploy/crds');

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A CustomResourceDefinition, as far as tests look into it. */
export interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: unknown };
      readonly [field: string]: unknown;
    }[];
  };
}

/** All definitions that Silverback ships. */
export function shippedDefinitions(): readonly Definition[] {
  const files = readdirSync(DEFINITIONS_FOLDER).filter((name) => name.endsWith('.yaml'));
  return files.flatMap(
    (name) => loadAll(readFileSync(join(DEFINITIONS_FOLDER, name), 'utf8')) as Definition[],
  );
}

/** Installs definitions, and resolves when the API server serves their kinds. */
export async function install(
  admin: TestClient,
  definitions: readonly Definition[] = shippedDefinitions(),
): Promise<void> {
  for (const definition of definitions) {
    await admin.apply(`${DEFINITIONS}/${definition.metadata.name}`, definition);
  }
  for (const definition of definitions) await established(admin, definition);
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

/** A watch rather than questions again and again. */
async function established(admin: TestClient, { metadata: { name } }: Definition): Promise<void> {
  const query = { watch: 'true', fieldSelector: `metadata.name=${name}` };
  const abort = new AbortController();
  for await (const lines of admin.http.lines({ path: DEFINITIONS, query, signal: abort.signal })) {
    const isEstablished = lines.some((line) => {
      const { object } = JSON.parse(line) as { object: { status?: { conditions?: readonly Condition[] } } };
      const conditions = object.status?.conditions ?? [];
      return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
    });
    if (isEstablished) break;
  }
  abort.abort();
}

/** As much of the ReferenceGrant of the Gateway API as tests need, in the versions that are to be served. */
export function referenceGrants(...versions: readonly string[]): Definition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: 'referencegrants.gateway.networking.k8s.io',
      annotations: {
        'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/2997',
      },
    },
    spec: {
      group: 'gateway.networking.k8s.io',
      scope: 'Namespaced',
      names: { kind: 'ReferenceGrant', plural: 'referencegrants', singular: 'referencegrant' },
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      })),
    },
  } as Definition;
}
