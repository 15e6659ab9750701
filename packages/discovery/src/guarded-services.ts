import type { BackendServices } from './contract.ts';

/**
 * What a running backend may use, where an error in a function that it hands in, thrown or rejected, goes to `onError`:
 * else it would end the controller, or the round in which others are told of a change.
 */
export function guardServices(
  { clock, endpoints }: BackendServices,
  onError: (error: unknown) => void,
): BackendServices {
  const attempt = (callback: () => unknown): void => {
    try {
      Promise.resolve(callback()).catch(onError);
    } catch (error) {
      onError(error);
    }
  };
  return {
    clock: {
      now: () => clock.now(),
      date: () => clock.date(),
      schedule: (delayMs, callback) =>
        clock.schedule(delayMs, () => {
          attempt(callback);
        }),
    },
    endpoints: {
      ageMs: () => endpoints.ageMs?.() ?? 0,
      follow: (service, onState) =>
        endpoints.follow(service, (state) => {
          attempt(() => {
            onState(state);
          });
        }),
    },
  };
}
