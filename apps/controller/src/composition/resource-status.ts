import { hostname } from 'node:os';
import type { Kind } from '@silverback/cluster-state';
import { EventWriter, StatusWriter } from '@silverback/kubernetes';
import { publishedAddresses, type LoadBalancerAddress } from '@silverback/resource-status';
import { observeWrite } from '../cluster-events.ts';
import { policyOf, usersOf } from '../status/policy-users.ts';
import { StatusRounds } from '../status/status-rounds.ts';
import { StatusWriting } from '../status/status-writing.ts';
import type { Composition, Resolve } from './container.ts';
import {
  CLOCK,
  CLUSTER_SOURCE,
  CLUSTER_STATE,
  EVENT_WRITER,
  FLEETS,
  KUBE_HTTP,
  LEADS,
  LOGGER,
  METRICS,
  RESOURCE_PIPELINE,
  SETTINGS,
  STATUS_ROUNDS,
  STATUS_WRITER,
  STATUS_WRITING,
} from './tokens.ts';

/** Statuses and events are written where the resources come from a cluster, unless the settings say otherwise. */
export function registerResourceStatus(composition: Composition): void {
  composition.provide(STATUS_WRITER, statusWriter);
  composition.provide(EVENT_WRITER, eventWriter);
  composition.provide(STATUS_ROUNDS, statusRounds);
  composition.provide(STATUS_WRITING, (resolve) => {
    const rounds = resolve(STATUS_ROUNDS);
    const writers = [resolve(STATUS_WRITER), resolve(EVENT_WRITER)].filter((writer) => writer !== undefined);
    return rounds && new StatusWriting(rounds, writers);
  });
}

function isWanted(resolve: Resolve): boolean {
  const { source, status } = resolve(SETTINGS);
  return source.kubernetes !== undefined && status.enabled;
}

function statusWriter(resolve: Resolve): StatusWriter | undefined {
  const source = resolve(CLUSTER_SOURCE);
  if (source === undefined || !isWanted(resolve)) return undefined;
  return new StatusWriter({
    http: resolve(KUBE_HTTP),
    clock: resolve(CLOCK),
    statuses: source.statuses,
    apiVersionOf: (kind) => source.apiVersionOf(kind),
    mayWrite: resolve(LEADS),
    onEvent: (event) => {
      observeWrite('status', event, resolve(LOGGER), resolve(METRICS));
    },
  });
}

function eventWriter(resolve: Resolve): EventWriter | undefined {
  const source = resolve(CLUSTER_SOURCE);
  if (source === undefined || !isWanted(resolve)) return undefined;
  return new EventWriter({
    http: resolve(KUBE_HTTP),
    clock: resolve(CLOCK),
    instance: hostname(),
    apiVersionOf: (kind) => source.apiVersionOf(kind),
    uidOf: ({ kind, namespace, name }) =>
      resolve(CLUSTER_STATE).get(kind as Kind, namespace, name)?.metadata.uid,
    mayWrite: resolve(LEADS),
    onEvent: (event) => {
      observeWrite('event', event, resolve(LOGGER), resolve(METRICS));
    },
  });
}

function statusRounds(resolve: Resolve): StatusRounds | undefined {
  const source = resolve(CLUSTER_SOURCE);
  const statuses = resolve(STATUS_WRITER);
  const events = resolve(EVENT_WRITER);
  if (source === undefined || statuses === undefined || events === undefined) return undefined;
  const state = resolve(CLUSTER_STATE);
  return new StatusRounds({
    clock: resolve(CLOCK),
    statuses: source.statuses,
    state,
    isTranslated: () => resolve(RESOURCE_PIPELINE).isResting,
    outcomes: () => [...resolve(FLEETS).values()].flatMap((fleet) => fleet.outcomes()),
    addresses: () => addresses(resolve),
    usersOf: (policy) => usersOf(state, policy),
    policyOf: (user) => policyOf(state, user),
    isLeader: resolve(LEADS),
    write: (decision) => {
      statuses.write([decision]);
    },
    drop: (resource) => {
      statuses.drop(resource);
    },
    tell: (told) => {
      events.write(told);
    },
  });
}

/** Undefined where the settings name none, and while the Service that they name is not there. */
function addresses(resolve: Resolve): readonly LoadBalancerAddress[] | undefined {
  const { publishAddresses } = resolve(SETTINGS).status;
  const service = resolve(CLUSTER_SOURCE)?.statuses.publishedService;
  if (publishAddresses.length === 0 && service === undefined) return undefined;
  return publishedAddresses(publishAddresses, service);
}
