import type { ClusterView } from '@silverback/cluster-state';
import type { RootReference, ServiceEntity, ServicePart } from '@silverback/kong-configuration';
import { annotationField } from './annotations.ts';
import type { ProblemList } from './problem-list.ts';
import {
  CA_CONFIG_MAPS,
  CA_SECRETS,
  CLIENT_CERTIFICATE,
  LEFT_OUT,
  TLS_VERIFY,
  TLS_VERIFY_DEPTH,
  IGNORED,
  type ServiceSettings,
} from './service-annotations.ts';
import { takesTlsSettings } from './service-protocols.ts';
import type { TranslationView } from './translator.ts';

/** What protects the connection to the endpoints. */
export interface ServiceTls {
  readonly fields: Pick<ServiceEntity, 'tls_verify' | 'tls_verify_depth'>;
  readonly references: Pick<ServicePart, 'clientCertificate' | 'caCertificates'>;
}

/**
 * The protection that the annotations ask for.
 *
 * @param protocol - towards the endpoints
 * @returns undefined where the protocol cannot have the protection; that is reported
 */
export function serviceTls(
  namespace: string,
  settings: ServiceSettings,
  protocol: string,
  view: ClusterView,
  problems: ProblemList,
): ServiceTls | undefined {
  const { clientCertificate, verifiesTls, verifyDepth } = settings;
  const authorities = authoritiesOf(namespace, settings);
  const asked = [
    ...(clientCertificate === undefined ? [] : [CLIENT_CERTIFICATE]),
    ...(verifiesTls === true ? [TLS_VERIFY] : []),
    ...authorities.map(({ annotation }) => annotation),
  ];
  if (!takesTlsSettings(protocol)) {
    const message = `cannot be had with the protocol ${protocol}: set konghq.com/protocol to https, wss or tls`;
    return reportAll(asked, message, problems) ? undefined : { fields: {}, references: {} };
  }
  if (verifiesTls !== true && authorities.length > 0) {
    const message = `needs ${TLS_VERIFY}: "true", without which Kong verifies nothing`;
    reportAll(
      authorities.map(({ annotation }) => annotation),
      message,
      problems,
    );
    return undefined;
  }
  if (verifyDepth !== undefined && verifiesTls !== true) reportUnusedDepth(problems);
  return {
    fields: {
      ...(verifiesTls === undefined ? {} : { tls_verify: verifiesTls }),
      ...(verifyDepth === undefined ? {} : { tls_verify_depth: verifyDepth }),
    },
    references: {
      ...(clientCertificate === undefined
        ? {}
        : { clientCertificate: reference('Secret', namespace, clientCertificate, CLIENT_CERTIFICATE) }),
      ...(authorities.length === 0 ? {} : { caCertificates: usableOf(authorities, view, problems) }),
    },
  };
}

/** A CA certificate that a Service asks for. */
interface Authority {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly namespace: string;
  readonly name: string;
  readonly annotation: string;
}

function authoritiesOf(namespace: string, { caSecrets, caConfigMaps }: ServiceSettings): Authority[] {
  return [
    ...caSecrets.map((name) => ({ kind: 'Secret' as const, namespace, name, annotation: CA_SECRETS })),
    ...caConfigMaps.map((name) => ({
      kind: 'ConfigMap' as const,
      namespace,
      name,
      annotation: CA_CONFIG_MAPS,
    })),
  ];
}

/**
 * What a Service's certificate is held against. One that has expired is passed over where another is left, so that an
 * authority can be replaced by having both for a while. Where none is left, all of them stay, and as none of them is
 * there, the Kong service isn't either: without any, Kong would trust the authorities of the system.
 */
function usableOf(
  authorities: readonly Authority[],
  view: ClusterView,
  problems: ProblemList,
): readonly RootReference[] {
  const expired = authorities.filter(
    ({ kind, namespace, name }) => view.get(kind, namespace, name)?.hasExpired,
  );
  if (expired.length === authorities.length) return authorities.map(referenceTo);
  for (const { kind, namespace, name, annotation } of expired) {
    problems.warningOnce('CaCertificateExpired', {
      field: annotationField(annotation),
      message: `the CA certificate of ${kind} ${namespace}/${name} has expired`,
      action: 'the other authorities of the Service are trusted',
    });
  }
  return authorities.filter((authority) => !expired.includes(authority)).map(referenceTo);
}

function referenceTo({ kind, namespace, name, annotation }: Authority): RootReference {
  return reference(kind, namespace, name, annotation);
}

function reference(kind: string, namespace: string, name: string, annotation: string): RootReference {
  return { root: `${kind}/${namespace}/${name}`, field: annotationField(annotation) };
}

/** @returns whether there was anything to report */
function reportAll(annotations: readonly string[], message: string, problems: ProblemList): boolean {
  for (const annotation of new Set(annotations)) {
    const field = annotationField(annotation);
    problems.errorOnce('UpstreamTlsImpossible', { field, message, action: LEFT_OUT });
  }
  return annotations.length > 0;
}

function reportUnusedDepth(problems: ProblemList): void {
  problems.warningOnce('AnnotationInvalid', {
    field: annotationField(TLS_VERIFY_DEPTH),
    message: `has no effect without ${TLS_VERIFY}: "true"`,
    action: IGNORED,
  });
}

/**
 * Kong keeps connections to endpoints open and lets any Service with the same address and host name use them, whatever
 * their certificates were held against. Only proxies that keep none always verify.
 */
export function reportSharedConnections(
  { fields }: ServiceTls,
  view: TranslationView,
  problems: ProblemList,
): void {
  if (fields.tls_verify !== true || !view.facet('keepsUpstreamConnections')) return;
  problems.warningOnce('UpstreamVerificationShared', {
    field: annotationField(TLS_VERIFY),
    message:
      'a connection that another Service opened to the same address and host name is used again without being verified',
    action: 'new connections are verified',
  });
}
