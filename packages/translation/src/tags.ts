import type { Kind, Metadata } from '@silverback/cluster-state';
import { TAGS, annotationField, listAnnotation } from './annotations.ts';
import type { ProblemList } from './problem-list.ts';

interface GroupVersion {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
}

const KONG = 'configuration.konghq.com';
const V1ALPHA1 = { group: KONG, version: 'v1alpha1' };
const V1BETA1 = { group: KONG, version: 'v1beta1' };
const V1 = { group: KONG, version: 'v1' };

const GROUP_VERSIONS = {
  Ingress: { group: 'networking.k8s.io', version: 'v1' },
  Service: { group: '', version: 'v1' },
  Secret: { group: '', version: 'v1' },
  ConfigMap: { group: '', version: 'v1' },
  KongPlugin: V1,
  KongClusterPlugin: V1,
  KongConsumer: V1,
  KongConsumerGroup: V1BETA1,
  KongVault: V1ALPHA1,
  KongLicense: V1ALPHA1,
  KongCustomEntity: V1ALPHA1,
  KongServiceFacade: { group: 'incubator.ingress-controller.konghq.com', version: 'v1alpha1' },
  TCPIngress: V1BETA1,
  UDPIngress: V1BETA1,
} as const satisfies Partial<Record<Kind, GroupVersion>>;

/** The kinds from which entities come. */
export type TaggedKind = keyof typeof GROUP_VERSIONS;

/** The tags of entities for a Service that does not exist: the ones that Kong's own controller gives. */
export const UNKNOWN_SERVICE_TAGS: readonly string[] = [
  'k8s-name:UNKNOWN',
  'k8s-namespace:UNKNOWN',
  'k8s-kind:Service',
  'k8s-uid:00000000-0000-0000-0000-000000000000',
  'k8s-group:core',
  'k8s-version:v1',
];

const RESERVED_PREFIX = 'k8s-';
const NOT_IN_A_TAG = /[/\p{Cc}]/u;

/**
 * The tags of the entities that come from an object: its identity, then the tags of its user, in the order of Kong's
 * own controller. Tags of the user that could be taken for its identity are left out with a problem.
 */
export function tagsOf(kind: TaggedKind, metadata: Metadata, problems: ProblemList): readonly string[] {
  const { group, version }: GroupVersion = GROUP_VERSIONS[kind];
  const identity = [`k8s-name:${metadata.name}`];
  if (metadata.namespace !== '') identity.push(`k8s-namespace:${metadata.namespace}`);
  identity.push(`k8s-kind:${kind}`);
  if (metadata.uid !== '') identity.push(`k8s-uid:${metadata.uid}`);
  if (group !== '') identity.push(`k8s-group:${group}`);
  identity.push(`k8s-version:${version}`);
  return [...identity, ...userTags(metadata, problems)];
}

function userTags(metadata: Metadata, problems: ProblemList): string[] {
  return listAnnotation(metadata, TAGS).filter((tag) => {
    const wrong = faultOfTag(tag);
    if (wrong === undefined) return true;
    problems.error('TagInvalid', {
      field: annotationField(TAGS),
      message: `${JSON.stringify(tag)} ${wrong}`,
      action: 'the tag is left out',
    });
    return false;
  });
}

function faultOfTag(tag: string): string | undefined {
  if (tag.startsWith(RESERVED_PREFIX)) return `begins with ${RESERVED_PREFIX}, which is reserved`;
  return NOT_IN_A_TAG.test(tag) ? 'holds a character that Kong does not take in a tag' : undefined;
}
