package dev.interlock.temporal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.interlock.call.ToolCall;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one model response, as the input of a workflow. Immutable, as long as no code changes the arguments.
 *
 * @param calls the calls in the model's order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RoundRequest(List<Call> calls) {

    /** Copies the list. */
    public RoundRequest {
        calls = List.copyOf(calls);
    }

    /**
     * Creates a request.
     *
     * @param calls in the model's order
     * @return the request
     */
    public static RoundRequest of(List<ToolCall> calls) {
        return new RoundRequest(calls.stream().map(Call::of).toList());
    }

    /**
     * A call.
     *
     * @param id the model's id, or null
     * @param tool the name of the tool
     * @param arguments the arguments; null if the model's text is not JSON
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Call(
            @Nullable String id, String tool, @Nullable JsonNode arguments) {

        /** Rejects null. */
        public Call {
            Objects.requireNonNull(tool, "tool");
        }

        static Call of(ToolCall call) {
            JsonNode arguments = call.arguments();
            return new Call(call.id(), call.tool(), arguments.isMissingNode() ? null : arguments);
        }

        /**
         * Converts to the engine's form. Null stands for text that is not JSON, since arguments are never a JSON null,
         * see {@link ToolCall}.
         */
        ToolCall toCall() {
            return new ToolCall(
                    id, tool, arguments == null || arguments.isNull() ? MissingNode.getInstance() : arguments);
        }

        Call with(@Nullable JsonNode other) {
            return new Call(id, tool, other);
        }
    }
}
