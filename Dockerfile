# API, worker and every other command of Carbon Nexus, with the embedded PostgreSQL for when DATABASE_URL is not set.
#
#   docker build -t carbon-nexus .
#   docker run -e API_KEYS=a-long-random-string -p 127.0.0.1:8000:8000 --shm-size=256m \
#     -v carbon-nexus:/var/lib/carbon-nexus carbon-nexus
#
# API_HOST is 0.0.0.0 here, because a published port does not reach a container's loopback: without API_KEYS the
# engine refuses to start and says so.

FROM python:3.12-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/carbon-nexus
# the locked libraries first: this layer stays while only the code changes
COPY requirements/runtime.txt requirements/runtime.txt
RUN /opt/carbon-nexus/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE hatch_build.py ./
COPY frontend frontend
COPY src src
RUN /opt/carbon-nexus/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps .

FROM python:3.12-slim-bookworm
# a volume takes the owner of the directory it is mounted on
RUN useradd --system --uid 10001 --home-dir /var/lib/carbon-nexus --create-home carbon-nexus && \
    install -d -o carbon-nexus -m 0700 /var/lib/carbon-nexus/uploads
COPY --from=build /opt/carbon-nexus /opt/carbon-nexus
ENV PATH=/opt/carbon-nexus/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    API_HOST=0.0.0.0 \
    CARBON_NEXUS_DATA_DIR=/var/lib/carbon-nexus
USER 10001
WORKDIR /var/lib/carbon-nexus
VOLUME /var/lib/carbon-nexus
EXPOSE 8000
# the first start makes a database, and after a crash PostgreSQL may have to recover
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('API_PORT', '8000') + '/health', timeout=4)"]
CMD ["carbon-nexus", "serve"]
