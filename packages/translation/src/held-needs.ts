import {
  INDEXES,
  indexReadKey,
  type IndexName,
  type IngressRecord,
  type Metadata,
  type ReadKey,
  type ResourceRecord,
  type StreamRule,
  type TcpIngressRecord,
  type UdpIngressRecord,
} from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';
import type { Fragment, RootKey, RoutePart } from '@silverback/kong-configuration';
import { INGRESS_CLASS } from './annotations.ts';
import { backendOfKongService, faultOfBackend, type RouteBackend } from './backends.ts';
import { FACADE_GROUP, faultOfFacade } from './facade.ts';
import { inOnePiece } from './one-piece.ts';
import { takesPath } from './service-protocols.ts';
import type { TranslationView } from './translator.ts';

/** A resource that asks for what a form of the past needs: nobody wrote it. */
export type Asker = IngressRecord | TcpIngressRecord | UdpIngressRecord;

/** What of the resources an asker can ask for. */
const ASKED: readonly IndexName[] = ['usersOfService', 'ingressesByFacade', 'usersOfSecret'];

/**
 * A form of the past turned back into a resource, as far as others go by what uses them: the ports of Services that it
 * sends requests to, and the Secrets whose certificates it shows.
 */
export function askersOf(form: Fragment, ingressClass: string): readonly Asker[] {
  const { kind, namespace, name } = form.resource;
  const metadata: Metadata = {
    namespace,
    name,
    uid: '',
    creationTimestamp: '',
    annotations: { [INGRESS_CLASS]: ingressClass },
    labels: {},
  };
  const backends = backendsOf(form);
  const tls = shownSecrets(form).map((secret) => ({
    hosts: [],
    secretName: secret.slice(namespace.length + 1),
    field: '',
  }));
  if (backends.length === 0 && tls.length === 0) return [];
  if (kind === 'TCPIngress') {
    return [{ kind, metadata, invalidFields: [], rules: backends.flatMap(streamRule), tls }];
  }
  if (kind === 'UDPIngress') {
    return [{ kind, metadata, invalidFields: [], rules: backends.flatMap(streamRule) }];
  }
  return [ingressOf(metadata, backends, tls)];
}

/** A view in which these ask, too. */
export function withAskers(view: TranslationView, askers: readonly Asker[]): TranslationView {
  const found = new Map<ReadKey, ResourceRecord[]>();
  for (const asker of askers) {
    for (const [index, key] of keysOf(asker)) {
      const readKey = indexReadKey(index, key);
      const others = found.get(readKey);
      if (others === undefined) found.set(readKey, [asker]);
      else others.push(asker);
    }
  }
  return {
    get: (kind, namespace, name) => view.get(kind, namespace, name),
    facet: (name) => view.facet(name),
    lookUp: (index, key) => {
      const records = view.lookUp(index, key);
      const more = found.get(indexReadKey(index, key));
      // An asker stands in the indexes of its own kind only.
      return more === undefined ? records : [...records, ...(more as (typeof records)[number][])];
    },
  };
}

/** The roots that a form needs and that are not among the fragments of now, or not with all that it needs. */
export function neededRoots(form: Fragment, current: ReadonlyMap<RootKey, Fragment>): readonly RootKey[] {
  const services = backendsOf(form).flatMap(({ route, backend }) => {
    const root = rootOf(backend, form);
    return givesService(current.get(root), route, form) ? [] : [root];
  });
  const secrets = shownSecrets(form)
    .map((secret) => inOnePiece('Secret/', secret))
    .filter((root) => !current.get(root)?.parts.some(({ type }) => type === 'certificate'));
  return [...services, ...secrets];
}

function rootOf(backend: RouteBackend, { resource: { namespace } }: Fragment): RootKey {
  return 'facade' in backend
    ? inOnePiece('KongServiceFacade/', namespace, '/', backend.facade)
    : inOnePiece('Service/', namespace, '/', backend.service);
}

