# Builds with the full image, which has what better-sqlite3 compiles with; runs on the slim one of the same Node.
FROM node:22-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev \
 && cd node_modules/better-sqlite3 && rm -rf deps src \
 && find build -type f ! -path build/Release/better_sqlite3.node -delete

FROM node:22-bookworm-slim
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
