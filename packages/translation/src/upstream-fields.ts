import type { Kind } from '@silverback/cluster-state';
import { createFragment, type JsonObject } from '@silverback/kong-configuration';
import { annotationField } from './annotations.ts';
import { fragmentHeader } from './fragment-header.ts';
import { ProblemList } from './problem-list.ts';
import { IGNORED, OVERRIDE, UPSTREAM_POLICY, type ServiceSettings } from './service-annotations.ts';
import type { UpstreamFields } from './service-part.ts';
import type { TranslationView, Translator } from './translator.ts';
import { readKongIngress, readUpstreamPolicy, type PolicyResult } from './upstream-policy.ts';

const STICKY_SESSIONS_SINCE = 'version>=3.11';

/** KongUpstreamPolicy → its problems, so that they are told once and not with each Service that names it. */
export const kongUpstreamPolicyTranslator: Translator = {
  kind: 'KongUpstreamPolicy',
  translate(root, view) {
    const policy = view.get('KongUpstreamPolicy', root.namespace, root.name);
    const users = view.lookUp('usersOfUpstreamPolicy', `${root.namespace}/${root.name}`);
    if (policy === undefined || users.length === 0) return undefined;
    const problems = ProblemList.ofRecord(policy);
    const result = readUpstreamPolicy(policy.body);
    for (const { field, message } of 'issues' in result ? result.issues : []) {
      problems.error('UpstreamPolicyInvalid', {
        field,
        message,
        action: 'Services that name the policy are balanced without it',
      });
    }
    return createFragment({ ...fragmentHeader(root, policy), parts: [], problems: problems.problems });
  },
};

/** The fields of upstreams that the policy of a Service gives. What cannot be used is reported and left out. */
export function upstreamFields(
  namespace: string,
  settings: ServiceSettings,
  view: TranslationView,
  problems: ProblemList,
): UpstreamFields {
  const { override, upstreamPolicy } = settings;
  const deprecated =
    override === undefined
      ? {}
      : fieldsOf('KongIngress', namespace, override, OVERRIDE, readKongIngress, view, problems);
  const fields =
    upstreamPolicy === undefined
      ? {}
      : fieldsOf(
          'KongUpstreamPolicy',
          namespace,
          upstreamPolicy,
          UPSTREAM_POLICY,
          readUpstreamPolicy,
          view,
          problems,
        );
  // Only what the reader of a policy lets through is here: fields of upstreams in the form that Kong wants.
  return { ...deprecated, ...fields };
}

function fieldsOf(
  kind: Extract<Kind, 'KongIngress' | 'KongUpstreamPolicy'>,
  namespace: string,
  name: string,
  annotation: string,
  read: (body: Readonly<Record<string, unknown>>) => PolicyResult,
  view: TranslationView,
  problems: ProblemList,
): JsonObject {
  const field = annotationField(annotation);
  const policy = view.get(kind, namespace, name);
  if (policy === undefined) {
    const message = `there is no ${kind} ${namespace}/${name}`;
    problems.error('UpstreamPolicyNotFound', { field, message, action: IGNORED });
    return {};
  }
  const result = read(policy.body);
  if ('issues' in result) {
    const [first] = result.issues;
    const message = `${kind} ${namespace}/${name}: ${first?.field} ${first?.message}`;
    problems.error('UpstreamPolicyInvalid', { field, message, action: IGNORED });
    return {};
  }
  if (result.fields['algorithm'] === 'sticky-sessions' && !view.facet(STICKY_SESSIONS_SINCE)) {
    const message = 'asks for sticky sessions, which Kong has since version 3.11';
    problems.error('UpstreamPolicyNotSupported', { field, message, action: IGNORED });
    return {};
  }
  return result.fields;
}
