import type { Logger } from '@silverback/observability';
import type { IdentityEvent } from '@silverback/transport-security';

/** Brings what happens to a fleet's identity into the log. */
export function observeIdentityEvent(fleet: string, event: IdentityEvent, logger: Logger): void {
  const fields = { event: event.type, fleet };
  switch (event.type) {
    case 'identity-rolled':
      logger.log('info', 'new connections use new credentials', {
        ...fields,
        because: event.because,
        ...event.report,
      });
      return;
    case 'identity-refused':
      logger.log('error', 'new credentials cannot be used: the old ones stay', {
        ...fields,
        generation: event.report.generation,
        code: event.reason.code,
        where: event.reason.where,
        reason: event.reason.message,
        advice: event.reason.advice,
      });
      return;
    case 'identity-restored':
      logger.log('info', 'the credentials are again those in use', {
        ...fields,
        generation: event.report.generation,
      });
      return;
    case 'certificate-expiring':
      logger.log(event.daysLeft < 3 ? 'error' : 'warn', 'a certificate ends soon', {
        ...fields,
        kind: event.kind,
        expiresAt: event.expiresAt,
        daysLeft: event.daysLeft,
      });
  }
}
