import { Gauge, type Registry } from 'prom-client';

/** Sets the value of one series. */
export type SetSeries<L extends string> = (labels: Record<L, string>, value: number) => void;

/** Makes a gauge that is filled for each fleet at each scrape. */
export type MakeFleetGauge<F> = <L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
  fill: (fleet: F, set: SetSeries<L>) => void,
) => void;

/**
 * Gauges that are filled from the fleets at each scrape, so that they can never be stale: what is gone has no series.
 *
 * @param fleets - the fleets as they are now
 */
export function fleetGauges<F>(registry: Registry, fleets: () => readonly F[]): MakeFleetGauge<F> {
  return <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    fill: (fleet: F, set: SetSeries<L>) => void,
  ): void => {
    new Gauge<L>({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const fleet of fleets()) {
          fill(fleet, (labels, value) => {
            this.set(labels as Partial<Record<L, string>>, value);
          });
        }
      },
    });
  };
}
