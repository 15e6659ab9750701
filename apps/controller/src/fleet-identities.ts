import type { Fleet, FleetReport } from '@silverback/fleet';
import type { IdentityKeeper, IdentityReport } from '@silverback/transport-security';

/** A fleet's report with how its identity stands. */
export type ReportWithIdentity = FleetReport & { readonly identity?: IdentityReport };

/** The identities of all fleets, kept up to date between `start` and `stop`. */
export class FleetIdentities {
  readonly #keepers: ReadonlyMap<string, IdentityKeeper>;

  /** @param keepers - by the fleet's name */
  constructor(keepers: ReadonlyMap<string, IdentityKeeper>) {
    this.#keepers = keepers;
  }

  /**
   * A fleet whose credentials cannot be used waits for better ones, and keeps no other fleet from being served.
   *
   * @throws SilverbackError for the first fleet if no fleet has usable credentials
   */
  async start(): Promise<void> {
    const keepers = [...this.#keepers.values()];
    try {
      const problems = await Promise.all(keepers.map((keeper) => keeper.startEvenIfUnusable()));
      const [first] = problems;
      if (first !== undefined && !problems.includes(undefined)) throw first;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#keepers.values()].map((keeper) => keeper.stop()));
  }

  /** The keeper of one fleet. */
  of(fleet: string): IdentityKeeper {
    const keeper = this.#keepers.get(fleet);
    if (keeper === undefined) throw new Error(`there is no fleet ${fleet}`);
    return keeper;
  }

  /** What a fleet says of itself, and how its identity stands. */
  report(fleet: Pick<Fleet, 'report'>): ReportWithIdentity {
    const report = fleet.report();
    return { ...report, identity: this.of(report.name).report() };
  }
}
