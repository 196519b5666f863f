FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run page

FROM node:24-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY bin bin
COPY src src
COPY tools/node tools/node
COPY --from=build /app/dist dist
RUN mkdir /data && chown node:node /data
USER node
ENV SYNCLINE_DATA=/data SYNCLINE_HOST=0.0.0.0
VOLUME /data
EXPOSE 4400
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:4400/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["bin/syncline", "start", "--no-open"]
