# Duely: worker, command line and jobs in one image. See docs/production.md.
#   docker build --tag duely:0.1.0 .

ARG PYTHON=python:3.11.13-slim-bookworm

FROM ${PYTHON} AS build
COPY requirements.txt /build/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        --requirement /build/requirements.txt

FROM ${PYTHON}
# What WeasyPrint draws PDFs with: the list of sandbox/system_libraries.py.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
# A new volume takes the owner of the folder it is mounted at.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent duely \
    && install --directory --owner=duely --group=duely /var/lib/duely

COPY --from=build /venv /venv
WORKDIR /app
COPY . .
RUN /venv/bin/python -m compileall -q .

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp \
    DUELY_DOCUMENTS_DIR=/var/lib/duely/documents

USER duely
VOLUME /var/lib/duely
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 \
    CMD ["python", "-m", "deploy.healthy"]
CMD ["python", "worker.py"]
