import type { ClusterView, ServiceRecord } from '@silverback/cluster-state';
import { createFragment, type ServicePart } from '@silverback/kong-configuration';
import { isExternalName, upstreamName } from './backends.ts';
import { fragmentHeader } from './fragment-header.ts';
import { servicesUsedBy } from './ingress.ts';
import { isOurs } from './ingress-class.ts';
import { pluginReferences } from './plugin-references.ts';
import { ProblemList } from './problem-list.ts';
import { serviceSettings } from './service-annotations.ts';
import { missingServicePart, servicePart, type UsedPort } from './service-part.ts';
import { tagsOf } from './tags.ts';
import type { Root, TranslationContext, Translator } from './translator.ts';

/** Service → a Kong service for each of its ports that is used, with the upstream that holds its endpoints. */
export const serviceTranslator: Translator = {
  kind: 'Service',
  translate(root, view, context) {
    const ports = usedPorts(root, view, context);
    if (ports.length === 0) return undefined;
    const service = view.get('Service', root.namespace, root.name);
    const header = fragmentHeader(root, service);
    if (service === undefined)
      return createFragment({ ...header, parts: ports.map(missingServicePart), problems: [] });
    const problems = ProblemList.ofRecord(service);
    const parts = serviceParts(service, ports, view, problems);
    return createFragment({ ...header, parts, problems: problems.problems });
  },
};

function usedPorts(root: Root, view: ClusterView, context: TranslationContext): UsedPort[] {
  const used = new Map<string, UsedPort>();
  for (const ingress of view.lookUp('usersOfService', `${root.namespace}/${root.name}`)) {
    if (ingress.kind !== 'Ingress' || !isOurs(ingress, view, context.ingressClass)) continue;
    for (const { service, backend, isDefaultBackend } of servicesUsedBy(ingress)) {
      if (backend.service !== root.name) continue;
      const usedByRule = !isDefaultBackend || (used.get(service)?.usedByRule ?? false);
      used.set(service, {
        port: backend.port,
        serviceName: service,
        upstreamName: upstreamName(root.namespace, backend),
        usedByRule,
      });
    }
  }
  return [...used.values()].sort((a, b) => (a.serviceName < b.serviceName ? -1 : 1));
}

function serviceParts(
  service: ServiceRecord,
  ports: readonly UsedPort[],
  view: ClusterView,
  problems: ProblemList,
): ServicePart[] {
  const settings = serviceSettings(service.metadata, problems);
  const tags = tagsOf('Service', service.metadata, problems);
  const plugins = pluginReferences(service.metadata, problems);
  if (isExternalName(service) && service.externalName === undefined) {
    problems.error('ManifestFieldInvalid', {
      field: 'spec.externalName',
      message: 'is required for the type ExternalName',
      action: 'requests to it are answered with 503',
    });
  }
  return settings.unmetProtections.length > 0
    ? []
    : ports.map((used) => servicePart(service, used, { settings, tags, plugins }, view));
}
