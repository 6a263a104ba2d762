# Which Node, and from which registry
ARG NODE_IMAGE=node:24-bookworm-slim

# The build needs no compiler: better-sqlite3 carries its binaries
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No scripts: the image has the Node that the package `node` would bring. Both secrets are optional (docs/containers.md)
RUN --mount=type=secret,id=ca --mount=type=secret,id=npmrc,target=/root/.npmrc \
    if [ -e /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi \
 && npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/bundle-console.mjs scripts/remove-white-space.mjs scripts/
COPY docs/conformance.md docs/
COPY src src
RUN npm run prepack && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
COPY LICENSE ./
COPY fixtures/example.json fixtures/
# Only what runs stays, of the binaries only that of this platform; every user may read it
RUN rm -rf package-lock.json tsconfig*.json scripts src docs \
      node_modules/cpu-features node_modules/nan node_modules/buildcheck node_modules/node-addon-api node_modules/better-sqlite3/deps node_modules/better-sqlite3/src \
 && find node_modules/better-sqlite3/prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete \
 && find . \( -name test -o -name docs -o -name 'benchmark*' -o -name '*.md' -o -name '*.ts' -o -name '*.[cm]ts' -o -name '*.map' -o -name '.?*' \) \
      ! -iname 'licen*' -prune -exec rm -rf {} + \
 && find . -type d -empty -delete \
 && chmod -R a+rX .

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="cvm-emulator" \
      org.opencontainers.image.description="A local emulator of the Tencent Cloud CVM key-pair API" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production CVM_EMULATOR_HOST=::
WORKDIR /app
COPY --from=build /app ./
# Used only with CVM_EMULATOR_DATA=/data. Writable for the user of --user, too
RUN mkdir --mode=1777 /data
USER 1000
EXPOSE 8213
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s CMD ["node", "dist/main.js", "health"]
ENTRYPOINT ["node", "dist/main.js"]
