package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A recorded conversation. It finds the exchange that answers a request by the request's content. Thread-safe. */
final class Playback {

    private final Path file;
    private final UnaryOperator<String> texts;
    private final ChatRequestParameters defaults;
    private final Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    private final List<JsonNode> exchanges = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final BitSet used = new BitSet();
    private int asked;
    private @Nullable AssertionError complaint;

    Playback(Path file, UnaryOperator<String> texts) {
        this.file = file;
        this.texts = texts;
        JsonNode document = read(file);
        if (!document.path("format").asText().equals(ConversationWriter.FORMAT)) {
            throw new IllegalArgumentException(file + " is not a recorded conversation: its format is "
                    + document.path("format") + ", not \"" + ConversationWriter.FORMAT + '"');
        }
        this.defaults = ExchangeJson.readParameters(document.path("defaults"));
        document.path("capabilities").forEach(name -> capabilities.add(Capability.valueOf(name.asText())));
        document.path("exchanges").forEach(exchanges::add);
    }

    private static JsonNode read(Path file) {
        try {
            return ExchangeJson.read(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the conversation from " + file, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is not a recorded conversation", e);
        }
    }

    ChatRequestParameters defaults() {
        return defaults;
    }

    Set<Capability> capabilities() {
        return Set.copyOf(capabilities);
    }

    /**
     * Returns the recorded reply to an equal request. Equal requests get their replies in the recorded order.
     *
     * @throws AssertionError if the conversation has no equal request left; the message names the nearest request and
     *     where it differs
     */
    Reply next(ChatRequest request) {
        JsonNode json = ConversationWriter.kept(ExchangeJson.request(request), texts);
        lock.lock();
        try {
            asked++;
            for (int i = 0; i < exchanges.size(); i++) {
                if (!used.get(i) && exchanges.get(i).path("request").equals(json)) {
                    used.set(i);
                    return reply(exchanges.get(i));
                }
            }
            AssertionError error = new AssertionError(mismatch(json));
            complaint = complaint == null ? error : complaint;
            throw error;
        } finally {
            lock.unlock();
        }
    }

    private static Reply reply(JsonNode exchange) {
        JsonNode error = exchange.path("error");
        return error.isMissingNode()
                ? Reply.response(ExchangeJson.readResponse(exchange.path("response")))
                : Reply.error(
                        error(error.path("type").asText(), error.path("message").asText()));
    }

    /**
     * Recreates LangChain4j's own exceptions. For others, whose constructors may need more than a message, it keeps
     * only the name.
     */
    private static Throwable error(String type, String message) {
        if (type.startsWith(LangChain4jException.class.getPackageName() + ".")) {
            try {
                return Class.forName(type)
                        .asSubclass(Throwable.class)
                        .getConstructor(String.class)
                        .newInstance(message);
            } catch (ReflectiveOperationException | ClassCastException e) {
                return new LangChain4jException(type + ": " + message);
            }
        }
        return new LangChain4jException(type + ": " + message);
    }

    private String mismatch(JsonNode request) {
        String what = "request " + asked + " of " + file.getFileName() + " was not recorded";
        if (used.cardinality() == exchanges.size()) {
            return what + ": the test has already replayed all " + exchanges.size() + " exchanges";
        }
        int nearest = -1;
        int most = -1;
        for (int i = 0; i < exchanges.size(); i++) {
            int same = used.get(i) ? -1 : sameMessages(exchanges.get(i).path("request"), request);
            if (same > most) {
                most = same;
                nearest = i;
            }
        }
        return what + "; the nearest, exchange " + (nearest + 1) + " of " + exchanges.size() + ", differs at "
                + FirstDifference.between(exchanges.get(nearest).path("request"), request);
    }

    /** The number of equal messages at the beginning. */
    private static int sameMessages(JsonNode recorded, JsonNode request) {
        JsonNode one = recorded.path("messages");
        JsonNode other = request.path("messages");
        int same = 0;
        while (same < Math.min(one.size(), other.size()) && one.get(same).equals(other.get(same))) {
            same++;
        }
        return same;
    }

    void assertComplete() {
        lock.lock();
        try {
            if (complaint != null) {
                throw new AssertionError(complaint.getMessage(), complaint);
            }
            if (used.cardinality() < exchanges.size()) {
                throw new AssertionError(file.getFileName() + " has " + exchanges.size() + " exchanges, but"
                        + " the test replayed " + used.cardinality() + "; the first one left is exchange "
                        + (used.nextClearBit(0) + 1));
            }
        } finally {
            lock.unlock();
        }
    }
}
