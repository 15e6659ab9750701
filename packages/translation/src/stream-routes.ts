import type { ClusterView, StreamRule, TcpIngressRecord, UdpIngressRecord } from '@silverback/cluster-state';
import {
  createFragment,
  routeId,
  type FragmentPart,
  type PluginReference,
  type RouteEntity,
  type RouteExpression,
  type RoutePart,
} from '@silverback/kong-configuration';
import { faultOfBackend } from './backends.ts';
import { STREAM_PRIORITY, destinationPortTerm, sniTerm } from './expressions.ts';
import { fragmentHeader } from './fragment-header.ts';
import { isOursByAnnotation } from './ingress-class.ts';
import { pluginReferences } from './plugin-references.ts';
import { ProblemList } from './problem-list.ts';
import type { RouterFlavor } from './route-parts.ts';
import { usesOfService } from './service-uses.ts';
import { streamSettings, type StreamSettings } from './stream-annotations.ts';
import { tagsOf } from './tags.ts';
import { sniParts } from './tls-sections.ts';
import type { TranslationContext, TranslationView, Translator } from './translator.ts';

type StreamIngress = TcpIngressRecord | UdpIngressRecord;

/** TCPIngress → a route for each of its rules, and the host names for which certificates are to be shown. */
export const tcpIngressTranslator: Translator = {
  kind: 'TCPIngress',
  translate(root, view, context) {
    const ingress = view.get('TCPIngress', root.namespace, root.name);
    if (ingress === undefined || !isOursByAnnotation(ingress.metadata, view, context.ingressClass))
      return undefined;
    const problems = ProblemList.ofRecord(ingress);
    const parts = [...streamParts(ingress, view, context, problems), ...sniParts(ingress, view, problems)];
    return createFragment({ ...fragmentHeader(root, ingress), parts, problems: problems.problems });
  },
};

/** UDPIngress → a route for each of its rules. */
export const udpIngressTranslator: Translator = {
  kind: 'UDPIngress',
  translate(root, view, context) {
    const ingress = view.get('UDPIngress', root.namespace, root.name);
    if (ingress === undefined || !isOursByAnnotation(ingress.metadata, view, context.ingressClass))
      return undefined;
    const problems = ProblemList.ofRecord(ingress);
    const parts = streamParts(ingress, view, context, problems);
    return createFragment({ ...fragmentHeader(root, ingress), parts, problems: problems.problems });
  },
};

/** What all routes of an object share. */
interface SharedByRules {
  readonly settings: StreamSettings;
  readonly plugins: readonly PluginReference[];
  readonly tags: readonly string[];
  readonly flavor: RouterFlavor;
}

function streamParts(
  ingress: StreamIngress,
  view: TranslationView,
  context: TranslationContext,
  problems: ProblemList,
): FragmentPart[] {
  const settings = streamSettings(ingress.kind, ingress.metadata, problems);
  const shared: SharedByRules = {
    settings,
    plugins: pluginReferences(ingress, view, context, problems),
    tags: tagsOf(ingress.kind, ingress.metadata, problems),
    flavor: view.facet('router'),
  };
  if (settings.unmetRestrictions.length > 0) return [];
  return ingress.rules.map((rule) => {
    reportBackend(ingress, rule, view, problems);
    reportListener(ingress, rule, view, problems);
    return routePart(ingress, rule, shared, serviceOf(ingress, rule, view, context.ingressClass));
  });
}

/** Name of the Kong service: it depends on what else uses the port. */
function serviceOf(
  ingress: StreamIngress,
  { backend }: StreamRule,
  view: ClusterView,
  ingressClass: string,
): string {
  const kind = kindOf(ingress);
  const uses = usesOfService(ingress.metadata.namespace, backend.service, view, ingressClass);
  const use = uses.find(
    (candidate) => candidate.kind === kind && candidate.port.number === backend.port.number,
  );
  return use?.serviceName ?? '';
}

function kindOf({ kind }: StreamIngress): 'tcp' | 'udp' {
  return kind === 'TCPIngress' ? 'tcp' : 'udp';
}

function routePart(
  ingress: StreamIngress,
  rule: StreamRule,
  { settings, plugins, tags, flavor }: SharedByRules,
  service: string,
): RoutePart {
  const name = routeName(ingress, rule);
  const snis = [...new Set([...(rule.host === '' ? [] : [rule.host]), ...settings.snis])];
  const entity: RouteEntity = {
    id: routeId(name),
    name,
    protocols: settings.protocols,
    destinations: [{ port: rule.port }],
    ...(snis.length > 0 ? { snis } : {}),
    tags,
  };
  const part = {
    type: 'route',
    entity,
    service,
    plugins,
    field: rule.field,
    isDefaultBackend: false,
  } as const;
  return flavor === 'traditional' ? part : { ...part, expression: expressionOf(rule, snis) };
}

/** Kong's own controller numbers the rules; those that cannot be read keep their number. */
function routeName(ingress: StreamIngress, { field }: StreamRule): string {
  const { namespace, name } = ingress.metadata;
  const index = /\d+/.exec(field)?.[0] ?? '';
  return `${namespace}.${name}.${index}${ingress.kind === 'UDPIngress' ? '.udp' : ''}`;
}

function expressionOf({ port }: StreamRule, snis: readonly string[]): RouteExpression {
  const conditions = [...(snis.length > 0 ? [sniTerm(snis)] : []), destinationPortTerm(port)];
  return { hosts: [], paths: [], conditions, priority: STREAM_PRIORITY };
}

/** The route is programmed all the same: listeners belong to the proxies, and may come with their next restart. */
function reportListener(
  ingress: StreamIngress,
  { port, field }: StreamRule,
  view: TranslationView,
  problems: ProblemList,
): void {
  const transport = kindOf(ingress);
  if (view.facet(`listens:${transport}:${port}`)) return;
  problems.warning('StreamListenerMissing', {
    field: `${field}.port`,
    message: `proxies do not listen for ${transport} on port ${port}`,
    action: 'the route is programmed, but nobody reaches it',
  });
}

function reportBackend(
  ingress: StreamIngress,
  { backend, field }: StreamRule,
  view: ClusterView,
  problems: ProblemList,
): void {
  const transport = ingress.kind === 'UDPIngress' ? 'UDP' : 'TCP';
  const fault = faultOfBackend(ingress.metadata.namespace, backend, view, transport);
  if (fault === undefined) return;
  problems.error(fault.code, {
    field: `${field}.backend`,
    message: fault.message,
    action: 'connections to it are closed',
  });
}
