import type { Entities } from '../declarative/entities.ts';
import { isRecord, type Json, type JsonRecord, textOf } from '../json.ts';
import { Balancer } from './balancer.ts';
import type { RouterFlavor } from '../emulator.ts';
import { ExpressionRouter } from './expression-router.ts';
import { type RequestRouter, Router } from './router.ts';

/** A configuration in the form in which the proxy port works with it. Built when it is first needed. */
export class ProxyTable {
  readonly entities: Entities;
  readonly #balancers = new Map<string, Balancer>();
  readonly #flavor: RouterFlavor;
  #router: RequestRouter | undefined;
  #credentials: Map<string, JsonRecord> | undefined;

  constructor(entities: Entities, flavor: RouterFlavor) {
    this.entities = entities;
    this.#flavor = flavor;
  }

  get router(): RequestRouter {
    const routes = this.all('routes');
    this.#router ??=
      this.#flavor === 'expressions' ? new ExpressionRouter(routes) : new Router(routes, this.#flavor);
    return this.#router;
  }

  all(type: string): JsonRecord[] {
    return [...(this.entities.get(type)?.values() ?? [])];
  }

  /** The entity that a foreign field refers to. */
  referred(type: string, reference: Json | undefined): JsonRecord | undefined {
    const id = isRecord(reference) ? reference['id'] : undefined;
    return typeof id === 'string' ? this.entities.get(type)?.get(id) : undefined;
  }

  upstreamNamed(name: string): JsonRecord | undefined {
    return this.all('upstreams').find((upstream) => upstream['name'] === name);
  }

  balancerOf(upstream: JsonRecord): Balancer {
    const id = textOf(upstream['id']);
    let balancer = this.#balancers.get(id);
    if (balancer === undefined) {
      balancer = new Balancer(this.all('targets').filter((target) => refersTo(target['upstream'], id)));
      this.#balancers.set(id, balancer);
    }
    return balancer;
  }

  /** The consumer whose API key this is. */
  keyOwner(key: string): { readonly consumer: JsonRecord; readonly credential: JsonRecord } | undefined {
    this.#credentials ??= new Map(this.all('keyauth_credentials').map((one) => [textOf(one['key']), one]));
    const credential = this.#credentials.get(key);
    const consumer = credential && this.referred('consumers', credential['consumer']);
    return credential && consumer && { consumer, credential };
  }
}

/** Whether a foreign field holds this id. */
export function refersTo(reference: Json | undefined, id: string): boolean {
  return isRecord(reference) && reference['id'] === id;
}
