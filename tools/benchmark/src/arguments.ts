import { parseArgs } from 'node:util';
import type { ClusterOptions } from './cluster/run.ts';
import type { FanOutOptions } from './fan-out/run.ts';
import type { ScenarioName } from './fleets/run.ts';
import type { ScenarioOptions } from './fleets/scenario.ts';
import type { LeanOptions } from './lean/run.ts';
import type { TranslationOptions } from './translation/run.ts';

/** Where the results go. */
export interface Output {
  /** JSON instead of a table on standard output. */
  readonly json: boolean;
  /** A file that gets the JSON too. */
  readonly save?: string;
}

/** What the user asked for. */
export type BenchmarkArguments =
  | { readonly command: 'fan-out'; readonly options: FanOutOptions; readonly output: Output }
  | { readonly command: 'translation'; readonly options: TranslationOptions; readonly output: Output }
  | { readonly command: 'lean'; readonly options: LeanOptions; readonly output: Output }
  | { readonly command: 'cluster'; readonly options: ClusterOptions; readonly output: Output }
  | { readonly command: ScenarioName; readonly options: ScenarioOptions; readonly output: Output }
  | { readonly command: 'usage'; readonly mistake?: string };

const SCENARIO_DEFAULTS = {
  'bad-neighbours': { proxies: 100, megabytes: 0.2, applyMs: 4_000, seconds: 0 },
  'scale-out': { proxies: 200, megabytes: 1, applyMs: 1_000, seconds: 0 },
  churn: { proxies: 10, megabytes: 0.2, applyMs: 4_000, seconds: 60 },
  rotation: { proxies: 100, megabytes: 0.2, applyMs: 100, seconds: 0 },
} as const satisfies Record<ScenarioName, Omit<ScenarioOptions, 'seed'>>;

/** The text that `--help` prints. */
export const USAGE = `Usage: npm run bench -- COMMAND [OPTIONS]

  fan-out          one new payload to all proxies, against a bare loop over undici
    --proxies N[,N…]         default 1,10,50
    --megabytes M[,M…]       default 1
    --apply-delay MS[,MS…]   how long a proxy takes to apply; default 0
    --answer-factor F        length of a 201's body as a multiple of the request's; default 0, of a real Kong 3
    --rounds R               of each case; default 5, fewer for much data
  bad-neighbours   a fleet in which one in five hangs, is down, refuses or is slow, against one without those
  scale-out        from one proxy to all at once, then a rolling restart while the configuration changes
  churn            five changes a second
  rotation         CA, certificates and token are replaced twice, with a push every second
  translation      from resources to the bytes for Kong: everything at once, and one change
    --ingresses N[,N…]       default 1000,5000,20000,50000; 0 for none
    --consumers N[,N…]       default 10000,50000, each beside 1,000 Ingresses; 0 for none
  lean             our configuration against one shaped as Kong's own controller makes it, for the same resources
    --ingresses N[,N…]       default 1000,10000
    KONG_ADMIN_URL names a DB-less Kong that is told both; it loses what it had
  cluster          the real controller in an emulated cluster: start, memory, changes, requests, statuses
    --ingresses N            with as many Services, three times the EndpointSlices; default 20000
    --endpoints N            addresses in each EndpointSlice; default 1
    --seconds S              how long it rests, and how long 100 changes a second go on; default 60
    --proxies N[,N…]         for which requests to the API server are counted; default 1,10,100,1000
    --node-options="…"       further options of Node for the controller, such as --cpu-prof

  Scenarios take --proxies N, --megabytes M, --apply-delay MS, and churn takes --seconds S.
  All take --seed S (an integer), --json (JSON on standard output instead of a table) and --save FILE (a file for the
  JSON beside that).
`;

