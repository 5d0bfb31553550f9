#!/bin/sh
# Runs once, when the postgres image makes a new data folder: a role and databases for each of two.
# Whoever asks the databases does not own the server.
set -eu

psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
    --set=duely="$DUELY_DB_PASSWORD" --set=temporal="$TEMPORAL_DB_PASSWORD" <<'SQL'
CREATE ROLE duely LOGIN PASSWORD :'duely';
CREATE ROLE temporal LOGIN PASSWORD :'temporal';
CREATE DATABASE duely OWNER duely;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE duely, temporal, temporal_visibility FROM PUBLIC;
SQL
