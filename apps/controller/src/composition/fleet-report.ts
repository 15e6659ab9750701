import type { SourceReport } from '@silverback/discovery';
import type { Fleet } from '@silverback/fleet';
import type { ReportWithIdentity } from '../fleet-identities.ts';
import type { Resolve } from './container.ts';
import { DISCOVERIES, FLEET_IDENTITIES } from './tokens.ts';

/** A fleet as `/fleets` and the metrics show it. */
export type FullFleetReport = ReportWithIdentity & {
  /** Where its proxies are found, in the order of the settings. */
  readonly sources: readonly SourceReport[];
};

/** Puts together what is known of a fleet. */
export function fleetReporter(resolve: Resolve): (fleet: Pick<Fleet, 'report'>) => FullFleetReport {
  return (fleet) => {
    const report = resolve(FLEET_IDENTITIES).report(fleet);
    return { ...report, sources: resolve(DISCOVERIES).get(report.name)?.sources() ?? [] };
  };
}
