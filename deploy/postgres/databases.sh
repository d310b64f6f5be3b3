#!/bin/sh
# Run once by the server's image, when its directory is new: for each service an owner who migrates, an application
# role that reads and writes rows, and a database that no other service can open.
set -eu

for service in members tickets funds notify console; do
  upper=$(echo "$service" | tr '[:lower:]' '[:upper:]')
  psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set database="yihu_$service" --set owner="yihu_${service}_owner" --set app="yihu_${service}_app" \
    --set owner_password="$(printenv "${upper}_OWNER_PASSWORD")" \
    --set app_password="$(printenv "${upper}_APP_PASSWORD")" <<'SQL'
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"app" LOGIN PASSWORD :'app_password';
CREATE DATABASE :"database" OWNER :"owner" TEMPLATE template0;
\connect :"database"
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
REVOKE CONNECT, TEMPORARY ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE ON SEQUENCES TO :"app";
SQL
done

# The role under which the books are checked: it reads what is not under seal. The application may take it.
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --command 'CREATE ROLE yihu_funds_auditor NOLOGIN ROLE yihu_funds_app'
