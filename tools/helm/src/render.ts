import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import { findHelm, NO_HELM } from './binary.ts';

/** The chart of this repository. */
export const CHART: string = fileURLToPath(new URL('../../../deploy/helm/silverback', import.meta.url));

/** An object of Kubernetes as it was rendered. */
export interface RenderedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What a chart is rendered with. */
export interface RenderOptions {
  /** Values over those of the chart. */
  readonly values?: object;
  /** Files of values over those of the chart; `values` wins. */
  readonly valueFiles?: readonly string[];
  /** Name of the release (default `silverback`). */
  readonly release?: string;
  /** Namespace of the release (default `silverback`). */
  readonly namespace?: string;
}

/** What a run of Helm said. */
export interface HelmResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs Helm apart from what its user has configured.
 *
 * @throws Error when there is no Helm
 */
export function runHelm(args: readonly string[], input = ''): HelmResult {
  const helm = findHelm();
  if (helm === undefined) throw new Error(NO_HELM);
  const folder = join(tmpdir(), 'silverback-helm-home');
  const { status, stdout, stderr, error } = spawnSync(helm, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      HELM_CACHE_HOME: join(folder, 'cache'),
      HELM_CONFIG_HOME: join(folder, 'config'),
      HELM_DATA_HOME: join(folder, 'data'),
    },
  });
  if (error) throw error;
  return { status: status ?? 1, stdout, stderr };
}

/** Renders the chart; the result says what went wrong if something did. */
export function tryRender({
  values = {},
  valueFiles = [],
  release = 'silverback',
  namespace = 'silverback',
}: RenderOptions = {}): HelmResult {
  const files = [...valueFiles, '-'].flatMap((file) => ['--values', file]);
  return runHelm(['template', release, CHART, '--namespace', namespace, ...files], JSON.stringify(values));
}

/**
 * Renders the chart as text, without a cluster.
 *
 * @throws Error when there is no Helm, or with what Helm says when it fails
 */
export function renderText(options: RenderOptions = {}): string {
  const { status, stdout, stderr } = tryRender(options);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** The objects of {@link renderText}. */
export function renderChart(options: RenderOptions = {}): readonly RenderedObject[] {
  return objectsIn(renderText(options));
}

/** The objects in a text of YAML documents; documents without content are none. */
export function objectsIn(text: string): readonly RenderedObject[] {
  return loadAll(text).filter((object): object is RenderedObject => object !== null && object !== undefined);
}
