import { join } from 'node:path';
import { FileLedgerStore, type LedgerStore } from '@silverback/fleet';
import { SecretLedgerStore } from '@silverback/kubernetes';
import { observeWrite } from '../cluster-events.ts';
import { podNamespace } from '../pod-namespace.ts';
import type { Composition, Resolve } from './container.ts';
import { CLOCK, KUBE_HTTP, LEADS, LEDGER_SECRETS, LEDGERS, LOGGER, METRICS, SETTINGS } from './tokens.ts';

/** Where the ledger of each fleet is kept: see the setting `ledger.store`. */
export function registerLedgers(composition: Composition): void {
  composition.provide(LEDGER_SECRETS, (resolve) => {
    const { fleets } = resolve(SETTINGS);
    if (!isInSecrets(resolve)) return new Map();
    return new Map(fleets.map(({ name }) => [name, secretStore(resolve, name)]));
  });
  composition.provide(LEDGERS, (resolve) => (fleet) => {
    return resolve(LEDGER_SECRETS).get(fleet) ?? fileStore(resolve, fleet);
  });
}

function isInSecrets(resolve: Resolve): boolean {
  const { ledger, source } = resolve(SETTINGS);
  return ledger.store === 'auto' ? source.kubernetes !== undefined : ledger.store === 'secret';
}

function fileStore(resolve: Resolve, fleet: string): LedgerStore {
  return new FileLedgerStore(join(resolve(SETTINGS).stateDirectory, 'fleets', fleet));
}

function secretStore(resolve: Resolve, fleet: string): SecretLedgerStore {
  const { leaseName, leaseNamespace } = resolve(SETTINGS).leaderElection;
  return new SecretLedgerStore({
    http: resolve(KUBE_HTTP),
    clock: resolve(CLOCK),
    namespace: leaseNamespace ?? podNamespace(),
    name: `${leaseName}-ledger-${fleet}`,
    mayWrite: resolve(LEADS),
    onEvent: (event) => {
      observeWrite('ledger', event, resolve(LOGGER), resolve(METRICS));
    },
  });
}
