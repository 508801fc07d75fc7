package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** What goes over the wire between an MCP client and its server, as LangChain4j's transport logs it. */
final class Traffic extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;

    private final transient List<JsonNode> sent = new CopyOnWriteArrayList<>();
    private final transient List<JsonNode> received = new CopyOnWriteArrayList<>();

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String pattern, Object @Nullable [] arguments, @Nullable Throwable throwable) {
        String line = MessageFormatter.basicArrayFormat(pattern, arguments);
        (line.startsWith(">") ? sent : received).add(FakeMcpServer.parse(line.substring(2)));
    }

    /** The ids of calls of a tool, in the order in which they were sent. */
    List<Long> calls(String tool) {
        return sent.stream()
                .filter(message -> message.path("method").asText().equals("tools/call")
                        && message.path("params").path("name").asText().equals(tool))
                .map(message -> message.path("id").asLong())
                .toList();
    }

    /** The ids of the requests that were cancelled. */
    List<Long> cancelled() {
        return sent.stream()
                .filter(message -> message.path("method").asText().equals("notifications/cancelled"))
                .map(message -> message.path("params").path("requestId").asLong())
                .toList();
    }

    /** The ids of the requests that the server has answered. */
    List<Long> answered() {
        return received.stream()
                .filter(message -> message.has("id") && !message.has("method"))
                .map(message -> message.path("id").asLong())
                .toList();
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return Traffic.class.getName();
    }

    @Override
    public boolean isTraceEnabled() {
        return true;
    }

    @Override
    public boolean isDebugEnabled() {
        return true;
    }

    @Override
    public boolean isInfoEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }
}
