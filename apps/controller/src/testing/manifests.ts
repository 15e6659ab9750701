/** A Service with one ready endpoint. */
export function serviceManifest(name: string, endpoint = '10.1.0.1', port = 8080): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec:
  ports: [{ name: http, port: 80, targetPort: ${port} }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, namespace: shop, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: http, port: ${port}, protocol: TCP }]
endpoints: [{ addresses: [${endpoint}], conditions: { ready: true } }]
`;
}

/** An Ingress that sends a path of shop.example to a Service. */
export function ingressManifest(
  name: string,
  path: string,
  service: string,
  annotations: Readonly<Record<string, string>> = {},
): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: shop, annotations: ${JSON.stringify(annotations)} }
spec:
  ingressClassName: kong
  rules:
    - host: shop.example
      http:
        paths:
          - { path: ${path}, pathType: Prefix, backend: { service: { name: ${service}, port: { number: 80 } } } }
`;
}

/** An Ingress that has nothing but a TLS section. */
export function tlsIngressManifest(name: string, host: string, secret: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: shop }
spec:
  ingressClassName: kong
  tls: [{ hosts: [${host}], secretName: ${secret} }]
`;
}

/** A Secret of type kubernetes.io/tls. */
export function tlsSecretManifest(name: string, certificate: string, key: string): string {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return `apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: shop }
type: kubernetes.io/tls
data: { tls.crt: ${encode(certificate)}, tls.key: ${encode(key)} }
`;
}

/** A KongPlugin for rate limiting. */
export function rateLimitManifest(name: string, minute: number): string {
  return `apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: { name: ${name}, namespace: shop }
plugin: rate-limiting
config: { minute: ${minute}, policy: local }
`;
}
