import { readFileSync } from 'node:fs';
import type { RenderedObject } from '@silverback/helm';
import type { TestCluster } from './cluster.ts';

/** Paths of the kinds that the chart renders and an API server has by itself. */
const PLURALS: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  ConfigMap: 'configmaps',
  CustomResourceDefinition: 'customresourcedefinitions',
  Deployment: 'deployments',
  IngressClass: 'ingressclasses',
  NetworkPolicy: 'networkpolicies',
  PodDisruptionBudget: 'poddisruptionbudgets',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  Secret: 'secrets',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
};

const CLUSTER_WIDE = ['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'IngressClass'];

/** Where an object is; undefined for kinds that other projects define. */
export function pathOf({ apiVersion, kind, metadata }: RenderedObject, release: string): string | undefined {
  const plural = PLURALS[kind];
  if (plural === undefined) return undefined;
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = CLUSTER_WIDE.includes(kind) ? '' : `/namespaces/${metadata.namespace ?? release}`;
  return `${group}${scope}/${plural}/${metadata.name}`;
}

/** A right: a verb on a kind, `group/plural` or `group/plural/subresource`, as in `get /secrets`. */
export type Right = string;

interface RoleObject extends RenderedObject {
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/** All rights that Roles and ClusterRoles give. */
export function rightsIn(objects: readonly RenderedObject[]): ReadonlySet<Right> {
  const roles = objects.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole') as RoleObject[];
  const rules = roles.flatMap(({ rules = [] }) => rules);
  return new Set(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
      ),
    ),
  );
}

interface AuditLine {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

/** What somebody has asked for, by the audit log: the rights used, and what was refused for want of one. */
export function rightsUsed(
  { controlPlane }: TestCluster,
  user: string,
): { readonly used: ReadonlySet<Right>; readonly refused: readonly string[] } {
  const lines = readFileSync(controlPlane.auditLog, 'utf8').trim().split('\n');
  const own = lines
    .map((line) => JSON.parse(line) as AuditLine)
    .filter((line) => line.user.username === user);
  const used = new Set<Right>();
  const refused: string[] = [];
  for (const { verb, objectRef, responseStatus } of own) {
    if (objectRef?.resource === undefined) continue;
    const { apiGroup = '', resource, subresource, namespace = '', name = '' } = objectRef;
    const right = `${verb} ${apiGroup}/${resource}${subresource === undefined ? '' : `/${subresource}`}`;
    if (responseStatus?.code === 403) refused.push(`${right} ${namespace}/${name}`);
    else used.add(right);
  }
  return { used, refused };
}
