-- What replicas share. Rows live as long as calls run, so the tables stay small: let autovacuum come often.
create table if not exists interlock_session (
    name    text   not null,
    session text   not null,
    replica text   not null,
    expires bigint not null, -- ms since 1970, by the server's clock
    number  bigint not null, -- of its last exchange
    primary key (name, session)
);
create table if not exists interlock_claim (
    name      text    not null,
    id        text    not null, -- begins with the session, within which it counts
    session   text    not null,
    arrival   bigint  not null,
    claim     text    not null, -- JSON
    granted   bigint,           -- since when, null while it waits
    slots     boolean not null, -- whether it holds slots of its caps
    abandoned bigint,           -- since when, null if it was not
    primary key (name, id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
