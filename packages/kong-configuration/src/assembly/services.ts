import { describeResource } from '@silverback/errors';
import { canonicalJson } from '../canonical-json.ts';
import type { ServiceEntity } from '../entities.ts';
import type { PluginPart, ServicePart } from '../fragment.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import type { Asker, PluginReferences } from './plugin-references.ts';
import type { PluginScopes } from './plugin-scopes.ts';
import { withCertificates, type CertificateSources } from './service-certificates.ts';
import { Slots } from './slots.ts';

const LEFT_OUT = 'the Kong service is left out with all its routes';

/** A service that is part of the configuration. */
export interface ServedService {
  readonly claimant: Claimant<ServicePart>;
  /** The service with the ids of its certificates. */
  readonly entity: ServiceEntity;
  /** All that it asks for, those for some consumers too. */
  readonly plugins: readonly Claimant<PluginPart>[];
}

/** The services of a configuration. */
export interface Services {
  /** By name, in the order of precedence. */
  readonly served: ReadonlyMap<string, ServedService>;
  /** Who has the right to a name, whether it is served or not. */
  readonly names: Slots<ServicePart>;
}

/**
 * Decides which services are served: the first of each name, with the plugins that it asks for. Two services share an
 * upstream only if they mean the same one; else requests for the one would reach the endpoints of the other.
 *
 * @param scopes - knows what consumers and groups ask for; takes what services do
 */
export function selectServices(
  claimants: readonly Claimant<ServicePart>[],
  references: PluginReferences,
  scopes: PluginScopes,
  certificates: CertificateSources,
  findings: Findings,
): Services {
  const names = new Slots<ServicePart>();
  const upstreams = new Slots<ServicePart>();
  const winners = claimants.filter(
    (claimant) => claimName(claimant, names, findings) && claimUpstream(claimant, upstreams, findings),
  );
  const served = new Map<string, ServedService>();
  for (const claimant of winners) {
    if (isHostOfAnother(claimant, (name) => upstreams.winner(name), findings)) continue;
    const entity = withCertificates(claimant, certificates, findings);
    if (entity === undefined) continue;
    const { name } = entity;
    const plugins = references.resolve(claimant.part.plugins, serviceAsker(claimant), (plugin) =>
      scopes.isPersonal(plugin),
    );
    if (plugins !== undefined) served.set(name, { claimant, entity, plugins });
  }
  for (const [name, { plugins }] of served) scopes.addService(name, plugins);
  return { served, names };
}

function claimName(claimant: Claimant<ServicePart>, names: Slots<ServicePart>, findings: Findings): boolean {
  const winner = names.claim(claimant.part.entity.name, claimant);
  if (winner === claimant) return true;
  reportServiceName(claimant, winner, findings);
  return false;
}

/** Reports that another resource gives the service. */
export function reportServiceName(
  { part, fragment }: Claimant<ServicePart>,
  winner: Claimant<ServicePart>,
  findings: Findings,
): void {
  const { name } = part.entity;
  findings.report(fragment, 'ServiceNameTaken', {
    entity: name,
    message: `${describeResource(winner.fragment.resource)} already gives the Kong service ${name}`,
    action: 'this one is left out',
  });
}

function claimUpstream(
  claimant: Claimant<ServicePart>,
  upstreams: Slots<ServicePart>,
  findings: Findings,
): boolean {
  const { upstream } = claimant.part;
  return (
    upstream === undefined || sharesUpstream(claimant, upstreams.claim(upstream.name, claimant), findings)
  );
}

/**
 * Whether a service means the same upstream as the one that has its name. If not, it is reported.
 *
 * @param winner - the service that gives the upstream
 */
export function sharesUpstream(
  { part: { entity, upstream }, fragment }: Claimant<ServicePart>,
  winner: Claimant<ServicePart>,
  findings: Findings,
): boolean {
  const other = winner.part.upstream;
  if (upstream === undefined || other === upstream || canonicalJson(other) === canonicalJson(upstream))
    return true;
  findings.report(fragment, 'ServiceNameTaken', {
    entity: entity.name,
    message: `${describeResource(winner.fragment.resource)} already gives the upstream ${upstream.name}`,
    action: LEFT_OUT,
  });
  return false;
}

/**
 * Whether the host of a service is the upstream of another one: Kong looks there before it asks DNS. If so, it is
 * reported.
 *
 * @param upstreamOf - the service that gives the upstream of a name
 */
export function isHostOfAnother(
  { part, fragment }: Claimant<ServicePart>,
  upstreamOf: (name: string) => Claimant<ServicePart> | undefined,
  findings: Findings,
): boolean {
  const { host, name } = part.entity;
  if (part.upstream?.name === host) return false;
  const other = upstreamOf(host);
  if (other === undefined) return false;
  findings.report(fragment, 'ServiceHostAmbiguous', {
    entity: name,
    message: `its host ${host} is the upstream of ${describeResource(other.fragment.resource)}`,
    action: LEFT_OUT,
  });
  return true;
}

/** Who asks for the plugins of a service. */
export function serviceAsker({ part, fragment }: Claimant<ServicePart>): Asker {
  const { name } = part.entity;
  return { fragment, entity: name, subject: `the Kong service ${name} with all its routes` };
}
