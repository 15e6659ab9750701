import fc from 'fast-check';
import {
  ClusterState,
  keyOf,
  type ReadKey,
  type ResourceChange,
  type ResourceRecord,
} from '@silverback/cluster-state';
import { Composer, Quarantine, type Composition, type CompositionInput } from '@silverback/fleet';
import {
  assemble,
  DEFAULT_FACTS,
  encodePayload,
  FragmentMap,
  type Fragment,
  type Payload,
  type ProxyFacts,
} from '@silverback/kong-configuration';
import { TranslationEngine } from './index.ts';
import { anyChange } from './testing/changes.ts';
import { ingressYaml, serviceYaml } from './testing/ingress-yaml.ts';
import { resourcesOf } from './testing/manifests.ts';

const settings = { ingressClass: 'kong' };

/** Proxies of a group, and what they have refused and accepted. */
class Group {
  readonly facts: ProxyFacts;
  readonly composer = new Composer();
  readonly quarantine = new Quarantine();
  accepted = FragmentMap.EMPTY;
  /** What held forms needed last beside what the resources said. */
  needed = FragmentMap.EMPTY;

  constructor(facts: Partial<ProxyFacts>) {
    this.facts = { ...DEFAULT_FACTS, ...facts };
  }

  inputOf(engine: TranslationEngine, withheld: readonly number[]): CompositionInput {
    const current = engine.fragmentsFor(this.facts);
    return {
      sequence: 1,
      current,
      resources: engine.currentResources(this.facts),
      quarantine: this.quarantine,
      accepted: this.accepted,
      withheld: new Set(picked(current, withheld).map(({ root }) => root)),
      kept: FragmentMap.EMPTY,
    };
  }

  refuse(current: FragmentMap, refused: readonly number[], refusesEdits: boolean): void {
    const known = this.needed.with(current);
    this.quarantine.forgetChanged(known, true);
    const edited = refusesEdits ? [...known.values()].filter((fragment) => this.#isEdited(fragment)) : [];
    for (const { root, hashWithoutTargets } of [...edited, ...picked(known, refused)]) {
      this.quarantine.add({ root, fragmentHash: hashWithoutTargets, reason: 'no', payloadHash: '' });
    }
  }

  #isEdited({ root, hashWithoutTargets }: Fragment): boolean {
    const accepted = this.accepted.get(root)?.hashWithoutTargets;
    return accepted !== undefined && accepted !== hashWithoutTargets;
  }
}

/** Some of the fragments, by numbers. */
function picked(fragments: FragmentMap, numbers: readonly number[]): readonly Fragment[] {
  const roots = [...fragments.keys()].sort();
  return numbers.flatMap((number) => fragments.get(roots[number % Math.max(1, roots.length)] ?? '') ?? []);
}

const move = fc
  .tuple(fc.constantFrom('/', '/x'), fc.constantFrom('a:80', 'c:80', 'd:http'), fc.boolean())
  .map(([path, backend, hasTls]) =>
    ingressYaml({ name: 'a', paths: { [path]: backend }, tls: hasTls ? { b: ['a.test'] } : {} }),
  );

const target = fc.record({ of: fc.constantFrom('c', 'd'), end: fc.nat(3), retries: fc.nat(1) });

/** An Ingress that moves between Services which nothing else uses, and these Services. */
const lonely: fc.Arbitrary<ResourceChange> = fc
  .oneof(
    move,
    target.map(({ of, retries }) =>
      serviceYaml(of, { ports: [{ name: 'http', port: 80 }] }, { 'konghq.com/retries': String(retries) }),
    ),
    target.map(({ of, end }) =>
      JSON.stringify({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: of, namespace: 'shop', labels: { 'kubernetes.io/service-name': of } },
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080 }],
        endpoints: [{ addresses: [`10.0.0.${String(end)}`] }],
      }),
    ),
  )
  .map((yaml) => ({ type: 'upsert', resource: recordOf(yaml) }));

function recordOf(yaml: string): ResourceRecord {
  const [resource] = resourcesOf(yaml);
  if (resource === undefined) throw new Error('the manifest holds no resource');
  return resource;
}

const roundOf = (change: fc.Arbitrary<ResourceChange>) =>
  fc.record({
    changes: fc.array(change, { maxLength: 5 }),
    refused: fc.array(fc.nat(), { maxLength: 2 }),
    /** Whether everything is refused that says something else than what was accepted. */
    refusesEdits: fc.boolean(),
    withheld: fc.array(fc.nat(), { maxLength: 1 }),
    isAccepted: fc.boolean(),
    /** Decides on the order in which somebody who starts now reads everything. */
    order: fc.nat(),
  });

