import type { FleetSettings } from '@silverback/settings';

/**
 * The namespaces of the Services through which Admin APIs are found: they are watched whatever namespaces the resources
 * come from. Entries of somebody else's backends have none that are known here.
 */
export function adminNamespaces(fleets: readonly Pick<FleetSettings, 'discovery'>[]): readonly string[] {
  const services = fleets.flatMap(({ discovery }) => discovery.map((entry) => serviceOf(entry)));
  const namespaces = services.flatMap((service) => {
    const slash = service?.indexOf('/') ?? -1;
    return service === undefined || slash < 1 ? [] : [service.slice(0, slash)];
  });
  return [...new Set(namespaces)].sort();
}

function serviceOf(entry: unknown): string | undefined {
  const { endpoints } = entry as { readonly endpoints?: { readonly service?: unknown } };
  return typeof endpoints?.service === 'string' ? endpoints.service : undefined;
}
