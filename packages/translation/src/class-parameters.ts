import type { ClusterView } from '@silverback/cluster-state';

const API_GROUP = 'configuration.konghq.com';
const KIND = 'IngressClassParameters';

/** What the parameters of our IngressClass say. */
export interface ClassSettings {
  /** Requests go to the names of Services instead of to their endpoints. */
  readonly serviceUpstream: boolean;
  /** Paths with characters that are unusual in paths are taken for regular expressions. */
  readonly detectsRegex: boolean;
}

/** The settings of our class; false where it names no parameters, or where they do not exist. */
export function classSettings(view: ClusterView, ingressClass: string): ClassSettings {
  const parameters = view.get('IngressClass', '', ingressClass)?.parameters;
  const named = parameters?.apiGroup === API_GROUP && parameters.kind === KIND ? parameters : undefined;
  const body = named && view.get(KIND, named.namespace, named.name)?.body;
  const spec = asObject(body?.['spec']);
  return {
    serviceUpstream: spec['serviceUpstream'] === true,
    detectsRegex: spec['enableLegacyRegexDetection'] === true,
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? (value as Readonly<Record<string, unknown>>) : {};
}
