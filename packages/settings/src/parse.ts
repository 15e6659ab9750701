import { dirname, resolve } from 'node:path';
import type { CheckDiscovery, FleetSettings } from './fleet-schema.ts';
import type { SettingIssue } from './issue.ts';
import { describeSchemaIssue, issuesOfSchema } from './issues-of-schema.ts';
import { applyOverrides, readOverrides } from './overrides.ts';
import { type Settings, settingsSchema } from './schema.ts';
import { parseYaml } from './yaml.ts';

/** What {@link parseSettings} takes beside the content of the file. */
export interface ParseOptions {
  /** Path of the settings file: relative paths in it start from its directory, and messages name it. */
  readonly file: string;
  /** The environment; unknown variables that start with `SILVERBACK_` are mistakes. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Flags by settings path, as in `{ 'log.level': 'debug' }`. Default: none. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  /** Where relative paths in the environment and in flags start from. Default: the process's directory. */
  readonly cwd?: string;
  readonly checkDiscovery?: CheckDiscovery;
}

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly issues: readonly SettingIssue[] };

/**
 * Puts the settings together: flag before environment before file before default. Finds every mistake at once and
 * throws nothing.
 *
 * @param content - the file's text as YAML, or its content as a value
 */
export function parseSettings(content: unknown, options: ParseOptions): ParsedSettings {
  const cwd = options.cwd ?? process.cwd();
  const { overrides, issues } = readOverrides(options.env ?? {}, options.flags ?? {}, cwd);
  const file =
    typeof content === 'string' ? parseYaml(content, options.file) : { ok: true as const, value: content };
  if (!file.ok) return { ok: false, issues: [file.issue, ...issues] };

  const origins = new Map(overrides.map((override) => [override.scalar.path, override.origin]));
  const parsed = settingsSchema(options.checkDiscovery).safeParse(applyOverrides(file.value, overrides), {
    error: describeSchemaIssue,
    reportInput: true,
  });
  const found = parsed.success
    ? []
    : issuesOfSchema(parsed.error.issues, (path) => origins.get(path) ?? options.file);
  if (!parsed.success || issues.length > 0) return { ok: false, issues: [...found, ...issues] };
  return { ok: true, settings: resolvePaths(parsed.data, dirname(resolve(cwd, options.file))) };
}

/** Makes the paths absolute; those of the environment and of flags are absolute already. */
function resolvePaths(settings: Settings, directory: string): Settings {
  return {
    ...settings,
    source: resolveSourcePaths(settings.source, directory),
    stateDirectory: resolve(directory, settings.stateDirectory),
    modules: settings.modules.map((path) => resolve(directory, path)),
    fleets: settings.fleets.map((fleet) => resolveFleetPaths(fleet, directory)),
  };
}

function resolveSourcePaths(source: Settings['source'], directory: string): Settings['source'] {
  const { directory: manifests, kubernetes } = source;
  const kubeconfig = kubernetes?.kubeconfig;
  return {
    ...(manifests && { directory: { path: resolve(directory, manifests.path) } }),
    ...(kubernetes && {
      kubernetes: {
        ...kubernetes,
        ...(kubeconfig !== undefined && { kubeconfig: resolve(directory, kubeconfig) }),
      },
    }),
  };
}

/** The same fleet with absolute paths. */
export function resolveFleetPaths(fleet: FleetSettings, directory: string): FleetSettings {
  const { tls, tokenFile, headers, ...adminApi } = fleet.adminApi;
  const { caFile, certFile, keyFile, ...others } = tls;
  const absolute = <N extends string>(name: N, path: string | undefined): Partial<Record<N, string>> =>
    path === undefined ? {} : ({ [name]: resolve(directory, path) } as Partial<Record<N, string>>);
  return {
    ...fleet,
    adminApi: {
      ...adminApi,
      ...absolute('tokenFile', tokenFile),
      ...(headers && { headers: absoluteHeaders(headers, directory) }),
      tls: {
        ...others,
        ...absolute('caFile', caFile),
        ...absolute('certFile', certFile),
        ...absolute('keyFile', keyFile),
      },
    },
  };
}

function absoluteHeaders(
  headers: NonNullable<FleetSettings['adminApi']['headers']>,
  directory: string,
): NonNullable<FleetSettings['adminApi']['headers']> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { file }]) => [name, { file: resolve(directory, file) }]),
  );
}
