package dev.interlock.langchain4j.task;

import dev.interlock.durable.Decision;
import dev.interlock.langchain4j.SuspendedInvocation;
import dev.interlock.langchain4j.SuspendedTask;
import dev.langchain4j.data.message.ChatMessage;
import java.util.List;
import java.util.Map;

/**
 * A task to resume.
 *
 * @param decisions the decisions about its pending calls
 */
record ResumedTask(SuspendedTask suspended, Map<?, ? extends Decision> decisions) {

    /** Returns the invocation in which the task goes on, with the agent's own loop and its present memory. */
    SuspendedInvocation invocation(boolean streaming, Object memoryId) {
        SuspendedInvocation before = suspended.invocation();
        return new SuspendedInvocation(
                before.round(),
                before.message(),
                before.results(),
                before.earlier(),
                memoryId,
                TaskService.class.getName() + (streaming ? ".stream" : ".run"),
                before.parameters(),
                before.tokenUsage(),
                before.callsOfTools(),
                before.executed());
    }

    /** Returns the first messages for a new memory. */
    List<ChatMessage> memory() {
        return suspended.memory();
    }
}
