import type { CodeTable } from '../definition.ts';

export const adminApiCodes = {
  AdminAuthenticationFailed: {
    kind: 'error',
    summary: 'The Admin API does not accept the client certificate or the token.',
    advice: 'Check certFile, keyFile and tokenFile, and which CA and which tokens the Admin API accepts.',
  },
  AdminForbidden: {
    kind: 'error',
    summary: 'The Admin API knows the token, but does not allow what was asked.',
    advice: 'Give the owner of the token the right to read / and /status and to write /config.',
  },
  AdminPlainHttpOnTls: {
    kind: 'error',
    summary: 'Plain HTTP was sent to a TLS listener.',
    advice: 'Use https:// for this proxy.',
  },
  AdminApiNotFound: {
    kind: 'error',
    summary: 'The address answers, but not as an Admin API.',
    advice: "Use the port of the proxy's admin_listen, not of its proxy or status listener.",
  },
  AdminHasDatabase: {
    kind: 'error',
    summary: 'The node does not take declarative configurations: it runs with a database.',
    advice: 'Start the proxy with KONG_DATABASE=off.',
  },
  AdminRedirected: {
    kind: 'error',
    summary: 'The Admin API answered with a redirect, which is never followed.',
    advice: "Name the proxy's own Admin API instead of something that redirects to it.",
  },
  AdminContentTypeRefused: {
    kind: 'error',
    summary: 'The Admin API does not take a configuration as text/yaml.',
    advice:
      'Check that nothing between the controller and the proxy changes headers, and the version of Kong.',
  },
  AdminApiFailed: {
    kind: 'error',
    summary: 'The Admin API failed on its side.',
    advice: 'Look at the error log of the proxy.',
  },
  AdminAnswerUnexpected: {
    kind: 'error',
    summary: 'The Admin API answered with a status that has no meaning here.',
    advice: 'Check that the address is the Admin API of a Kong Gateway, without a gateway in front of it.',
  },
  AdminAnswerUnreadable: {
    kind: 'error',
    summary: 'The answer of the Admin API is not what a Kong Gateway says.',
    advice: 'Check that the address is the Admin API of a Kong Gateway of a supported version.',
  },
  AdminAnswerTooLarge: {
    kind: 'error',
    summary: 'The answer of the Admin API is larger than any that makes sense.',
    advice: 'Check that the address is the Admin API of a Kong Gateway.',
  },
  AdminAnswerIncomplete: {
    kind: 'error',
    summary: 'The answer of the Admin API broke off, or came too slowly.',
    advice: 'Look at the error log of the proxy, and at the network between it and the controller.',
  },
  AdminAnswerTimedOut: {
    kind: 'error',
    summary: 'The Admin API did not answer in time.',
    advice: 'Look at the load and the error log of the proxy.',
  },
  AdminUploadStalled: {
    kind: 'error',
    summary: 'The Admin API stopped reading the configuration that was being sent.',
    advice: 'Look at the load of the proxy, and at the network between it and the controller.',
  },
  AdminRequestAborted: {
    kind: 'error',
    summary: 'The controller itself gave the request up.',
    advice: 'Nothing needs to be done: a newer configuration or a shutdown made it pointless.',
  },
  AdminClientClosed: {
    kind: 'error',
    summary: 'The connection was closed by the controller.',
    advice: 'Nothing needs to be done: the proxy left, its credentials changed, or the controller ends.',
  },
} as const satisfies CodeTable;
