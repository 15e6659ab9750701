import type { Problem } from '@silverback/errors';
import type { Unresolved } from '../assembly-result.ts';
import type { Claimant, PartOf } from '../assembly/ordered-parts.ts';
import { secretOf } from '../assembly/credentials.ts';
import { FragmentMap, type FragmentChange } from '../fragment-map.ts';
import type { Fragment, FragmentPart } from '../fragment.ts';
import { PayloadWriter } from '../payload/payload-writer.ts';
import type { Payload } from '../payload.ts';
import { ConfigurationRows } from './configuration-rows.ts';
import { ConsumerBook } from './consumer-book.ts';
import { FewParts } from './few-parts.ts';
import { FindingsLedger } from './findings-ledger.ts';
import { GroupBook } from './group-book.ts';
import { PluginUses } from './plugin-uses.ts';
import { RouteBook } from './route-book.ts';
import { ServiceBook } from './service-book.ts';

/** What an {@link Assembly} has made of its fragments. */
export interface Assembled {
  readonly payload: Payload;
  /** What was left out and why, sorted by where it was found. Those of the fragments themselves are not repeated. */
  readonly problems: readonly Problem[];
  readonly unresolved: readonly Unresolved[];
}

/**
 * Keeps a configuration up to date with fragments that change. What it makes depends on the fragments alone, not on the
 * way they came about, and is byte for byte what `encodePayload(assemble(fragments))` makes; but a change costs work for
 * what it touches: the claims on its slots, those who lose or win one, and the texts of the entities concerned.
 */
export class Assembly {
  #fragments = FragmentMap.EMPTY;
  readonly #ledger = new FindingsLedger();
  readonly #uses = new PluginUses(this.#ledger);
  readonly #few = new FewParts(this.#uses, this.#ledger);
  readonly #rows: ConfigurationRows;
  readonly #services: ServiceBook;
  readonly #routes: RouteBook;
  readonly #groups: GroupBook;
  readonly #consumers: ConsumerBook;
  readonly #writer = new PayloadWriter();

  constructor() {
    this.#services = new ServiceBook(this.#uses, this.#ledger, {
      serviceChanged: (name) => {
        this.#rows.mark('services', name);
      },
      upstreamChanged: (name) => {
        this.#rows.mark('upstreams', name);
      },
      availabilityChanged: (name) => {
        this.#routes.reconsiderService(name);
      },
      clientCertificateChanged: () => {
        this.#few.reconsiderShown();
      },
    });
    this.#routes = new RouteBook(this.#services, this.#uses, this.#ledger, {
      routeChanged: (service) => {
        this.#rows.mark('services', service);
      },
    });
    this.#groups = new GroupBook(this.#uses, this.#ledger, {
      groupChanged: (root, name) => {
        this.#rows.mark('consumer_groups', name);
        this.#consumers.reconsiderGroup(root);
      },
      instancesChanged: (before, after) => {
        this.#rows.replaceGroupPlugins(before, after);
      },
    });
    this.#consumers = new ConsumerBook(this.#groups, this.#uses, this.#ledger, {
      consumerChanged: (state, before) => {
        this.#rows.replaceConsumer(state, before);
        if (state.claimant.part.plugins.length > 0) this.#few.reconsider('custom-entity');
      },
    });
    this.#rows = new ConfigurationRows({
      services: this.#services,
      routes: this.#routes,
      groups: this.#groups,
      consumers: this.#consumers,
      uses: this.#uses,
      few: this.#few,
    });
    this.#uses.onChange = () => {
      this.#few.reconsider('custom-entity');
      this.#few.reconsider('global-plugin');
    };
  }

  /** Brings the configuration up to date with some changes. */
  update(changes: Iterable<FragmentChange>): Assembled {
    return finish(this.assembleInSteps(this.#fragments.with(changes)));
  }

  /**
   * Brings the configuration up to date with all fragments that there are. What they share with those of the last time costs
   * nothing. There is a pause after each small step, so that a large update need not block the event loop; it has to be run
   * to its end before the next one.
   */
  *assembleInSteps(fragments: FragmentMap): Generator<undefined, Assembled, undefined> {
    const before = this.#fragments;
    this.#fragments = fragments;
    for (const [root, fragment] of fragments.changesSince(before)) {
      this.#replace(before.get(root), fragment);
      yield undefined;
    }
    yield* this.#uses.settle();
    yield* this.#settle();
    const rows = yield* this.#rows.take();
    const payload = yield* this.#writer.write(rows);
    return {
      payload,
      problems: this.#ledger.problems(this.#fragments),
      unresolved: this.#ledger.unresolved(),
    };
  }

  *#settle(): Generator<undefined, void, undefined> {
    const authorities = this.#few.settleAuthorities();
    const hasOtherSecrets = this.#few.settleSecrets();
    if (authorities !== undefined) this.#rows.replace('ca_certificates', authorities);
    if (authorities !== undefined || hasOtherSecrets) this.#services.reconsiderCertificates();
    if (authorities !== undefined) this.#consumers.reconsiderAuthorities();
    yield* this.#groups.settleNames();
    yield* this.#consumers.settleNames();
    yield* this.#services.settle(this.#few.certificates);
    yield* this.#routes.settle();
    yield* this.#groups.settle();
    const ids = new Set(this.#few.authorities.entities.map(({ id }) => id));
    yield* this.#consumers.settle(ids);
  }

  #replace(before: Fragment | undefined, fragment: Fragment | undefined): void {
    before?.parts.forEach((part, position) => {
      this.#remove({ part, fragment: before, position });
    });
    fragment?.parts.forEach((part, position) => {
      this.#add({ part, fragment, position });
    });
  }

  #add(claimant: Claimant<FragmentPart>): void {
    if (isOf('service', claimant)) this.#services.names.add(claimant.part.entity.name, claimant);
    else if (isOf('route', claimant)) this.#routes.names.add(claimant.part.entity.name, claimant);
    else if (isOf('plugin', claimant)) this.#uses.definitions.add(claimant.part.plugin, claimant);
    else if (isOf('consumer', claimant)) this.#consumers.add(claimant);
    else if (isOf('credential', claimant)) this.#consumers.credentials.add(secretOf(claimant), claimant);
    else if (isOf('consumer-group', claimant)) this.#groups.names.add(claimant.part.entity.name, claimant);
    else this.#few.add(claimant);
  }

  #remove(claimant: Claimant<FragmentPart>): void {
    if (isOf('service', claimant)) this.#services.names.remove(claimant.part.entity.name, claimant);
    else if (isOf('route', claimant)) this.#routes.names.remove(claimant.part.entity.name, claimant);
    else if (isOf('plugin', claimant)) this.#uses.definitions.remove(claimant.part.plugin, claimant);
    else if (isOf('consumer', claimant)) this.#consumers.remove(claimant);
    else if (isOf('credential', claimant)) this.#consumers.credentials.remove(secretOf(claimant), claimant);
    else if (isOf('consumer-group', claimant)) this.#groups.names.remove(claimant.part.entity.name, claimant);
    else this.#few.remove(claimant);
  }
}

function isOf<Type extends FragmentPart['type']>(
  type: Type,
  claimant: Claimant<FragmentPart>,
): claimant is Claimant<PartOf<Type>> {
  return claimant.part.type === type;
}

function finish<T>(steps: Generator<unknown, T, undefined>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
