import { RESOURCE_TYPES, type Kind } from '@silverback/cluster-state';
import { isRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';

/** The kinds that an API server serves, each with the version that is read: the first of those that Silverback reads. */
export type ServedKinds = ReadonlyMap<Kind, string>;

/** All kinds that Silverback reads. */
export const ALL_KINDS = Object.keys(RESOURCE_TYPES) as readonly Kind[];

/** As in `/apis/networking.k8s.io/v1`. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/**
 * Asks which kinds are served, and in which version.
 *
 * @throws SilverbackError as `KubeHttp.json`; a group or version that is not served is no error
 */
export async function discoverKinds(http: KubeHttp, signal: AbortSignal): Promise<ServedKinds> {
  const wanted = new Set(ALL_KINDS.flatMap((kind) => RESOURCE_TYPES[kind].apiVersions));
  const served = new Map(
    await Promise.all(
      [...wanted].map(async (apiVersion) => [apiVersion, await pluralsOf(http, apiVersion, signal)] as const),
    ),
  );
  const kinds = new Map<Kind, string>();
  for (const kind of ALL_KINDS) {
    const { apiVersions, plural } = RESOURCE_TYPES[kind];
    const version = apiVersions.find((apiVersion) => served.get(apiVersion)?.has(plural));
    if (version !== undefined) kinds.set(kind, version);
  }
  return kinds;
}

async function pluralsOf(
  http: KubeHttp,
  apiVersion: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  try {
    const answer = (await http.json({ path: groupPath(apiVersion), signal })) as {
      readonly resources?: readonly { readonly name: string }[];
    };
    return new Set(answer.resources?.map(({ name }) => name));
  } catch (error) {
    if (isRefusal(error, 404)) return new Set();
    throw error;
  }
}

/** The names of the CustomResourceDefinitions of the kinds that Silverback reads, with the kind. */
export const KIND_BY_DEFINITION: ReadonlyMap<string, Kind> = new Map(
  ALL_KINDS.map((kind) => {
    const { apiVersions, plural } = RESOURCE_TYPES[kind];
    return [`${plural}.${apiVersions[0].split('/')[0] ?? ''}`, kind];
  }),
);
