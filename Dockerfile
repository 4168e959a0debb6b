# One image for every role: `all` (default), `web` or `worker` as the command.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && rm -rf .next/cache && mkdir -p public

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The image has its own Node, and its database client is generated: neither tool is brought along.
RUN npm ci --omit=dev --no-audit --no-fund && npm uninstall --omit=dev --no-audit --no-fund node prisma

# Part of no distribution; the version that the tests use.
FROM golang:1.26-bookworm AS mongodb-tools
WORKDIR /src
COPY e2e/servers/go/mongo-tools ./
RUN for tool in mongodump mongorestore; do \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /tools/$tool github.com/mongodb/mongo-tools/$tool/main || exit; \
  done

FROM node:24-bookworm-slim
# Clients of every supported major version: a dump needs one at least as new as its server. sqlpackage, for
# .bacpac backups of SQL Server, is not among them: it comes with a .NET runtime and a license of its own.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates curl tini util-linux \
  && install -d /usr/share/postgresql-common/pgdg \
  && curl -fsSo /usr/share/postgresql-common/pgdg/apt.postgresql.org.asc https://www.postgresql.org/media/keys/ACCC4CF8.asc \
  && echo "deb [signed-by=/usr/share/postgresql-common/pgdg/apt.postgresql.org.asc] https://apt.postgresql.org/pub/repos/apt bookworm-pgdg main" > /etc/apt/sources.list.d/pgdg.list \
  && apt-get update \
  && apt-get install -y --no-install-recommends mariadb-client postgresql-client-13 postgresql-client-14 postgresql-client-15 postgresql-client-16 postgresql-client-17 postgresql-client-18 \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /data /var/backups
COPY --from=mongodb-tools /tools/ /usr/local/bin/
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
# Sources that run as they are (start script, worker, migrations) and the built web application.
COPY --from=build /app/package.json /app/tsconfig.json /app/next.config.ts ./
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/lib ./lib
COPY --from=build /app/worker ./worker
COPY --from=build /app/scripts ./scripts
COPY --from=build /app/messages ./messages
COPY --from=build /app/i18n ./i18n
COPY --from=build /app/public ./public
COPY --from=build --chown=node:node /app/.next ./.next
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000 DATA_DIR=/data LOCAL_STORAGE_ROOT_PATH=/var/backups
USER node
EXPOSE 3000
VOLUME ["/data", "/var/backups"]
# A container that only works has no web server to ask; its process is its health.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["sh", "-c", "grep -qz '^worker$' /proc/1/cmdline || curl -fsS --max-time 4 http://127.0.0.1:${PORT}/health"]
# tini reaps and passes signals on; the start script ends its children in order.
ENTRYPOINT ["tini", "--", "node", "scripts/start.ts"]
CMD ["all"]
