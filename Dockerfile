FROM python:3.13-slim-trixie

# chromium renders the pages that plain HTTP cannot read; tini reaps its children.
RUN apt-get update \
    && apt-get install -y --no-install-recommends chromium tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 smallprint \
    && install -d -o smallprint -g smallprint /home/smallprint/data

WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --requirement requirements.lock
COPY crawler crawler
COPY monitor monitor
COPY notifier notifier
RUN pip install --no-cache-dir --no-deps .

USER smallprint
ENV SMALLPRINT_HOME=/home/smallprint/data
VOLUME /home/smallprint/data
ENTRYPOINT ["tini", "--", "smallprint"]
CMD ["watch"]