const OPTIONS = {
  proxies: { type: 'string' },
  megabytes: { type: 'string' },
  'apply-delay': { type: 'string' },
  'answer-factor': { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  ingresses: { type: 'string' },
  consumers: { type: 'string' },
  endpoints: { type: 'string' },
  'node-options': { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
  save: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/**
 * Reads the command line.
 *
 * @param words - the arguments after the script's name
 */
export function readArguments(words: readonly string[]): BenchmarkArguments {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
    const [command, ...rest] = positionals;
    if (values.help === true) return { command: 'usage' };
    if (command === undefined || rest.length > 0) throw new Mistake('name one command');
    const output = { json: values.json === true, ...(values.save !== undefined && { save: values.save }) };
    if (command !== 'cluster' && values['node-options'] !== undefined)
      throw new Mistake('--node-options does not belong to this command');
    if (command === 'fan-out') return { command, options: fanOutOptions(values), output };
    if (command === 'translation') return { command, options: translationOptions(values), output };
    if (command === 'lean') return { command, options: leanOptions(values), output };
    if (command === 'cluster') return { command, options: clusterOptions(values), output };
    if (isScenario(command)) return { command, options: scenarioOptions(command, values), output };
    throw new Mistake(`unknown command: ${command}`);
  } catch (error) {
    const mistake = mistakeOf(error);
    if (mistake !== undefined) return { command: 'usage', mistake };
    throw error;
  }
}

class Mistake extends Error {}

function mistakeOf(error: unknown): string | undefined {
  if (error instanceof Mistake) return error.message;
  if (typeof error !== 'object' || error === null || !('code' in error && 'message' in error))
    return undefined;
  return String(error.code).startsWith('ERR_PARSE_ARGS') ? String(error.message) : undefined;
}

function isScenario(command: string): command is ScenarioName {
  return Object.hasOwn(SCENARIO_DEFAULTS, command);
}

function fanOutOptions(values: Values): FanOutOptions {
  refuse(values, ['seconds', 'ingresses', 'consumers', 'endpoints']);
  return {
    proxies: numbers(values, 'proxies', [1, 10, 50], isCount),
    megabytes: numbers(values, 'megabytes', [1], isPositive),
    applyDelaysMs: numbers(values, 'apply-delay', [0], isNotNegative),
    answerFactor: number(values, 'answer-factor', 0, isNotNegative),
    seed: number(values, 'seed', 1, Number.isSafeInteger),
    ...(values.rounds !== undefined && { rounds: number(values, 'rounds', 0, isCount) }),
  };
}

function scenarioOptions(command: ScenarioName, values: Values): ScenarioOptions {
  refuse(values, ['rounds', 'answer-factor', 'ingresses', 'consumers', 'endpoints']);
  refuse(values, [...(command === 'churn' ? [] : (['seconds'] as const))]);
  const defaults = SCENARIO_DEFAULTS[command];
  return {
    proxies: number(values, 'proxies', defaults.proxies, isCount),
    megabytes: number(values, 'megabytes', defaults.megabytes, isPositive),
    applyMs: number(values, 'apply-delay', defaults.applyMs, isNotNegative),
    seconds: number(values, 'seconds', defaults.seconds, isPositive),
    seed: number(values, 'seed', 1, Number.isSafeInteger),
  };
}

function translationOptions(values: Values): TranslationOptions {
  refuse(values, ['proxies', 'megabytes', 'apply-delay', 'answer-factor', 'rounds', 'seconds', 'endpoints']);
  return {
    ingresses: numbers(values, 'ingresses', [1_000, 5_000, 20_000, 50_000], isAmount).filter(isPositive),
    consumers: numbers(values, 'consumers', [10_000, 50_000], isAmount).filter(isPositive),
    seed: number(values, 'seed', 1, Number.isSafeInteger),
  };
}

function clusterOptions(values: Values): ClusterOptions {
  refuse(values, ['megabytes', 'apply-delay', 'answer-factor', 'rounds', 'consumers']);
  return {
    ingresses: number(values, 'ingresses', 20_000, isCount),
    endpoints: number(values, 'endpoints', 1, isCount),
    seconds: number(values, 'seconds', 60, isPositive),
    proxies: numbers(values, 'proxies', [1, 10, 100, 1_000], isCount),
    nodeOptions: values['node-options'] ?? '',
    seed: number(values, 'seed', 1, Number.isSafeInteger),
  };
}

function leanOptions(values: Values): LeanOptions {
  refuse(values, [
    'proxies',
    'megabytes',
    'apply-delay',
    'answer-factor',
    'rounds',
    'seconds',
    'consumers',
    'endpoints',
  ]);
  return { ingresses: numbers(values, 'ingresses', [1_000, 10_000], isCount) };
}

type NumberOption = Exclude<keyof Values, 'json' | 'save' | 'help' | 'node-options'>;

function refuse(values: Values, names: readonly NumberOption[]): void {
  const given = names.find((name) => values[name] !== undefined);
  if (given !== undefined) throw new Mistake(`--${given} does not belong to this command`);
}

function number(
  values: Values,
  name: NumberOption,
  otherwise: number,
  isValid: (value: number) => boolean,
): number {
  const [value, ...rest] = numbers(values, name, [otherwise], isValid);
  if (value === undefined || rest.length > 0) throw new Mistake(`--${name} takes one number`);
  return value;
}

function numbers(
  values: Values,
  name: NumberOption,
  otherwise: readonly number[],
  isValid: (value: number) => boolean,
): readonly number[] {
  const text = values[name];
  if (text === undefined) return otherwise;
  return text.split(',').map((part) => {
    const value = part.trim() === '' ? Number.NaN : Number(part);
    if (!isValid(value)) throw new Mistake(`--${name}: ${part} cannot be used`);
    return value;
  });
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 200_000;
}

function isAmount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 200_000;
}

function isPositive(value: number): boolean {
  return value > 0 && Number.isFinite(value);
}

function isNotNegative(value: number): boolean {
  return value >= 0 && Number.isFinite(value);
}
