package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.langchain4j.agent.tool.ToolExecutionRequest;

/** What tests of suspended invocations share: two calls of a {@link PayDesk}, and how another process gets them. */
final class SuspendedFixture {

    static final ToolExecutionRequest LOOK = call("a", "balance", "{\"id\": \"1\"}");
    static final ToolExecutionRequest PAY = call("b", "pay", "{\"to\": \"2\", \"amount\": 30}");

    private SuspendedFixture() {}

    /** Runs an invocation until it is suspended, and gives it as another process reads it. */
    static SuspendedInvocation suspended(Runnable invocation) {
        return SuspendedInvocation.fromJson(catchThrowableOfType(InvocationSuspendedException.class, invocation::run)
                .suspended()
                .toJson());
    }
}
