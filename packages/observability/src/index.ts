export type { ClusterMetrics, ClusterSample, KindSample, LeadershipSample } from './cluster-metrics.ts';
export { type DebugServerOptions, startDebugServer } from './debug-server.ts';
export type { RunningServer } from './json-server.ts';
export { type HealthServer, type HealthServerOptions, startHealthServer } from './health-server.ts';
export { createLogger, type LogFields, type Logger, type LoggerOptions, type LogLevel } from './logger.ts';
export type { DiscoveryMetrics, SourceSample } from './discovery-metrics.ts';
export {
  createMetrics,
  describeMetrics,
  type FleetSample,
  type MetricDescription,
  type Metrics,
  type MetricsOptions,
} from './metrics.ts';
export { redact } from './redaction.ts';
