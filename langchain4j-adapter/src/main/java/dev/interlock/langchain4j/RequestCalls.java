package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of one response's requests.
 *
 * @param engine the engine they are for
 * @param bindings what is known of the tools
 * @param tools the tools there are
 * @param context is passed to the tools
 * @param handling the user's hooks and handlers
 * @param response holds them to the limits of their invocation, as they are given to a round
 */
record RequestCalls(
        ToolCallExecutor engine,
        ToolBindings bindings,
        ToolServiceContext tools,
        InvocationContext context,
        ErrorHandling handling,
        ResponseCalls response) {

    /** The same, where other results are given for tools that are not there. */
    RequestCalls withUnknown(Function<ToolExecutionRequest, ToolExecutionResult> unknownTool) {
        return new RequestCalls(engine, bindings, tools, context, handling.withUnknown(unknownTool), response);
    }

    RequestCall call(ToolExecutionRequest request) {
        String name = request.name() == null ? "" : request.name();
        ToolExecutor executor = tools.toolExecutors().get(name);
        ToolBinding binding = executor == null ? engine.rounds().bindUnknown(name) : bindings.known(name, executor);
        if (binding == null) {
            binding = bindings.binding(name, Objects.requireNonNull(executor), specification(name));
        }
        return new RequestCall(request, binding, executor, context, handling);
    }

    List<RequestCall> calls(List<ToolExecutionRequest> requests) {
        List<RequestCall> calls = new ArrayList<>(requests.size());
        for (ToolExecutionRequest request : requests) {
            calls.add(call(request));
        }
        return calls;
    }

    /** The required parameters that a call does not have; none if its arguments are no object. */
    List<String> missing(RequestCall call) {
        JsonNode arguments = call.call().arguments();
        if (!arguments.isObject()) {
            return List.of();
        }
        String tool = call.binding().name();
        ToolSpecification known = specification(tool);
        ToolSpecification specification = known == null ? bindings.specification(tool) : known;
        JsonObjectSchema parameters = specification == null ? null : specification.parameters();
        return parameters == null || parameters.required() == null
                ? List.of()
                : parameters.required().stream()
                        .filter(parameter -> !arguments.has(parameter))
                        .toList();
    }

    private @Nullable ToolSpecification specification(String tool) {
        ToolSpecification specification = find(tools.effectiveTools(), tool);
        return specification == null ? find(tools.availableTools(), tool) : specification;
    }

    private static @Nullable ToolSpecification find(List<ToolSpecification> specifications, String tool) {
        for (ToolSpecification specification : specifications) {
            if (specification.name().equals(tool)) {
                return specification;
            }
        }
        return null;
    }
}
