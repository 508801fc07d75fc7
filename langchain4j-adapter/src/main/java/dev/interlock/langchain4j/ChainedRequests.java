package dev.interlock.langchain4j;

import dev.interlock.execution.ToolBinding;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells the model in the outgoing request that calls may refer to results of earlier ones. The user's listeners and
 * transformers do not see this, and the memory does not keep it.
 */
final class ChainedRequests {

    static final String INSTRUCTION = """
            Tool calls of one response may build on each other: an argument may refer to the result of an earlier call of \
            the same response. ${1} stands for the result of its first call, ${2} for that of its second, and \
            ${1.results[0].title} for a part of a result that is JSON. A reference can be a whole value, also in place of \
            a number, a list or an object, or part of a text. Example, to search and analyse at once: call 1 \
            search {"query": "cats"}, call 2 analyse {"text": "${1.results[0].title}"}. Use references only if you know \
            what the result looks like. For the literal text ${1} write $${1}.""";

    private ChainedRequests() {}

    /**
     * Returns the request with an instruction and schemas for references, if any of its tools takes references.
     *
     * @param bindings finds what is known about a tool by its name; null if nothing is known
     * @param provider the model's provider; null if unknown
     */
    static ChatRequest chained(
            ChatRequest request, Function<String, @Nullable ToolBinding> bindings, @Nullable ModelProvider provider) {
        List<ToolSpecification> tools = request.toolSpecifications();
        if (tools == null || tools.isEmpty() || hasInstruction(request)) {
            return request;
        }
        ChainableSchemas schemas = new ChainableSchemas(provider == null || provider == ModelProvider.OPEN_AI);
        List<ToolSpecification> chained = new ArrayList<>(tools.size());
        boolean any = false;
        for (ToolSpecification tool : tools) {
            ToolBinding binding = bindings.apply(tool.name());
            if (takesReferences(tool, binding)) {
                any = true;
                chained.add(schemas.chainable(tool, parameter -> takesReferences(binding, parameter)));
            } else {
                chained.add(tool);
            }
        }
        if (!any) {
            return request;
        }
        return request.toBuilder()
                .messages(instructed(request.messages()))
                .parameters(request.parameters()
                        .overrideWith(ChatRequestParameters.builder()
                                .toolSpecifications(chained)
                                .build()))
                .build();
    }

    private static boolean takesReferences(ToolSpecification tool, @Nullable ToolBinding binding) {
        return tool.parameters() != null
                && tool.parameters().properties().keySet().stream()
                        .anyMatch(parameter -> takesReferences(binding, parameter));
    }

    private static boolean takesReferences(@Nullable ToolBinding binding, String parameter) {
        return binding != null && binding.policy().allowsReferences(parameter, binding.isReadOnly());
    }

    private static boolean hasInstruction(ChatRequest request) {
        return request.messages().stream()
                .anyMatch(message ->
                        message instanceof SystemMessage system && system.text().contains(INSTRUCTION));
    }

    private static List<ChatMessage> instructed(List<ChatMessage> messages) {
        List<ChatMessage> instructed = new ArrayList<>(messages);
        for (int i = 0; i < instructed.size(); i++) {
            if (instructed.get(i) instanceof SystemMessage system) {
                instructed.set(i, SystemMessage.from(system.text() + "\n\n" + INSTRUCTION));
                return instructed;
            }
        }
        instructed.add(0, SystemMessage.from(INSTRUCTION));
        return instructed;
    }
}
