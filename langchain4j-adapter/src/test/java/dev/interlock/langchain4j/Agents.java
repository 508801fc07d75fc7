package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;

import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agentic.Agent;
import dev.langchain4j.agentic.scope.AgenticScope;
import dev.langchain4j.invocation.LangChain4jManaged;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.V;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;

/** Agents of the tests, and tools that tell in which agentic scope and with whom they ran. */
final class Agents {

    private Agents() {}

    /** An agent of LangChain4j's agentic module; public, since that calls it by reflection. */
    public interface Researcher {
        @UserMessage("Research {{topic}}")
        @Agent(description = "researches a topic", outputKey = "findings")
        String research(@V("topic") String topic);
    }

    /** Works on what the {@link Researcher} found. */
    public interface Writer {
        @UserMessage("Write about {{findings}}")
        @Agent(description = "writes a text", outputKey = "text")
        String write(@V("findings") String findings);
    }

    /** Takes the same input as the {@link Researcher}. */
    public interface Critic {
        @UserMessage("Criticise {{topic}}")
        @Agent(description = "criticises a topic", outputKey = "criticism")
        String criticise(@V("topic") String topic);
    }

    /**
     * Where a call ran.
     *
     * @param word its argument
     * @param scopeOfThread the scope that its thread knows
     * @param scopeOfInvocation the scope that LangChain4j handed to the tool
     */
    record Seen(String word, AgenticScope scopeOfThread, AgenticScope scopeOfInvocation) {}

    /** Tools whose calls go on only when as many as there should be are running at the same time. */
    static final class MeetingTools {
        private final List<Seen> seen = new CopyOnWriteArrayList<>();
        private final CyclicBarrier barrier;

        MeetingTools(int parties) {
            this.barrier = new CyclicBarrier(parties);
        }

        @Tool("looks something up")
        @Pure
        String lookUp(@P(name = "word", value = "what") String word, AgenticScope scope) throws Exception {
            seen.add(new Seen(word, LangChain4jManaged.current(AgenticScope.class), scope));
            Waiting.meet(barrier);
            return "<" + word + ">";
        }

        List<Seen> seen() {
            return seen;
        }

        List<String> words() {
            return seen.stream().map(Seen::word).sorted().toList();
        }

        /** Every scope that any call saw, in either way. */
        List<AgenticScope> scopes() {
            List<AgenticScope> scopes = new ArrayList<>();
            seen.forEach(call -> {
                scopes.add(call.scopeOfThread());
                scopes.add(call.scopeOfInvocation());
            });
            return scopes;
        }
    }

    /** Asks to look the words up in one response, and is then done. */
    static ScriptedChatModel lookingUp(String... words) {
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (String word : words) {
            calls.add(call("id-" + word, "lookUp", "{\"word\": \"" + word + "\"}"));
        }
        return ScriptedChatModel.asking(calls.toArray(ToolExecutionRequest[]::new));
    }

    static Map<String, Object> topic() {
        return Map.of("topic", "interlocks");
    }
}
