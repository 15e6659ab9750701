import type { Clock, TimeSlices } from '@silverback/clock';
import type { ClusterState } from '@silverback/cluster-state';
import type { FleetDiscovery, ProxyMember } from '@silverback/discovery';
import type { Fleet, LedgerStore } from '@silverback/fleet';
import type { AdminApi } from '@silverback/kong-admin';
import type {
  ClusterSource,
  EventWriter,
  KubeHttp,
  LeaderElection,
  SecretLedgerStore,
  StatusWriter,
} from '@silverback/kubernetes';
import type { Logger, Metrics } from '@silverback/observability';
import type { FleetSettings, Settings } from '@silverback/settings';
import type { TranslationEngine } from '@silverback/translation';
import type { ClusterEndpoints } from '../cluster-endpoints.ts';
import type { DiscoveryBackends } from '../discovery-backends.ts';
import type { FleetIdentities } from '../fleet-identities.ts';
import type { ProblemLog } from '../problem-log.ts';
import type { ResourcePipeline, ResourceSource } from '../resource-pipeline.ts';
import type { StatusRounds } from '../status/status-rounds.ts';
import type { StatusWriting } from '../status/status-writing.ts';
import { token } from './container.ts';

export const SETTINGS = token<Settings>('settings');
/** With what the Admin APIs of the fleets are reached. */
export const FLEET_IDENTITIES = token<FleetIdentities>('fleet identities');
export const CLOCK = token<Clock>('clock');
/** Does all long work, of whomever. */
export const TIME_SLICES = token<TimeSlices>('time slices');
export const LOGGER = token<Logger>('logger');
export const METRICS = token<Metrics>('metrics');
/** What problems of the fleets were logged. */
export const PROBLEM_LOG = token<ProblemLog>('problem log');
export const CLUSTER_STATE = token<ClusterState>('cluster state');
/** The Services of the cluster state, for discovery. */
export const CLUSTER_ENDPOINTS = token<ClusterEndpoints>('cluster endpoints');
/** Connections to the API server; only for the source kubernetes. */
export const KUBE_HTTP = token<KubeHttp>('kube http');
/** The cluster as a source; undefined where the resources come from elsewhere. */
export const CLUSTER_SOURCE = token<ClusterSource | undefined>('cluster source');
/** Undefined where there is one replica only. */
export const ELECTION = token<LeaderElection | undefined>('leader election');
/** Whether this replica may send and write now. */
export const LEADS = token<() => boolean>('leads');
/** These write into the cluster; undefined where nothing is written. */
export const STATUS_WRITER = token<StatusWriter | undefined>('status writer');
export const EVENT_WRITER = token<EventWriter | undefined>('event writer');
export const STATUS_ROUNDS = token<StatusRounds | undefined>('status rounds');
export const STATUS_WRITING = token<StatusWriting | undefined>('status writing');
export const RESOURCE_SOURCE = token<ResourceSource>('resource source');
export const TRANSLATION_ENGINE = token<TranslationEngine>('translation engine');
export const RESOURCE_PIPELINE = token<ResourcePipeline>('resource pipeline');
/** Makes the function that connects to the proxies of a fleet. */
export const CONNECT = token<(fleet: FleetSettings) => (member: ProxyMember) => AdminApi>('connect');
/** The kinds of discovery that the settings were checked with. */
export const DISCOVERY_BACKENDS = token<DiscoveryBackends>('discovery backends');
/** How the proxies of each fleet are found, by the fleet's name. */
export const DISCOVERIES = token<ReadonlyMap<string, FleetDiscovery>>('discoveries');
/** The ledgers that are kept in Secrets, by the fleet's name; empty where they are kept elsewhere. */
export const LEDGER_SECRETS = token<ReadonlyMap<string, SecretLedgerStore>>('ledger secrets');
/** Where the ledger of a fleet is kept. */
export const LEDGERS = token<(fleet: string) => LedgerStore>('ledgers');
/** The fleets by their names. */
export const FLEETS = token<ReadonlyMap<string, Fleet>>('fleets');
