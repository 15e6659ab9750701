import { isIP } from 'node:net';
import { z } from 'zod';
import { port } from './numbers.ts';

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const SERVICE_NAME = { error: 'must be the name of a Service' };
const HOST = {
  error:
    'must be a DNS name in lower case such as shop.example.com or *.example.com, without port and not an IP address',
};

const backend = z
  .strictObject({
    serviceName: z
      .string()
      .max(63, SERVICE_NAME)
      .regex(new RegExp(`^${LABEL}$`), SERVICE_NAME)
      .meta({ description: 'Name of a Service of the namespace.' }),
    servicePort: port.meta({ description: 'Port of the Service.' }),
  })
  .meta({ description: 'Where connections and datagrams go.' });

const listeningPort = port.meta({ description: 'Port of the proxy.' });

/** One rule of a TCPIngress. */
export const tcpRuleSchema = z.strictObject({
  host: z
    .string()
    .max(253, HOST)
    .regex(new RegExp(`^((\\*\\.)?${LABEL}(\\.${LABEL})*)?$`), HOST)
    .refine((host) => isIP(host) === 0, HOST)
    .optional()
    .meta({ description: 'Name that the client asks for in TLS; any connection unless given.' }),
  port: listeningPort,
  backend,
});

/** One rule of a UDPIngress. */
export const udpRuleSchema = z.strictObject({ port: listeningPort, backend });

const tlsSection = z.strictObject({
  hosts: z.array(z.string()).optional().meta({ description: 'Names for which the certificate is shown.' }),
  secretName: z
    .string()
    .optional()
    .meta({ description: 'Name of the Secret with the certificate and its key.' }),
});

/** configuration.konghq.com/v1beta1 TCPIngress, without `metadata`, `apiVersion`, `kind` and `status`. */
export const tcpIngressSchema = z.strictObject({
  spec: z
    .strictObject({
      rules: z.array(tcpRuleSchema).optional().meta({ description: 'What goes where.' }),
      tls: z.array(tlsSection).optional().meta({ description: 'Certificates.' }),
    })
    .optional()
    .meta({ description: 'Connections that proxies take, and where they go.' }),
});

/** configuration.konghq.com/v1beta1 UDPIngress, without `metadata`, `apiVersion`, `kind` and `status`. */
export const udpIngressSchema = z.strictObject({
  spec: z
    .strictObject({ rules: z.array(udpRuleSchema).optional().meta({ description: 'What goes where.' }) })
    .optional()
    .meta({ description: 'Datagrams that proxies take, and where they go.' }),
});
