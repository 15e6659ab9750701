import type { ClassParameters, ClusterView, ResourceRecord } from '@silverback/cluster-state';
import { createFragment, type Fragment } from '@silverback/kong-configuration';
import type { IngressClassParameters } from '@silverback/kong-resources';
import { fragmentHeader } from './fragment-header.ts';
import { ProblemList } from './problem-list.ts';
import type { Root, Translator } from './translator.ts';
import { validResource } from './valid-resource.ts';

const API_GROUP = 'configuration.konghq.com';
const KIND = 'IngressClassParameters';

/** What the parameters of our IngressClass say. */
export interface ClassSettings {
  /** Requests go to the names of Services instead of to their endpoints. */
  readonly serviceUpstream: boolean;
  /** Paths with characters that are unusual in paths are taken for regular expressions. */
  readonly detectsRegex: boolean;
}

/** The settings of our class; false where it names no parameters, where they do not exist, and for what is not valid. */
export function classSettings(view: ClusterView, ingressClass: string): ClassSettings {
  const parameters = view.get('IngressClass', '', ingressClass)?.parameters;
  const body = isReadable(parameters) && view.get(KIND, parameters.namespace, parameters.name)?.body;
  const spec = asObject(body === false ? undefined : body?.['spec']);
  return {
    serviceUpstream: spec.serviceUpstream === true,
    detectsRegex: spec.enableLegacyRegexDetection === true,
  };
}

/** IngressClass → its problems: parameters that are not there, or of a kind that is not read. */
export const ingressClassTranslator: Translator = {
  kind: 'IngressClass',
  translate(root, view, { ingressClass }) {
    const record = root.name === ingressClass ? view.get('IngressClass', '', root.name) : undefined;
    if (record === undefined) return undefined;
    const problems = ProblemList.ofRecord(record);
    const { parameters } = record;
    if (parameters !== undefined) reportParameters(parameters, view, problems);
    return fragmentOf(root, record, problems);
  },
};

/** IngressClassParameters → their problems, so that they are told once and not with each Ingress of the class. */
export const ingressClassParametersTranslator: Translator = {
  kind: KIND,
  translate(root, view, { ingressClass }) {
    const parameters = view.get('IngressClass', '', ingressClass)?.parameters;
    const isUsed =
      isReadable(parameters) && parameters.namespace === root.namespace && parameters.name === root.name;
    const record = isUsed ? view.get(KIND, root.namespace, root.name) : undefined;
    if (record === undefined) return undefined;
    const problems = ProblemList.ofRecord(record);
    validResource(record, problems, 'the field has no effect');
    return fragmentOf(root, record, problems);
  },
};

/** Nothing is served of these objects themselves: only their problems are told. */
function fragmentOf(root: Root, record: ResourceRecord, { problems }: ProblemList): Fragment | undefined {
  if (problems.length === 0) return undefined;
  return createFragment({ ...fragmentHeader(root, record), parts: [], problems });
}

function reportParameters(parameters: ClassParameters, view: ClusterView, problems: ProblemList): void {
  const action = 'Ingresses of the class are served without parameters';
  const { apiGroup, kind, namespace, name } = parameters;
  if (!isReadable(parameters)) {
    const message = `${kind} of ${apiGroup === '' ? 'the core group' : apiGroup} is not ${KIND} of ${API_GROUP} in a namespace`;
    problems.error('ClassParametersNotFound', { field: 'spec.parameters', message, action });
  } else if (view.get(KIND, namespace, name) === undefined) {
    const message = `there is no ${KIND} ${namespace}/${name}`;
    problems.error('ClassParametersNotFound', { field: 'spec.parameters', message, action });
  }
}

function isReadable(parameters: ClassParameters | undefined): parameters is ClassParameters {
  return parameters?.apiGroup === API_GROUP && parameters.kind === KIND && parameters.namespace !== '';
}

/** Each field counts by itself: a mistake in one must not change what the others mean. */
function asObject(
  value: unknown,
): Readonly<Partial<Record<keyof NonNullable<IngressClassParameters['spec']>, unknown>>> {
  return typeof value === 'object' && value !== null ? value : {};
}
