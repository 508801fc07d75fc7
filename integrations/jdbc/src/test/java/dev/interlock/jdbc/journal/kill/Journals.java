package dev.interlock.jdbc.journal.kill;

import dev.interlock.durable.journal.FileJournal;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.jdbc.journal.JdbcJournal;
import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The journals that are tried; opened by a process that will be killed. */
enum Journals {
    /** Calls wait for the disk. */
    FILE {
        @Override
        RoundJournal open(String where) {
            return FileJournal.at(Path.of(where)).compactAbove(20_000).open();
        }
    },
    /** They do not. */
    FILE_IN_BATCHES {
        @Override
        RoundJournal open(String where) {
            return FileJournal.at(Path.of(where))
                    .compactAbove(20_000)
                    .syncEvery(Duration.ofMillis(5))
                    .open();
        }
    },
    /** Within the process. */
    H2 {
        @Override
        RoundJournal open(String where) {
            JdbcDataSource dataSource = new JdbcDataSource();
            dataSource.setURL(where);
            return shared(dataSource);
        }
    },
    /** Beside it. */
    POSTGRESQL {
        @Override
        RoundJournal open(String where) {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setUrl(where);
            dataSource.setUser("test");
            return shared(dataSource);
        }
    };

    /** @param where its file, or the address of its database */
    abstract RoundJournal open(String where);

    static RoundJournal shared(DataSource dataSource) {
        JdbcJournal.createSchema(dataSource);
        // By its name the next life of the process has the rounds at once.
        return JdbcJournal.on(dataSource).owner("killed").open();
    }
}
