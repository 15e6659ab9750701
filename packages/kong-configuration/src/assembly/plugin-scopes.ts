import type { PluginPart, RootKey } from '../fragment.ts';
import type { PluginScope } from '../ids.ts';
import type { Claimant } from './ordered-parts.ts';

type Definition = Claimant<PluginPart>;

/**
 * What each plugin is attached to. As with Kong's own controller, a plugin that consumers and routes or services ask for
 * stands for these consumers on these routes and services, and for nothing else; the same goes for groups of consumers,
 * which count only where no consumer asks for the plugin.
 */
export class PluginScopes {
  readonly #consumers = new Set<RootKey>();
  readonly #groups = new Set<RootKey>();
  readonly #services = new Map<RootKey, string[]>();
  readonly #routes = new Map<RootKey, string[]>();
  readonly #servicesOfRoutes = new Map<RootKey, Set<string>>();

  addConsumer(plugins: readonly Definition[]): void {
    for (const { part } of plugins) this.#consumers.add(part.plugin);
  }

  addGroup(plugins: readonly Definition[]): void {
    for (const { part } of plugins) this.#groups.add(part.plugin);
  }

  addService(name: string, plugins: readonly Definition[]): void {
    for (const { part } of plugins) push(this.#services, part.plugin, name);
  }

  addRoute(name: string, service: string, plugins: readonly Definition[]): void {
    for (const { part } of plugins) {
      push(this.#routes, part.plugin, name);
      const services = this.#servicesOfRoutes.get(part.plugin) ?? new Set();
      this.#servicesOfRoutes.set(part.plugin, services.add(service));
    }
  }

  /** Whether the plugin stands for consumers or groups, and so not for all requests of a route or service. */
  isPersonal({ part }: Definition): boolean {
    return this.#consumers.has(part.plugin) || this.#groups.has(part.plugin);
  }

  /** Whether consumers ask for the plugin, so that groups do not count. */
  isForConsumers({ part }: Definition): boolean {
    return this.#consumers.has(part.plugin);
  }

  /** The services and routes on which a plugin of a consumer or group stands: everywhere, if none asks for it. */
  targetsOf({ part }: Definition): readonly PluginScope[] {
    const services = (this.#services.get(part.plugin) ?? []).map((service) => ({ service }));
    const routes = (this.#routes.get(part.plugin) ?? []).map((route) => ({ route }));
    const targets = [...services, ...routes];
    return targets.length > 0 ? targets : [{}];
  }

  /** Names of the services that ask for a plugin; of those of its routes, where no service does. */
  servicesOf({ part }: Definition): readonly string[] {
    return this.#services.get(part.plugin) ?? [...(this.#servicesOfRoutes.get(part.plugin) ?? [])];
  }

  /** Names of the routes that ask for a plugin. */
  routesOf({ part }: Definition): readonly string[] {
    return this.#routes.get(part.plugin) ?? [];
  }
}

function push(lists: Map<RootKey, string[]>, plugin: RootKey, name: string): void {
  const list = lists.get(plugin);
  if (list === undefined) lists.set(plugin, [name]);
  else list.push(name);
}
