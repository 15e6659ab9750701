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

  /** @throws SilverbackError for the first fleet whose credentials cannot be used */
  async start(): Promise<void> {
    try {
      await Promise.all([...this.#keepers.values()].map((keeper) => keeper.start()));
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
