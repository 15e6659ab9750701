import type { Metadata, ServicePort, ServiceRecord } from '@silverback/cluster-state';
import { createFragment, type ServicePart } from '@silverback/kong-configuration';
import { annotationField } from './annotations.ts';
import { isExternalName } from './backends.ts';
import { classSettings } from './class-parameters.ts';
import { fragmentHeader } from './fragment-header.ts';
import { pluginReferences } from './plugin-references.ts';
import { ProblemList } from './problem-list.ts';
import { PATH, IGNORED, serviceSettings } from './service-annotations.ts';
import { missingServicePart, servicePart, usedPort, type SharedByPorts } from './service-part.ts';
import { serviceProtocol, takesPath } from './service-protocols.ts';
import { reportSharedConnections, serviceTls } from './service-tls.ts';
import { usesOfService, type ServiceUse } from './service-uses.ts';
import { tagsOf } from './tags.ts';
import type { TranslationContext, TranslationView, Translator } from './translator.ts';
import { upstreamFields } from './upstream-fields.ts';

/** Service → a Kong service for each of its ports that is used, with the upstream that holds its endpoints. */
export const serviceTranslator: Translator = {
  kind: 'Service',
  translate(root, view, context) {
    const uses = usesOfService(root.namespace, root.name, view, context.ingressClass);
    if (uses.length === 0) return undefined;
    const service = view.get('Service', root.namespace, root.name);
    const header = fragmentHeader(root, service);
    if (service === undefined) {
      const parts = uses.map((use) => missingServicePart(use));
      return createFragment({ ...header, parts, problems: [] });
    }
    const problems = ProblemList.ofRecord(service);
    const tags = tagsOf('Service', service.metadata, problems);
    const parts = serviceParts(service, service, uses, tags, view, context, problems);
    return createFragment({ ...header, parts, problems: problems.problems });
  },
};

/**
 * The Kong services for some uses of a Service.
 *
 * @param asker - whose annotations count: those of the Service, or of it and a facade
 * @param problems - of the Service or the facade
 */
export function serviceParts(
  service: ServiceRecord,
  asker: { readonly kind: 'Service' | 'KongServiceFacade'; readonly metadata: Metadata },
  uses: readonly ServiceUse[],
  tags: readonly string[],
  view: TranslationView,
  context: TranslationContext,
  problems: ProblemList,
): ServicePart[] {
  const { metadata } = asker;
  const settings = serviceSettings(metadata, problems);
  const plugins = pluginReferences(asker, view, context, problems);
  reportExternalName(service, problems);
  if (settings.unmetProtections.length > 0) return [];
  const shared: SharedByPorts = {
    settings,
    tags,
    plugins,
    upstreamFields: upstreamFields(metadata.namespace, settings, view, problems),
    serviceUpstream: settings.serviceUpstream ?? classSettings(view, context.ingressClass).serviceUpstream,
    drains: context.drainSupport === true,
    clusterDomain: context.clusterDomain ?? '',
  };
  return uses.flatMap((use) => {
    const port = usedPort(service, use.kind, use.port);
    const protocol = serviceProtocol(use.kind, settings.protocol, port);
    reportPath(shared, use, port, problems);
    const tls = serviceTls(metadata.namespace, settings, protocol, view, problems);
    if (tls === undefined) return [];
    reportSharedConnections(tls, view, problems);
    return [servicePart(service, port, use, shared, tls, view)];
  });
}

function reportExternalName(service: ServiceRecord, problems: ProblemList): void {
  if (!isExternalName(service) || service.externalName !== undefined) return;
  problems.error('ManifestFieldInvalid', {
    field: 'spec.externalName',
    message: 'is required for the type ExternalName',
    action: 'requests to it are answered with 503',
  });
}

function reportPath(
  { settings }: SharedByPorts,
  { kind }: ServiceUse,
  port: ServicePort | undefined,
  problems: ProblemList,
): void {
  const protocol = serviceProtocol(kind, settings.protocol, port);
  if (settings.path === undefined || kind !== 'http' || takesPath(protocol)) return;
  problems.errorOnce('AnnotationInvalid', {
    field: annotationField(PATH),
    message: `cannot be given for the protocol ${protocol}`,
    action: IGNORED,
  });
}
