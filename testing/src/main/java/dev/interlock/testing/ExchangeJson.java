package dev.interlock.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests and responses as JSON: messages as LangChain4j writes them, and of everything else only the fields
 * that all providers have. It leaves out what a provider adds (headers, raw responses, its own parameters), so no API
 * key can hide there. It sorts tools by name, since a class lists its methods in no fixed order.
 */
final class ExchangeJson {

    static final ObjectMapper JSON = new ObjectMapper();

    private ExchangeJson() {}

    static ObjectNode request(ChatRequest request) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode messages = json.putArray("messages");
        request.messages().forEach(message -> messages.add(message(message)));
        json.setAll(parameters(request.parameters()));
        return json;
    }

    private static JsonNode message(ChatMessage message) {
        return read(ChatMessageSerializer.messageToJson(message));
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + json, e);
        }
    }

    static ObjectNode parameters(ChatRequestParameters parameters) {
        ObjectNode json = JSON.createObjectNode();
        putIfThere(json, "modelName", parameters.modelName());
        putIfThere(json, "temperature", parameters.temperature());
        putIfThere(json, "topP", parameters.topP());
        putIfThere(json, "topK", parameters.topK());
        putIfThere(json, "frequencyPenalty", parameters.frequencyPenalty());
        putIfThere(json, "presencePenalty", parameters.presencePenalty());
        putIfThere(json, "maxOutputTokens", parameters.maxOutputTokens());
        List<String> stops = parameters.stopSequences();
        putIfThere(json, "stopSequences", stops == null || stops.isEmpty() ? null : stops);
        ToolChoice choice = parameters.toolChoice();
        putIfThere(json, "toolChoice", choice == null ? null : choice.name());
        ResponseFormat format = parameters.responseFormat();
        if (format != null) {
            json.set("responseFormat", format(format));
        }
        List<ToolSpecification> tools = parameters.toolSpecifications();
        if (tools != null && !tools.isEmpty()) {
            ArrayNode all = json.putArray("tools");
            tools.stream().sorted(Comparator.comparing(ToolSpecification::name)).forEach(tool -> all.add(tool(tool)));
        }
        return json;
    }

    /** Leaves out metadata, which the model never gets. */
    private static JsonNode tool(ToolSpecification tool) {
        return read(tool.toBuilder().metadata(Map.of()).build().toJson());
    }

    private static JsonNode format(ResponseFormat format) {
        ObjectNode json = JSON.createObjectNode().put("type", format.type().name());
        if (format.jsonSchema() != null) {
            json.put("name", format.jsonSchema().name());
            // LangChain4j writes schemas only as parts of tools.
            json.set(
                    "schema",
                    format.jsonSchema().rootElement() instanceof JsonObjectSchema root
                            ? tool(ToolSpecification.builder()
                                            .name("schema")
                                            .parameters(root)
                                            .build())
                                    .path("parameters")
                            : JSON.valueToTree(
                                    String.valueOf(format.jsonSchema().rootElement())));
        }
        return json;
    }

    private static void putIfThere(ObjectNode json, String name, @Nullable Object value) {
        if (value != null) {
            json.set(name, JSON.valueToTree(value));
        }
    }

    static ChatRequestParameters readParameters(JsonNode json) {
        DefaultChatRequestParameters.Builder<?> parameters = DefaultChatRequestParameters.builder();
        parameters.modelName(text(json, "modelName"));
        parameters.temperature(number(json, "temperature"));
        parameters.topP(number(json, "topP"));
        parameters.topK(integer(json, "topK"));
        parameters.frequencyPenalty(number(json, "frequencyPenalty"));
        parameters.presencePenalty(number(json, "presencePenalty"));
        parameters.maxOutputTokens(integer(json, "maxOutputTokens"));
        if (json.has("stopSequences")) {
            List<String> stops = new ArrayList<>();
            json.path("stopSequences").forEach(each -> stops.add(each.asText()));
            parameters.stopSequences(stops);
        }
        if (json.has("toolChoice")) {
            parameters.toolChoice(ToolChoice.valueOf(json.path("toolChoice").asText()));
        }
        if (json.has("responseFormat")) {
            parameters.responseFormat(readFormat(json.path("responseFormat")));
        }
        List<ToolSpecification> tools = new ArrayList<>();
        json.path("tools").forEach(tool -> tools.add(ToolSpecification.fromJson(tool.toString())));
        if (!tools.isEmpty()) {
            parameters.toolSpecifications(tools);
        }
        return parameters.build();
    }

    private static ResponseFormat readFormat(JsonNode json) {
        ResponseFormat.Builder format = ResponseFormat.builder()
                .type(ResponseFormatType.valueOf(json.path("type").asText()));
        if (json.path("schema").isObject()) {
            ObjectNode tool = JSON.createObjectNode().put("name", "schema");
            tool.set("parameters", json.path("schema"));
            format.jsonSchema(JsonSchema.builder()
                    .name(json.path("name").asText())
                    .rootElement(ToolSpecification.fromJson(tool.toString()).parameters())
                    .build());
        }
        return format.build();
    }

    static ObjectNode response(ChatResponse response) {
        ObjectNode json = JSON.createObjectNode();
        json.set("message", message(response.aiMessage()));
        putIfThere(json, "id", response.id());
        putIfThere(json, "modelName", response.modelName());
        FinishReason reason = response.finishReason();
        putIfThere(json, "finishReason", reason == null ? null : reason.name());
        TokenUsage tokens = response.tokenUsage();
        if (tokens != null) {
            putIfThere(json, "inputTokens", tokens.inputTokenCount());
            putIfThere(json, "outputTokens", tokens.outputTokenCount());
            putIfThere(json, "totalTokens", tokens.totalTokenCount());
        }
        return json;
    }

    static ChatResponse readResponse(JsonNode json) {
        ChatResponse.Builder response = ChatResponse.builder()
                .aiMessage((AiMessage) ChatMessageDeserializer.messageFromJson(
                        json.path("message").toString()))
                .id(text(json, "id"))
                .modelName(text(json, "modelName"));
        if (json.has("finishReason")) {
            response.finishReason(FinishReason.valueOf(json.path("finishReason").asText()));
        }
        if (json.has("inputTokens") || json.has("outputTokens") || json.has("totalTokens")) {
            response.tokenUsage(new TokenUsage(
                    integer(json, "inputTokens"), integer(json, "outputTokens"), integer(json, "totalTokens")));
        }
        return response.build();
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.has(name) ? json.path(name).asText() : null;
    }

    private static @Nullable Double number(JsonNode json, String name) {
        return json.has(name) ? json.path(name).asDouble() : null;
    }

    private static @Nullable Integer integer(JsonNode json, String name) {
        return json.has(name) ? json.path(name).asInt() : null;
    }
}
