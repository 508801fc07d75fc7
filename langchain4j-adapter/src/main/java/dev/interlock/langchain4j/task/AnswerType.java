package dev.interlock.langchain4j.task;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.service.output.ServiceOutputParser;
import java.lang.invoke.MethodType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The type of a task's answer. The model gets it as LangChain4j passes a method's return type, which cannot be chosen
 * at run time: as a JSON schema if it takes one, otherwise as a sentence in the task.
 */
final class AnswerType<T> {

    private static final ServiceOutputParser PARSER = new ServiceOutputParser();

    private final Class<T> type;
    private final @Nullable JsonSchema schema;
    private final String instructions;

    private AnswerType(Class<T> type, @Nullable JsonSchema schema) {
        this.type = type;
        this.schema = schema;
        this.instructions = schema == null ? PARSER.outputFormatInstructions(type) : "";
    }

    /** Creates the type of an answer. Throws LangChain4j's exception for types without a format. */
    static <T> AnswerType<T> of(Class<T> type, Set<Capability> ofModel) {
        boolean takesSchema = ofModel.contains(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
        return new AnswerType<>(type, takesSchema ? PARSER.jsonSchema(type).orElse(null) : null);
    }

    String textOf(String task) {
        return task + instructions;
    }

    ChatRequest requestOf(ChatRequest request) {
        if (schema == null) {
            return request;
        }
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(schema)
                .build();
        return request.toBuilder()
                .parameters(request.parameters()
                        .overrideWith(ChatRequestParameters.builder()
                                .responseFormat(format)
                                .build()))
                .build();
    }

    /**
     * Whether the text may be a value of this type, if the type happens to have the names that a call written as text
     * has.
     */
    boolean mayBe(String text) {
        return PARSER.jsonSchema(type)
                .map(JsonSchema::rootElement)
                .filter(JsonObjectSchema.class::isInstance)
                .map(element -> ((JsonObjectSchema) element).properties().keySet())
                .filter(names -> {
                    Set<String> used = JsonCalls.namesIn(text);
                    return !used.isEmpty() && names.containsAll(used);
                })
                .isPresent();
    }

    /** Reads the value; throws if the text is not one. */
    @Nullable
    T parse(@Nullable String text) {
        Object value = PARSER.parseText(type, text);
        return wrapped().cast(value);
    }

    @SuppressWarnings("unchecked") // Integer for int
    private Class<T> wrapped() {
        return (Class<T>) MethodType.methodType(type).wrap().returnType();
    }
}
