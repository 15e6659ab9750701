import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto';
import type { ClusterView, SecretRecord } from '@silverback/cluster-state';
import { certificateId, createFragment, type CertificatePart } from '@silverback/kong-configuration';
import { listAnnotation } from './annotations.ts';
import { credentialPart, isUsedAsCredential } from './credential.ts';
import { caCertificatePart, isCaCertificate, isUuid, pemBlocks } from './ca-certificate.ts';
import { fragmentHeader } from './fragment-header.ts';
import { isOurs, isOursByAnnotation } from './ingress-class.ts';
import { ProblemList } from './problem-list.ts';
import { CLIENT_CERTIFICATE } from './service-annotations.ts';
import { tagsOf } from './tags.ts';
import type { Root, Translator } from './translator.ts';

const CERTIFICATE = 'tls.crt';
const KEY = 'tls.key';
const LEFT_OUT = 'the certificate is left out';

/**
 * Secret → the certificate for TLS sections and Services that name it, the CA certificate that its label promises, and
 * the credential of consumers that name it.
 */
export const secretTranslator: Translator = {
  kind: 'Secret',
  translate(root, view, context) {
    const secret = view.get('Secret', root.namespace, root.name);
    if (secret === undefined) return undefined;
    const showsCertificate = isShown(root, view, context.ingressClass);
    const isAuthority = isCaCertificate(secret);
    const isCredential = isUsedAsCredential(secret, view, context.ingressClass);
    if (!showsCertificate && !isAuthority && !isCredential) return undefined;
    const problems = ProblemList.ofRecord(secret);
    const parts = [
      showsCertificate ? certificatePart(secret, problems) : undefined,
      isAuthority ? caCertificatePart(secret, problems) : undefined,
      isCredential ? credentialPart(secret, view, problems) : undefined,
    ].filter((part) => part !== undefined);
    return createFragment({ ...fragmentHeader(root, secret), parts, problems: problems.problems });
  },
};

/** Whether the certificate of a Secret is shown to clients or to a Service. */
function isShown(root: Root, view: ClusterView, ingressClass: string): boolean {
  return view.lookUp('usersOfSecret', `${root.namespace}/${root.name}`).some((user) => {
    if (user.kind === 'Ingress') return isOurs(user, view, ingressClass);
    if (user.kind === 'TCPIngress') return isOursByAnnotation(user.metadata, view, ingressClass);
    if (user.kind !== 'Service' && user.kind !== 'KongServiceFacade') return false;
    return listAnnotation(user.metadata, CLIENT_CERTIFICATE).includes(root.name);
  });
}

/** Nothing of a Secret's content goes into a problem. */
function certificatePart(secret: SecretRecord, problems: ProblemList): CertificatePart | undefined {
  const cert = textOf(secret, CERTIFICATE, problems);
  const key = textOf(secret, KEY, problems);
  if (cert === undefined || key === undefined) return undefined;
  const certificate = readCertificates(cert, problems);
  const privateKey = readKey(key, problems);
  if (certificate === undefined || privateKey === undefined) return undefined;
  if (!certificate.checkPrivateKey(privateKey)) {
    problems.error('SecretKeyMismatch', {
      field: dataField(KEY),
      message: `does not belong to the first certificate of ${CERTIFICATE}`,
      action: LEFT_OUT,
    });
    return undefined;
  }
  const { namespace, name, uid } = secret.metadata;
  // A manifest in a folder can hold any text as its UID.
  const id = isUuid(uid) ? uid : certificateId(namespace, name);
  const tags = tagsOf('Secret', secret.metadata, problems);
  return { type: 'certificate', secret: `${namespace}/${name}`, entity: { id, cert, key, tags } };
}

function textOf(secret: SecretRecord, name: string, problems: ProblemList): string | undefined {
  const text = (secret.data[name] ?? '').trim();
  if (text !== '') return text;
  problems.error('TlsSecretIncomplete', {
    field: dataField(name),
    message: 'is missing or empty',
    action: LEFT_OUT,
  });
  return undefined;
}

/** The certificate of the host, which comes first; all of them must be readable, because all are shown to clients. */
function readCertificates(pem: string, problems: ProblemList): X509Certificate | undefined {
  const blocks = pemBlocks(pem);
  const certificates = blocks.map(readCertificate);
  const unreadable = certificates.indexOf(undefined);
  if (blocks.length > 0 && unreadable === -1) return certificates[0];
  problems.error('TlsCertificateInvalid', {
    field: dataField(CERTIFICATE),
    message:
      blocks.length === 0 ? 'holds no PEM certificate' : `certificate ${unreadable + 1} cannot be read`,
    action: LEFT_OUT,
  });
  return undefined;
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    // The reason given by OpenSSL says nothing that a person could act on; the problem names the certificate.
    return undefined;
  }
}

function readKey(pem: string, problems: ProblemList): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    problems.error('TlsKeyInvalid', {
      field: dataField(KEY),
      message: 'is not a PEM private key, or needs a passphrase',
      action: LEFT_OUT,
    });
    return undefined;
  }
}

function dataField(name: string): string {
  return `data[${JSON.stringify(name)}]`;
}
