# The worker of production-audit, and its command line. Untried: the machines it was written on have no Docker engine.
#   docker build -t production-audit .
# One libc family in both stages: the Temporal SDK ships glibc binaries only (no Alpine).
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc .puppeteerrc.cjs ./
# Install scripts stay off, as everywhere.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# Production runs on a bundle that was built once; a worker without one refuses to start.
RUN node worker-bundle.ts
RUN npm prune --ignore-scripts --omit=dev --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates chromium-headless-shell \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
  PUPPETEER_EXECUTABLE_PATH=/usr/bin/chromium-headless-shell \
  AUDIT_CONFIG=/config/audit.config.yaml \
  AUDIT_ARTIFACTS=/artifacts
WORKDIR /app
COPY --from=build --chown=root:root /app /app
# The archive is all that the worker writes; the folder's owner becomes the owner of the volume mounted there.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin audit \
  && install --directory --owner=audit --group=audit --mode=0700 /artifacts
USER audit
EXPOSE 8787 9464
# The exec form: signals reach the worker, which hands its work back to Temporal before it ends.
CMD ["node", "--max-old-space-size=1024", "worker.ts"]
