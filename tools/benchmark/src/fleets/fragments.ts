import {
  createFragment,
  routeId,
  serviceId,
  type Fragment,
  type RootKey,
} from '@silverback/kong-configuration';

/** What one service with its route takes in a payload, in bytes: about. */
const BYTES_PER_SERVICE = 520;

/** Fragments that make a payload of about the wanted size, and change a little whenever they are told to. */
export class ChangingFragments {
  readonly #fragments: Map<RootKey, Fragment>;
  readonly #first: string;
  #revision = 0;

  constructor(megabytes: number) {
    const count = Math.max(1, Math.round((megabytes * 1e6) / BYTES_PER_SERVICE));
    const names = Array.from({ length: count }, (_, index) => `service-${String(index).padStart(6, '0')}`);
    this.#first = names[0] ?? '';
    this.#fragments = new Map(names.map((name) => fragmentOf(name, 0)).map((one) => [one.root, one]));
  }

  get current(): ReadonlyMap<RootKey, Fragment> {
    return this.#fragments;
  }

  /** Changes one service and nothing else. */
  change(): void {
    this.#revision += 1;
    const changed = fragmentOf(this.#first, this.#revision);
    this.#fragments.set(changed.root, changed);
  }
}

function fragmentOf(name: string, revision: number): Fragment {
  const namespace = 'benchmark';
  const service = `${namespace}.${name}.80`;
  const route = `${namespace}.${name}.00`;
  return createFragment({
    root: `Ingress/${namespace}/${name}`,
    resource: { kind: 'Ingress', namespace, name },
    precedence: { creationTimestamp: '', namespace, name, uid: '' },
    parts: [
      {
        type: 'service',
        entity: {
          id: serviceId(service),
          name: service,
          host: `${name}.${namespace}.svc`,
          port: 80,
          protocol: 'http',
          retries: revision,
        },
        plugins: [],
      },
      {
        type: 'route',
        entity: {
          id: routeId(route),
          name: route,
          hosts: [`${name}.example.test`],
          paths: [`/${name}`],
          protocols: ['http', 'https'],
          strip_path: false,
        },
        service,
        plugins: [],
        field: 'spec.rules[0].http.paths[0]',
        isDefaultBackend: false,
      },
    ],
    problems: [],
  });
}
