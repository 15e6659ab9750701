/** Sets by key. A set of one is kept without a set, because there are many of those. */
export class Grouping<Member extends object | string> {
  readonly #groups = new Map<string, Member | Set<Member>>();

  add(key: string, member: Member): void {
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, member);
    else if (group instanceof Set) group.add(member);
    else if (group !== member) this.#groups.set(key, new Set([group, member]));
  }

  delete(key: string, member: Member): void {
    const group = this.#groups.get(key);
    if (group === member) this.#groups.delete(key);
    if (!(group instanceof Set)) return;
    group.delete(member);
    if (group.size === 0) this.#groups.delete(key);
  }

  has(key: string): boolean {
    return this.#groups.has(key);
  }

  of(key: string): Iterable<Member> {
    const group = this.#groups.get(key);
    return group === undefined ? [] : group instanceof Set ? group : [group];
  }
}
