import { describeResource } from '@silverback/errors';
import { canonicalJson } from '../canonical-json.ts';
import type { ServiceEntity } from '../entities.ts';
import type { PluginPart, ServicePart } from '../fragment.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import type { PluginReferences } from './plugin-references.ts';
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
    const { part, fragment } = claimant;
    if (isHostOfAnother(claimant, upstreams, findings)) continue;
    const entity = withCertificates(claimant, certificates, findings);
    if (entity === undefined) continue;
    const { name } = entity;
    const asker = { fragment, entity: name, subject: `the Kong service ${name} with all its routes` };
    const plugins = references.resolve(part.plugins, asker, (plugin) => scopes.isPersonal(plugin));
    if (plugins !== undefined) served.set(name, { claimant, entity, plugins });
  }
  for (const [name, { plugins }] of served) scopes.addService(name, plugins);
  return { served, names };
}

function claimName(claimant: Claimant<ServicePart>, names: Slots<ServicePart>, findings: Findings): boolean {
  const { name } = claimant.part.entity;
  const winner = names.claim(name, claimant);
  if (winner === claimant) return true;
  findings.report(claimant.fragment, 'ServiceNameTaken', {
    entity: name,
    message: `${describeResource(winner.fragment.resource)} already gives the Kong service ${name}`,
    action: 'this one is left out',
  });
  return false;
}

function claimUpstream(
  claimant: Claimant<ServicePart>,
  upstreams: Slots<ServicePart>,
  findings: Findings,
): boolean {
  const { upstream, entity } = claimant.part;
  if (upstream === undefined) return true;
  const winner = upstreams.claim(upstream.name, claimant);
  if (winner === claimant || canonicalJson(winner.part.upstream) === canonicalJson(upstream)) return true;
  findings.report(claimant.fragment, 'ServiceNameTaken', {
    entity: entity.name,
    message: `${describeResource(winner.fragment.resource)} already gives the upstream ${upstream.name}`,
    action: LEFT_OUT,
  });
  return false;
}

/** Kong looks a service's host up among the upstreams before it asks DNS. */
function isHostOfAnother(
  { part, fragment }: Claimant<ServicePart>,
  upstreams: Slots<ServicePart>,
  findings: Findings,
): boolean {
  const { host, name } = part.entity;
  const other = upstreams.winner(host);
  if (part.upstream?.name === host || other === undefined) return false;
  findings.report(fragment, 'ServiceHostAmbiguous', {
    entity: name,
    message: `its host ${host} is the upstream of ${describeResource(other.fragment.resource)}`,
    action: LEFT_OUT,
  });
  return true;
}
