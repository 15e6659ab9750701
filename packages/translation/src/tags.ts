import type { Kind, Metadata } from '@silverback/cluster-state';
import { TAGS, annotationField, listAnnotation } from './annotations.ts';
import { inOnePiece } from './one-piece.ts';
import type { ProblemList } from './problem-list.ts';

/** The tags that the objects of a kind share. They are made once: the same texts stand in many thousand entities. */
interface KindTags {
  readonly kind: string;
  readonly groupVersion: readonly string[];
}

const KONG = 'configuration.konghq.com';

/** API group (empty for the core group) and version of each kind. */
const GROUP_VERSIONS = {
  Ingress: ['networking.k8s.io', 'v1'],
  Service: ['', 'v1'],
  Secret: ['', 'v1'],
  ConfigMap: ['', 'v1'],
  KongPlugin: [KONG, 'v1'],
  KongClusterPlugin: [KONG, 'v1'],
  KongConsumer: [KONG, 'v1'],
  KongConsumerGroup: [KONG, 'v1beta1'],
  KongVault: [KONG, 'v1alpha1'],
  KongLicense: [KONG, 'v1alpha1'],
  KongCustomEntity: [KONG, 'v1alpha1'],
  KongServiceFacade: ['incubator.ingress-controller.konghq.com', 'v1alpha1'],
  TCPIngress: [KONG, 'v1beta1'],
  UDPIngress: [KONG, 'v1beta1'],
} as const satisfies Partial<Record<Kind, readonly [string, string]>>;

/** The kinds from which entities come. */
export type TaggedKind = keyof typeof GROUP_VERSIONS;

const KIND_TAGS = new Map<string, KindTags>(
  Object.entries(GROUP_VERSIONS).map(([kind, [group, version]]) => [
    kind,
    {
      kind: `k8s-kind:${kind}`,
      groupVersion: [...(group === '' ? [] : [`k8s-group:${group}`]), `k8s-version:${version}`],
    },
  ]),
);

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
  const { name, namespace, uid } = metadata;
  const ofKind = KIND_TAGS.get(kind);
  if (ofKind === undefined) throw new Error(`no entities come from the kind ${kind}`);
  const tags = [
    inOnePiece('k8s-name:', name),
    ...(namespace === '' ? [] : [namespaceTag(namespace)]),
    ofKind.kind,
    ...(uid === '' ? [] : [inOnePiece('k8s-uid:', uid)]),
    ...ofKind.groupVersion,
    ...userTags(metadata, problems),
  ];
  // A copy has no room for more, which a list that was put together has.
  return tags.slice();
}

/** How many namespaces are remembered; there are far fewer than objects. */
const MAX_NAMESPACES = 10_000;
const NAMESPACE_TAGS = new Map<string, string>();

/** The same text for all objects of a namespace, for the sake of memory. */
function namespaceTag(namespace: string): string {
  const known = NAMESPACE_TAGS.get(namespace);
  if (known !== undefined) return known;
  if (NAMESPACE_TAGS.size === MAX_NAMESPACES) NAMESPACE_TAGS.clear();
  const tag = `k8s-namespace:${namespace}`;
  NAMESPACE_TAGS.set(namespace, tag);
  return tag;
}

function userTags(metadata: Metadata, problems: ProblemList): readonly string[] {
  const tags = listAnnotation(metadata, TAGS);
  if (tags.length === 0) return tags;
  return tags.filter((tag) => {
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
