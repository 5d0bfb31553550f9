#!/bin/sh
# Temporal's own tables: made where there are none, else brought to this release. The databases are
# there (deploy/postgres). SQL_HOST, SQL_USER and the rest are what the tool reads by itself.
set -eu

schema=/etc/temporal/schema/postgresql/v12
for pair in temporal:temporal temporal_visibility:visibility; do
    database=${pair%%:*}
    temporal-sql-tool --db "$database" setup-schema -v 0.0
    temporal-sql-tool --db "$database" update-schema -d "$schema/${pair##*:}/versioned"
done
