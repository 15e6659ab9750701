import { issueToError } from '@silverback/settings';
import { composeController } from '../composition/index.ts';
import { EXIT_CODES, type ExitCode } from '../exit-codes.ts';
import { reportError } from '../report-error.ts';
import { loadSettings } from '../settings-file.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

/**
 * Keeps all fleets up to date until SIGTERM or SIGINT.
 *
 * @param flags - values by settings path
 */
export async function run(
  file: string,
  flags: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<ExitCode> {
  const parsed = await loadSettings({
    file,
    flags,
    env: terminal.env,
  });
  if (!parsed.ok) {
    for (const issue of parsed.issues) reportError(issueToError(issue), terminal);
    return EXIT_CODES.settings;
  }
  // From here on a signal ends the controller properly, even if it is still starting.
  const signalled = nextSignal();
  const { settings } = parsed;
  const { controller, logger, identities } = composeController(settings, parsed.backends);
  // Nothing is connected or served with credentials that cannot be used.
  await identities.start();
  try {
    logger.log('info', 'the controller starts', { event: 'starting', version: VERSION, settings: file });
    await controller.start();
    logger.log('info', 'the controller has started', { event: 'started' });
    const signal = await signalled;
    logger.log('info', 'the controller ends', { event: 'stopping', signal });
    await controller.stop();
    logger.log('info', 'the controller has ended', { event: 'stopped' });
  } finally {
    await identities.stop();
  }
  return EXIT_CODES.fine;
}

/** The first SIGTERM or SIGINT. A second one ends the process at once, as signals do by default. */
function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
