import { describeResource } from '@silverback/errors';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { CertificateEntity, SniEntity } from '../entities.ts';
import type { CertificatePart, RootKey, SniPart } from '../fragment.ts';
import { sniId } from '../ids.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import { Slots } from './slots.ts';

type Certificate = Claimant<CertificatePart>;

/**
 * Decides which certificate is shown for which host. Equal certificates are programmed once, with the ID of the first
 * Secret; a host belongs to the first resource that names a certificate for it. A certificate that is shown neither for
 * a host nor to a service is left out.
 *
 * @param clientCertificates - IDs of the certificates that services show to upstreams
 * @param owners - takes the IDs of certificates and SNIs with their roots
 * @returns certificates sorted by ID, with their SNIs sorted by name
 */
export function selectCertificates(
  claimants: readonly Claimant<SniPart>[],
  bySecret: ReadonlyMap<string, Certificate>,
  clientCertificates: Iterable<string>,
  owners: Map<string, RootKey>,
  findings: Findings,
): readonly CertificateEntity[] {
  const hosts = new Slots<SniPart>();
  const snis = claimants.filter((claimant) => claimHost(claimant, hosts, bySecret, findings));
  const byCertificate = Map.groupBy(snis, ({ part }) => bySecret.get(part.secret));
  const shown = new Set(clientCertificates);
  const used = new Set([...bySecret.values()].filter(({ part }) => shown.has(part.entity.id)));
  for (const certificate of byCertificate.keys()) if (certificate) used.add(certificate);
  return [...used]
    .map((certificate) => withSnis(certificate, byCertificate.get(certificate) ?? [], owners))
    .sort((a, b) => compareCodeUnits(a.id, b.id));
}

/** Secret → the certificate to use for it, which may come from an older Secret of the same content. */
export function certificatesBySecret(
  claimants: readonly Certificate[],
  findings: Findings,
): ReadonlyMap<string, Certificate> {
  const contents = new Slots<CertificatePart>();
  const ids = new Slots<CertificatePart>();
  const bySecret = new Map<string, Certificate>();
  for (const claimant of claimants) {
    const { secret, entity } = claimant.part;
    const certificate = contents.claim(`${entity.cert}\0${entity.key}`, claimant);
    const holder = ids.claim(certificate.part.entity.id, certificate);
    if (holder !== certificate) reportId(claimant, holder, findings);
    else if (!bySecret.has(secret)) bySecret.set(secret, certificate);
  }
  return bySecret;
}

function reportId(claimant: Certificate, holder: Certificate, findings: Findings): void {
  findings.report(claimant.fragment, 'CertificateIdTaken', {
    entity: claimant.part.entity.id,
    message: `another certificate of ${describeResource(holder.fragment.resource)} has the same ID`,
    action: 'this certificate is left out',
  });
}

/** Only who has a certificate claims the host: a missing Secret does not keep others from serving it. */
function claimHost(
  claimant: Claimant<SniPart>,
  hosts: Slots<SniPart>,
  bySecret: ReadonlyMap<string, Certificate>,
  findings: Findings,
): boolean {
  const { part, fragment } = claimant;
  const certificate = bySecret.get(part.secret);
  if (certificate === undefined) {
    findings.waitsFor(fragment, `Secret/${part.secret}`);
    findings.report(fragment, 'CertificateNotProgrammed', {
      field: part.field,
      entity: part.host,
      message: `Secret/${part.secret} gives no certificate`,
      action: 'the proxy shows another certificate for this host, or its default one',
    });
    return false;
  }
  const winner = hosts.claim(part.host, claimant);
  if (winner === claimant) return true;
  if (bySecret.get(winner.part.secret) !== certificate) {
    findings.report(fragment, 'SniTaken', {
      field: part.field,
      entity: part.host,
      message: `${describeResource(winner.fragment.resource)} already names Secret/${winner.part.secret} for ${part.host}`,
      action: 'that certificate is shown for the host',
    });
  }
  return false;
}

function withSnis(
  certificate: Certificate,
  claimants: readonly Claimant<SniPart>[],
  owners: Map<string, RootKey>,
): CertificateEntity {
  const { entity } = certificate.part;
  owners.set(entity.id, certificate.fragment.root);
  const snis = claimants.map(({ part, fragment }): SniEntity => {
    const sni = { id: sniId(part.host), name: part.host };
    owners.set(sni.id, fragment.root);
    return sni;
  });
  if (snis.length === 0) return entity;
  return { ...entity, snis: snis.sort((a, b) => compareCodeUnits(a.name, b.name)) };
}
