import { urlsOf } from './control/control-handler.ts';
import { optionsFrom, USAGE } from './options.ts';
import { runUntilSignal } from './process.ts';
import { startKongEmulator } from './start-emulator.ts';

await runUntilSignal(USAGE, async (args) => {
  const emulator = await startKongEmulator(optionsFrom(args));
  return { announcement: { name: emulator.name, ...urlsOf(emulator) }, close: () => emulator.close() };
});
