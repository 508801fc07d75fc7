package dev.interlock.langchain4j.task;

import org.jspecify.annotations.Nullable;

/** The system prompt of a task. */
final class TaskPrompt {

    static final String DEFAULT = """
            You carry out tasks with tools. First work out which calls the task needs.
            Put all calls that do not need each other's results into one response: they are run at the same time, and \
            calls that touch the same thing take effect in the order in which you write them. Leave a call for a later \
            response only if its arguments depend on a result that you do not have yet.
            When a call fails, its result says why: try another way, or say in your answer what could not be done.
            When nothing is left to do, answer the task.""";

    private TaskPrompt() {}

    /**
     * Returns the whole prompt.
     *
     * @param base the text in place of the default, or null
     * @param instructions the instructions that follow it, or null
     * @param own the system message from the user's settings of the AI service, or null
     */
    static String of(@Nullable String base, @Nullable String instructions, @Nullable String own) {
        StringBuilder prompt = new StringBuilder(base == null ? DEFAULT : base);
        for (String more : new @Nullable String[] {instructions, own}) {
            if (more != null && !more.isBlank()) {
                prompt.append("\n\n").append(more);
            }
        }
        return prompt.toString();
    }
}
