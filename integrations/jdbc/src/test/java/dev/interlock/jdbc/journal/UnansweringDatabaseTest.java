package dev.interlock.jdbc.journal;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.JournalException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A journal whose database does not answer any more. */
@Timeout(60)
class UnansweringDatabaseTest {

    private static final ToolCall CALL = new ToolCall("id", "a", JsonNodeFactory.instance.objectNode());

    /** Once {@code silent}, its connections answer no more until another thread aborts them. */
    private static DataSource silenced(DataSource real, AtomicBoolean silent, CountDownLatch asked) {
        return proxy(DataSource.class, real, (method, result) -> {
            if (!(result instanceof Connection connection)) {
                return result;
            }
            CountDownLatch aborted = new CountDownLatch(1);
            return proxy(Connection.class, connection, (called, answer) -> {
                if (called.getName().equals("abort")) {
                    aborted.countDown();
                } else if (silent.get() && !called.getName().equals("close")) {
                    asked.countDown();
                    aborted.await();
                    throw new SQLException("aborted");
                }
                return answer;
            });
        });
    }

    private interface Answer {
        @Nullable
        Object to(Method method, @Nullable Object result) throws Exception;
    }

    private static <T> T proxy(Class<T> type, T real, Answer answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            try {
                return answer.to(method, method.invoke(real, args));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    @Test
    void a_journal_closes_although_its_database_answers_no_more() throws Exception {
        JdbcDataSource database = new JdbcDataSource();
        database.setUrl("jdbc:h2:mem:unanswering;DB_CLOSE_DELAY=-1");
        JdbcJournal.createSchema(database);
        AtomicBoolean silent = new AtomicBoolean();
        CountDownLatch asked = new CountDownLatch(1);
        JdbcJournal journal = JdbcJournal.on(silenced(database, silent, asked))
                .lease(Duration.ofSeconds(1))
                .writeTimeout(Duration.ofMillis(1))
                .open();
        silent.set(true);
        assertThatExceptionOfType(JournalException.class).isThrownBy(() -> {
            journal.write(new JournalEntry.RoundBegan(
                    new SuspendedRound("r", List.of(new SuspendedCall.Waiting(CALL, "it had not started")))));
            journal.write(new JournalEntry.CallStarts("r", 0, Instant.EPOCH, false, false, null));
        });
        asked.await();
        journal.close();
        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> journal.write(new JournalEntry.RoundEnded("r")))
                .withMessageContaining("is closed");
    }
}
