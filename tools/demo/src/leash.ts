/**
 * Loaded into every child before its own program (`node --import`): ends the child when the demo is gone, however that
 * came about. The channel closes even when the demo was killed and could not tell its children anything.
 */
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5_000).unref();
});
process.channel?.unref();
