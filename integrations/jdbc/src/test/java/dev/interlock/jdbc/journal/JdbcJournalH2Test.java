package dev.interlock.jdbc.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

class JdbcJournalH2Test extends JdbcJournalTest {

    @Override
    DataSource database() {
        JdbcDataSource made = new JdbcDataSource();
        made.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE");
        return made;
    }

    @Override
    void dropConnections() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select abort_session(session_id) from information_schema.sessions"
                    + " where session_id <> session_id()");
        }
    }
}