function finish(steps: Generator<unknown, Composition>): Composition {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const textOf = ({ segments }: Payload): string => Buffer.concat(segments).toString();

/** What somebody makes of the resources who has seen nothing before. */
function afresh(resources: readonly ResourceRecord[], group: Group, withheld: readonly number[]) {
  const state = new ClusterState();
  state.replaceAll(resources);
  const engine = new TranslationEngine({ state, settings });
  engine.update(new Set());
  return finish(new Composer().compose(group.inputOf(engine, withheld)));
}

const problemsOf = ({ problems }: Composition): string[] =>
  problems.map((problem) => JSON.stringify(problem)).sort();

/** Takes rounds of changes, refusals and acceptances, and holds each group against a fresh start after each. */
function takeRounds(rounds: readonly Round[]): void {
  const state = new ClusterState();
  const resources = new Map<string, ResourceRecord>();
  const engine = new TranslationEngine({ state, settings });
  engine.update(new Set());
  const groups = [
    new Group({}),
    new Group({ routerFlavor: 'expressions', version: '3.9.0.1-enterprise-edition' }),
  ];
  for (const { changes, refused, refusesEdits, withheld, isAccepted, order } of rounds) {
    for (const change of changes) {
      if (change.type === 'upsert') resources.set(keyOf(change.resource), change.resource);
      else resources.delete(change.key);
    }
    engine.update(state.apply(changes));
    for (const group of groups) {
      group.refuse(engine.fragmentsFor(group.facts), refused, refusesEdits);
      const made = finish(group.composer.compose(group.inputOf(engine, withheld)));
      const fresh = afresh(turned([...resources.values()], order), group, withheld);
      const whole = encodePayload(assemble(made.fragments.values()));
      expect(textOf(made.payload)).toBe(textOf(fresh.payload));
      expect(made.payload.hash).toBe(fresh.payload.hash);
      expect(textOf(made.payload)).toBe(textOf(whole));
      expect(made.holds).toEqual(fresh.holds);
      expect(problemsOf(made)).toEqual(problemsOf(fresh));
      if (isAccepted) group.accepted = made.lastForms;
      group.needed = FragmentMap.of([...made.newest.values()].filter(({ root }) => !made.current.has(root)));
    }
  }
}

type Round = ReturnType<typeof roundOf> extends fc.Arbitrary<infer R> ? R : never;

test.each([
  ['whatever changes, is refused and is accepted', anyChange],
  ['whatever becomes of what only held resources need', lonely],
])('%s: each group gets the bytes that a fresh start would give it', (_, change) => {
  fc.assert(fc.property(fc.array(roundOf(change), { maxLength: 7 }), takeRounds), {
    numRuns: Number(process.env['RUNS'] ?? 100),
  });
});

function turned<T>(items: readonly T[], by: number): readonly T[] {
  const at = by % Math.max(1, items.length);
  return [...items.slice(at), ...items.slice(0, at)].reverse();
}

test('a change translates exactly the roots that read what it touched, and those that come with it', () => {
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 25 }), (changes) => {
      const state = new ClusterState();
      const engine = new TranslationEngine({ state, settings });
      engine.update(new Set());
      for (const change of changes) {
        const before = readsOf(engine);
        const translated = engine.translated;
        const touched = state.apply([change]);
        engine.update(touched);
        const after = readsOf(engine);
        const expected = [...after.keys()].filter((root) => {
          const reads = before.get(root);
          return reads === undefined || [...reads].some((key) => touched.has(key));
        });
        expect(engine.translated - translated).toBe(expected.length);
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 100) },
  );
});

const KINDS = [
  'Ingress',
  'Service',
  'KongServiceFacade',
  'TCPIngress',
  'UDPIngress',
  'KongUpstreamPolicy',
  'Secret',
  'ConfigMap',
  'KongPlugin',
  'KongClusterPlugin',
  'KongConsumer',
  'KongConsumerGroup',
  'KongVault',
  'KongLicense',
  'KongCustomEntity',
  'IngressClass',
  'IngressClassParameters',
];

/** Every root that the generated changes can bring about. */
const ROOTS = KINDS.flatMap((kind) =>
  ['shop', 'team', ''].flatMap((namespace) =>
    ['a', 'b', 'config', 'kong'].map((name) => `${kind}/${namespace}/${name}`),
  ),
);

/** The roots that there are, with what each read. */
function readsOf(engine: TranslationEngine): ReadonlyMap<string, ReadonlySet<ReadKey>> {
  return new Map(
    ROOTS.flatMap((root) => {
      const reads = engine.readsOf(root);
      return reads.size === 0 ? [] : [[root, reads] as const];
    }),
  );
}
