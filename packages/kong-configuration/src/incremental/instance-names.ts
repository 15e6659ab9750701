import { instanceNameAmong, instanceNameOf, type PluginInstance } from '../assembly/plugin-instances.ts';

/** An instance with the row in which it stands. */
interface Holder<Row> {
  readonly long: string;
  readonly row: Row;
}

/** The names of instances of plugins, which no two may share, wherever they stand. */
export class InstanceNames<Row> {
  /** Short form → ID of each instance that has it. */
  readonly #holders = new Map<string, Map<string, Holder<Row>>>();
  readonly #byRow = new Map<Row, readonly PluginInstance[]>();

  /**
   * Replaces the instances of a row.
   *
   * @returns other rows of which an instance may have another name now
   */
  replace(row: Row, instances: readonly PluginInstance[]): ReadonlySet<Row> {
    const others = new Set<Row>();
    for (const instance of this.#byRow.get(row) ?? []) this.#remove(instance, row, others);
    const named = instances.filter(
      ({ definition }) => definition.part.definition.instance_name !== undefined,
    );
    if (named.length === 0) this.#byRow.delete(row);
    else this.#byRow.set(row, named);
    for (const instance of named) this.#add(instance, row, others);
    others.delete(row);
    return others;
  }

  nameOf(instance: PluginInstance): string | undefined {
    const names = instanceNameOf(instance);
    if (names === undefined) return undefined;
    const holders = this.#holders.get(names.short) ?? new Map<string, Holder<Row>>();
    const longForms = new Map([...holders].map(([id, { long }]) => [id, long]));
    return instanceNameAmong(names.short, longForms, instance.id);
  }

  #add(instance: PluginInstance, row: Row, others: Set<Row>): void {
    const names = instanceNameOf(instance);
    if (names === undefined) return;
    const holders = this.#holders.get(names.short) ?? new Map<string, Holder<Row>>();
    for (const holder of holders.values()) others.add(holder.row);
    this.#holders.set(names.short, holders.set(instance.id, { long: names.long, row }));
  }

  #remove(instance: PluginInstance, row: Row, others: Set<Row>): void {
    const names = instanceNameOf(instance);
    const holders = names && this.#holders.get(names.short);
    if (names === undefined || holders?.get(instance.id)?.row !== row) return;
    holders.delete(instance.id);
    if (holders.size === 0) this.#holders.delete(names.short);
    for (const holder of holders.values()) others.add(holder.row);
  }
}
