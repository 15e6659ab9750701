import type { ClusterView, IngressTls, Metadata } from '@silverback/cluster-state';
import type { SniPart } from '@silverback/kong-configuration';
import type { ProblemList } from './problem-list.ts';

/** The host names for which TLS sections want the certificates of Secrets to be shown. */
export function sniParts(
  { metadata, tls }: { readonly metadata: Metadata; readonly tls: readonly IngressTls[] },
  view: ClusterView,
  problems: ProblemList,
): SniPart[] {
  return tls.flatMap((section) => partsOfSection(section, metadata.namespace, view, problems));
}

function partsOfSection(
  tls: IngressTls,
  namespace: string,
  view: ClusterView,
  problems: ProblemList,
): SniPart[] {
  if (tls.secretName === '') return [];
  if (tls.hosts.length === 0) {
    problems.warning('TlsHostsMissing', {
      field: `${tls.field}.hosts`,
      message: 'names no host',
      action: 'the certificate is not shown for this section',
    });
    return [];
  }
  if (view.get('Secret', namespace, tls.secretName) === undefined) {
    problems.error('TlsSecretNotFound', {
      field: `${tls.field}.secretName`,
      message: `there is no Secret ${namespace}/${tls.secretName}`,
      action: 'its hosts get the default certificate of the proxy',
    });
    return [];
  }
  return tls.hosts.map((host, index) => ({
    type: 'sni',
    host,
    secret: `${namespace}/${tls.secretName}`,
    field: `${tls.field}.hosts[${index}]`,
  }));
}
