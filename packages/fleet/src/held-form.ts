import type { CurrentResources } from './current-resources.ts';
import {
  createFragment,
  withOutdatedClaims,
  type ConsumerPart,
  type Fragment,
  type FragmentPart,
  type PluginReference,
  type RootKey,
  type RootReference,
  type ServicePart,
  type TargetEntity,
} from '@silverback/kong-configuration';

/**
 * The form in which a root is held whose newest fragment is not used: its last accepted one, as far as that restores
 * nothing that was taken away.
 *
 * - Endpoints are those of now. Where the newest fragment has none for a service, it is not known where its requests
 *   would go, and it is left out.
 * - A consumer has no credential and no group that it has lost. Credentials and CA certificates have one form only, the
 *   newest: an older one would let in who may not come in any more. A server certificate lets nobody in and is kept.
 * - Values that a plugin takes from Secrets are those of now. Where one is gone, so is the plugin, and what asks for it.
 * - What asks for a plugin of another namespace is kept only while it may.
 * - Claims that the newest fragment does not make any more are marked: whoever claims the same now wins.
 *
 * @param resources - what is there now
 * @returns undefined if nothing is left
 */
export function heldForm(
  accepted: Fragment,
  newest: Fragment,
  resources: CurrentResources,
): Fragment | undefined {
  const granted = foreignPlugins(newest);
  const mayAsk = (plugin: RootKey): boolean =>
    !isForeign(plugin, accepted.resource.namespace) ||
    granted.has(plugin) ||
    resources.isGranted(accepted.resource, plugin);
  const parts = accepted.parts.flatMap((part) => {
    const isAllowed = pluginsOf(part).every(({ plugin }) => mayAsk(plugin));
    return (isAllowed ? heldPart(part, newest, resources) : undefined) ?? [];
  });
  return usable(accepted, newest, withoutDangling(parts));
}

/** What makes a plugin apply to everything goes with its definition. */
function withoutDangling(parts: readonly FragmentPart[]): readonly FragmentPart[] {
  const defined = new Set(parts.map((part) => (part.type === 'plugin' ? part.plugin : undefined)));
  return parts.filter((part) => part.type !== 'global-plugin' || defined.has(part.plugin));
}

function usable(accepted: Fragment, newest: Fragment, parts: readonly FragmentPart[]): Fragment | undefined {
  if (parts.length === 0) return undefined;
  const isSame =
    parts.length === accepted.parts.length && parts.every((part, at) => part === accepted.parts[at]);
  return withOutdatedClaims(isSame ? accepted : withParts(accepted, parts), newest);
}

function withParts(accepted: Fragment, parts: readonly FragmentPart[]): Fragment {
  const { root, resource, location, precedence, problems } = accepted;
  return createFragment({ root, resource, ...(location && { location }), precedence, parts, problems });
}

function heldPart(
  part: FragmentPart,
  newest: Fragment,
  resources: CurrentResources,
): FragmentPart | undefined {
  switch (part.type) {
    case 'plugin':
      return resources.renewed(part);
    case 'service':
      return withEndpoints(part, newest);
    case 'consumer':
      return withoutLost(part, newest);
    case 'credential':
    case 'ca-certificate':
      return undefined;
    default:
      return part;
  }
}

function withEndpoints(part: ServicePart, newest: Fragment): ServicePart | undefined {
  const { upstream, entity } = part;
  // Names are looked up by Kong each time.
  if (upstream === undefined) return part;
  const services = newest.parts.filter((other) => other.type === 'service');
  const now = services.find((other) => other.entity.name === entity.name);
  if (now === undefined) return undefined;
  if (now.upstream === undefined) {
    const { host, port } = now.entity;
    return withoutUpstream(part, { ...entity, host, port });
  }
  const { targets: before, ...others } = upstream;
  const { targets } = now.upstream;
  if (JSON.stringify(before) === JSON.stringify(targets)) return part;
  return { ...part, upstream: { ...others, ...(targets && { targets }) } };
}

/** The newest fragment with those of its endpoints only that the accepted one has, too. */
export function withKnownTargets(newest: Fragment, accepted: Fragment): Fragment {
  const known = new Set(accepted.parts.flatMap(targetsOf).map(({ id }) => id));
  if (newest.parts.flatMap(targetsOf).every(({ id }) => known.has(id))) return newest;
  const parts = newest.parts.map((part): FragmentPart => {
    if (part.type !== 'service' || part.upstream?.targets === undefined) return part;
    const { targets, ...upstream } = part.upstream;
    const left = targets.filter(({ id }) => known.has(id));
    return { ...part, upstream: { ...upstream, ...(left.length > 0 && { targets: left }) } };
  });
  return withParts(newest, parts);
}

function targetsOf(part: FragmentPart): readonly TargetEntity[] {
  return (part.type === 'service' ? part.upstream?.targets : undefined) ?? [];
}

function withoutUpstream(part: ServicePart, entity: ServicePart['entity']): ServicePart {
  const { type, plugins, clientCertificate, caCertificates } = part;
  return {
    type,
    entity,
    plugins,
    ...(clientCertificate && { clientCertificate }),
    ...(caCertificates && { caCertificates }),
  };
}

function withoutLost(part: ConsumerPart, newest: Fragment): ConsumerPart | undefined {
  const now = newest.parts.find((other) => other.type === 'consumer');
  if (now === undefined) return undefined;
  const credentials = stillNamed(part.credentials, now.credentials);
  const groups = stillNamed(part.groups, now.groups);
  const isSame = credentials.length === part.credentials.length && groups.length === part.groups.length;
  return isSame ? part : { ...part, credentials, groups };
}

function stillNamed(
  before: readonly RootReference[],
  now: readonly RootReference[],
): readonly RootReference[] {
  const roots = new Set(now.map(({ root }) => root));
  return before.filter(({ root }) => roots.has(root));
}

function foreignPlugins({ parts, resource }: Fragment): ReadonlySet<RootKey> {
  const plugins = parts.flatMap((part) => pluginsOf(part).map(({ plugin }) => plugin));
  return new Set(plugins.filter((plugin) => isForeign(plugin, resource.namespace)));
}

function isForeign(plugin: RootKey, namespace: string): boolean {
  const [kind, of] = plugin.split('/');
  return kind === 'KongPlugin' && of !== namespace;
}

/** The plugins that a part asks for. */
export function pluginsOf(part: FragmentPart): readonly PluginReference[] {
  if ('plugins' in part) return part.plugins;
  return part.type === 'custom-entity' && part.parent !== undefined ? [part.parent] : [];
}
