import type { CertificateEntity, ServiceEntity } from '../entities.ts';
import type { CertificatePart, RootKey, RootReference, ServicePart } from '../fragment.ts';
import type { Authorities } from './authorities.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';

/** Where the certificates are that services ask for. */
export interface CertificateSources {
  /** `namespace/name` of a Secret → the certificate to use for it. */
  readonly bySecret: ReadonlyMap<string, Claimant<CertificatePart>>;
  readonly authorities: Authorities;
}

const SECRET = 'Secret/';
const LEFT_OUT = 'the Kong service is left out with all its routes';

/**
 * A service with the ids of its certificates.
 *
 * @returns undefined if one is missing: the connection to the endpoints is never less protected than is written. Why is
 *   reported.
 */
export function withCertificates(
  claimant: Claimant<ServicePart>,
  { bySecret, authorities }: CertificateSources,
  findings: Findings,
): ServiceEntity | undefined {
  const { entity, clientCertificate, caCertificates = [] } = claimant.part;
  const client = clientCertificate && certificateOf(clientCertificate.root, bySecret);
  const missing = caCertificates.filter(({ root }) => !authorities.idOf.has(root));
  if (clientCertificate !== undefined && client === undefined) missing.unshift(clientCertificate);
  for (const reference of missing) report(claimant, reference, findings);
  if (missing.length > 0) return undefined;
  const ids = caCertificates.flatMap(({ root }) => authorities.idOf.get(root) ?? []);
  if (client === undefined && ids.length === 0) return entity;
  return {
    ...entity,
    ...(client && { client_certificate: client.id }),
    ...(ids.length > 0 && { ca_certificates: [...new Set(ids)] }),
  };
}

function certificateOf(
  root: RootKey,
  bySecret: CertificateSources['bySecret'],
): CertificateEntity | undefined {
  return bySecret.get(root.slice(SECRET.length))?.part.entity;
}

function report(
  { part, fragment }: Claimant<ServicePart>,
  { root, field }: RootReference,
  findings: Findings,
): void {
  findings.waitsFor(fragment, root);
  findings.report(fragment, 'CertificateNotProgrammed', {
    field,
    entity: part.entity.name,
    message: `${root} gives no certificate`,
    action: LEFT_OUT,
  });
}
