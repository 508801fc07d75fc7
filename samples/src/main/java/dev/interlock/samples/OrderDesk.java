package dev.interlock.samples;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A newly opened desk: a fresh database, fresh services, and the tools that work on them. */
final class OrderDesk implements AutoCloseable {

    private final OrderDeskDatabase database;
    private final LocalServer server = LocalServer.services();
    private final OrderDeskServices services = new OrderDeskServices(server.url());
    private final OrderDeskTools tools;

    OrderDesk() {
        this(UnaryOperator.identity());
    }

    /** Opens a desk. Its statements pass through the data source that {@code observer} returns. */
    OrderDesk(UnaryOperator<DataSource> observer) {
        database = new OrderDeskDatabase(observer);
        tools = new OrderDeskTools(database, services);
    }

    OrderDeskTools tools() {
        return tools;
    }

    Map<String, List<String>> databaseState() {
        return database.state();
    }

    @Override
    public void close() {
        services.close();
        server.close();
        database.close();
    }
}
