import type { Cancel } from '@silverback/clock';
import type { Code } from '@silverback/errors';
import type {
  BackendContext,
  BackendServices,
  DiscoveryBackend,
  MembershipSnapshot,
  ProxyDiscovery,
  ProxyMember,
} from './contract.ts';
import { endpointMembers, offeredPorts } from './endpoint-members.ts';
import { parseEndpointsSettings, type EndpointsSettings } from './endpoints-settings.ts';
import type { ServiceState } from './service-endpoints.ts';

const name = 'endpoints';

/**
 * The endpoints of a Service: `endpoints: { service: kong/kong-admin }`, with `portNames` (preferred first),
 * `portNumbers` and `serverName` (a template with `{service}` and `{namespace}`).
 */
export const endpointsBackend: DiscoveryBackend<EndpointsSettings> = {
  name,
  parseSettings: parseEndpointsSettings,
  create: (settings, context, services) => new EndpointsDiscovery(settings, context, services),
};

class EndpointsDiscovery implements ProxyDiscovery {
  readonly #settings: EndpointsSettings;
  readonly #context: BackendContext;
  readonly #services: BackendServices;
  readonly #first = Promise.withResolvers<undefined>();
  #members: readonly ProxyMember[] = [];
  #cancel: Cancel = () => undefined;

  constructor(settings: EndpointsSettings, context: BackendContext, services: BackendServices) {
    this.#settings = settings;
    this.#context = context;
    this.#services = services;
  }

  async start(report: (snapshot: MembershipSnapshot) => void): Promise<void> {
    this.#cancel = this.#services.endpoints.follow(this.#settings.service, (state) => {
      report(this.#observe(state));
      this.#first.resolve(undefined);
    });
    await this.#first.promise;
  }

  ageMs(): number {
    return this.#services.endpoints.ageMs?.() ?? 0;
  }

  stop(): Promise<void> {
    this.#cancel();
    this.#first.resolve(undefined);
    return Promise.resolve();
  }

  /** A Service without endpoints has no proxies; without a Service nobody knows which there are. */
  #observe(state: ServiceState): MembershipSnapshot {
    const { service, portNames, portNumbers } = this.#settings;
    const where = `${service.namespace}/${service.name}`;
    if (!state.service) return this.#failing('DiscoveryServiceMissing', `there is no Service ${where}`);
    const members = endpointMembers({
      origin: name,
      state,
      settings: this.#settings,
      insecure: this.#context.insecure,
      known: new Set(this.#members.map(({ key }) => key)),
    });
    const live = state.slices
      .flatMap(({ endpoints }) => endpoints)
      .filter(({ address, terminating }) => address !== undefined && !terminating);
    if (members.length === 0 && live.length > 0) {
      const wanted = [...portNames, ...portNumbers].join(', ');
      const offered = offeredPorts(state.slices).join(', ');
      const message = `no endpoint of ${where} has a TCP port ${wanted}; they have: ${offered || 'none'}`;
      return this.#failing('DiscoveryPortMissing', message);
    }
    this.#members = members;
    return { origin: name, members, health: { state: 'ok' } };
  }

  #failing(code: Code, message: string): MembershipSnapshot {
    return { origin: name, members: this.#members, health: { state: 'failing', code, message } };
  }
}
