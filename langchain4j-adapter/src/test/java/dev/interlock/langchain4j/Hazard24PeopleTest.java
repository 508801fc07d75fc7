package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.AiServices;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two tools ask the one person that there is, and neither says that it writes anything. */
@Timeout(60)
class Hazard24PeopleTest {

    private static final ToolExecutionRequest[] TWO_QUESTIONS = {
        call("1", "getUserInput", "{\"question\": \"Which size?\"}"), call("2", "readColour", "{}")
    };

    /** A person sees a question and answers it before the next one, unless another question interrupts. */
    static class PersonTools {
        final List<String> seen = Collections.synchronizedList(new ArrayList<>());
        private final CyclicBarrier bothAsked;

        PersonTools(int together) {
            bothAsked = new CyclicBarrier(together);
        }

        @Tool
        String getUserInput(@P(name = "question") String question) throws Exception {
            return answer(question);
        }

        @Tool("Asks the user for a colour and returns it")
        String readColour() throws Exception {
            return answer("Which colour?");
        }

        private String answer(String question) throws Exception {
            seen.add(question);
            Waiting.meet(bothAsked);
            seen.add("answer");
            return "answer " + seen.size();
        }
    }

    private static List<String> seen(AiServices<Assistant> services, int together, ToolExecutionRequest... requests) {
        PersonTools tools = new PersonTools(together);
        services.chatModel(ScriptedChatModel.asking(requests))
                .tools(tools)
                .build()
                .chat("go");
        return tools.seen;
    }

    @Test
    void person_is_asked_one_question_at_a_time() {
        assertThat(seen(ParallelTools.builder().build().aiServices(Assistant.class), 1, TWO_QUESTIONS))
                .containsExactly("Which size?", "answer", "Which colour?", "answer");
    }

    @Test
    void plain_langchain4j_asks_both_at_once_when_calls_run_concurrently() {
        assertThat(seen(AiServices.builder(Assistant.class).executeToolsConcurrently(), 2, TWO_QUESTIONS))
                .hasSize(4)
                .endsWith("answer", "answer");
    }

    @Test
    void equal_questions_are_all_asked() {
        ToolExecutionRequest again = call("3", "getUserInput", "{\"question\": \"Which size?\"}");

        assertThat(seen(
                        ParallelTools.builder().coalescing(true).build().aiServices(Assistant.class),
                        1,
                        TWO_QUESTIONS[0],
                        again))
                .containsExactly("Which size?", "answer", "Which size?", "answer");
    }
}
