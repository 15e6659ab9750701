import { guardRoutes } from '../assembly/route-expression.ts';
import { instancesIn, type PluginInstance } from '../assembly/plugin-instances.ts';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { Row } from '../payload/row.ts';
import type { RowChanges } from '../payload/section.ts';
import type { ConsumerBook, ConsumerContents, ConsumerState } from './consumer-book.ts';
import type { FewParts, RowEntities } from './few-parts.ts';
import type { GroupBook } from './group-book.ts';
import { InstanceNames } from './instance-names.ts';
import type { PluginUses } from './plugin-uses.ts';
import type { RouteBook, RouteState } from './route-book.ts';
import { RowMarks } from './row-marks.ts';
import {
  consumerRow,
  groupRow,
  memberKey,
  memberRow,
  plainRow,
  pluginRow,
  serviceRow,
  upstreamRow,
} from './row-texts.ts';
import type { ServiceBook, ServiceState } from './service-book.ts';

/** Where the contents of rows come from. */
export interface RowSources {
  readonly services: ServiceBook;
  readonly routes: RouteBook;
  readonly groups: GroupBook;
  readonly consumers: ConsumerBook;
  readonly uses: PluginUses;
  readonly few: FewParts;
}

const NONE: readonly PluginInstance[] = [];

/** Turns what was decided into the rows of the configuration, as far as they may be others than before. */
export class ConfigurationRows {
  readonly #sources: RowSources;
  readonly #marks = new RowMarks();
  readonly #names = new InstanceNames<string>();
  readonly #instances = new Map<ServiceState | RouteState, readonly PluginInstance[]>();
  /** Plugins that are nested nowhere, by ID. */
  readonly #plugins = new Map<string, PluginInstance>();
  #globals: readonly PluginInstance[] = NONE;
  /** How many consumers make a membership: only one does, but it may come again before it goes. */
  readonly #members = new Map<string, { readonly row: Row; count: number }>();
  /** What stood in the rows that are replaced as a whole, by collection. */
  readonly #replaced = new Map<string, RowEntities>();
  readonly #changes = new Map<string, Map<string, Row | undefined>>();
  #customTypes: readonly string[] = [];
  #hasGuard = false;

  constructor(sources: RowSources) {
    this.#sources = sources;
  }

  mark(collection: 'services' | 'upstreams' | 'consumer_groups', key: string): void {
    this.#marks.mark(collection, key);
  }

  /** Replaces all rows of a collection; those that hold the same as before are left alone. */
  replace(collection: string, entities: RowEntities): void {
    const before = this.#replaced.get(collection) ?? new Map<string, never>();
    for (const [key, { entity, owners }] of entities) {
      const old = before.get(key);
      const ids = idsIn(entity);
      const roots = ids.map((id) => owners.get(id) ?? '');
      const isSame =
        old !== undefined &&
        isSameEntity(old.entity, entity) &&
        ids.every((id, index) => old.owners.get(id) === roots[index]);
      if (!isSame) this.#set(collection, key, plainRow(key, entity, ids, roots));
    }
    for (const key of before.keys()) if (!entities.has(key)) this.#set(collection, key, undefined);
    this.#replaced.set(collection, entities);
  }

  replaceGroupPlugins(before: readonly PluginInstance[], after: readonly PluginInstance[]): void {
    this.#replacePlugins(before, after);
  }

  replaceConsumer(state: ConsumerState, before: ConsumerContents): void {
    this.#marks.mark('consumers', state.id);
    for (const member of before.members) this.#count(memberKey(member), -1, () => memberRow(member));
    for (const member of state.members) this.#count(memberKey(member), 1, () => memberRow(member));
  }

