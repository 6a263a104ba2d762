# The build needs no compiler: better-sqlite3 carries its binaries, of which only the one of this platform stays.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No scripts: the image has the Node that the package `node` would bring
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/
COPY src src
RUN npm run prepack && npm prune --omit=dev --ignore-scripts \
 && cd node_modules/better-sqlite3 && rm -rf deps src ../node-addon-api \
 && find prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete

FROM node:24-bookworm-slim
ENV NODE_ENV=production CVM_EMULATOR_HOST=0.0.0.0
WORKDIR /app
COPY LICENSE ./
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY fixtures/example.json fixtures/example.json
# Used only with CVM_EMULATOR_DATA=/data
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 8213
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CVM_EMULATOR_PORT || process.env.PORT || 8213}/_emulator/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/main.js"]
