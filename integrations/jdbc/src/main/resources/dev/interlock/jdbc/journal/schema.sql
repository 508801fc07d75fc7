-- The tables of Interlock's journal, for H2 and PostgreSQL. Does nothing where they are there.

-- Who runs rounds: a process with a lease, which it renews with each transaction. Without its row it writes nothing any more.
create table if not exists interlock_owner(
    owner varchar(200) primary key,
    incarnation varchar(50) not null,
    leased_until bigint not null);

-- Rounds that have begun and not ended.
create table if not exists interlock_round(
    nr bigint generated always as identity primary key,
    round varchar(200) not null unique,
    owner varchar(200) not null);

-- What has happened in them, in the order of the numbers.
create table if not exists interlock_entry(
    nr bigint generated always as identity primary key,
    round varchar(200) not null references interlock_round(round) on delete cascade,
    entry text not null);

create index if not exists interlock_entry_of_round on interlock_entry(round, nr);
create index if not exists interlock_round_of_owner on interlock_round(owner);
