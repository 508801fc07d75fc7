package dev.interlock.samples.spring;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Replaces a real model where there is no key for one. It requests calls by words of the message, several in one
 * response as real models do, and then reports their results. It streams on a thread of its own.
 */
final class EmbeddedModel implements StreamingChatModel {

    private static final String HELP =
            "I am not a real model. I know \"order\" (a whole order, ten calls at once), \"stock\", "
                    + "\"balance\" and \"find <word>\". Set OPENAI_API_KEY for a real one.";

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        Thread.ofVirtual().name("embedded-model").start(() -> {
            try {
                answer(request.messages(), handler);
            } catch (RuntimeException e) {
                handler.onError(e);
            }
        });
    }

    private static void answer(List<ChatMessage> messages, StreamingChatResponseHandler handler) {
        List<String> results = new ArrayList<>();
        for (ChatMessage message : messages.reversed()) {
            if (message instanceof ToolExecutionResultMessage result) {
                results.addFirst(result.text());
            } else if (message instanceof UserMessage user) {
                List<ToolExecutionRequest> calls =
                        results.isEmpty() ? calls(user.singleText().toLowerCase(Locale.ROOT)) : List.of();
                if (calls.isEmpty()) {
                    say(results.isEmpty() ? HELP : "Done: " + String.join("; ", results) + ".", handler);
                } else {
                    call(calls, handler);
                }
                return;
            }
        }
        say(HELP, handler);
    }

    private static List<ToolExecutionRequest> calls(String message) {
        Calls calls = new Calls();
        if (message.contains("order")) {
            calls.add("readStock", "{\"warehouse\": \"hamburg\", \"sku\": \"ESP-200\"}")
                    .add("readStock", "{\"warehouse\": \"berlin\", \"sku\": \"GRD-50\"}")
                    .add("readBalance", "{\"account\": \"1042\"}")
                    .add("chargeAccount", "{\"account\": \"1042\", \"amount\": 649}")
                    .add("reserveStock", "{\"warehouse\": \"hamburg\", \"sku\": \"ESP-200\", \"quantity\": 1}")
                    .add("chargeAccount", "{\"account\": \"1042\", \"amount\": 19}")
                    .add("reserveStock", "{\"warehouse\": \"berlin\", \"sku\": \"GRD-50\", \"quantity\": 1}")
                    .add("chargeAccount", "{\"account\": \"1007\", \"amount\": 249}")
                    .add("readStock", "{\"warehouse\": \"hamburg\", \"sku\": \"ESP-200\"}")
                    .add("readBalance", "{\"account\": \"1042\"}");
        } else if (message.contains("stock")) {
            for (String warehouse : List.of("berlin", "hamburg")) {
                for (String sku : List.of("ESP-100", "ESP-200", "GRD-50")) {
                    calls.add("readStock", "{\"warehouse\": \"" + warehouse + "\", \"sku\": \"" + sku + "\"}");
                }
            }
        } else if (message.contains("balance")) {
            calls.add("readBalance", "{\"account\": \"1042\"}").add("readBalance", "{\"account\": \"1007\"}");
        } else if (message.startsWith("find ")) {
            calls.add("findProducts", "{\"word\": \"" + message.substring(5).replaceAll("[^a-z ]", "") + "\"}");
        }
        return calls.all;
    }

    private static final class Calls {
        private final List<ToolExecutionRequest> all = new ArrayList<>();

        Calls add(String tool, String arguments) {
            all.add(ToolExecutionRequest.builder()
                    .id("call_" + System.nanoTime() + "_" + all.size())
                    .name(tool)
                    .arguments(arguments)
                    .build());
            return this;
        }
    }

    private static void call(List<ToolExecutionRequest> calls, StreamingChatResponseHandler handler) {
        for (int i = 0; i < calls.size(); i++) {
            handler.onCompleteToolCall(new CompleteToolCall(i, calls.get(i)));
        }
        handler.onCompleteResponse(ChatResponse.builder()
                .aiMessage(AiMessage.from(calls))
                .finishReason(FinishReason.TOOL_EXECUTION)
                .build());
    }

    private static void say(String text, StreamingChatResponseHandler handler) {
        for (String word : text.split("(?<= )", -1)) {
            handler.onPartialResponse(word);
        }
        handler.onCompleteResponse(ChatResponse.builder()
                .aiMessage(AiMessage.from(text))
                .finishReason(FinishReason.STOP)
                .build());
    }
}