  /** The rows that may be others than the last time, by collection. */
  *take(): Generator<undefined, ReadonlyMap<string, RowChanges>, undefined> {
    this.#takeFew();
    this.#takeGuard();
    yield undefined;
    for (const name of [...this.#marks.of('services')]) {
      this.#nameInstances(name);
      yield undefined;
    }
    for (const id of [...this.#marks.of('consumers')]) {
      this.#rename(rowOf('consumers', id), this.#sources.consumers.served(id)?.instances ?? NONE);
      yield undefined;
    }
    const nameOf = (instance: PluginInstance): string | undefined => this.#names.nameOf(instance);
    for (const name of this.#marks.of('services')) {
      this.#set('services', name, this.#serviceRow(name, nameOf));
      yield undefined;
    }
    for (const name of this.#marks.of('upstreams')) {
      const service = this.#sources.services.servedWithUpstream(name);
      this.#set('upstreams', name, service && upstreamRow(service));
      yield undefined;
    }
    for (const id of this.#marks.of('consumers')) {
      const state = this.#sources.consumers.served(id);
      this.#set('consumers', id, state && consumerRow(state, nameOf));
      yield undefined;
    }
    for (const name of this.#marks.of('consumer_groups')) {
      const state = this.#sources.groups.served(name);
      this.#set('consumer_groups', name, state && groupRow(state));
      yield undefined;
    }
    for (const id of this.#marks.of('plugins')) {
      const instance = this.#plugins.get(id);
      this.#set('plugins', id, instance && pluginRow(instance, nameOf));
      yield undefined;
    }
    this.#marks.clear();
    this.#instances.clear();
    const changes = new Map(this.#changes);
    this.#changes.clear();
    return changes;
  }

  #takeFew(): void {
    const { few, services, consumers } = this.#sources;
    if (few.takeDirty('sni')) {
      this.replace('certificates', few.selectCertificates(services.clientCertificates()));
    }
    if (few.takeDirty('vault')) this.replace('vaults', few.selectVaults());
    if (few.takeDirty('license')) this.replace('licenses', few.selectLicense());
    if (few.takeDirty('global-plugin')) {
      const globals = instancesIn({}, few.selectGlobalPlugins());
      this.#replacePlugins(this.#globals, globals);
      this.#globals = globals;
    }
    if (!few.takeDirty('custom-entity')) return;
    const byType = few.selectCustomEntities((plugin) =>
      consumers.servedWith(plugin).map(({ claimant }) => claimant.part.entity),
    );
    for (const type of this.#customTypes) if (!byType.has(type)) this.replace(type, new Map());
    for (const [type, entities] of byType) this.replace(type, entities);
    this.#customTypes = [...byType.keys()];
  }

  #takeGuard(): void {
    const { needsGuard } = this.#sources.routes;
    if (needsGuard === this.#hasGuard) return;
    this.#hasGuard = needsGuard;
    const [guard] = guardRoutes([{ expression: '', id: '', name: '' }]);
    if (guard === undefined) return;
    const row = plainRow(guard.name, guard, [guard.id], []);
    const contents = { ...row.contents, routes: 1 };
    this.#set('routes', guard.name, needsGuard ? { ...row, contents } : undefined);
  }

  /** Finds the plugins for all requests of a service and its routes, and lets them have their names. */
  #nameInstances(name: string): void {
    const service = this.#sources.services.served(name);
    const routes = service === undefined ? [] : this.#sources.routes.servedBy(name);
    const all: PluginInstance[] = [];
    for (const subject of service === undefined ? [] : [service, ...routes]) {
      if (subject.plugins.length === 0) continue;
      const own = subject.plugins.filter((definition) => !this.#sources.uses.isPersonal(definition));
      const instances = instancesIn(subject.scope, own);
      this.#instances.set(subject, instances);
      all.push(...instances);
    }
    this.#rename(rowOf('services', name), all);
  }

  #serviceRow(name: string, nameOf: (instance: PluginInstance) => string | undefined): Row | undefined {
    const service = this.#sources.services.served(name);
    if (service === undefined) return undefined;
    const routes = this.#sources.routes.servedBy(name);
    routes.sort((a, b) => compareCodeUnits(a.name, b.name));
    return serviceRow(service, routes, this.#instances, nameOf);
  }

  #replacePlugins(before: readonly PluginInstance[], after: readonly PluginInstance[]): void {
    for (const { id } of before) this.#plugins.delete(id);
    for (const instance of after) this.#plugins.set(instance.id, instance);
    for (const { id } of [...before, ...after]) {
      const instance = this.#plugins.get(id);
      this.#marks.mark('plugins', id);
      this.#rename(rowOf('plugins', id), instance ? [instance] : NONE);
    }
  }

  /** Marks the rows, too, that share a name with the instances of this one. */
  #rename(row: string, instances: readonly PluginInstance[]): void {
    for (const other of this.#names.replace(row, instances)) {
      const [collection = '', key = ''] = JSON.parse(other) as string[];
      if (collection === 'services' && !this.#marks.of('services').has(key)) {
        this.#marks.mark(collection, key);
        this.#nameInstances(key);
      } else this.#marks.mark(collection, key);
    }
  }

  #count(key: string, difference: 1 | -1, makeRow: () => Row): void {
    const entry = this.#members.get(key) ?? { row: makeRow(), count: 0 };
    entry.count += difference;
    if (entry.count > 0) this.#members.set(key, entry);
    else this.#members.delete(key);
    this.#set('consumer_group_consumers', key, entry.count > 0 ? entry.row : undefined);
  }

  #set(collection: string, key: string, row: Row | undefined): void {
    const rows = this.#changes.get(collection);
    if (rows === undefined) this.#changes.set(collection, new Map([[key, row]]));
    else rows.set(key, row);
  }
}

function rowOf(collection: string, key: string): string {
  return JSON.stringify([collection, key]);
}

/** IDs of an entity and of the SNIs in it. */
function idsIn(entity: object): readonly string[] {
  const { id, snis = [] } = entity as {
    readonly id: string;
    readonly snis?: readonly { readonly id: string }[];
  };
  return [id, ...snis.map((sni) => sni.id)];
}

/** Whether two entities are equal field by field; long texts such as certificates are the same objects. */
function isSameEntity(a: object, b: object): boolean {
  const [fields, others] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  return (
    fields.length === Object.keys(b).length &&
    fields.every(([field, value]) => {
      const other = others[field];
      return (
        value === other || (typeof value === 'object' && JSON.stringify(value) === JSON.stringify(other))
      );
    })
  );
}
