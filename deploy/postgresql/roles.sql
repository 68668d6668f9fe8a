-- Who may do what. psql's variables app, owner and replica are their passwords.
-- flaskport_owner makes and changes tables; flaskport, which the instances are, reads and writes rows and no more.
CREATE ROLE flaskport_owner LOGIN PASSWORD :'owner';
CREATE ROLE flaskport LOGIN PASSWORD :'app' CONNECTION LIMIT 80;
CREATE ROLE flaskport_replica LOGIN REPLICATION PASSWORD :'replica';
CREATE DATABASE flaskport OWNER flaskport_owner;
REVOKE ALL ON DATABASE flaskport FROM PUBLIC;
GRANT CONNECT ON DATABASE flaskport TO flaskport;
\connect flaskport
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO flaskport;
-- Which migrations were made is written down by the owner alone: so its table is here before the first of them.
CREATE TABLE alembic_version (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY);
ALTER TABLE alembic_version OWNER TO flaskport_owner;
GRANT SELECT ON alembic_version TO flaskport;
ALTER DEFAULT PRIVILEGES FOR ROLE flaskport_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO flaskport;
ALTER DEFAULT PRIVILEGES FOR ROLE flaskport_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO flaskport;
