package dev.interlock.langchain4j.task;

import dev.interlock.durable.Decision;
import dev.interlock.langchain4j.SuspendedInvocation;
import dev.interlock.langchain4j.SuspendedTask;
import dev.langchain4j.data.message.ChatMessage;
import java.util.List;
import java.util.Map;

/**
 * A task that goes on.
 *
 * @param suspended the task
 * @param decisions of its pending calls
 */
record ResumedTask(SuspendedTask suspended, Map<?, ? extends Decision> decisions) {

    /** The invocation under which the task goes on: by the agent's own loop, in the memory that it has now. */
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
                before.callsOfTools());
    }

    /** What a memory that is new begins with. */
    List<ChatMessage> memory() {
        return suspended.memory();
    }
}
