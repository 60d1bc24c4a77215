# One image for every service: `docker build --build-arg BASE=... .` after `make image-inputs`.
# The build reaches no network: all that goes in was fetched by its hash into build/image before (docs/image.md).
ARG BASE=docker.io/library/python:3.11-slim-bookworm

FROM ${BASE} AS builder
COPY build/image/ /inputs/
# uv links nothing into the image and is not carried into it; the packages are those of the lock, by hash, or the build fails.
RUN /inputs/uv pip install --quiet --no-cache --offline --no-index --find-links /inputs/wheels --only-binary :all: \
      --require-hashes --link-mode copy --compile-bytecode --target /opt/dualcontrol/lib -r /inputs/runtime.txt \
 && /inputs/uv pip install --quiet --no-cache --offline --no-index --no-deps --link-mode copy --compile-bytecode \
      --target /opt/dualcontrol/lib /inputs/packages/*.whl \
 && cp -a /inputs/postgres /opt/dualcontrol/postgres \
 && python3 /inputs/sbom.py /inputs/runtime.txt /inputs/wheels /var/lib/dpkg/status > /opt/dualcontrol/sbom.json \
 && chmod -R u=rwX,go=rX /opt/dualcontrol

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="dualcontrol" \
      org.opencontainers.image.description="能耗双控与“两高”项目筛查平台: every service of it" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# What installs packages is of no use to a service and of much to an intruder.
RUN rm -rf /usr/local/lib/python3*/site-packages/pip* /usr/local/lib/python3*/site-packages/setuptools* \
      /usr/local/lib/python3*/ensurepip /usr/lib/python3*/ensurepip /usr/local/bin/pip* \
 && echo "dualcontrol:x:10001:10001::/tmp:/usr/sbin/nologin" >> /etc/passwd \
 && echo "dualcontrol:x:10001:" >> /etc/group \
 && { command -v python > /dev/null || ln -s python3 /usr/bin/python; }
COPY --from=builder /opt/dualcontrol /opt/dualcontrol
ENV PATH=/opt/dualcontrol/lib/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/opt/dualcontrol/lib \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    LANG=C.UTF-8 \
    DUALCONTROL_POSTGRES_PROGRAMS=/opt/dualcontrol/postgres/client/programs/bin
USER 10001:10001
WORKDIR /tmp
# Which service it is, the command says: python -m filing serve.
CMD ["python", "-m", "client.cli", "--help"]
