import { isSilverbackError, SilverbackError, type Code } from '@silverback/errors';

interface Explanation {
  readonly code: Code;
  readonly message: string;
}

const longestDetail = 300;

/** Node's, OpenSSL's and undici's codes, by what they mean for the person who runs the controller. */
const explanations: readonly (Explanation & { readonly causes: readonly string[] })[] = [
  { code: 'ConnectionRefused', message: 'the connection was refused', causes: ['ECONNREFUSED'] },
  {
    code: 'ConnectionTimedOut',
    message: 'the connection timed out',
    causes: ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
  },
  {
    code: 'ConnectionReset',
    message: 'the other side ended the connection',
    causes: ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET'],
  },
  {
    code: 'ConnectionUnreachable',
    message: 'there is no route to the address',
    causes: ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL'],
  },
  {
    code: 'HostNotFound',
    message: 'DNS knows no such host',
    causes: ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA'],
  },
  {
    code: 'TlsServerNameMismatch',
    message: 'the certificate does not carry the expected name',
    causes: ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_FORMAT'],
  },
  {
    code: 'TlsServerUntrusted',
    message: 'the certificate comes from a CA that is not in the bundle',
    causes: [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'CERT_SIGNATURE_FAILURE',
      'CERT_UNTRUSTED',
      'CERT_REJECTED',
      'INVALID_CA',
      'INVALID_PURPOSE',
      'CERT_CHAIN_TOO_LONG',
      'PATH_LENGTH_EXCEEDED',
    ],
  },
  {
    code: 'TlsServerCertificateExpired',
    message: 'the certificate, or a CA above it, has expired',
    causes: ['CERT_HAS_EXPIRED'],
  },
  {
    code: 'TlsServerCertificateNotYetValid',
    message: 'the certificate, or a CA above it, is not valid yet',
    causes: ['CERT_NOT_YET_VALID'],
  },
  {
    code: 'TlsProtocolVersion',
    message: 'there is no common version of TLS',
    causes: ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  },
  {
    code: 'TlsNotSpoken',
    message: 'the other side does not speak TLS',
    causes: ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST'],
  },
  {
    code: 'TlsClientCertificateRefused',
    message: 'the other side refused the client certificate, or wants one',
    causes: [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
      'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
      'ERR_SSL_SSL/TLS_ALERT_UNSUPPORTED_CERTIFICATE',
      'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED',
      'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN',
      'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
      'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
      'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    ],
  },
];

const byCause = new Map(
  explanations.flatMap((entry) => entry.causes.map((cause) => [cause, entry] as const)),
);

/**
 * Says what a failed connection means, with a code and an advice of its own; the original error stays as the cause.
 * A {@link SilverbackError} is returned as it is; what is not known becomes `ConnectionFailed`.
 *
 * @param error - what Node, OpenSSL or undici threw
 * @param where - the address that was dialled
 */
export function explainConnectionError(error: unknown, where: string): SilverbackError {
  if (isSilverbackError(error)) return error;
  for (const { code, message } of causesOf(error)) {
    const explanation = byCause.get(code);
    if (explanation === undefined) continue;
    const detail = explanation.code === 'TlsServerNameMismatch' ? `: ${shorten(message)}` : ` (${code})`;
    return new SilverbackError(explanation.code, {
      message: explanation.message + detail,
      where,
      cause: error,
    });
  }
  const message = shorten(messageOf(error));
  return new SilverbackError('ConnectionFailed', { message, where, cause: error });
}

/** The codes of an error, of those that led to it, and of the attempts that an AggregateError of several addresses holds. */
function causesOf(error: unknown): { code: string; message: string }[] {
  const found: { code: string; message: string }[] = [];
  const seen = new Set<unknown>();
  const visit = (candidate: unknown): void => {
    if (typeof candidate !== 'object' || candidate === null || seen.has(candidate)) return;
    seen.add(candidate);
    if ('cause' in candidate) visit(candidate.cause);
    if ('errors' in candidate && Array.isArray(candidate.errors)) candidate.errors.forEach(visit);
    if ('code' in candidate && typeof candidate.code === 'string') {
      found.push({ code: candidate.code, message: messageOf(candidate) });
    }
  };
  visit(error);
  return found;
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : 'unknown error';
}

function shorten(text: string): string {
  return text.length <= longestDetail ? text : `${text.slice(0, longestDetail)}…`;
}
