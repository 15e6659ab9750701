import { z } from 'zod';
import { CHECK_TYPE, HEALTHY, INTERVAL, PARTS, PROBE, THRESHOLD, UNHEALTHY } from './health-checks.ts';
import { integer } from './numbers.ts';
import { withRules, type Rule } from './rules.ts';
import { camelCase } from './spelling.ts';

const name = z.string().min(1).max(1024);

const hash = z.strictObject({
  input: z
    .enum(['ip', 'consumer', 'path', 'none'])
    .optional()
    .meta({ description: 'A property of every request.' }),
  header: name.optional().meta({ description: 'Name of a header.' }),
  cookie: name.optional().meta({ description: 'Name of a cookie, which Kong sets where it is missing.' }),
  cookiePath: name.optional().meta({ description: 'Path of the cookie.' }),
  queryArg: name.optional().meta({ description: 'Name of a parameter of the query.' }),
  uriCapture: name
    .optional()
    .meta({ description: 'Name of a group of the regular expression that the path meets.' }),
});

type Hash = z.output<typeof hash>;

const INPUTS = ['input', 'header', 'cookie', 'queryArg', 'uriCapture'] as const;

const hashWithRules = withRules(hash, [
  {
    cel: `[${INPUTS.map((input) => `has(self.${input})`).join(', ')}].filter(given, given).size() == 1`,
    path: [],
    message: `must give exactly one of ${INPUTS.join(', ')}`,
    holds: (value) => INPUTS.filter((input) => value[input] !== undefined).length === 1,
  },
  {
    cel: 'has(self.cookie) == has(self.cookiePath)',
    path: [],
    message: 'must give cookie and cookiePath together',
    holds: ({ cookie, cookiePath }) => (cookie === undefined) === (cookiePath === undefined),
  },
]);

const stickySessions = z.strictObject({
  cookie: name.meta({ description: 'Name of the cookie by which Kong knows a client again.' }),
  cookiePath: name.optional().meta({ description: 'Path of the cookie; `/` unless given.' }),
});

const policy = z.strictObject({
  algorithm: z
    .enum(['round-robin', 'consistent-hashing', 'least-connections', 'latency', 'sticky-sessions'])
    .optional()
    .meta({ description: 'How a target is chosen; `round-robin` unless given.' }),
  slots: integer(10, 65_536).optional().meta({ description: 'Slots of the ring of consistent hashing.' }),
  hashOn: hashWithRules.optional().meta({ description: 'What decides about the target of a request.' }),
  hashOnFallback: hashWithRules
    .optional()
    .meta({ description: 'What decides where a request lacks what `hashOn` names.' }),
  healthchecks: z
    .strictObject({
      ...camelCase(THRESHOLD),
      active: z
        .strictObject({
          ...camelCase(PROBE),
          healthy: z
            .strictObject(camelCase({ ...HEALTHY, ...INTERVAL }))
            .optional()
            .meta(PARTS.healthy),
          unhealthy: z
            .strictObject(camelCase({ ...UNHEALTHY, ...INTERVAL }))
            .optional()
            .meta(PARTS.unhealthy),
        })
        .optional()
        .meta(PARTS.active),
      passive: z
        .strictObject({
          ...camelCase(CHECK_TYPE),
          healthy: z.strictObject(camelCase(HEALTHY)).optional().meta(PARTS.healthy),
          unhealthy: z.strictObject(camelCase(UNHEALTHY)).optional().meta(PARTS.unhealthy),
        })
        .optional()
        .meta(PARTS.passive),
    })
    .optional()
    .meta(PARTS.healthchecks),
  stickySessions: stickySessions
    .optional()
    .meta({ description: 'For the algorithm `sticky-sessions`, which Kong has since version 3.11.' }),
});

type Policy = z.output<typeof policy>;

const HASHES = "has(self.algorithm) && self.algorithm == 'consistent-hashing'";
const STICKS = "has(self.algorithm) && self.algorithm == 'sticky-sessions'";

const isHashing = ({ algorithm }: Policy): boolean => algorithm === 'consistent-hashing';
const isSticky = ({ algorithm }: Policy): boolean => algorithm === 'sticky-sessions';

const RULES: readonly Rule<Policy>[] = [
  {
    cel: `!has(self.hashOn) || (${HASHES}) || (${STICKS})`,
    path: ['hashOn'],
    message: 'needs the algorithm consistent-hashing or sticky-sessions',
    holds: (value) => value.hashOn === undefined || isHashing(value) || isSticky(value),
  },
  {
    cel: `!has(self.hashOnFallback) || (${HASHES})`,
    path: ['hashOnFallback'],
    message: 'needs the algorithm consistent-hashing',
    holds: (value) => value.hashOnFallback === undefined || isHashing(value),
  },
  {
    cel: "!has(self.hashOnFallback) || (has(self.hashOn) && !has(self.hashOn.cookie) && !(has(self.hashOn.input) && self.hashOn.input == 'none'))",
    path: ['hashOnFallback'],
    message: 'needs hashOn, and cannot stand beside a cookie or none',
    holds: ({ hashOn, hashOnFallback }) =>
      hashOnFallback === undefined ||
      (hashOn !== undefined && hashOn.cookie === undefined && hashOn.input !== 'none'),
  },
  {
    cel: `!has(self.hashOnFallback) || !has(self.hashOn) || !(${INPUTS.map(bothNameTheSame).join(' || ')})`,
    path: ['hashOnFallback'],
    message: 'must differ from hashOn',
    holds: ({ hashOn, hashOnFallback }) =>
      hashOnFallback === undefined || hashOn === undefined || !isSame(hashOn, hashOnFallback),
  },
  {
    cel: `has(self.stickySessions) == (${STICKS})`,
    path: ['stickySessions'],
    message: 'belongs to the algorithm sticky-sessions, which needs it',
    holds: (value) => (value.stickySessions !== undefined) === isSticky(value),
  },
  {
    cel: `!(${STICKS}) || (has(self.hashOn) && has(self.hashOn.input) && self.hashOn.input == 'none')`,
    path: ['hashOn', 'input'],
    message: 'must be none for the algorithm sticky-sessions',
    holds: (value) => !isSticky(value) || value.hashOn?.input === 'none',
  },
];

/** In CEL two objects cannot be compared, because each has a type of its own. */
function bothNameTheSame(field: string): string {
  const [on, fallback] = [`self.hashOn.${field}`, `self.hashOnFallback.${field}`];
  return `(has(${on}) && has(${fallback}) && ${on} == ${fallback})`;
}

function isSame(left: Hash, right: Hash): boolean {
  return [...INPUTS, 'cookiePath' as const].every((field) => left[field] === right[field]);
}

/** configuration.konghq.com/v1beta1 KongUpstreamPolicy, without `metadata`, `apiVersion`, `kind` and `status`. */
export const kongUpstreamPolicySchema = z.strictObject({
  spec: withRules(policy, RULES)
    .optional()
    .meta({ description: 'How requests are spread over the targets of a Service.' }),
});

/** A KongUpstreamPolicy that is valid. */
export type KongUpstreamPolicy = z.infer<typeof kongUpstreamPolicySchema>;
