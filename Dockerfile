# Cordon in a container: the same steps as scripts/serve.
#
#   docker build -t cordon .
#   docker run --rm -p 127.0.0.1:8443:8443 -v cordon-data:/data cordon
#
# With an empty volume it prepares an exercise, as scripts/serve does. With a data directory of your own, which belongs to user 8443, it
# serves that:
#   docker run … -v /srv/cordon:/data cordon cordond serve --data /data --config /data/cordond.json5 --address 0.0.0.0

FROM swift:6.3-bookworm AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends pkg-config libssl-dev libcurl4-openssl-dev libsqlite3-dev libpq-dev \
    libidn2-dev libpsl-dev libzstd-dev libnghttp2-dev zlib1g-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
# Package.swift names tests and benchmarks too; the build of the programs only wants their folders to be there.
COPY Tests Tests
COPY Benchmarks Benchmarks
RUN swift build -c release --static-swift-stdlib --explicit-target-dependency-import-check error --product cordond \
  && swift build -c release --static-swift-stdlib --explicit-target-dependency-import-check error --product cordon \
  && install -D -s -t /out .build/release/cordond .build/release/cordon

FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends libssl3 libcurl4 libsqlite3-0 libpq5 libidn2-0 libpsl5 publicsuffix libzstd1 libnghttp2-14 zlib1g libstdc++6 openssl curl \
    ca-certificates util-linux \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 8443 --user-group --home-dir /data --shell /usr/sbin/nologin cordon \
  && install -d -m 0700 -o cordon -g cordon /data
COPY --from=build /out/ /usr/local/bin/
COPY config /usr/share/cordon/config
COPY seeds /usr/share/cordon/seeds
COPY scripts/container /usr/share/cordon/scripts/container
COPY scripts/lib /usr/share/cordon/scripts/lib
USER cordon
VOLUME /data
EXPOSE 8443
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD curl -sfk -o /dev/null "https://127.0.0.1:${CORDON_PORT:-8443}/readyz"
ENTRYPOINT ["/usr/share/cordon/scripts/container"]
