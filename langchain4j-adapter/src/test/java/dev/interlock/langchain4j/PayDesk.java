package dev.interlock.langchain4j;

import static java.util.concurrent.CompletableFuture.completedFuture;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tools some of which need an approval that takes days, and what two processes share. */
final class PayDesk {

    static final String WAITS = "the owner of the account";

    final List<String> log = new CopyOnWriteArrayList<>();

    @Tool
    @Reads("account/{id}")
    String balance(@P(name = "id") String id) {
        log.add("balance " + id);
        return "100 on " + id;
    }

    @Tool
    @Writes("account/{to}")
    String pay(@P(name = "to") String to, @P(name = "amount") int amount) {
        log.add("pay " + to + " " + amount);
        return "paid " + amount + " to " + to;
    }

    /** Tools of which each that pays waits for its approval. */
    static ParallelTools.Builder waiting() {
        ParallelTools.Builder tools = Waiting.patientTools();
        waitIn(tools);
        return tools;
    }

    static void waitIn(ParallelTools.Builder tools) {
        tools.interceptor(ApprovalInterceptor.builder(call -> completedFuture(Approval.pending(WAITS)))
                .build());
    }

    /** Memories as text, as a database has them: nothing of a process stays in them. */
    static final class TextStore implements ChatMemoryStore {

        final Map<Object, String> texts = new ConcurrentHashMap<>();

        ChatMemory memory(Object id) {
            return MessageWindowChatMemory.builder()
                    .id(id)
                    .maxMessages(100)
                    .chatMemoryStore(this)
                    .build();
        }

        @Override
        public List<ChatMessage> getMessages(Object memoryId) {
            String text = texts.get(memoryId);
            return text == null ? List.of() : ChatMessageDeserializer.messagesFromJson(text);
        }

        @Override
        public void updateMessages(Object memoryId, List<ChatMessage> messages) {
            texts.put(memoryId, ChatMessageSerializer.messagesToJson(messages));
        }

        @Override
        public void deleteMessages(Object memoryId) {
            texts.remove(memoryId);
        }
    }
}
