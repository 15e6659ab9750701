# The image of the controller: its bundle on a slim Node, run as nobody in particular on a file system that may be read-only.
#   docker build -t silverback .
ARG NODE_VERSION=24.21.0

# The bundle is JavaScript: it is built once, on the machine's own platform, for every platform.
FROM --platform=$BUILDPLATFORM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /source
COPY . .
RUN npm ci --no-audit --no-fund && npm run build -w @silverback/controller

FROM node:${NODE_VERSION}-bookworm-slim
LABEL org.opencontainers.image.title="Silverback" \
      org.opencontainers.image.description="One controller for any number of DB-less Kong Gateway proxies on Kubernetes." \
      org.opencontainers.image.licenses="Apache-2.0"
# Nothing is installed in a running container. Volumes that are mounted here belong to the user of the controller.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* /usr/local/bin/yarn /usr/local/bin/yarnpkg \
    && install -d -o 65532 -g 65532 -m 0700 /etc/silverback /var/lib/silverback
COPY --from=build /source/apps/controller/dist/bundle /app
COPY --from=build /source/LICENSE /app/LICENSE
ENV NODE_ENV=production SILVERBACK_STATE_DIRECTORY=/var/lib/silverback
USER 65532:65532
WORKDIR /var/lib/silverback
# The options are those of apps/controller/bin/silverback.mjs: see docs/decisions/0014.
ENTRYPOINT ["node", "--max-semi-space-size=8", "/app/main.mjs"]
CMD ["run", "--config", "/etc/silverback/settings.yaml"]
