import { resolve } from 'node:path';
import type { SettingIssue } from './issue.ts';
import { listScalars, type ScalarSetting, VARIABLE_PREFIX } from './scalars.ts';
import { didYouMean } from './suggestion.ts';

/** A setting that the environment or a flag gives. */
export interface Override {
  readonly scalar: ScalarSetting;
  /** The text as a value of the setting's type; the text itself where it is none, for the schema to refuse. */
  readonly value: unknown;
  /** `SILVERBACK_LOG_LEVEL` or `--log-level`: for messages. */
  readonly origin: string;
}

/**
 * Variables that Kubernetes adds to every container for each Service of the namespace: a Service called `silverback`
 * gives SILVERBACK_SERVICE_HOST, SILVERBACK_PORT and more. They are nobody's mistake.
 */
const SERVICE_LINK =
  /_SERVICE_HOST$|_SERVICE_PORT(_[A-Z0-9_]+)?$|_PORT$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;

/**
 * Reads the overrides. Flags come after variables, so that they win when applied in order.
 *
 * @param env - all environment variables; those without the prefix are ignored
 * @param flags - values by settings path, as in `log.level`
 * @param cwd - directory from which relative paths in variables and flags are meant
 */
export function readOverrides(
  env: Readonly<Record<string, string | undefined>>,
  flags: Readonly<Record<string, string | undefined>>,
  cwd: string,
): { readonly overrides: readonly Override[]; readonly issues: readonly SettingIssue[] } {
  const scalars = listScalars();
  const overrides: Override[] = [];
  const add = (scalar: ScalarSetting, text: string | undefined, origin: string): void => {
    if (text !== undefined) overrides.push({ scalar, value: coerce(scalar, text, cwd), origin });
  };
  for (const scalar of scalars) add(scalar, env[scalar.variable], scalar.variable);
  for (const scalar of scalars) {
    add(scalar, Object.hasOwn(flags, scalar.path) ? flags[scalar.path] : undefined, scalar.flag);
  }
  return { overrides, issues: unknownVariables(env, scalars) };
}

function coerce(scalar: ScalarSetting, text: string, cwd: string): unknown {
  if (scalar.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (scalar.type === 'integer' || scalar.type === 'number')
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return scalar.isPath && text !== '' ? resolve(cwd, text) : text;
}

function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  scalars: readonly ScalarSetting[],
): SettingIssue[] {
  const known = scalars.map((scalar) => scalar.variable);
  return Object.keys(env)
    .filter((name) => name.startsWith(VARIABLE_PREFIX) && env[name] !== undefined)
    .filter((name) => !known.includes(name) && !SERVICE_LINK.test(name))
    .toSorted()
    .map((name) => ({
      code: 'SettingUnknown',
      path: '',
      origin: name,
      message: `is not a setting.${didYouMean(name, known)} Allowed: ${known.join(', ')}`,
    }));
}

/**
 * A copy of `base` with the overrides in it. Where the way to a setting leads through something that is not an object,
 * nothing is put there: the schema then reports what stands in the way.
 */
export function applyOverrides(base: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce(
    (value, { scalar, value: given }) => withValue(value, scalar.path.split('.'), given),
    base,
  );
}

function withValue(base: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (base !== undefined && base !== null && (typeof base !== 'object' || Array.isArray(base))) return base;
  const object = (base ?? {}) as Readonly<Record<string, unknown>>;
  return { ...object, [name]: withValue(object[name], rest, value) };
}
