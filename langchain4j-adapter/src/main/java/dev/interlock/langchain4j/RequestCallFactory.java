package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.execution.ToolBinding;
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
 * Creates the calls for one response's requests.
 *
 * @param bindings what is known about the tools
 * @param tools the available tools
 * @param context the context for the tools
 * @param handling the user's hooks and handlers
 * @param limits applies the invocation's limits when a round gets the calls
 */
record RequestCallFactory(
        ToolBindings bindings,
        ToolServiceContext tools,
        InvocationContext context,
        ErrorHandling handling,
        ResponseLimits limits) {

    /** Returns the same with other results for unknown tools. */
    RequestCallFactory withUnknown(Function<ToolExecutionRequest, ToolExecutionResult> unknownTool) {
        return new RequestCallFactory(bindings, tools, context, handling.withUnknown(unknownTool), limits);
    }

    RequestCall call(ToolExecutionRequest request) {
        String name = request.name() == null ? "" : request.name();
        ToolExecutor executor = tools.toolExecutors().get(name);
        ToolBinding binding = executor == null ? bindings.unknown(name) : bindings.known(name, executor);
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

    /** Returns the required parameters that a call lacks; none if its arguments are not an object. */
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
