import type { CodeTable } from '../definition.ts';

export const transportSecurityCodes = {
  CredentialUnreadable: {
    kind: 'error',
    summary: 'A configured credential cannot be read.',
    advice: 'Check that the file exists and that the controller may read it.',
  },
  TokenMalformed: {
    kind: 'error',
    summary: 'The Admin API token is empty or holds characters that a header cannot carry.',
    advice: 'Put the token alone, on one line, into the file that tokenFile names.',
  },
  TokenOverPlainHttp: {
    kind: 'error',
    summary: 'A token, or another configured header, would travel unencrypted to another machine.',
    advice: 'Use https:// for this proxy, or take tokenFile and headers out of the fleet.',
  },
  HeaderMalformed: {
    kind: 'error',
    summary: 'The value of a configured header is empty or holds characters that a header cannot carry.',
    advice: 'Put the value alone, on one line, into the file that adminApi.headers names.',
  },
  TlsIdentityMissing: {
    kind: 'error',
    summary: 'An https:// proxy has no CA to be verified with.',
    advice: 'Set adminApi.tls.caFile; the CAs of the system are never used.',
  },
  TlsCaMissing: {
    kind: 'error',
    summary: 'The CA bundle holds no certificate.',
    advice: 'Put the PEM certificates of the CAs that sign the Admin API certificates into caFile.',
  },
  TlsCaUnreadable: {
    kind: 'error',
    summary: 'The CA bundle holds something that is not a certificate.',
    advice: 'Check with `openssl x509 -in <caFile> -noout -text`.',
  },
  TlsCaNotAuthority: {
    kind: 'error',
    summary: 'The CA bundle holds a certificate that may not sign others.',
    advice: 'Put the CA (basicConstraints CA:TRUE) into caFile, not the certificate of the Admin API itself.',
  },
  TlsCaExpired: {
    kind: 'error',
    summary: 'Every CA of the bundle has expired.',
    advice: 'Renew the CA, and replace the bundle in caFile.',
  },
  TlsCaNotYetValid: {
    kind: 'error',
    summary: 'No CA of the bundle is valid yet.',
    advice: "Compare the controller's clock with the notBefore of the CA.",
  },
  TlsCertificateMissing: {
    kind: 'error',
    summary: 'There is a private key without a client certificate.',
    advice: 'Set certFile and keyFile together, or neither.',
  },
  TlsCertificateUnreadable: {
    kind: 'error',
    summary: 'The client certificate is not a PEM certificate.',
    advice: 'Check with `openssl x509 -in <certFile> -noout -text`.',
  },
  TlsCertificateExpired: {
    kind: 'error',
    summary: 'The client certificate has expired.',
    advice: 'Renew it, and replace certFile and keyFile together.',
  },
  TlsCertificateNotYetValid: {
    kind: 'error',
    summary: 'The client certificate is not valid yet.',
    advice: "Compare the controller's clock with the notBefore of the certificate.",
  },
  TlsKeyMissing: {
    kind: 'error',
    summary: 'There is a client certificate without its private key.',
    advice: 'Set certFile and keyFile together, or neither.',
  },
  TlsKeyUnreadable: {
    kind: 'error',
    summary: 'The private key is not an unencrypted PEM key.',
    advice: 'Check with `openssl pkey -in <keyFile> -noout`; remove a passphrase.',
  },
  TlsKeyUnsupported: {
    kind: 'error',
    summary: 'The private key is of a kind or size that is not allowed.',
    advice: 'Use RSA of at least 2048 bits, ECDSA on P-256, P-384 or P-521, or Ed25519.',
  },
  TlsKeyMismatch: {
    kind: 'error',
    summary: 'The private key does not belong to the client certificate.',
    advice: 'Replace certFile and keyFile together; in a chain, the client certificate comes first.',
  },
  ConnectionRefused: {
    kind: 'error',
    summary: 'Nothing listens at the address.',
    advice: "Check the port, and that the proxy's admin_listen covers more than 127.0.0.1.",
  },
  ConnectionTimedOut: {
    kind: 'error',
    summary: 'The connection was not made in time.',
    advice: 'Check network policies and firewalls between the controller and the proxy.',
  },
  ConnectionReset: {
    kind: 'error',
    summary: 'The other side ended the connection.',
    advice: 'Look at the log of the proxy: it may have restarted.',
  },
  ConnectionUnreachable: {
    kind: 'error',
    summary: 'There is no route to the address.',
    advice: 'Check the address and the network between the controller and the proxy.',
  },
  ConnectionFailed: {
    kind: 'error',
    summary: 'The connection failed for a reason that has no code of its own.',
    advice: 'Look at the cause.',
  },
  HostNotFound: {
    kind: 'error',
    summary: 'DNS knows no address of the host.',
    advice: 'Check the spelling of the host name, and DNS.',
  },
  TlsServerNameMismatch: {
    kind: 'error',
    summary: 'The certificate of the Admin API does not carry the expected name.',
    advice: 'Set adminApi.tls.serverName to a name that the certificate carries, or issue it with this name.',
  },
  TlsServerUntrusted: {
    kind: 'error',
    summary: 'The certificate of the Admin API comes from a CA that is not in the bundle.',
    advice: 'Add its CA to caFile, and check that the proxy sends its whole chain.',
  },
  TlsServerPublicKeyMismatch: {
    kind: 'error',
    summary: 'The Admin API has a good certificate, but its public key is none of the pinned ones.',
    advice:
      "Compare the proxy's key with adminApi.tls.serverPublicKeySha256; pin the next key before it is used.",
  },
  TlsServerNameUnknown: {
    kind: 'error',
    summary: 'Nothing in the settings says which name the certificate of a proxy must carry.',
    advice: 'Set adminApi.tls.serverName; a name or an address that was only discovered proves nothing.',
  },
  TlsServerCertificateExpired: {
    kind: 'error',
    summary: 'The certificate of the Admin API, or its CA, has expired.',
    advice: 'Renew the certificate that admin_ssl_cert names and reload the proxy.',
  },
  TlsServerCertificateNotYetValid: {
    kind: 'error',
    summary: 'The certificate of the Admin API is not valid yet.',
    advice: "Compare the controller's clock with the notBefore of the certificate.",
  },
  TlsProtocolVersion: {
    kind: 'error',
    summary: 'The other side speaks no version of TLS from 1.2 on.',
    advice: 'Allow TLS 1.2 or 1.3 on the Admin API.',
  },
  TlsNotSpoken: {
    kind: 'error',
    summary: 'The other side does not speak TLS.',
    advice: 'Use the port of the TLS listener (8444 by default), or http:// in an insecure fleet.',
  },
  TlsClientCertificateRefused: {
    kind: 'error',
    summary:
      'The other side ended the TLS handshake because of the client certificate, or because there is none.',
    advice: 'Set certFile and keyFile to a certificate from a CA that the Admin API trusts.',
  },
} as const satisfies CodeTable;