/** What is wrong with the root that some forms send requests to: one problem for each form and backend. */
export function backendProblems(
  root: RootKey,
  forms: readonly Fragment[],
  view: TranslationView,
  ingressClass: string,
): readonly Problem[] {
  return forms.flatMap((form) => {
    const { namespace, kind } = form.resource;
    const transport = kind === 'UDPIngress' ? 'UDP' : 'TCP';
    return backendsOf(form)
      .filter(({ backend }) => rootOf(backend, form) === root)
      .flatMap(({ route, backend }): readonly Problem[] => {
        const fault =
          'facade' in backend
            ? faultOfFacade(namespace, backend.facade, view, ingressClass)
            : faultOfBackend(namespace, backend, view, transport);
        if (fault === undefined) return [];
        return [
          {
            code: fault.code,
            severity: 'error',
            resource: form.resource,
            ...(form.location && { location: form.location }),
            entity: route.service,
            message: `its last accepted form needs what is gone: ${fault.message}`,
            action:
              kind === 'Ingress' ? 'requests to it are answered with 503' : 'connections to it are closed',
          },
        ];
      });
  });
}

interface HeldBackend {
  readonly route: RoutePart;
  readonly backend: RouteBackend;
}

function backendsOf({ parts, resource: { namespace } }: Fragment): readonly HeldBackend[] {
  return parts.flatMap((route) => {
    if (route.type !== 'route') return [];
    const backend = backendOfKongService(namespace, route.service);
    return backend === undefined ? [] : [{ route, backend }];
  });
}

/** As `namespace/name`; all of the form's own namespace. */
function shownSecrets({ parts, resource: { namespace } }: Fragment): readonly string[] {
  const secrets = parts.flatMap((part) => {
    if (part.type === 'sni') return [part.secret];
    if (part.type !== 'service' || part.clientCertificate === undefined) return [];
    return [part.clientCertificate.root.slice('Secret/'.length)];
  });
  return [...new Set(secrets)].filter((secret) => secret.startsWith(`${namespace}/`));
}

/** Whether a fragment has the Kong service of a route, with the path that it has for rules of Ingresses. */
function givesService(fragment: Fragment | undefined, route: RoutePart, form: Fragment): boolean {
  const needsPath = form.resource.kind === 'Ingress' && !route.isDefaultBackend;
  return (
    fragment?.parts.some(
      (part) =>
        part.type === 'service' &&
        part.entity.name === route.service &&
        (!needsPath || part.entity.path !== undefined || !takesPath(part.entity.protocol)),
    ) === true
  );
}

function ingressOf(
  metadata: Metadata,
  backends: readonly HeldBackend[],
  tls: IngressRecord['tls'],
): IngressRecord {
  const standard = backends.find(({ route }) => route.isDefaultBackend)?.backend;
  const paths = backends
    .filter(({ route }) => !route.isDefaultBackend)
    .map(({ backend }) => ({ path: '/', pathType: 'Prefix' as const, ...pathBackend(backend), field: '' }));
  return {
    kind: 'Ingress',
    metadata,
    invalidFields: [],
    rules: [{ host: '', paths }],
    ...(standard &&
      ('facade' in standard ? { defaultResource: facade(standard) } : { defaultBackend: standard })),
    tls,
  };
}

function pathBackend(
  backend: RouteBackend,
): Pick<IngressRecord['rules'][0]['paths'][0], 'backend' | 'resource'> {
  return 'facade' in backend ? { resource: facade(backend) } : { backend };
}

function facade({ facade: name }: Extract<RouteBackend, { facade: string }>) {
  return { apiGroup: FACADE_GROUP, kind: 'KongServiceFacade', name };
}

function streamRule({ backend }: HeldBackend): readonly StreamRule[] {
  return 'facade' in backend ? [] : [{ host: '', port: 0, backend, field: '' }];
}

/** The index entries in which an asker stands. */
function keysOf(asker: Asker): readonly (readonly [IndexName, string])[] {
  return ASKED.flatMap((index) => {
    const definition = INDEXES[index] as Partial<Record<string, (record: Asker) => readonly string[]>>;
    const keys = new Set(definition[asker.kind]?.(asker));
    return [...keys].map((key) => [index, key] as const);
  });
}
