import type { KongServiceFacadeRecord, Metadata } from '@silverback/cluster-state';
import { createFragment, type ServicePart } from '@silverback/kong-configuration';
import { facadeServiceName } from './backends.ts';
import { backendOfFacade, ourFacade } from './facade.ts';
import { fragmentHeader } from './fragment-header.ts';
import { servicesUsedBy } from './ingress.ts';
import { isOurs } from './ingress-class.ts';
import { ProblemList } from './problem-list.ts';
import { missingServicePart } from './service-part.ts';
import type { ServiceUse } from './service-uses.ts';
import { serviceParts } from './service.ts';
import { tagsOf } from './tags.ts';
import type { Root, TranslationContext, TranslationView, Translator } from './translator.ts';

const ANSWERED_WITH_503 = 'requests to it are answered with 503';

/** KongServiceFacade → a Kong service of its own for the Service behind it, with its own plugins and settings. */
export const kongServiceFacadeTranslator: Translator = {
  kind: 'KongServiceFacade',
  translate(root, view, context) {
    const use = useOfFacade(root, view, context.ingressClass);
    if (use === undefined) return undefined;
    const facade = ourFacade(root.namespace, root.name, view, context.ingressClass);
    const header = fragmentHeader(root, facade);
    if (facade === undefined)
      return createFragment({ ...header, parts: [missingServicePart(use)], problems: [] });
    const problems = ProblemList.ofRecord(facade);
    const parts = partsOf(facade, use, view, context, problems);
    return createFragment({ ...header, parts, problems: problems.problems });
  },
};

/** Undefined where no Ingress of ours sends requests to the facade. */
function useOfFacade(root: Root, view: TranslationView, ingressClass: string): ServiceUse | undefined {
  const ingresses = view
    .lookUp('ingressesByFacade', `${root.namespace}/${root.name}`)
    .filter((ingress) => isOurs(ingress, view, ingressClass));
  const routes = ingresses
    .flatMap((ingress) => servicesUsedBy(ingress, view, ingressClass))
    .filter(({ backend }) => 'facade' in backend && backend.facade === root.name);
  if (routes.length === 0) return undefined;
  const name = facadeServiceName(root.namespace, root.name);
  return {
    kind: 'http',
    port: {},
    serviceName: name,
    upstreamName: name,
    usedByRule: routes.some((route) => !route.isDefaultBackend),
  };
}

function partsOf(
  facade: KongServiceFacadeRecord,
  use: ServiceUse,
  view: TranslationView,
  context: TranslationContext,
  problems: ProblemList,
): ServicePart[] {
  const tags = tagsOf('KongServiceFacade', facade.metadata, problems);
  const backend = backendOfFacade(facade);
  if ('issues' in backend) {
    for (const issue of backend.issues) {
      problems.error('ResourceInvalid', { ...issue, action: ANSWERED_WITH_503 });
    }
    return [missingServicePart(use, tags)];
  }
  const { namespace } = facade.metadata;
  const service = view.get('Service', namespace, backend.service);
  if (service === undefined) {
    problems.error('ServiceNotFound', {
      field: 'spec.backendRef.name',
      message: `there is no Service ${namespace}/${backend.service}`,
      action: ANSWERED_WITH_503,
    });
    return [missingServicePart(use, tags)];
  }
  const metadata = mergedMetadata(service.metadata, facade.metadata);
  const used = { ...use, port: backend.port };
  const asker = { kind: 'KongServiceFacade', metadata } as const;
  return serviceParts(service, asker, [used], tags, view, context, problems);
}

/** The annotations of the facade go before those of the Service. */
function mergedMetadata(service: Metadata, facade: Metadata): Metadata {
  return { ...facade, annotations: { ...service.annotations, ...facade.annotations } };
}
