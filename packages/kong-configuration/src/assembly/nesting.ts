import { compareCodeUnits } from '../code-unit-order.ts';
import type {
  NestedRoute,
  NestedService,
  PluginEntity,
  RouteEntity,
  ServiceEntity,
  TargetEntity,
  UpstreamEntity,
} from '../entities.ts';

/** A route with its plugins. */
export function nestedRoute(entity: RouteEntity, plugins: readonly PluginEntity[]): NestedRoute {
  return plugins.length > 0 ? { ...entity, plugins } : entity;
}

/** A service with its plugins and routes. */
export function nestedService(
  entity: ServiceEntity,
  plugins: readonly PluginEntity[],
  routes: readonly NestedRoute[],
): NestedService {
  return {
    ...entity,
    ...(plugins.length > 0 && { plugins }),
    ...(routes.length > 0 && { routes }),
  };
}

/** An upstream with its targets sorted, each once. */
export function withSortedTargets(entity: UpstreamEntity): UpstreamEntity {
  if (entity.targets !== undefined && entity.targets.length > 0 && isAscending(entity.targets)) return entity;
  const { targets: unsorted = [], ...upstream } = entity;
  const unique = new Map(unsorted.map((target) => [target.target, target]));
  const targets = [...unique.values()].sort((a, b) => compareCodeUnits(a.target, b.target));
  return { ...upstream, ...(targets.length > 0 && { targets }) };
}

function isAscending(targets: readonly TargetEntity[]): boolean {
  return targets.every(({ target }, index) => index === 0 || (targets[index - 1]?.target ?? '') < target);
}
