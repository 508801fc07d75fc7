package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.durable.Decision;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A suspended invocation as data. */
class SuspendedInvocationTest {

    private static SuspendedInvocation suspended(Object memoryId, Map<String, Object> parameters) {
        ParallelTools parallel = PayDesk.waiting().build();
        InvocationContext context = InvocationContext.builder()
                .invocationId(UUID.randomUUID())
                .chatMemoryId(memoryId)
                .invocationParameters(InvocationParameters.from(parameters))
                .build();
        return catchThrowableOfType(
                        InvocationSuspendedException.class,
                        () -> parallel.execute(
                                calls(
                                        call("a", "balance", "{\"id\": \"1\"}"),
                                        call("b", "pay", "{\"to\": \"2\", \"amount\": 30.10}")),
                                parallel.tools(new PayDesk()),
                                context))
                .suspended();
    }

    static List<Object> ids() {
        return List.of("7", 7, 7L, new UUID(1, 2));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void ids_of_memories_come_back_as_they_were(Object id) {
        assertThat(SuspendedInvocation.fromJson(suspended(id, Map.of()).toJson())
                        .memoryId())
                .isEqualTo(id);
    }

    @Test
    void all_of_it_comes_back() {
        SuspendedInvocation before = suspended("7", Map.of("user", "ann", "level", 3, "when", new Object()));
        SuspendedInvocation after = SuspendedInvocation.fromJson(before.toJson());

        assertThat(after.message()).isEqualTo(before.message());
        assertThat(after.results()).isEqualTo(before.results());
        assertThat(after.round()).isEqualTo(before.round());
        assertThat(after.parameters()).containsOnlyKeys("user", "level").containsEntry("level", 3);
        assertThat(after.tokenUsage()).isEqualTo(new TokenUsage());
        assertThat(after.service()).isNull();
        assertThat(after.toJson()).isEqualTo(before.toJson());
    }

    @Test
    void result_is_written_once() {
        assertThat(suspended("7", Map.of()).toJson().split("100 on 1", -1)).hasSize(2);
    }

    @Test
    void decisions_are_kept() {
        SuspendedInvocation decided = SuspendedInvocation.fromJson(suspended("7", Map.of())
                .decide(Map.of("b", Decision.refused("no")))
                .toJson());
        PayDesk desk = new PayDesk();
        ParallelTools parallel = PayDesk.waiting().build();

        assertThat(parallel.resume(decided, Map.of(), parallel.tools(desk)))
                .extracting(result -> result.text())
                .containsExactly("100 on 1", "tool 'pay' was not approved: no");
        assertThat(desk.log).isEmpty();
    }

    @Test
    void what_is_no_suspended_invocation_is_refused() {
        assertThatThrownBy(() -> SuspendedInvocation.fromJson("{}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a suspended invocation must be a JSON object with a version");
        assertThatThrownBy(() -> SuspendedInvocation.fromJson("{\"version\": 2}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a suspended invocation has version 2; this library reads versions 1 to 1");
        assertThatThrownBy(() -> SuspendedInvocation.fromJson("["))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not valid JSON");
        assertThatThrownBy(() -> SuspendedInvocation.fromJson("{\"version\": 1, \"message\": 3}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'message' must be a list of messages");
    }
}
