package dev.interlock.replicas;

import dev.interlock.jdbc.PostgresServer;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The databases of tests. */
public final class Databases {

    private Databases() {}

    /** One for all tests, which use names of their own; empty if PostgreSQL is not installed. */
    public static Optional<String> url() {
        return PostgresServer.get().map(server -> server.url("postgres"));
    }

    /** With a pool. */
    public static DataSource at(String url) {
        PGSimpleDataSource plain = new PGSimpleDataSource();
        plain.setUrl(url);
        plain.setUser("test");
        return new Kept(plain);
    }
}
