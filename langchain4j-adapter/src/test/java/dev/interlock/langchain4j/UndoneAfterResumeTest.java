package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.Decision;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a resume too, what is undone is what was run. */
@Timeout(60)
class UndoneAfterResumeTest {

    private static final String PALACE = "{\"what\": \"palace\"}";
    private static final JsonNode HOSTEL = JsonNodeFactory.instance.objectNode().put("what", "hostel");

    private final TravelTools tools = new TravelTools();
    private final PayDesk.TextStore store = new PayDesk.TextStore();

    /** Tools some of which wait for their approval. */
    private static ParallelTools waiting(String... waiting) {
        return ParallelTools.builder()
                .interceptor(ApprovalInterceptor.builder(call -> completedFuture(
                                Set.of(waiting).contains(call.call().tool())
                                        ? Approval.pending("the traveller")
                                        : Approval.approved()))
                        .build())
                .chaining(true)
                .policy("book", ToolPolicy.builder().references(true).build())
                .build();
    }

    private String chat(ParallelTools parallel, boolean streamed, ToolExecutionRequest... requests) {
        return tools.chat(parallel, streamed, store.memory("default"), requests);
    }

    /** Keeps as text what leaves the loop. */
    private static SuspendedInvocation suspended(ThrowableAssert.ThrowingCallable chat) {
        return SuspendedInvocation.fromJson(catchThrowableOfType(InvocationSuspendedException.class, chat)
                .suspended()
                .toJson());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_a_person_has_edited(boolean streamed) {
        ParallelTools parallel = waiting("book");
        SuspendedInvocation waiting =
                suspended(() -> chat(parallel, streamed, call("1", "book", PALACE), call("2", "pay", "{}")));

        String answer =
                parallel.resume(waiting, Map.of(0, Decision.approvedWith(HOSTEL)), () -> chat(parallel, streamed));

        assertThat(answer).isEqualTo("sorry");
        assertThat(tools.log).containsExactly("book hostel", "unbook hostel");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_a_reference_stood_for_before_the_suspension(boolean streamed) {
        ParallelTools parallel = waiting("sign");
        SuspendedInvocation waiting = suspended(() -> chat(
                parallel,
                streamed,
                call("1", "find", "{\"city\": \"Rome\"}"),
                call("2", "book", "{\"what\": \"${1}\"}"),
                call("3", "sign", "{}"),
                call("4", "pay", "{}")));
        assertThat(tools.log).containsExactly("book hotel in Rome");

        String answer = parallel.resume(waiting, Map.of(2, Decision.approved()), () -> chat(parallel, streamed));

        assertThat(answer).isEqualTo("sorry");
        assertThat(tools.log).containsExactly("book hotel in Rome", "unbook hotel in Rome");
    }

    /** The edited call ends in one resume, and its round fails in the next one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_a_person_has_edited_before_another_suspension(boolean streamed) {
        ParallelTools parallel = waiting("book", "sign");
        SuspendedInvocation waiting = suspended(() ->
                chat(parallel, streamed, call("1", "book", PALACE), call("2", "sign", "{}"), call("3", "pay", "{}")));
        SuspendedInvocation again = suspended(() ->
                parallel.resume(waiting, Map.of(0, Decision.approvedWith(HOSTEL)), () -> chat(parallel, streamed)));
        assertThat(tools.log).containsExactly("book hostel");

        String answer = parallel.resume(again, Map.of(1, Decision.approved()), () -> chat(parallel, streamed));

        assertThat(answer).isEqualTo("sorry");
        assertThat(tools.log).containsExactly("book hostel", "unbook hostel");
    }
}
